# shellcheck shell=bash disable=SC2034,SC2154 # the tests read these
# Asking the system under test, and what is said of its answer.  With
# stack.bash.

# request METHOD PATH [BODY] [CURL OPTION...]: sets $status_code and $body, and
# $headers names the file with the answer's head.
request() {
	local method=$1 path=$2 data=${3-}
	local -a more=(-X "$method")

	shift $(($# < 3 ? $# : 3))
	[ "$method" != HEAD ] || more=(-I)
	if [ -n "$data" ]; then
		more+=(-H 'Content-Type: application/json' --data-binary @-)
	fi
	headers=$BATS_TEST_TMPDIR/headers
	status_code=$(printf '%s' "$data" | curl -sS --path-as-is --max-time 60 -o "$headers.body" \
		-D "$headers" -w '%{http_code}' "${more[@]}" "$@" \
		"$CPMS_TEST_BASE_URL$path" 3>&-)
	body=$(cat "$headers.body" 2>/dev/null || true)
	rm -f "$headers.body"
}

# get PATH [CURL OPTION...]
get() {
	local path=$1

	shift
	request GET "$path" '' "$@"
}

# post PATH JSON [CURL OPTION...]
post() {
	request POST "$@"
}

# put PATH JSON [CURL OPTION...]
put() {
	request PUT "$@"
}

# header NAME: its value in the last answer.
header() {
	tr -d '\r' <"$headers" |
		awk -v name="$1:" 'tolower($1) == tolower(name) {
			sub(/^[^:]*: */, ""); print }'
}

# sql STATEMENT [PSQL OPTION...]: bare rows, columns separated by |
sql() {
	local statement=$1

	shift
	psql -XqAt -v ON_ERROR_STOP=1 -d "$CPMS_TEST_DATABASE_URL" "$@" \
		-c "$statement" 3>&-
}

# fcgi NAME METHOD URI [BODY]: asks the endpoint's socket without nginx.  Sets
# $status_code, $body and $headers; params of the array FCGI_PARAMS
# (HTTP_AUTHORIZATION=...) go along.
fcgi() {
	local name=$1 method=$2 uri=$3 data=${4-} query='' answer

	[[ $uri != *\?* ]] || query=${uri#*\?}
	answer=$BATS_TEST_TMPDIR/answer
	headers=$BATS_TEST_TMPDIR/headers
	printf '%s' "$data" | env -i PATH="$PATH" REQUEST_METHOD="$method" \
		REQUEST_URI="$uri" DOCUMENT_URI="${uri%%\?*}" \
		QUERY_STRING="$query" CONTENT_TYPE=application/json \
		CONTENT_LENGTH="$(printf '%s' "$data" | wc -c)" \
		REMOTE_ADDR=127.0.0.1 REQUEST_SCHEME=http \
		REQUEST_ID=0123456789abcdef0123456789abcdef \
		CPMS_RECEIVED="$(date +%s.%3N)" "${FCGI_PARAMS[@]}" \
		cgi-fcgi -bind -connect "$CPMS_TEST_RUN_DIR/s/$name.sock" \
		>"$answer" 3>&-
	sed '/^\r*$/,$d' "$answer" >"$headers"
	body=$(sed '1,/^\r*$/d' "$answer")
	status_code=$(header Status | cut -d' ' -f1)
	status_code=${status_code:-200}
}
FCGI_PARAMS=()

# ask NAME METHOD PATH [BODY]: the endpoint itself, then through nginx; what
# the second answers is what the first did, but for the id of a problem.
ask() {
	local code direct

	fcgi "$@"
	code=$status_code
	direct=$(jq -c 'del(.instance?)' <<<"$body")
	request "${@:2}"
	[ "$status_code" = "$code" ]
	[ "$(jq -c 'del(.instance?)' <<<"$body")" = "$direct" ]
}

# asked STATUS: the last answer had it.
asked() {
	[ "$status_code" = "$1" ] || {
		echo "$status_code: $body"
		return 1
	}
}

# field FILTER: of the last answer.
field() {
	jq -r "$1" <<<"$body"
}

# is_problem STATUS SLUG: the last answer, complete.
is_problem() {
	asked "$1"
	[ "$(header Content-Type)" = application/problem+json ]
	[ "$(field .type)" = "urn:cpms:problem:$2" ]
	[ "$(field .status)" = "$1" ]
	[ -n "$(field '.title // ""')" ]
	[ -n "$(field '.detail // ""')" ]
	[[ $(field .instance) =~ ^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$ ]]
}

# wrong PATH POINTERS BODY [METHOD]: 422 that names these, a JSON array.
wrong() {
	request "${4:-POST}" "$1" "$3"
	asked 422
	[ "$(field '[.errors[].pointer] | tojson')" = "$2" ] || {
		echo "$body"
		return 1
	}
}

# not_found METHOD PATH: 404 for an unknown and for a malformed id ({} in it).
not_found() {
	local bad

	for bad in 00000000-0000-0000-0000-000000000000 x; do
		request "$1" "${2//\{\}/$bad}" "${3-}"
		asked 404
	done
}

# next_page: the path that the last answer's Link names; empty without one.
next_page() {
	header Link | sed -n 's/^<\(.*\)>; rel="next"$/\1/p'
}

# all_pages NAME PATH FILTER: what jq's FILTER prints of every page.
all_pages() {
	local path=$2 pages=0

	while [ -n "$path" ] && [ $((pages += 1)) -le 50 ]; do
		fcgi "$1" GET "$path"
		[ "$status_code" = 200 ] || return
		jq -r "$3" <<<"$body"
		path=$(next_page)
	done
}

# path_of ID: a charge point id in a path or a query.
path_of() {
	jq -rn --arg id "$1" '$id | @uri'
}

# Something that no other test of this run uses as an id.
unique_id() {
	printf '%s-%s-%s%s\n' "${1:-CP}" "$BASHPID" "$RANDOM" "$RANDOM"
}
