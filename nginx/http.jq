# build/nginx/http.conf: an upstream an endpoint, and the methods of a path.
include "paths";

def upstream: [
	"upstream \(name_of_upstream) {",
	"\tserver unix:/run/cpms/\(.name).sock max_fails=0;",
	(select(.nginx.kept) | "\tkeepalive 64;"),
	"}"
];

def methods: [
	"map $cpms_method \(pick) {",
	"\tdefault \"\";",
	(.rows[] | "\t\(.method) \(name_of_upstream);"),
	"}"
];

"# Made by the build, to be included inside http {}: where the endpoints are.",
"",
"# A HEAD is answered by the endpoint of the GET; nginx leaves the body out.",
"map $request_method $cpms_method {",
"\tdefault $request_method;",
"\tHEAD GET;",
"}",
(by_path[] | select(.rows | length > 1) | "", methods[]),
(.[] | "", upstream[])
