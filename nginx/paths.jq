# The rows of the endpoints (build/routes.json) by path, in the order in which
# nginx has to try them.

def name_of_upstream: "cpms_" + .name;

# before, behind: the parts of the path around its {id}, if it has one.
def parts:
	if test("^(/[A-Za-z0-9._-]+)+(/\\{[A-Za-z]+\\}(/[A-Za-z0-9._-]+)*)?$")
	then capture("^(?<before>[^{]*)(\\{(?<id>.*)\\}(?<behind>.*))?$")
	else error("nginx can't be told of the path " + .)
	end;

def allowed:
	map(.method | if . == "GET" then "GET", "HEAD" else . end) | sort;

# An id may hold slashes, so the path with longer parts around it comes first.
def by_path:
	group_by(.path)
	| map({path: .[0].path, rows: .} + (.[0].path | parts))
	| sort_by([-(.before | length), -(.behind // "" | length), .path]);

# The upstream that nginx picks: by method where a path has several.
def pick:
	if .rows | length == 1 then .rows[0] | name_of_upstream
	else "$cpms_at_" + .rows[0].name end;

# What may be left out, or have another path.
def is_extra: .path | startswith("/v1/") | not;
