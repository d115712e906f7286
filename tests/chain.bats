#!/usr/bin/env bats
# From events to the number on the bill, through the API: which session an
# event is of, in whatever order and how often it comes, and what is told of
# the number.
# bats file_tags=beside

load lib/stack

# The charger's waiting transactions through the filter $1.
waiting() {
	get "/v1/waiting?chargePointId=$id"
	[ "$status_code" = 200 ]
	jq -c "$1" <<<"$body"
}

# The flags of the N-th session's latest revision.
flags() {
	explained '.[-1].flags' "${1:-1}"
}

accept() {
	post "/v1/sessions/$(session_id "${1:-1}")/accept" \
		'{"by":"Op","why":"looked at it"}'
}

# --- figures

@test "every kind of session comes out with its figure" {
	local start stop readings want base=$id n=0 list i value

	while IFS='|' read -r start stop readings want; do
		n=$((n + 1))
		id=$base-$n
		list=()
		[ "$start" = none ] || list+=("$(started 0 7 1 "${start#-}")")
		i=0
		for value in $readings; do
			i=$((i + 1))
			case $value in
			*kWh) value="{\"unit\":\"kWh\",\"value\":\"${value%kWh}\"}" ;;
			i*) value="{\"measurand\":\"Energy.Active.Import.Interval\",\"value\":\"${value#i}\"}" ;;
			n*) value="{\"value\":${value#n}}" ;;
			esac
			list+=("$(sampled $((i * 300)) 7 "$value")")
		done
		list+=("$(ended 3600 7 "${stop#-}")")
		# the end first, the start last
		mapfile -t list < <(printf '%s\n' "${list[@]}" | tac)
		send "$(array "${list[@]}")"
		[ "$(sessions '[.energyWh, .energySource, .isEstimated]')" = \
			"[$want]" ] || {
			echo "$n: $start|$stop|$readings: $body"
			return 1
		}
	done <<-'END'
		1000|1600|1100 1500|600,"StopTransaction",false
		1000|-|1100 1500|500,"MeterValues.Register",false
		-|400|0.15005000000000002kWh 0.30008999999999997kWh|400,"StopTransaction",false
		-|-|0.15005000000000002kWh 0.30008999999999997kWh|300,"MeterValues.Register",false
		-|-||null,"Missing",true
		1000|-|1500.5|501,"MeterValues.Register",false
		1000|-|n1500.4999999999999|501,"MeterValues.Register",false
		1000|-|i100 i150.4 i249.6|500,"MeterValues.Interval",false
		1000|-|i0|0,"MeterValues.Interval",false
		1000|-|i100 i-50 i100|200,"MeterValues.Interval",true
		1000|-|999.5|0,"MeterValues.Register",false
		5000|4000|5100 5600|600,"MeterValues.Register",false
		5000|4000||null,"Missing",true
		1000|-|1100 1090 1200 1300|300,"MeterValues.Register",false
		1000|-|1100 9999999 1200 1300|300,"MeterValues.Register",false
		1000|-|1100 1200 9999999|200,"MeterValues.Register",false
		1000|-|1100 1300 1200|300,"MeterValues.Register",true
		1000|-|1100 1200 0 50 130|330,"MeterValues.Register",true
		0|-|5000 10000 0 5000 10000 15000|25000,"MeterValues.Register",true
		5000|-|10 60 210|200,"MeterValues.Register",true
		-|7783000|7780000|3000,"StopTransaction",true
		-|7783000||null,"Missing",true
		1|7783000|7780000 7781500|3000,"StopTransaction",true
		1000|-|1500 1499.4|499,"MeterValues.Register",false
	END
	[ "$n" = 24 ]
}

@test "a running session shows what it has delivered so far" {
	send "$(started 0 7 1 1000)"
	[ "$(sessions '[.energyWh, .endedAt, .meterStartWh, .energyWhSoFar,
		.lastReadingAt]')" = '[null,null,1000,null,null]' ]
	send "$(sampled 60 7 1100.5)" "$(sampled 120 7 1250)"
	[ "$(sessions '[.energyWh, .energySource, .energyWhSoFar,
		.lastReadingAt]')" = '[null,null,250,"2026-03-01T10:02:00Z"]' ]
	send "$(ended 180 7 1300)"
	[ "$(sessions '[.energyWh, .energyWhSoFar, .lastReadingAt, .endedAt,
		.meterStopWh]')" = '[300,null,null,"2026-03-01T10:03:00Z",1300]' ]
}

# --- which session

@test "starts are never merged: another ts or connector is another session" {
	send "$(started 0 7 1 1000)" "$(started 0.001 7 1 1000)" \
		"$(started 5000 7 2 1000)" "$(started 5000.5 8 2 1000)" \
		"$(started 0 7 1 1000)"
	[ "$(sessions '[.connectorId, .transactionId, .startedAt]')" = \
'[1,7,"2026-03-01T10:00:00Z"]
[1,7,"2026-03-01T10:00:00.001Z"]
[2,7,"2026-03-01T11:23:20Z"]
[2,8,"2026-03-01T11:23:20.500Z"]' ]
}

@test "a reused id gives each reading and end to the latest start before it" {
	send "$(array "$(started 0 7 1 1000)" "$(started 100000 7 1 9000)" \
		"$(sampled 1000 7 1100)" "$(sampled 99939 7 1200)" \
		"$(sampled 99941 7 9100)" "$(sampled 101000 7 9300)" \
		"$(ended 99930 7)" "$(ended 102000 7)")"
	[ "$(figures)" = \
'[1,7,200,"MeterValues.Register",false]
[1,7,300,"MeterValues.Register",false]' ]
	[ "$(explained '.[0].readingsUsed | map(.value)' 1)" = \
		'["1100","1200"]' ]
	[ "$(explained '.[0].readingsUsed | map(.value)' 2)" = \
		'["9100","9300"]' ]
}

@test "what is before all starts goes to the earliest, unbilled" {
	send "$(array "$(sampled -5000 7 500)" "$(started 0 7 1 1000)" \
		"$(started 100000 7 1 9000)" "$(sampled 1000 7 1100)" \
		"$(sampled 101000 7 9100)" "$(ended 2000 7)" \
		"$(ended 102000 7)")"
	[ "$(sessions .energyWh)" = $'100\n100' ]
	[ "$(explained '.[0].readingsLeftOut | map([.value, .why])')" = \
		"[[\"500\",\"outside the session's time\"]]" ]
	[ "$(flags)" = '["ReadingIgnored"]' ]
	[ "$(explained '.[0].readingsLeftOut' 2)" = '[]' ]
}

@test "an end before all starts ends the earliest" {
	send "$(started 0 7 1 1000)" "$(started 100000 7 2 9000)" \
		"$(ended -5000 7 1500)"
	[ "$(sessions '[.connectorId, .energyWh, .endedAt]')" = \
'[1,500,"2026-03-01T08:36:40Z"]
[2,null,null]' ]
	[ "$(flags)" = '["ClockSkew"]' ]
}

@test "with one session only it is that one, whatever the ts" {
	send "$(started 0 7 1 1000)" "$(ended 900000 7 1500)"
	[ "$(figures)" = '[1,7,500,"StopTransaction",false]' ]
	id+=-2
	send "$(ended -900000 7 1500)" "$(started 0 7 1 1000)"
	[ "$(figures)" = '[1,7,500,"StopTransaction",false]' ]
}

@test "never another charger's, though the id be the same" {
	local first=$id

	send "$(started 0 7 1 1000)"
	id+=-2
	send "$(started 0 7 1 2000)" "$(sampled 60 7 2500)" "$(ended 120 7 2600)"
	[ "$(sessions .energyWh)" = 600 ]
	id=$first
	[ "$(sessions '[.energyWh, .endedAt, .energyWhSoFar]')" = \
		'[null,null,null]' ]
}

@test "a late start takes its readings and its end from the session before" {
	send "$(started 0 7 1 1000)" "$(sampled 1000 7 1100)" \
		"$(sampled 6000 7 1400)" "$(ended 7000 7 1500)"
	[ "$(figures)" = '[1,7,500,"StopTransaction",false]' ]
	send "$(started 5000 7 2 1200)"
	[ "$(sessions '[.connectorId, .energyWh, .endedAt, .meterStopWh,
		.reason, .finalizedAt == null, .energyWhSoFar]')" = \
'[1,null,null,null,null,true,100]
[2,300,"2026-03-01T11:56:40Z",1500,null,false,null]' ]
	send "$(ended 2000 7 1150)"
	[ "$(sessions .energyWh)" = $'150\n300' ]
	[ "$(explained 'map(.energyWh)')" = '[500,150]' ]
}

@test "a late start on the same connector also supersedes" {
	send "$(started 0 7 1 1000)" "$(sampled 1000 7 1100)" \
		"$(ended 7000 7 1500)" "$(started 5000 7 1 1200)"
	[ "$(sessions '[.energyWh, .reason, .endedAt]')" = \
'[100,"Superseded","2026-03-01T10:16:40Z"]
[300,null,"2026-03-01T11:56:40Z"]' ]
}

# --- two that can't be told apart

@test "two connectors within 60 s: nothing is attributed to either" {
	send "$(started 0 7 1 1000)" "$(started 60 7 2 5000)" \
		"$(sampled 100 7 1100)" "$(sampled 110 7 5100)"
	[ "$(sessions '[.connectorId, .endedAt, .energyWhSoFar]')" = \
'[1,null,null]
[2,null,null]' ]
	send "$(ended 500 7 1600)"
	[ "$(sessions '[.connectorId, .energyWh, .energySource, .isEstimated,
		.needsReview, .meterStopWh, .endedAt]')" = \
'[1,null,"Missing",true,true,null,"2026-03-01T10:08:20Z"]
[2,null,"Missing",true,true,null,"2026-03-01T10:08:20Z"]' ]
	[ "$(flags 1)" = '["AmbiguousTransaction","EnergyMissing"]' ]
	[ "$(flags 2)" = '["AmbiguousTransaction","EnergyMissing"]' ]
	[ "$(explained '.[0].readingsUsed' 1)" = '[]' ]
	[ "$(sql "select count(*) from meter_samples
		where charge_point_id = '$id'")" = 2 ]
}

@test "the first end closes both, whichever of the ends comes first" {
	send "$(started 0 7 1 1000)" "$(started 0 7 2 5000)" "$(ended 900 7 1)" \
		"$(ended 500 7 2)"
	[ "$(sessions .endedAt)" = $'"2026-03-01T10:08:20Z"\n"2026-03-01T10:08:20Z"' ]
	[ "$(flags 1)" = '["AmbiguousTransaction","EnergyMissing"]' ]
}

@test "61 s apart they are told apart" {
	send "$(started 0 7 1 1000)" "$(started 121 7 2 5000)" \
		"$(sampled 50 7 1100)" "$(sampled 200 7 5100)" \
		"$(ended 60 7)" "$(ended 500 7)"
	[ "$(figures)" = \
'[1,7,100,"MeterValues.Register",false]
[2,7,100,"MeterValues.Register",false]' ]
	id+=-2
	send "$(started 0 7 1 1000)" "$(started 60.001 7 2 5000)" \
		"$(ended 500 7 5200)"
	[ "$(sessions '[.connectorId, .energyWh]')" = $'[1,null]\n[2,200]' ]
}

@test "a late start that makes a final session ambiguous takes its figure back" {
	send "$(started 0 7 1 1000)" "$(ended 500 7 1600)"
	[ "$(sessions .energyWh)" = 600 ]
	send "$(started 30 7 2 5000)"
	[ "$(sessions '[.energyWh, .needsReview]')" = \
		$'[null,true]\n[null,true]' ]
	[ "$(explained 'map([.revision, .cause, .energyWh])')" = \
		'[[1,"Ended",600],[2,"Late",null]]' ]
}

# --- waiting

@test "a reading or an end without its start waits, listed, as no session" {
	send "$(sampled 60 7 1100)" "$(sampled 120 7 1200)" "$(ended 180 8)"
	[ "$(sessions .)" = '' ]
	[ "$(waiting 'map([.chargePointId, .transactionId, .samples, .ends])
		| sort')" = "[[\"$id\",7,2,0],[\"$id\",8,0,1]]" ]
	[ "$(waiting 'map(.firstReceivedAt <= .lastReceivedAt) | all')" = true ]
}

@test "what waits joins when the start comes, and waits no more" {
	send "$(sampled 60 7 1100)" "$(ended 180 7)"
	[ "$(waiting length)" = 1 ]
	send "$(started 0 7 1 1000)"
	[ "$(figures)" = '[1,7,100,"MeterValues.Register",false]' ]
	[ "$(waiting length)" = 0 ]
	[ "$(explained 'map(.cause)')" = '["Ended"]' ]
}

@test "another charger's start leaves it waiting" {
	local first=$id

	send "$(sampled 60 7 1100)"
	id+=-2
	send "$(started 0 7 1 1000)"
	id=$first
	[ "$(waiting length)" = 1 ]
	send "$(started 0 8 1 1000)"
	[ "$(waiting length)" = 1 ]
}

# --- two different ends, two different starts

@test "of two different ends the earliest counts, flagged" {
	send "$(started 0 7 1 1000)" "$(ended 600 7 1700 Remote)" \
		"$(ended 500 7 1600 Local)"
	[ "$(sessions '[.energyWh, .endedAt, .reason, .needsReview]')" = \
		'[600,"2026-03-01T10:08:20Z","Local",true]' ]
	[ "$(flags)" = '["ConflictingEnds"]' ]
	[ "$(explained 'map([.energyWh, .needsReview])')" = \
		'[[700,false],[600,true]]' ]
	id+=-2
	send "$(started 0 7 1 1000)" "$(ended 500 7 1600 Local)" \
		"$(ended 600 7 1700 Remote)"
	[ "$(sessions '[.energyWh, .reason, .needsReview]')" = \
		'[600,"Local",true]' ]
}

@test "of two ends of one ts the one with a stop counts, then the lower" {
	send "$(started 0 7 1 1000)" "$(ended 500 7)" "$(ended 500 7 1700)" \
		"$(ended 500 7 1600)" "$(ended 500 7 1650)"
	[ "$(sessions '[.energyWh, .energySource, .needsReview]')" = \
		'[600,"StopTransaction",true]' ]
}

@test "two ends that differ in their reason only are no conflict" {
	send "$(started 0 7 1 1000)" "$(ended 500 7 1600 Remote)" \
		"$(ended 500 7 1600 Local)" "$(ended 500 7 1600)"
	[ "$(sessions '[.energyWh, .reason, .needsReview]')" = \
		'[600,"Local",false]' ]
	[ "$(flags)" = '[]' ]
}

@test "two starts that differ in meterStartWh only are one session, flagged" {
	send "$(started 0 7 1 2000)" "$(started 0 7 1 1000)" "$(ended 500 7 2500)"
	[ "$(sessions '[.meterStartWh, .energyWh, .needsReview]')" = \
		'[1000,1500,true]' ]
	id+=-2
	send "$(started 0 7 1)" "$(ended 500 7 2500)" "$(started 0 7 1 2000)"
	[ "$(sessions '[.meterStartWh, .energyWh, .needsReview]')" = \
		'[2000,500,true]' ]
	[ "$(explained 'map([.cause, .energyWh, .meterStartWh])')" = \
		'[["Ended",2500,null],["Late",500,2000]]' ]
}

# --- no end

@test "the next start on the connector ends a session that has no end" {
	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)" \
		"$(sampled 120 7 1200)" "$(started 300 8 1 1200)"
	[ "$(sessions '[.transactionId, .energyWh, .energySource, .endedAt,
		.reason, .meterStopWh, .isEstimated, .needsReview]')" = \
'[7,200,"MeterValues.Register","2026-03-01T10:02:00Z","Superseded",null,false,false]
[8,null,null,null,null,null,false,false]' ]
	[ "$(flags)" = '["Superseded"]' ]
}

@test "without a reading a superseded session ends where it began" {
	send "$(started 0 7 1 1000)" "$(started 300 8 1 1200)"
	[ "$(sessions '[.transactionId, .energySource, .endedAt]' |
		head -n 1)" = '[7,"Missing","2026-03-01T10:00:00Z"]' ]
}

@test "a start on another connector ends nothing" {
	send "$(started 0 7 1 1000)" "$(started 300 8 2 1200)"
	[ "$(sessions .endedAt)" = $'null\nnull' ]
}

@test "a start that comes late is ended by the one that is there" {
	send "$(started 300 8 1 1200)" "$(sampled 60 7 1100)" \
		"$(started 0 7 1 1000)"
	[ "$(sessions '[.transactionId, .energyWh, .reason]')" = \
'[7,100,"Superseded"]
[8,null,null]' ]
}

@test "a start that comes between two others ends the first one earlier" {
	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)" \
		"$(sampled 530 7 1400)" "$(sampled 900 7 1900)" \
		"$(started 1000 9 1 2000)"
	[ "$(sessions '[.transactionId, .endedAt]' | head -n 1)" = \
		'[7,"2026-03-01T10:15:00Z"]' ]
	send "$(started 500 8 1 1500)"
	[ "$(sessions '[.transactionId, .endedAt, .reason]')" = \
'[7,"2026-03-01T10:08:20Z","Superseded"]
[8,"2026-03-01T10:08:20Z","Superseded"]
[9,null,null]' ]
	[ "$(explained 'map([.energyWh, .flags])')" = \
'[[900,["Superseded"]],[400,["ReadingIgnored","Superseded","Overlap"]]]' ]
}

@test "a late reading moves the end that nobody reported" {
	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)" \
		"$(started 300 8 1 1200)" "$(sampled 240 7 1190)"
	[ "$(sessions '[.energyWh, .endedAt, .reason]' | head -n 1)" = \
		'[190,"2026-03-01T10:04:00Z","Superseded"]' ]
	send "$(sampled 350 7 1250)"
	[ "$(sessions '[.energyWh, .endedAt]' | head -n 1)" = \
		'[250,"2026-03-01T10:05:00Z"]' ]
	send "$(sampled 400 7 1300)"
	[ "$(explained 'map(.energyWh)')" = '[100,190,250,250]' ]
	[ "$(flags)" = '["ReadingIgnored","Superseded","Overlap"]' ]
}

# named_overlap: the transaction of the session that session 7 overlaps with.
named_overlap() {
	sql "select transaction_id from sessions
		where session_id = $(explained '.[-1].overlapsSessionId' |
			tr '"' "'")::uuid"
}

@test "a start that comes late decides the ended session before it again" {
	send "$(started 0 7 1 1000)" "$(ended 900 7 1600)" \
		"$(started 900 9 1 1600)"
	[ "$(flags)" = '[]' ]
	send "$(started 840 10 1 1500)"
	[ "$(flags)" = '[]' ]
	send "$(started 600 8 1 1200)"
	[ "$(explained '.[-1] | [.cause, .energyWh, .flags, .needsReview]')" = \
		'["Late",600,["Overlap"],true]' ]
	[ "$(named_overlap)" = 8 ]
	send "$(started 300 6 1 1100)"
	[ "$(explained 'map(.flags)')" = '[[],["Overlap"],["Overlap"]]' ]
	[ "$(named_overlap)" = 6 ]
}

@test "a start on another connector overlaps with nothing" {
	send "$(started 0 7 1 1000)" "$(ended 900 7 1600)" \
		"$(started 600 8 2 1200)"
	[ "$(explained 'map(.flags)')" = '[[]]' ]
}

# --- starts and their meter

@test "a meterStartWh that can't be read is neither 0 nor absent" {
	local v n=0

	for v in -1 '"-1"' '"n/a"' '""' 1e99 true '{}'; do
		n=$((n + 1))
		id=${id%%.*}.$n
		send "$(started 0 7 1 "$v")" "$(sampled 60 7 45000)" \
			"$(sampled 120 7 45900)" "$(ended 300 7 46000)"
		[ "$(sessions '[.energyWh, .energySource, .isEstimated,
			.needsReview, .meterStartWh]')" = \
			'[900,"MeterValues.Register",true,true,null]' ] || {
			echo "$v: $(sessions .)"
			return 1
		}
		[ "$(flags)" = '["StartUnreadable"]' ]
	done
}

@test "of two starts the one that can be read counts, in any order" {
	local a b

	id+=-1
	send "$(started 0 7 1 '"n/a"')" "$(started 0 7 1 1000)" \
		"$(started 0 7 1)" "$(ended 300 7 1600)"
	a=$(sessions '[.energyWh, .meterStartWh]')
	[ "$a" = '[600,1000]' ]
	[ "$(flags)" = '["ConflictingStarts"]' ]
	id+=-2
	send "$(started 0 7 1)" "$(ended 300 7 1600)"
	[ "$(flags)" = '["StartAssumedZero"]' ]
	send "$(started 0 7 1 '"n/a"')"
	[ "$(flags)" = '["ConflictingStarts","EnergyMissing","StartUnreadable"]' ]
	send "$(started 0 7 1 1000)"
	b=$(sessions '[.energyWh, .meterStartWh]')
	[ "$a" = "$b" ]
	[ "$(flags)" = '["ConflictingStarts"]' ]
}

@test "a start from a clock that is ahead is one for review" {
	local t=$(($(date +%s) - $(date -d '2026-03-01T10:00:00Z' +%s)))

	id+=-1
	send "$(started $((t + 200)) 7 1 1000)" "$(ended $((t + 900)) 7 1600)"
	[ "$(flags)" = '[]' ]
	id+=-2
	send "$(started $((t + 600)) 7 1 1000)" "$(ended $((t + 900)) 7 1600)"
	[ "$(flags)" = '["ClockSkew"]' ]
	[ "$(sessions '[.energyWh, .needsReview]')" = '[600,true]' ]
}

@test "a start that takes a session over has an arrival of its own" {
	local t=$(($(date +%s) - $(date -d '2026-03-01T10:00:00Z' +%s)))

	send "$(ended $((t + 900)) 7 1600)"
	sql "update waiting_transactions
			set first_received_at = now() - interval '3 days',
			last_received_at = now() - interval '3 days'
		where charge_point_id = '$id'"
	(cd "$stack_root" && CPMS_HOME=$CPMS_TEST_RUN_DIR scripts/close-stale) \
		>/dev/null
	sql "update sessions set created_at = now() - interval '2 days'
		where charge_point_id = '$id'"
	send "$(started "$t" 7 1 1000)"
	[ "$(sessions '[.energyWh, .needsReview]')" = '[600,false]' ]
}

@test "a charger's own limit of power stands for the setting" {
	local path

	path=/v1/chargers/$(jq -rn --arg id "$id" '$id | @uri')
	send "$(started 0 7 1 1000)" "$(ended 3600 7 61000)"
	[ "$(explained '.[-1] | [.flags, .maxPowerKw, .maxPowerFrom]')" = \
		'[[],500,"CPMS_MAX_CHARGE_KW"]' ]
	request PUT "$path" '{"maxPowerKw":22,"secret":"s"}'
	[ "$(jq .maxPowerKw <<<"$body")" = 22 ]
	post "/v1/sessions/$(session_id)/finalize?force=true"
	[ "$(explained '.[-1] | [.energyWh, .flags, .maxPowerKw,
		.maxPowerFrom]')" = \
		'[60000,["ImplausiblePower"],22,"maxPowerKw of the charger"]' ]
}

@test "the real end replaces the one that nobody reported" {
	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)" \
		"$(started 300 8 1 1200)" "$(ended 290 7 1195 Local)"
	[ "$(sessions '[.energyWh, .energySource, .endedAt, .reason,
		.meterStopWh]' | head -n 1)" = \
		'[195,"StopTransaction","2026-03-01T10:04:50Z","Local",1195]' ]
	[ "$(flags)" = '[]' ]
	[ "$(explained 'map(.cause)')" = '["Ended","Late"]' ]
}

@test "a reading far behind the real end is kept and not billed" {
	send "$(started 0 7 1 1000)" "$(sampled 60 7 1200)" "$(ended 600 7)" \
		"$(sampled 660 7 1300)" "$(sampled 661 7 1400)"
	[ "$(sessions .energyWh)" = 300 ]
	[ "$(explained '.[-1].readingsLeftOut | map(.value)')" = '["1400"]' ]
}

# --- late

@test "late data re-finalizes by itself and leaves the old revision" {
	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)" "$(ended 300 7)"
	[ "$(sessions .energyWh)" = 100 ]
	send "$(sampled 200 7 1250)"
	[ "$(sessions .energyWh)" = 250 ]
	[ "$(explained 'map([.revision, .cause, .energyWh])')" = \
		'[[1,"Ended",100],[2,"Late",250]]' ]
}

@test "late data that changes nothing leaves no revision" {
	send "$(started 0 7 1 1000)" "$(ended 300 7 1600)" \
		"$(event MeterSample 100 '"transactionId":7,"samples":[{"measurand":"Voltage","value":"230"}]')" \
		"$(ended 300 7 1600)"
	[ "$(explained length)" = 1 ]
}

@test "many late readings in one batch are one revision" {
	send "$(started 0 7 1 1000)" "$(ended 3000 7)"
	post /v1/gateway/events "$(jq -nc --arg id "$id" '[range(200)
		| {type: "MeterSample", chargePointId: $id, transactionId: 7,
		ts: (1772359201 + . | todate),
		samples: [{value: "\(1001 + .)"}]}]')"
	[ "$status_code" = 202 ]
	[ "$(sessions .energyWh)" = 200 ]
	[ "$(explained 'map([.cause, .energyWh])')" = \
		'[["Ended",null],["Late",200]]' ]
}

@test "all events of a session in one array are one revision" {
	send "$(array "$(ended 300 7)" "$(sampled 200 7 1250)" \
		"$(sampled 60 7 1100)" "$(started 0 7 1 1000)")"
	[ "$(explained 'map([.revision, .cause, .energyWh])')" = \
		'[[1,"Ended",250]]' ]
}

# --- no transaction

@test "transactionId 0 or below is no transaction: kept, no session" {
	send "$(sampled 0 0 1100)" "$(started 0 0 1 1000)" "$(ended 60 0 1600)" \
		"$(sampled 0 -5 1100)" "$(started 0 -5 1 1000)" "$(ended 60 -5)"
	[ "$(sessions .)" = '' ]
	[ "$(waiting length)" = 0 ]
	[ "$(kept)" = 6 ]
	[ "$(sql "select transaction_id, value_text from meter_samples
		where charge_point_id = '$id' order by 1")" = $'-5|1100\n0|1100' ]
}

@test "a start without a transaction ends no other session" {
	send "$(started 0 7 1 1000)" "$(started 300 0 1 1000)"
	[ "$(sessions '[.transactionId, .endedAt]')" = '[7,null]' ]
}

# --- the explanation

@test "a revision tells every step, the readings used and those left out" {
	send "$(started 0 7 1 1000)" \
		"$(sampled 60 7 '{"value":"1.1","unit":"kWh"}' \
			'{"measurand":"Power.Active.Import","unit":"kW","value":"7"}' \
			'{"measurand":"Energy.Active.Import.Interval","value":"90.0004"}')" \
		"$(sampled 120 7 '{"value":" n/a ","context":"Sample.Periodic"}')" \
		"$(sampled 180 7 1500.5)" "$(ended 300 7 1600 Local)"
	[ "$(explained '.[0] | [.ruleVersion, .step, .steps, .baseline,
		.meterStopWh, .flags, .energyWh, .energySource, .reason]' |
		jq -Sc .)" = "$(jq -Sc . <<-'END'
		[2, "StopTransaction", {"StopTransaction": {"energyWh": 600},
		"MeterValues.Register": {"energyWh": 500.5},
		"MeterValues.Interval": {"energyWh": 90}},
		{"from": "meterStartWh", "meterWh": 1000}, 1600,
		["ReadingIgnored"], 600, "StopTransaction", "Local"]
		END
	)" ]
	[ "$(explained '.[0].readingsUsed | map([.item, .ts, .measurand[21:],
		.value, .unit, .energyWh]) | sort')" = "$(jq -c . <<-'END'
		[[0, "2026-03-01T10:01:00Z", "Register", "1.1", "kWh", 1100],
		[0, "2026-03-01T10:03:00Z", "Register", "1500.5", "Wh", 1500.5],
		[2, "2026-03-01T10:01:00Z", "Interval", "90.0004", null, 90]]
		END
	)" ]
	[ "$(explained '.[0].readingsLeftOut | map([.value, .context,
		.energyWh, .why])')" = \
		'[[" n/a ","Sample.Periodic",null,"its value is not a number in range"]]' ]
	[ "$(explained '[.[0] | .readingsUsed[], .readingsLeftOut[] | .eventId]
		| unique | length')" = 3 ]
	[ "$(sql "select count(*) from gateway_events where id in (
		$(explained '[.[0] | .readingsUsed[], .readingsLeftOut[]
			| .eventId]' | tr -d '[]'))
		and charge_point_id = '$id'")" = 3 ]
}

@test "a step that could not be computed says why" {
	send "$(started 0 7 1 1000)" "$(ended 300 7)"
	[ "$(explained '.[0].steps | map_values(.whyNot)' |
		jq -Sc .)" = \
		'{"MeterValues.Interval":"no interval reading counts","MeterValues.Register":"no register reading counts","StopTransaction":"the end came without a meterStopWh"}' ]
}

@test "a revision is shown as it was stored, not recomputed" {
	local decided='map(del(.readings, .readingsUsed))' before

	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)" "$(ended 300 7)"
	before=$(explained "$decided")
	[ "$(explained '.[0].readings.unchanged')" = true ]
	sql "update meter_samples set value_mwh = 9999000, value_text = '9999'
			where charge_point_id = '$id';
		update sessions set meter_start_wh = 1, energy_wh = 77
			where charge_point_id = '$id'"
	[ "$(explained "$decided")" = "$before" ]
	[ "$(explained '.[0].readings.unchanged')" = false ]
	[ "$(sessions .energyWh)" = 77 ]
}

# came_out WANT EVENT...: the flags and needsReview of what they make.
came_out() {
	local want=$1

	shift
	n=$((${n:-0} + 1))
	id=${id%%.*}.$n
	send "$(array "${@//CHARGER/$id}")"
	[ "$(explained '.[-1] | [.flags, .needsReview]')" = "$want" ] || {
		echo "$n: $(explained '.[-1] | [.flags, .needsReview]') $want"
		return 1
	}
	[ "$(sessions .needsReview | head -n 1)" = \
		"$(jq '.[1]' <<<"$want")" ]
}

@test "every flag is raised, and those in doubt ask for a review" {
	local base=$id

	id=CHARGER
	local start end
	start=$(started 0 7 1 1000)
	end=$(ended 3600 7)
	local -a zero start_replaced below restart ignored disagree power large \
		skew unreadable overlap after early doubtful equal missing
	zero=("$(started 0 7 1)" "$(sampled 60 7 100)" "$end")
	start_replaced=("$(started 0 7 1)" "$(sampled 60 7 7780000)" \
		"$(sampled 120 7 7781000)" "$end")
	below=("$start" "$(sampled 60 7 1100)" "$(ended 3600 7 900)")
	restart=("$start" "$(sampled 60 7 1100)" "$(sampled 120 7 0)" \
		"$(sampled 180 7 50)" "$end")
	ignored=("$start" "$(sampled 60 7 1100)" "$(sampled 120 7 x)" "$end")
	disagree=("$start" "$(sampled 60 7 1500)" "$(sampled 90 7 1510)" \
		"$(ended 3600 7 1400)")
	power=("$start" "$(ended 600 7 201000)")
	large=("$start" "$(ended 360000 7 301000)")
	skew=("$start" "$(ended -600 7 1400)")
	unreadable=("$(started 0 7 1 '"x"')" "$(sampled 60 7 1500)" "$end")
	overlap=("$start" "$(ended 600 7 1400)" "$(started 300 8 1 1400)")
	after=("$start" "$(sampled 60 7 1500)" "$(sampled 9000 7 2600)" "$end")
	early=("$start" "$(sampled 60 7 1500)" "$(ended 7200 7)")
	doubtful=("$start" "$(sampled 60 7 \
		'{"measurand":"Energy.Active.Import.Interval","value":"5"}')" \
		"$(sampled 61 7 \
		'{"measurand":"Energy.Active.Import.Interval","value":"5"}')" "$end")
	equal=("$(started 0 7 1 3000)" "$end")
	for n in 60 120; do
		equal+=("$(sampled $n 7 '{"phase":"L1","value":"1100"}' \
			'{"phase":"L2","value":"1100"}' \
			'{"phase":"L3","value":"1100"}')")
	done
	n=0
	missing=("$start" "$end")
	id=$base
	came_out '[["StartAssumedZero"],false]' "${zero[@]}"
	came_out '[["StartAssumedZero","StartReplaced"],true]' \
		"${start_replaced[@]}"
	came_out '[["StopBelowStart","StepsDisagree"],true]' "${below[@]}"
	came_out '[["MeterRestart"],true]' "${restart[@]}"
	came_out '[["ReadingIgnored"],false]' "${ignored[@]}"
	came_out '[["StepsDisagree"],true]' "${disagree[@]}"
	came_out '[["ImplausiblePower","EnergyMissing"],true]' "${power[@]}"
	came_out '[["LargeEnergy"],true]' "${large[@]}"
	came_out '[["ClockSkew"],true]' "${skew[@]}"
	came_out '[["StartUnreadable"],true]' "${unreadable[@]}"
	came_out '[["Overlap"],true]' "${overlap[@]}"
	came_out '[["ReadingIgnored","EnergyAfterEnd"],true]' "${after[@]}"
	came_out '[["ReadingsEndEarly"],true]' "${early[@]}"
	came_out '[["IntervalsDoubtful"],true]' "${doubtful[@]}"
	came_out '[["PhasesEqual"],true]' "${equal[@]}"
	came_out '[["EnergyMissing"],true]' "${missing[@]}"
}

# --- review

@test "what needs review is listed until somebody accepts the number" {
	local session

	send "$(started 0 7 1 1000)" "$(ended 500 7 1600)" "$(ended 600 7 1700)"
	session=$(session_id)
	get "/v1/sessions?needsReview=true&chargePointId=$id"
	[ "$(jq -c 'map(.sessionId)' <<<"$body")" = "[\"$session\"]" ]
	accept
	[ "$status_code" = 200 ]
	[ "$(jq -c '[.energyWh, .needsReview]' <<<"$body")" = '[600,false]' ]
	get "/v1/sessions?needsReview=true&chargePointId=$id"
	[ "$body" = '[]' ]
	[ "$(explained '.[-1] | [.cause, .acceptedBy, .acceptedWhy, .energyWh,
		.needsReview, .flags]')" = \
		'["Accepted","Op","looked at it",600,false,["ConflictingEnds"]]' ]
}

@test "an accepted number stays accepted until another comes out" {
	send "$(started 0 7 1 1000)" "$(ended 500 7 1600)" "$(ended 600 7 1700)"
	accept
	[ "$status_code" = 200 ]
	send "$(ended 601 7 1700)" "$(event ChargerHeartbeat 700)"
	post "/v1/sessions/$(session_id)/finalize?force=true"
	[ "$status_code" = 200 ]
	[ "$(sessions '[.energyWh, .needsReview]')" = '[600,false]' ]
	send "$(ended 400 7 1550)"
	[ "$(sessions '[.energyWh, .needsReview]')" = '[550,true]' ]
	[ "$(explained 'map(.cause)')" = '["Ended","Late","Accepted","Late"]' ]
}
