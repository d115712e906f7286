#!/usr/bin/env bats
# GET /v1/sessions/{sessionId}/energy
# bats file_tags=beside

load lib/stack

# energy JQ: of the explanation of the charger's first session.
energy() {
	ask session_energy GET "/v1/sessions/$(session_id)/energy"
	[ "$status_code" = 200 ]
	jq -c "$1" <<<"$body"
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

@test "a HEAD is answered without a body" {
	tell "$(started 0 7 1)"
	request HEAD "/v1/sessions/$(session_id)/energy"
	[ "$status_code" = 200 ]
}

@test "an unknown session is 404" {
	ask session_energy GET \
		/v1/sessions/00000000-0000-4000-8000-000000000000/energy
	is_problem 404 not-found
	ask session_energy GET /v1/sessions/x/energy
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
