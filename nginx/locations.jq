# The locations of server.conf and extras.conf.  `common` is what stands in each
# that has none around it: the lines of common.conf.in ($common).
include "paths";
include "statuses";

def indented: map(if . == "" then . else "\t" + . end);

def literal: gsub("\\."; "[.]");

def match:
	if .id == null then "= " + .path
	else "~ ^\(.before | literal)\(
	    if .id == "chargePointId" then ".+" else "[^/]+" end
	    )\(.behind | literal)$"
	end;

# The slash before a last word is part of the id when it was sent encoded.
def guard($shorter):
	if .id != "chargePointId" or .behind == "" or $shorter == null then []
	elif .behind[1:] | contains("/") then
		error("what stands behind a {chargePointId} is one word: " + .path)
	else [
		"if ($request_uri ~* \"^[^?]*%2F(%[0-9A-F]{2}|[^%/?]){\(
		    .behind | length - 1)}(\\?|$)\") {",
		"\trewrite ^ \($shorter)_ last;",
		"}"
	] end;

def by_method: [
	"set $cpms_allow \"\(.rows | allowed | join(", "))\";",
	if .rows | length == 1
	then "if ($cpms_method != \(.rows[0].method)) {"
	else "if (\(pick) = \"\") {" end,
	"\treturn 405;",
	"}"
];

# No client waits this long with a connection and then sends on it: one that
# nginx closed meanwhile would lose the request.
def idle: "keepalive_timeout 300s;";

def limits: [
	"client_max_body_size \(map(.nginx.bodyBytes) | max);",
	"fastcgi_read_timeout \(map(.nginx.readTimeoutSeconds) | max)s;",
	# an answer of one short line needs no buffers
	(select(all(.nginx.unbuffered)) | "fastcgi_buffering off;"),
	(select(any(.nginx.privateQuery)) | "error_log /dev/null;"),
	(if any(.nginx.closes) then "keepalive_timeout 0;" else idle end),
	(select(any(.nginx.kept)) | "fastcgi_keep_conn on;")
];

def errors($dead): [
	"error_page \(codes | join(" ")) @cpms_problem;",
	"error_page 503 =503 @cpms_problem;",
	"error_page 502 \($dead);"
];

# A handler that dies over it is asked once more, on a connection of its own
# after those that were kept; only where twice is the same as once.
def second_try:
	if all(.nginx.secondTry) then
		["fastcgi_next_upstream error non_idempotent;",
		"recursive_error_pages on;"]
		+ errors("= @cpms_again_" + .[0].name)
	else [] end;

def location($paths):
	. as $p
	| guard(first($paths[] | select(.before == $p.before and .behind == "")
	    | .before) // null)
	+ by_method + (.rows | limits + second_try)
	+ ["fastcgi_pass \(pick);"]
	| ["", "location \($p | match) {"] + indented + ["}"];

def common($common):
	($common | rtrimstr("\n") | split("\n")
	    | map(select(startswith("#") | not)))
	+ errors("=503 @cpms_problem");

def again($common):
	["", "location @cpms_again_\(.name) {"]
	+ (common($common) + ([.] | limits)
	+ ["fastcgi_pass \(name_of_upstream);"] | indented) + ["}"];

# A location outside of /v1/ has all that /v1/ has for those inside.  Its
# endpoint is told of the path of its row, whatever path it has here.
def standing($common):
	. as $p
	| location([])
	| .[:2] + (common($common)
	    | map(sub("[$]request_uri"; "\($p.path)$is_args$args"))
	    | indented) + .[2:];

# nginx's own answer; what add_header says here is all that it carries.
def problem: [
	idle,
	"types { }",
	"default_type application/problem+json;",
	"add_header Allow $cpms_allow_sent always;",
	"add_header Retry-After $cpms_retry_after always;",
	"add_header X-Request-Id $cpms_id always;",
	"add_header Strict-Transport-Security $cpms_hsts always;",
	"return 500 $cpms_problem;"
];

def put($mark; $lines): split($mark + "\n") | join($lines | map(. + "\n") | add);
