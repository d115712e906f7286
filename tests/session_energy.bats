#!/usr/bin/env bats
# GET /v1/sessions/{sessionId}/energy
# bats file_tags=beside

load lib/stack

# energy [-r] JQ: of the explanation of the charger's first session.
energy() {
	ask session_energy GET "/v1/sessions/$(session_id)/energy"
	[ "$status_code" = 200 ]
	jq -c "$@" <<<"$body"
}

@test "a running session has no revision yet" {
	tell "$(started 0 7 1)" "$(sampled 300 7 1500)"
	[ "$(energy .revisions)" = '[]' ]
	[ "$(energy .sessionId)" = "\"$(session_id)\"" ]
}

@test "a revision holds the figure with what it was made of" {
	tell "$(started 0 7 1 1000.5)" "$(ended 600 7 1600 Local)"
	[ "$(energy '.revisions[0] | .madeAt = null | del(.step, .steps,
		.baseline, .flags, .maxPowerKw, .maxPowerFrom, .readings, .readingsUsed,
		.readingsLeftOut)')" = \
		"$(jq -nc '{revision: 1, madeAt: null, cause: "Ended",
		ruleVersion: 2, energyWh: 600, energySource: "StopTransaction",
		isEstimated: false, needsReview: false, reviewReasons: [],
		corrected: false, startedAt: "2026-03-01T10:00:00Z",
		endedAt: "2026-03-01T10:10:00Z", meterStartWh: 1000.5,
		meterStopWh: 1600, reason: "Local", acceptedBy: null,
		acceptedWhy: null}')" ]
	[[ $(energy '.revisions[0].madeAt') =~ ^\"20.*Z\"$ ]]
}

@test "the figure of each step is told, or why it has none" {
	tell "$(started 0 7 1 1000)" "$(sampled 300 7 1500.5)" \
		"$(ended 600 7 1600)"
	[ "$(energy '.revisions[0] | .step, .steps.StopTransaction,
		.steps["MeterValues.Register"],
		(.steps["MeterValues.Interval"].whyNot | type)')" = \
		$'"StopTransaction"\n{"energyWh":600}\n{"energyWh":500.5}\n"string"' ]
}

@test "the readings used and left out are listed as they were sent" {
	tell "$(started 0 7 1 1000)" "$(sampled 300 7 "$(reading ' 1.5 ' \
			'{"unit":"kWh"}')")" \
		"$(sampled 360 7 "$(reading 1400 '{"location":"Inlet"}')")" \
		"$(ended 600 7)"
	[ "$(energy '.revisions[0].readingsUsed[] |
		[.value, .unit, .energyWh, .ts, .item]')" = \
		'[" 1.5 ","kWh",1500,"2026-03-01T10:05:00Z",0]' ]
	[ "$(energy '.revisions[0].readingsLeftOut[] |
		[.value, .location, (.why | type)]')" = \
		'["1400","Inlet","string"]' ]
	event=$(energy '.revisions[0].readingsUsed[0].eventId')
	get "/v1/chargers/$id/events"
	[ "$(jq -r ".[] | select(.id == $event) |
		.event.samples[0].value" <<<"$body")" = ' 1.5 ' ]
}

@test "flags are words" {
	tell "$(started 0 7 1)" "$(ended 600 7 400)"
	[ "$(energy '.revisions[0].flags')" = '["StartAssumedZero"]' ]
}

@test "what comes late makes a revision on top and leaves the one below" {
	tell "$(started 0 7 1 1000)" "$(sampled 300 7 1500)" "$(ended 600 7)"
	first=$(energy '.revisions[0]')
	tell "$(sampled 480 7 1700)"
	[ "$(energy '.revisions | map([.revision, .cause, .energyWh])')" = \
		'[[2,"Late",700],[1,"Ended",500]]' ]
	[ "$(energy '.revisions[1]')" = "$first" ]
	[ "$(energy '.revisions[0].readingsUsed | length')" = 2 ]
	[ "$(energy '.revisions[1].readingsUsed | length')" = 1 ]
}

@test "what comes late and changes nothing makes no revision" {
	tell "$(started 0 7 1 1000)" "$(sampled 300 7 1500)" "$(ended 600 7)"
	tell "$(sampled 300 7 1500)"
	[ "$(energy '.revisions | length')" = 1 ]
}

@test "a figure from before there were explanations has none" {
	sql "insert into chargers (charge_point_id) values ('$id');
		with s as (insert into sessions (charge_point_id, connector_id,
		transaction_id, started_at, ended_at, end_kind) values ('$id',
		1, 7, '$(at 0)', '$(at 600)', 'Reported') returning session_id)
		insert into session_revisions (session_id, charge_point_id,
		revision, cause, rule_version, energy_wh, fingerprint,
		explanation) select session_id, '$id', 1, 'Inherited', 0, 5,
		'', '{}' from s"
	[ "$(energy '.revisions[0] | [.cause, .energyWh, .ruleVersion, .step,
		.steps, .baseline, .flags, .readingsUsed, .readingsLeftOut]')" \
		= '["Inherited",5,0,null,null,null,null,null,null]' ]
	[ "$(energy '.revisions[0] | has("readingsLeftOut")')" = true ]
}

@test "many revisions come by pages" {
	tell "$(started 0 7 1 1000)" "$(ended 1800 7)"
	for ((i = 1; i <= 4; i++)); do
		tell "$(sampled $((i * 60)) 7 "$((1000 + i * 100))")"
	done
	[ "$(all_pages session_energy \
		"/v1/sessions/$(session_id)/energy?limit=2" \
		'.revisions | map(.revision) | @csv')" = $'5,4\n3,2\n1' ]
}

# settle EVENT...: tells them, and waits until a session with many readings is
# decided.
settle() {
	tell "$@"
	wait_for decided
}

decided() {
	[ "$(sql "select count(*) from large_sessions
		where due_since is not null and charge_point_id = '$id'")" = 0 ]
}

# readings_sent FROM TO [STEP]: a reading of so many Wh above 1000 at each of
# these seconds, in arrays of at most 1000.
readings_sent() {
	local n

	for ((n = $1; n <= $2; n += 1000 * ${3:-1})); do
		send "$(jq -nc --arg id "$id" --argjson from "$n" \
			--argjson to "$2" --argjson step "${3:-1}" \
			'[limit(1000; range($from; $to + 1; $step)) | {
			type: "MeterSample", chargePointId: $id,
			transactionId: 7, ts: (1772359200 + . | todate),
			samples: [{measurand: "Energy.Active.Import.Register",
				unit: "Wh", value: "\(1000 + .)"},
				{measurand: "Energy.Active.Import.Register",
				unit: "Wh", location: "Inlet", value: "1"}]}]')"
	done
}

# listed REVISION: what its readings said, all pages of them, one a line.
listed() {
	all_pages session_energy \
		"/v1/sessions/$(session_id)/energy?revision=$1" \
		'.revisions[0] | .readingsUsed[].value,
		(.readingsLeftOut[] | "\(.value) \(.location)")'
}

@test "many readings come by pages, each of them once" {
	tell "$(started 0 7 1 1000)"
	readings_sent 1 1250
	settle "$(ended 1251 7)"
	[ "$(energy '.revisions[0] | [.energyWh, (.readings
		| .count, .used, .unchanged, (.next | type),
		(.sha256 | length)), (.readingsUsed | length),
		(.readingsLeftOut | length)]')" = \
		'[1250,2500,1250,null,"string",64,500,500]' ]
	next=$(energy -r .revisions[0].readings.next)
	get "/v1/sessions/$(session_id)/energy?revision=1&readings=$next"
	[[ $(header Link) == *"?revision=1&readings="* ]]
	[ "$(jq -c '.revisions[0].readingsUsed | map(.value)
		| [first, last, length]' <<<"$body")" = '["1501","2000",500]' ]
	[ "$(listed 1 | grep -v Inlet)" = "$(seq 1001 2250)" ]
	[ "$(listed 1 | grep -c '^1 Inlet$')" = 1250 ]
}

@test "readings that come later are none of an older revision" {
	tell "$(started 0 7 1 1000)"
	readings_sent 2 1200 2
	settle "$(ended 1201 7)"
	listed 1 >"$BATS_TEST_TMPDIR/before"
	energy '.revisions[0] | del(.readings.next)' \
		>"$BATS_TEST_TMPDIR/figures"
	readings_sent 1 1199 2
	settle "$(sampled 1200.5 7 2201)"
	[ "$(energy '[.revisions[] | [.revision, .energyWh, .readings.count]]
		| .[0, -1]')" = $'[2,1201,2401]\n[1,1200,1200]' ]
	[ "$(listed 1)" = "$(<"$BATS_TEST_TMPDIR/before")" ]
	[ "$(energy '.revisions[-1] | del(.readings.next)')" = \
		"$(<"$BATS_TEST_TMPDIR/figures")" ]
	[ "$(listed 2 | grep -v Inlet)" = "$(seq 1001 2201)" ]
}

@test "readings that are another session's by now stay with the older revision" {
	tell "$(started 0 7 1 1000)" "$(sampled 300 7 1500)" \
		"$(sampled 900 7 1900)" "$(ended 1200 7)"
	tell "$(started 600 7 1 1600)"
	[ "$(energy '.revisions | map([.energyWh, .readings.unchanged,
		(.readingsUsed | map(.value))])')" = \
		'[[500,true,["1500"]],[900,true,["1500","1900"]]]' ]
}

@test "a page has fewer revisions where these have many readings" {
	tell "$(started 0 7 1 1000)"
	readings_sent 1 1300
	settle "$(ended 1310 7)"
	settle "$(sampled 1302 7 2302)"
	settle "$(sampled 1303 7 2303)"
	[ "$(all_pages session_energy \
		"/v1/sessions/$(session_id)/energy" \
		'.revisions | map(.revision) | @csv')" = $'3\n2\n1' ]
}

@test "readings like their neighbours cost a revision nothing" {
	local one bytes=''

	for one in 20 900; do
		id=$(unique_id)
		tell "$(started 0 7 1 1000)"
		readings_sent 1 "$one"
		settle "$(ended 901 7)"
		bytes+=" $(sql "select length(explanation::text)
			- length(explanation #>> '{judgement,count}')
			- length(explanation #>> '{judgement,used}')
			- length(explanation #>> '{judgement,lastId}')
			- length(explanation #>> '{judgement,words}')
			- length(explanation->>'steps')
			from session_revisions where charge_point_id = '$id'")"
	done
	read -r one bytes <<<"$bytes"
	[ "$one" = "$bytes" ]
	[ "$one" -lt 1000 ]
}

@test "a reading that was altered or is gone is told" {
	tell "$(started 0 7 1 1000)" "$(sampled 300 7 1500)" \
		"$(sampled 360 7 1600)" "$(ended 600 7)"
	[ "$(energy .revisions[0].readings.unchanged)" = true ]
	its="charge_point_id = '$id' and value_text = '1500'"
	sql "update meter_samples set unit = 'kWh' where $its"
	[ "$(energy .revisions[0].readings.unchanged)" = false ]
	sql "update meter_samples set unit = 'Wh' where $its"
	[ "$(energy .revisions[0].readings.unchanged)" = true ]
	sql "delete from meter_samples where $its"
	[ "$(energy '.revisions[0] | [.energyWh, .readings.unchanged,
		.readings.count, (.readingsUsed | length)]')" = \
		'[600,false,2,1]' ]
}

# copies USED LEFT: makes the charger's revision one of an earlier edition.
copies() {
	sql "update session_revisions set explanation = (explanation
		- 'judgement') || jsonb_build_object('readingsUsed',
		coalesce((select jsonb_agg(jsonb_build_object('value', n::text))
			from generate_series(1, $1) n), '[]'),
		'readingsLeftOut', coalesce((select jsonb_agg(
			jsonb_build_object('value', n::text, 'location',
			'Inlet')) from generate_series(1, $2) n), '[]'))
		where charge_point_id = '$id'"
}

@test "a revision that holds copies of its readings shows them by pages" {
	tell "$(started 0 7 1 1000)" "$(sampled 300 7 1500)" "$(ended 600 7)"
	copies 3 2
	[ "$(energy '.revisions[0] | [.step, .readings, (.readingsUsed
		| map(.value)), (.readingsLeftOut | map(.value))]')" = \
		'["MeterValues.Register",{"count":5,"used":3,"sha256":null,"unchanged":null,"next":null},["1","2","3"],["1","2"]]' ]
	copies 1700 900
	[ "$(listed 1)" = "$(seq 1700; seq 900 | sed 's/$/ Inlet/')" ]
	[ "$(energy '.revisions[0] | [.readings.count, .readings.used,
		(.readingsUsed | length), (.readingsLeftOut | length)]')" = \
		'[2600,1700,1000,0]' ]
	copies 0 0
	[ "$(energy '.revisions[0] | [.readingsUsed, .readingsLeftOut]')" = \
		'[[],[]]' ]
}

@test "a HEAD is answered without a body" {
	tell "$(started 0 7 1)"
	request HEAD "/v1/sessions/$(session_id)/energy"
	[ "$status_code" = 200 ]
}

@test "an unknown session or revision is 404" {
	ask session_energy GET \
		/v1/sessions/00000000-0000-4000-8000-000000000000/energy
	is_problem 404 not-found
	ask session_energy GET /v1/sessions/x/energy
	is_problem 404 not-found
	tell "$(started 0 7 1 1000)" "$(ended 600 7 1600)"
	ask session_energy GET "/v1/sessions/$(session_id)/energy?revision=2"
	is_problem 404 not-found
}

@test "a query that can't be is 400" {
	tell "$(started 0 7 1)"
	for query in limit=0 cursor=x revision=0 readings=1_1 \
		"revision=1&readings=x" "revision=1&cursor=1"; do
		ask session_energy GET \
			"/v1/sessions/$(session_id)/energy?$query"
		is_problem 400 bad-query
	done
}
