# shellcheck shell=bash disable=SC2034 # the tests read these
# A whole CPMS for bats files: private cluster, endpoints, nginx, all in a
# directory of their own under /tmp.  `load lib/stack` as the first line of a
# file brings everything: the stack, the calls (calls.bash), events, sessions
# and settlements (events.bash, settle.bash), the stand-in for the gateway
# (gateway.bash), and the four hooks below, of which a file that needs more
# defines its own.
#
# stack_start takes the stack that scripts/test started for the whole run when
# there is one; stack_start_own always makes another, for a test that breaks
# it or counts all of it (settings are exported before it).  Both export
#   CPMS_TEST_BASE_URL, CPMS_TEST_RUN_DIR (the home)
#   CPMS_TEST_DATABASE_URL: as the owner of the tables, who may do by hand what
#   the processes must not; CPMS_DATABASE_URL is theirs
#   CPMS_TEST_GATEWAY_PORT: where a test's stand-in for the gateway listens

stack_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
for stack_part in calls events settle gateway; do
	# shellcheck source=/dev/null
	source "$stack_root/tests/lib/$stack_part.bash"
done

setup_file() {
	stack_start
}

teardown_file() {
	stack_stop
}

setup() {
	id=$(unique_id)
}

teardown() {
	alone_stop
	stack_stop # one of this test's own
}

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

# wait_for COMMAND: until it succeeds, for a minute.
wait_for() {
	local end=$((SECONDS + 60))

	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || {
			echo "never came true: $*"
			return 1
		}
		sleep 0.05
	done
}

# hold SQL: a transaction that does it and stays open until let_go.
hold() {
	local name=$BATS_TEST_TMPDIR/hold

	mkfifo "$name"
	PGAPPNAME=$name psql -Xq -v ON_ERROR_STOP=1 \
		-d "$CPMS_TEST_DATABASE_URL" <"$name" >/dev/null 3>&- &
	held=$!
	exec 7>"$name"
	printf 'begin;\n%s;\n\\! touch "%s.done"\n' "$1" "$name" >&7
	wait_for test -e "$name.done"
}

# Whether somebody waits for what is held.
held_up() {
	[ "$(sql "select exists (select from pg_stat_activity h
		join pg_stat_activity w on h.pid = any (pg_blocking_pids(w.pid))
		where h.application_name =
			left('$BATS_TEST_TMPDIR/hold', 63))")" = t ]
}

# let_go [SQL]: does this too, and commits.
let_go() {
	printf '%s;\ncommit;\n\\q\n' "${1-}" >&7
	exec 7>&-
	wait "$held"
	rm "$BATS_TEST_TMPDIR"/hold*
}

# alone_start NAME [SETTING=VALUE...]: another process of the endpoint, which
# `alone` asks: the same database, a socket of its own, its log $alone_dir/log.
alone_start() {
	local name=$1

	shift
	alone_dir=$(mktemp -d "$BATS_TEST_TMPDIR/a.XXXXXX")
	mkdir "$alone_dir/s"
	env CPMS_DATABASE_URL="$CPMS_TEST_DATABASE_URL" "$@" setsid \
		spawn-fcgi -n -s "$alone_dir/s/$name.sock" -- \
		"$stack_root/build/bin/$name" </dev/null \
		>"$alone_dir/log" 2>&1 3>&- &
	alone_pid=$!
	wait_for test -S "$alone_dir/s/$name.sock"
}

# alone NAME METHOD URI [BODY]
alone() {
	CPMS_TEST_RUN_DIR=$alone_dir fcgi "$@"
}

# alone_stop [SIGNAL]: what it logged stays until the test is over.
alone_stop() {
	[ -n "${alone_pid:-}" ] || return 0
	kill "${1:--TERM}" "$alone_pid"
	wait "$alone_pid" || true
	alone_pid=
}
