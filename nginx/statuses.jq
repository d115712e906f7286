# The problem of each status that nginx answers by itself.  A status that is not
# among them is answered as 500.  (408 and 499 have no answer: nginx hangs up.)

def statuses: [
	[400, "bad-request", "Bad Request",
	    "The request is not well-formed HTTP."],
	[401, "unauthorized", "Unauthorized",
	    "This server asks for credentials."],
	[403, "forbidden", "Forbidden", "This server refuses the caller."],
	[404, "not-found", "Not Found", "No call has this path."],
	[405, "method-not-allowed", "Method Not Allowed",
	    "This path answers $cpms_allow."],
	[411, "length-required", "Length Required",
	    "The request must say how long its body is."],
	[412, "precondition-failed", "Precondition Failed",
	    "A condition in the headers of the request does not hold."],
	[413, "too-large", "Content Too Large", "A body may hold 2 MB."],
	[414, "bad-request", "URI Too Long",
	    "The path and query are too long."],
	[415, "unsupported-type", "Unsupported Media Type",
	    "A body must be application/json."],
	[416, "bad-range", "Range Not Satisfiable",
	    "The range in the headers of the request is outside the answer."],
	[417, "expectation-failed", "Expectation Failed",
	    "Nothing but 100-continue can be expected."],
	[421, "misdirected", "Misdirected Request",
	    "This server does not answer for that host."],
	[429, "too-fast", "Too Many Requests", "Ask again more slowly."],
	[431, "bad-request", "Request Header Fields Too Large",
	    "The headers of the request are too long."],
	[500, "internal", "Internal Server Error",
	    "The request could not be served."],
	[501, "not-implemented", "Not Implemented",
	    "The request needs what this server does not do."],
	[503, "unavailable", "Service Unavailable", "Ask again in a moment."],
	[504, "timeout", "Gateway Timeout",
	    "The answer did not come in time."],
	[505, "not-implemented", "HTTP Version Not Supported",
	    "This server speaks HTTP/1.1 and HTTP/2."]
] | map({status: .[0], slug: .[1], title: .[2], detail: .[3]});

# What nginx counts as one of its own; it answers these as 400.
def of_tls_and_headers: [494, 495, 496, 497];

# An endpoint that is not there, or dies over a request, is 502 to nginx.
def codes: statuses | map(.status) + of_tls_and_headers | sort
	| map(select(. != 503));
