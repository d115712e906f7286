# build/nginx/extras.conf: a location a path outside of /v1/.
include "paths";
include "locations";
include "statuses";
include "files";

def file: [
	"",
	"location = \(.path) {",
	(([idle, "default_type \(.type);", "types { }",
	    "etag off;",
	    "add_header X-Request-Id $cpms_id;",
	    "add_header Strict-Transport-Security $cpms_hsts;",
	    "set $cpms_allow \"GET, HEAD\";",
	    "if ($cpms_method != GET) {", "\treturn 405;", "}",
	    "error_page \(codes | join(" ")) @cpms_problem;",
	    "alias /usr/lib/cpms\(.path);"] | indented)[]),
	"}"
];

"# Made by the build from the endpoints' rows, to be included inside a server {}",
"# of nginx, after server.conf.  It may be left out, a location of it may be",
"# taken out, and the path behind `location =` may be another: the endpoint is",
"# told of its own.  The files are of /usr/lib/cpms.",
(by_path[] | select(is_extra) | standing($common)[]),
(files[] | file[])
