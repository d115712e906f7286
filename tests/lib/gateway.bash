# shellcheck shell=bash disable=SC2154 # stack.bash sets what is read here
# For tests of commands: the stand-in for the gateway (gateway.pl), and a
# command that tells the stand-in how to answer.  With stack.bash;
# gateway_start goes into setup_file.

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
	wait_for gateway_listens
}

gateway_listens() {
	(exec 9<>"/dev/tcp/127.0.0.1/$CPMS_TEST_GATEWAY_PORT") 2>&-
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
	wait_for gateway_got "$1"
}

gateway_got() {
	[ "$(sent "$1")" != 0 ]
}

# Lets the stand-in answer key $1, which it was told to hold back.
gateway_go() {
	touch "$gateway_log.go.$1"
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

# alone_command KEY HOW [CHARGER]: of the process that alone_start started.
alone_command() {
	alone command_create POST /v1/commands "$(command_json "$@")"
}
