# shellcheck shell=bash disable=SC2034 # the tests read these
# A whole CPMS for bats files: private cluster, endpoints, nginx, all in a
# directory of their own under /tmp.
#
#   setup_file() { load lib/stack; stack_start; }
#   teardown_file() { stack_stop; }
#   setup() { load lib/stack; }
#
# stack_start takes the stack that scripts/test started for the whole run when
# there is one; stack_start_own always makes another (settings such as
# GATEWAY_API_KEY are exported before it).  Both export
#   CPMS_TEST_BASE_URL, CPMS_TEST_RUN_DIR (the home)
#   CPMS_TEST_DATABASE_URL: as the owner of the tables, who may do by hand what
#   the processes must not; CPMS_DATABASE_URL is theirs
#   CPMS_TEST_GATEWAY_PORT: where a test's stand-in for the gateway listens

stack_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

# Runs a function of scripts/lib.sh in a shell of its own, in a home.
stack_lib() {
	CPMS_HOME=$1 bash -c 'set -euo pipefail
		source "$0/scripts/lib.sh"
		shift
		"$@"' "$stack_root" "$@" 3>&-
}

# Prints a port of 127.0.0.1 on which nothing listens.
free_port() {
	local port

	while :; do
		port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
		(exec 9<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}

stack_start() {
	[ -n "${CPMS_TEST_RUN_DIR:-}" ] || stack_start_own
}

stack_start_own() {
	local home port

	home=$(mktemp -d /tmp/cpms-t.XXXXXX)
	chmod 755 "$home"
	port=$(free_port)
	export CPMS_TEST_OWNER=$BASHPID CPMS_TEST_RUN_DIR=$home
	CPMS_TEST_GATEWAY_PORT=$(free_port)
	export CPMS_TEST_GATEWAY_PORT
	export CPMS_TEST_BASE_URL=http://127.0.0.1:$port
	export GATEWAY_BASE_URL=http://127.0.0.1:$CPMS_TEST_GATEWAY_PORT
	export CPMS_TEST_DATABASE_URL="postgres://cpms_owner@/cpms?host=$home/pgs"
	export CPMS_DATABASE_URL="postgres://cpms@/cpms?host=$home/pgs"
	printf '%s\n' "$home" >"$home/own"
	stack_lib "$home" stack_bring_up "127.0.0.1:$port" >"$home/up.log" 2>&1 &&
		return
	echo "the stack did not start:" >&2
	cat "$home/up.log" >&2
	stack_stop
	return 1
}

# Ends the stack that this file started; one that was there already stays.
stack_stop() {
	[ "${CPMS_TEST_OWNER:-}" = "$BASHPID" ] || return 0
	stack_lib "$CPMS_TEST_RUN_DIR" stop_system "$CPMS_TEST_RUN_DIR"
	rm -rf "$CPMS_TEST_RUN_DIR"
	unset CPMS_TEST_OWNER CPMS_TEST_RUN_DIR CPMS_TEST_BASE_URL \
		CPMS_TEST_DATABASE_URL CPMS_TEST_GATEWAY_PORT
}

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

# Something that no other test of this run uses as an id.
unique_id() {
	printf '%s-%s-%s%s\n' "${1:-CP}" "$BASHPID" "$RANDOM" "$RANDOM"
}
