# build/nginx/http.conf: where the endpoints are, the methods of a path, and the
# problems that nginx answers by itself.
include "paths";
include "statuses";

def upstream: [
	"upstream \(name_of_upstream) {",
	"\tserver unix:/run/cpms/\(.name).sock max_fails=0;",
	(select(.nginx.kept) | "\tkeepalive 64;"),
	"}"
];

def map_of($from; $to; $default): [
	"map \($from) \($to) {",
	"\tdefault \($default);",
	(.[] | "\t\(.[0]) \(.[1]);"),
	"}"
];

def methods:
	. as $p
	| .rows | map([.method, name_of_upstream])
	| map_of("$cpms_method"; $p | pick; "\"\"");

def of_status($member):
	statuses
	| (map(select(.status == 500))[0][$member]) as $default
	| map(select(.status != 500) | [.status, "\"\(.[$member])\""])
	| map_of("$status"; "$cpms_\($member)"; "\"\($default)\"");

([.[] | {method}] | allowed | unique | join(", ")) as $methods
| "# Made by the build, to be included inside http {}: where the endpoints are.",
"# A directory for their sockets other than /run/cpms is a matter of",
"#\tsed -i s,/run/cpms,/other/directory,",
"",
"# A HEAD is answered by the endpoint of the GET; nginx leaves the body out.",
([["HEAD", "GET"]] | map_of("$request_method"; "$cpms_method";
    "$request_method")[]),
(by_path[] | select(.rows | length > 1) | "", methods[]),
(.[] | "", upstream[]),
"",
"# A server may set these.  The policy goes into the problems below; into all",
"# other answers the server puts it itself, with add_header.",
([] | map_of("\"\""; "$cpms_hsts"; "\"\"")[]),
([] | map_of("\"\""; "$cpms_allow"; "\"\($methods)\"")[]),
"",
"# The problem of a status that nginx makes.",
(("slug", "title", "detail") | of_status(.)[]),
([["405", "$cpms_allow"]]
    | map_of("$status"; "$cpms_allow_sent"; "\"\"")[]),
([["429", "1"], ["503", "1"]]
    | map_of("$status"; "$cpms_retry_after"; "\"\"")[]),
([["~^(.{8})(.{4})(.{4})(.{4})(.{12})$" | "\"\(.)\"",
    "\"$1-$2-$3-$4-$5\""]]
    | map_of("$request_id"; "$cpms_id"; "\"\"")[]),
([] | map_of("\"\""; "$cpms_instance"; "\"urn:uuid:$cpms_id\"")[]),
([] | map_of("\"\""; "$cpms_problem"; "'{\"type\":\"urn:cpms:problem:$cpms_slug\",\"title\":\"$cpms_title\",\"status\":$status,\"detail\":\"$cpms_detail\",\"instance\":\"$cpms_instance\"}'")[])
