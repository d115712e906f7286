# build/nginx/cpms.conf: a location a path, between the parts of cpms.conf.in
# ($template).  $common stands in each location that has none around it.
include "paths";

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

def limits: [
	"client_max_body_size \(map(.nginx.bodyBytes) | max);",
	"fastcgi_read_timeout \(map(.nginx.readTimeoutSeconds) | max)s;",
	# an answer of one short line needs no buffers
	(select(all(.nginx.unbuffered)) | "fastcgi_buffering off;"),
	(select(any(.nginx.privateQuery)) | "error_log /dev/null;"),
	(select(any(.nginx.kept)) | "fastcgi_keep_conn on;")
];

def errors($dead): [
	"error_page 400 414 431 494 /_cpms/malformed;",
	"error_page 404 405 408 413 429 500 504 @cpms_problem;",
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

def again($common):
	["", "location @cpms_again_\(.name) {"]
	+ ($common + errors("=503 @cpms_problem") + ([.] | limits)
	+ ["fastcgi_pass \(name_of_upstream);"] | indented) + ["}"];

# A location outside of /v1/ has everything that /v1/ has for those inside.
def standing($common):
	.[:2] + ($common + errors("=503 @cpms_problem") | indented) + .[2:];

def put($mark; $lines): split($mark + "\n") | join($lines | map(. + "\n") | add);

by_path as $paths
| ($common | rtrimstr("\n") | split("\n")
    | map(select(startswith("#") | not))) as $common
| [$paths[] | select(.path | startswith("/v1/")) | location($paths)[]] as $in
| [$paths[] | select(.path | startswith("/v1/") | not)
    | location($paths) | standing($common)[]] as $out
| [.[] | select(.nginx.secondTry) | again($common)[]] as $again
| $template
| put("@COMMON@"; $common + errors("=503 @cpms_problem") | indented)
| put("@INSIDE@"; $in | indented)
| put("@OUTSIDE@"; $out + $again)
| rtrimstr("\n")
