# shellcheck shell=bash disable=SC2154 # stack.bash sets what is read here
# For tests of commands: the stand-in for the gateway (gateway.pl), an
# endpoint process of one's own, and a command that tells the stand-in how to
# answer.  Load it behind stack.bash; gateway_start goes into setup_file.

gateway_start() {
	gateway_dir=$(mktemp -d /tmp/cpms-g.XXXXXX)
	chmod 755 "$gateway_dir"
	export gateway_dir
	gateway_log=$gateway_dir/log
	: >"$gateway_log"
	export gateway_log
	perl "$stack_root/tests/lib/gateway.pl" "$CPMS_TEST_GATEWAY_PORT" \
		"$gateway_log" </dev/null >/dev/null 2>&1 3>&- &
	echo $! >"$gateway_dir/pid"
	until (exec 9<>"/dev/tcp/127.0.0.1/$CPMS_TEST_GATEWAY_PORT") 2>&-; do
		sleep 0.05
	done
}

gateway_stop() {
	kill "$(cat "$gateway_dir/pid")"
	rm -rf "$gateway_dir"
}

# How many commands with key $1 the gateway got.
sent() {
	grep -c "^$1"$'\t' "$gateway_log" || true
}

# Waits until the gateway got key $1.
until_sent() {
	local i

	for ((i = 0; i < 100; i++)); do
		[ "$(sent "$1")" = 0 ] || return 0
		sleep 0.05
	done
	return 1
}

# Prints a command's JSON: KEY HOW [CHARGER]
command_json() {
	jq -nc --arg k "$1" --arg h "$2" --arg c "${3:-$charger}" \
		'{type: "RemoteStartTransaction", chargePointId: $c,
		idempotencyKey: $k, payload: {idTag: "T1", test: $h}}'
}

command_post() {
	post /v1/commands "$(command_json "$@")"
}

field() {
	jq -r ".$1" <<<"$body"
}

# own_start [NAME=VALUE...]: a command_create of this test's own, which
# own_post asks; its log is $own/log.
own_start() {
	own=$(mktemp -d /tmp/cpms-o.XXXXXX)
	mkdir "$own/s"
	env CPMS_DATABASE_URL="$CPMS_TEST_DATABASE_URL" \
		GATEWAY_BASE_URL="http://127.0.0.1:$CPMS_TEST_GATEWAY_PORT" \
		"$@" setsid spawn-fcgi -n -s "$own/s/command_create.sock" \
		-- "$stack_root/build/bin/command_create" \
		</dev/null >"$own/log" 2>&1 3>&- &
	own_pid=$!
	until [ -S "$own/s/command_create.sock" ]; do
		sleep 0.02
	done
}

own_post() {
	CPMS_TEST_RUN_DIR=$own fcgi command_create POST /v1/commands \
		"$(command_json "$@")"
}

own_stop() {
	kill "${1:--TERM}" "$own_pid"
	wait "$own_pid" || true
}
