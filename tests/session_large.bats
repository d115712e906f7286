#!/usr/bin/env bats
# Sessions with so many readings that they are decided beside ingest.
# bats file_tags=beside

load lib/stack

setup_file() {
	export CPMS_LARGE_SESSION=3
	stack_start_own
}

# Nothing of the charger is due any longer.
decided() {
	[ "$(sql "select count(*) from large_sessions
		where due_since is not null and charge_point_id = '$id'")" = 0 ]
}

# What is due of the charger waits until goes_on.
rests() {
	sql "update large_sessions set not_before = 'infinity'
		where charge_point_id = '$id'"
}

goes_on() {
	sql "update large_sessions set not_before = now()
		where charge_point_id = '$id'"
	wait_for decided
}

# registers FROM TO: a register's reading a minute, 100 Wh each.
registers() {
	local i

	for ((i = $1; i <= $2; i++)); do
		sampled $((i * 60)) 7 $((1000 + i * 100))
	done
}

# charged [SECONDS [STOP]]: a session with ten readings that ended then and is
# decided.
charged() {
	# shellcheck disable=SC2046 # one word an event
	tell "$(started 0 7 1 1000)" $(registers 1 10) \
		"$(ended "${1:-660}" 7 ${2:+"$2"})"
	wait_for decided
}

# late: a reading of 1200 Wh that comes now, and isn't decided yet.
late() {
	rests
	send "$(sampled 650 7 2200)"
}

refused() {
	asked 409
	[[ $(field .detail) == *"is finalizing"* ]]
}

@test "one with more readings is finalizing until it is decided" {
	hold "lock table session_revisions in exclusive mode"
	# shellcheck disable=SC2046 # one word an event
	tell "$(started 0 7 1 1000)" $(registers 1 10) \
		"$(ended 660 7 2500 Local)"
	[ "$(sessions '[.finalizing, .endedAt, .energyWh, .energySource,
		.finalizedAt, .meterStopWh, .reason, .billing]')" = \
		"[true,\"$(at 660)\",null,null,null,2500,\"Local\",null]" ]
	let_go
	wait_for decided
	[ "$(sessions '[.finalizing, .energyWh, .energySource, .billing]')" = \
		'[false,1500,"StopTransaction","Unpriced"]' ]
	[ "$(explained 'map(.cause)')" = '["Ended"]' ]
}

@test "one with as many is decided at once" {
	rests
	# shellcheck disable=SC2046 # one word an event
	send "$(started 0 7 1 1000)" $(registers 1 3) "$(ended 660 7)"
	[ "$(sessions '[.finalizing, .energyWh]')" = '[false,300]' ]
	[ "$(sql "select count(*) from large_sessions
		where charge_point_id = '$id'")" = 0 ]
}

@test "readings of no energy count too: they have to be gone through" {
	local other='{"measurand":"Voltage","value":"230"}' i

	for ((i = 1; i <= 4; i++)); do
		send "$(sampled $i 7 "$other")"
	done
	send "$(started 0 7 1 1000)" "$(sampled 60 7 1300)" "$(ended 660 7)"
	wait_for decided
	[ "$(sessions '[.finalizing, .energyWh]')" = '[false,300]' ]
	[ "$(sql "select count(*) from large_sessions
		where charge_point_id = '$id'")" = 1 ]
}

@test "late samples are decided once, for all that came meanwhile" {
	charged
	late
	send "$(sampled 651 7 2300)" "$(sampled 652 7 2400)"
	[ "$(sessions '[.finalizing, .energyWh]')" = '[true,1000]' ]
	goes_on
	[ "$(sessions '[.finalizing, .energyWh]')" = '[false,1400]' ]
	[ "$(explained 'map([.cause, .energyWh])')" = \
		'[["Ended",1000],["Late",1400]]' ]
}

@test "a late sample that changes nothing leaves no revision" {
	local updated

	charged 660 2000
	updated=$(sessions .updatedAt)
	rests
	send "$(sampled 30 7 1050)"
	goes_on
	[ "$(sessions '[.finalizing, .energyWh]')" = '[false,1000]' ]
	[ "$(explained length)" = 1 ]
	[[ "$(sessions .updatedAt)" > "$updated" ]]
}

@test "a repetition of a late sample is nothing late" {
	charged
	rests
	send "$(sampled 600 7 2000)"
	[ "$(sessions .finalizing)" = false ]
}

@test "what comes while it is decided is not lost" {
	charged
	hold "select from chargers where charge_point_id = '$id' for update"
	sql "update large_sessions set due_since = now(), not_before = now(),
		cause = 'Late' where charge_point_id = '$id';
		insert into meter_samples (charge_point_id, transaction_id, ts,
			kind, value_text, value_mwh) values
			('$id', 7, '$(at 650)', 'R', '2200', 2200000)"
	wait_for held_up
	let_go "insert into meter_samples (charge_point_id, transaction_id, ts,
			kind, value_text, value_mwh) values
			('$id', 7, '$(at 655)', 'R', '2300', 2300000);
		update large_sessions set
			version = nextval('large_sessions_version_seq')
			where charge_point_id = '$id'"
	wait_for decided
	[ "$(explained 'map([.cause, .energyWh])')" = \
		'[["Ended",1000],["Late",1200],["Late",1300]]' ]
	[ "$(sessions '[.finalizing, .energyWh]')" = '[false,1300]' ]
}

@test "an end that comes while it is decided is not lost either" {
	charged
	hold "select from chargers where charge_point_id = '$id' for update"
	sql "update large_sessions set due_since = now(), not_before = now(),
		cause = 'Late' where charge_point_id = '$id'"
	wait_for held_up
	let_go "insert into transaction_ends (charge_point_id, transaction_id,
			ts, meter_stop_wh) values ('$id', 7, '$(at 640)', 1900);
		update large_sessions set
			version = nextval('large_sessions_version_seq')
			where charge_point_id = '$id'"
	wait_for decided
	[ "$(sessions '[.endedAt, .energyWh]')" = "[\"$(at 640)\",900]" ]
	[ "$(explained 'map(.energyWh)')" = '[1000,900]' ]
}

@test "finalize decides it at once, also what rests" {
	charged
	late
	post "/v1/sessions/$(session_id)/finalize"
	asked 200
	[ "$(field '.session | [.finalizing, .energyWh] | tojson')" = \
		'[false,1200]' ]
	[ "$(explained 'map(.cause)')" = '["Ended","Late"]' ]
	[ "$(sessions .finalizing)" = false ]
	post "/v1/sessions/$(session_id)/finalize?force=true"
	asked 200
	[ "$(explained length)" = 2 ]
}

@test "no settlement is made of one that is finalizing" {
	site_make 0.5
	charger_make
	hold "lock table session_revisions in exclusive mode"
	# shellcheck disable=SC2046 # one word an event
	tell "$(started 0 7 1 1000)" $(registers 1 10) "$(ended 660 7)"
	[ "$(sessions '[.finalizing, .billing, .costAmount]')" = \
		'[true,null,null]' ]
	[ -z "$(settlements .amount)" ]
	let_go
	wait_for decided
	[ "$(sessions '[.finalizing, .billing, .costAmount]')" = \
		'[false,"Settled",0.5]' ]
	[ "$(settlements '[.status, .amount]')" = '["Pending",0.5]' ]
}

@test "the settlement of one that is finalizing is not given away" {
	local t

	site_make 0.5
	wallet 0xW1
	charger_make
	charged
	t=$(settlement)
	late
	claim_all w
	[[ $body != *"$t"* ]]
	submit
	refused
	goes_on
	[ "$(settlements '[.status, .amount]')" = '["Pending",0.6]' ]
	claim_all w
	[[ $body == *"$t"* ]]
}

@test "one that is finalizing is neither accepted nor corrected" {
	local path

	charged 660 1900
	path=/v1/sessions/$(session_id)
	[ "$(sessions .reviewReasons)" = '["StepsDisagree"]' ]
	late
	post "$path/accept" '{"by":"Eve","why":"seen"}'
	refused
	post "$path/corrections" \
		'{"energyWh":5,"by":"E","why":"w","idempotencyKey":"k"}'
	refused
	goes_on
	post "$path/accept" '{"by":"Eve","why":"seen"}'
	asked 200
}

@test "a correction stands over what comes late, and is withdrawn at once" {
	local path

	charged
	path=/v1/sessions/$(session_id)
	post "$path/corrections" \
		'{"energyWh":5,"by":"E","why":"w","idempotencyKey":"k"}'
	asked 201
	late
	goes_on
	[ "$(sessions '[.energyWh, .corrected, .reviewReasons]')" = \
		'[5,true,["CorrectionOutdated"]]' ]
	rests
	request DELETE "$path/corrections?by=Eve&why=wrong"
	asked 200
	[ "$(field '[.energyWh, .corrected, .finalizing] | tojson')" = \
		'[1200,false,false]' ]
	[ "$(explained '.[-1] | [.cause, .acceptedBy, .acceptedWhy]')" = \
		'["Withdrawn","Eve","wrong"]' ]
}

@test "a start on its connector ends it with its last reading" {
	# shellcheck disable=SC2046 # one word an event
	send "$(started 0 7 1 1000)" $(registers 1 10)
	send "$(started 900 8 1 2000)"
	wait_for decided
	[ "$(sessions '[.transactionId, .endedAt, .reason, .energyWh,
		.finalizing]' | head -n 1)" = \
		"[7,\"$(at 600)\",\"Superseded\",1000,false]" ]
}

@test "one that fell silent is closed, after a dry run that says so" {
	local line

	# shellcheck disable=SC2046 # one word an event
	send "$(started 0 7 1 1000)" $(registers 1 10)
	sql "update sessions set created_at = now() - interval '2 days',
			updated_at = now() - interval '2 days'
			where charge_point_id = '$id';
		update meter_samples set received_at = now() - interval '2 days'
			where charge_point_id = '$id'"
	line=$("$stack_root/scripts/close-stale" --dry-run 3>&- | grep "^$id")
	[[ $line == *$'\t1000 Wh MeterValues.Register'* ]]
	[ "$("$stack_root/scripts/close-stale" 3>&- | grep "^$id")" = "$line" ]
	[ "$(sessions '[.endedAt, .reason, .finalizing]')" = \
		"[\"$(at 600)\",\"Stale\",false]" ]
}

@test "refinalize decides it, and its dry run says what it will" {
	local line

	charged
	sql "update meter_samples set value_mwh = 1300000
		where charge_point_id = '$id'"
	line=$("$stack_root/scripts/refinalize" --dry-run 2>/dev/null 3>&- |
		grep "^$id")
	[[ $line == *$'\t1000 Wh MeterValues.Register\t300 Wh '* ]]
	[ "$(sessions '[.finalizing, .energyWh]')" = '[false,1000]' ]
	[ "$("$stack_root/scripts/refinalize" 2>/dev/null 3>&- |
		grep "^$id")" = "$line" ]
	[ "$(explained 'map(.cause)')" = '["Ended","Refinalized"]' ]
}

@test "killed in the middle, the next process decides it" {
	local pid

	hold "lock table session_revisions in exclusive mode"
	# shellcheck disable=SC2046 # one word an event
	tell "$(started 0 7 1 1000)" $(registers 1 10) "$(ended 660 7)"
	wait_for held_up
	pid=$(awk '$1 == "child" { print $2 }' \
		"$CPMS_TEST_RUN_DIR/pid/event_ingest.pid")
	kill -KILL "$pid"
	let_go
	wait_for decided
	[ "$(sessions '[.finalizing, .energyWh]')" = '[false,1000]' ]
	[ "$(explained 'map(.cause)')" = '["Ended"]' ]
}

@test "of more ends than are read the first counts, and that they differ" {
	local i
	local -a ends=()

	for ((i = 70; i > 0; i--)); do
		ends+=("$(ended $((600 + i)) 7 $((2000 + i)))")
	done
	send "$(started 0 7 1 1000)"
	tell "${ends[@]}"
	[ "$(sessions '[.endedAt, .energyWh, .reviewReasons]')" = \
		"[\"$(at 601)\",1001,[\"ConflictingEnds\"]]" ]
}

# inserted FROM TO KIND WH: a reading a second, each higher by so much.
inserted() {
	sql "insert into meter_samples (charge_point_id, transaction_id, ts,
			kind, value_text, value_mwh)
		select '$id', 7, timestamptz '$(at 0)' + i * interval '1 s',
			'$3', i, 1000000 + i * $4 * 1000
		from generate_series($1, $2) i"
}

@test "a running one says what came so far from its first and last readings" {
	send "$(started 0 7 1)"
	inserted 1 1300 R 10
	[ "$(sessions '[.energyWhSoFar, .lastReadingAt]')" = \
		"[14000,\"$(at 1300)\"]" ]
	send "$(sampled 0 7 "$(reading 1000 '{"context":"Transaction.Begin"}')")"
	[ "$(sessions .energyWhSoFar)" = 13000 ]
	sql "update meter_samples set kind = 'I' where charge_point_id = '$id'
		and kind = 'R'"
	[ "$(sessions '[.energyWhSoFar, .lastReadingAt]')" = \
		"[null,\"$(at 1300)\"]" ]
}

@test "recordings come out as they do when everything is decided at once" {
	local name

	for name in depot-day bad-day; do
		"$stack_root/scripts/replay" --url "$CPMS_TEST_BASE_URL" \
			"$stack_root/tests/data/$name.ndjson" >/dev/null 3>&-
	done
	id=%
	wait_for nothing_due
	CPMS_LARGE_SESSION=1000000 "$stack_root/scripts/refinalize" --dry-run \
		>"$BATS_TEST_TMPDIR/said" 2>/dev/null 3>&-
	! grep -E '^(DEPOT|BAD)-' "$BATS_TEST_TMPDIR/said"
}

nothing_due() {
	[ "$(sql "select count(*) from large_sessions
		where due_since is not null")" = 0 ]
}
