# build/nginx/server.conf: a location a path below /v1/, between the parts of
# server.conf.in ($template).
include "paths";
include "locations";

by_path as $paths
| [$paths[] | select(is_extra | not) | location($paths)[]] as $in
| [.[] | select(.nginx.secondTry) | again($common)[]] as $again
| $template
| put("@COMMON@"; [idle] + common($common) | indented)
| put("@INSIDE@"; $in | indented)
| put("@MALFORMED@"; ["internal;"] + problem | indented | indented)
| put("@PROBLEM@"; problem | indented)
| put("@AGAIN@"; $again)
| rtrimstr("\n")
