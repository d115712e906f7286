# build/nginx/extras.conf: a location a path outside of /v1/.
include "paths";
include "locations";

"# Made by the build from the endpoints' rows, to be included inside a server {}",
"# of nginx, after server.conf.  It may be left out, a location of it may be",
"# taken out, and the path behind `location =` may be another: the endpoint is",
"# told of its own.",
(by_path[] | select(is_extra) | standing($common)[])
