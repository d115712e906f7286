#!/usr/bin/env bats
# scripts/trace: all that is known of a charger or a session, in time order.
# bats file_tags=beside

load lib/stack

setup_file() {
	stack_start
	gateway_start
}

teardown_file() {
	gateway_stop
	stack_stop
}

trace() {
	run env CPMS_DATABASE_URL="$CPMS_TEST_DATABASE_URL" \
		"$stack_root/scripts/trace" "$@"
}

# lines_in_order PATTERN...: each is in the output, behind the one before.
lines_in_order() {
	local pattern rest=$output

	for pattern; do
		grep -qE "$pattern" <<<"$rest" || {
			echo "not there, or not in its order: $pattern"
			echo "$output"
			return 1
		}
		rest=$(sed -nE "0,\\|$pattern|d; p" <<<"$rest")
	done
}

# A charger with two sessions, one of them reviewed and settled, and a command.
history() {
	site_make 0.4937
	charger_make
	send "$(started 0 7 1 1000 T4G-OF-SOMEBODY)" "$(sampled 300 7 1300)" \
		"$(ended 600 7 1600 Local)"
	session=$(session_id)
	send "$(ended 660 7 1700)"
	post "/v1/sessions/$session/accept" '{"by":"Eve","why":"asked \u001b[31m"}'
	asked 200
	t=$(settlement 1)
	submit
	asked 204
	charger=$id
	command_post "$(unique_id key)" accepted
	asked 200
	send "$(started 7200 8 2 1)" "$(sampled 7500 9 2000)" \
		"$(event ConnectorStatusChanged 7600 '"connectorId":2,"status":"Charging"')"
}

@test "a charger's events, decisions, commands and settlements, in time order" {
	local other

	history
	other=$(session_id 2)
	trace "$id"
	[ "$status" = 0 ]
	lines_in_order 'charger +was registered' "charger +is at site $site" \
		"event +TransactionStarted #[0-9]+ ts 2026-03-01T10:00:00.000Z transaction 7 connector 1 meterStartWh 1000 -> session $session begins" \
		"event +MeterSample .*readings 1300 Wh -> told of session $session" \
		"event +TransactionEnded .*meterStopWh 1600 reason Local -> " \
		"decision +session $session revision 1 Ended: 600 Wh StopTransaction" \
		"settlement +[0-9a-f-]+ of session $session is Pending" \
		'event +TransactionEnded .*meterStopWh 1700' \
		"decision +session $session revision 2 Late: .*for review ConflictingEnds" \
		"decision +session $session revision 3 Accepted: .*by Eve: asked \?\[31m" \
		"settlement +$t of session $session is Submitted .*testnet" \
		'command +[A-Za-z]+ [0-9a-f-]{36} is asked for' \
		'command +[A-Za-z]+ [0-9a-f-]{36} Acked' \
		"TransactionStarted .*-> session $other begins" \
		'MeterSample .*transaction 9 readings 2000 Wh -> waits for a start' \
		'ConnectorStatusChanged .*Charging .*-> status of a connector'
	[[ $output != *T4G-OF-SOMEBODY* ]]
	diff <(cut -d' ' -f1 <<<"$output") <(cut -d' ' -f1 <<<"$output" | sort)
}

@test "of a session there is its own, and nothing of another" {
	local other

	history
	other=$(session_id 2)
	trace "$session"
	[ "$status" = 0 ]
	lines_in_order 'session .* begins' 'MeterSample' 'revision 1' 'revision 3' \
		'is Submitted'
	[[ $output != *"$other"* && $output != *Connector* ]]
	[ "$(grep -c ' event ' <<<"$output")" = 4 ]
	trace "${session^^}" --since 3000-01-01
	[ "$status" = 0 ]
	[ -z "$output" ]
	trace "$session" --until 2000-01-01
	[ -z "$output" ]
}

@test "corrections and their withdrawal are told" {
	history
	post "/v1/sessions/$session/corrections" \
		'{"energyWh":650,"by":"Ann","why":"read on site","idempotencyKey":"c"}'
	asked 201
	trace "$session"
	lines_in_order 'correction +session .* 650 Wh by Ann' \
		'decision .*Corrected: 650 Wh'
}

@test "what is not there, and a wrong call, are one line" {
	trace "$id"
	[ "$status" = 1 ]
	[ "$output" = "trace: no charger and no session is named $id" ]
	trace
	[ "$status" = 1 ]
	[[ $output == *"usage: cpms trace"* ]]
	trace x y
	[[ $output == *"usage: cpms trace"* ]]
}

@test "an id with quotes is one id" {
	id="CP'; drop table x; -- \"$id"
	send "$(jq -nc --arg id "$id" '{type: "ChargerHeartbeat",
		chargePointId: $id}')"
	trace "$id"
	[ "$status" = 0 ]
	lines_in_order 'event +ChargerHeartbeat #[0-9]+ -> kept' \
		'sent an event and was never registered'
}
