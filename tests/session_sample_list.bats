#!/usr/bin/env bats
# GET /v1/sessions/{sessionId}/samples

setup_file() {
	load lib/stack
	stack_start
}

teardown_file() {
	load lib/stack
	stack_stop
}

setup() {
	load lib/stack
	load lib/sessions
	cp=$(unique_id)
}

# samples SESSION JQ: of the session's readings.
samples() {
	ask session_sample_list GET "/v1/sessions/$1/samples"
	[ "$status_code" = 200 ]
	jq -c "$2" <<<"$body"
}

# session_at MINUTE: the charger's session that started then.
session_at() {
	sql "select session_id from sessions where charge_point_id = '$cp'
		and started_at = '$(at "$1")'"
}

@test "readings are listed by their time, however they came" {
	tell "$(sampled "$cp" 7 5 1500)"
	tell "$(started "$cp" 7 0)" "$(sampled "$cp" 7 9 1900)" \
		"$(sampled "$cp" 7 2 1200)"
	[ "$(samples "$(session_of "$cp")" 'map(.value)')" = \
		'["1200","1500","1900"]' ]
}

@test "those of a session that has ended are listed too" {
	tell "$(started "$cp" 7 0)" "$(sampled "$cp" 7 5 1500)" \
		"$(ended "$cp" 7 10)"
	tell "$(sampled "$cp" 7 200 1900)"
	[ "$(samples "$(session_of "$cp")" 'map(.value)')" = \
		'["1500","1900"]' ]
}

@test "a reading is shown as it was sent and in Wh" {
	tell "$(started "$cp" 7 0)" "$(sampled "$cp" 7 5 \
		0.30008999999999997 '{"unit":"kWh","context":"Sample.Periodic",
		"phase":"L1-N","location":"Outlet","format":"Raw"}')"
	[ "$(samples "$(session_of "$cp")" '.[0] | del(.receivedAt,
		.eventId)')" = "$(jq -nc '{ts: "2026-05-01T10:05:00Z",
		measurand: "Energy.Active.Import.Register",
		value: "0.30008999999999997", unit: "kWh", energyWh: 300.09,
		context: "Sample.Periodic", phase: "L1-N", location: "Outlet",
		format: "Raw"}')" ]
	[ "$(samples "$(session_of "$cp")" '.[0] | keys_unsorted[-2:],
		(.receivedAt | type), (.eventId | type)')" = \
		$'["receivedAt","eventId"]\n"string"\n"number"' ]
}

@test "intervals are told from registers" {
	tell "$(started "$cp" 7 0)" "$(sampled "$cp" 7 5 50 \
		'{"measurand":"Energy.Active.Import.Interval"}')"
	[ "$(samples "$(session_of "$cp")" 'map([.measurand, .energyWh])')" = \
		'[["Energy.Active.Import.Interval",50]]' ]
}

@test "a value that is none is listed without Wh" {
	tell "$(started "$cp" 7 0)" "$(sampled "$cp" 7 5 n/a)" \
		"$(sampled "$cp" 7 6 1400 '{"unit":"varh"}')" \
		"$(event MeterSample "$cp" 7 7 \
			'{"samples":[{"value":"1500"}]}')"
	[ "$(samples "$(session_of "$cp")" \
		'map([.value, .unit, .energyWh])')" = \
		'[["n/a","Wh",null],["1400","varh",null],["1500",null,1500]]' ]
}

@test "other measurands are no energy readings" {
	tell "$(started "$cp" 7 0)" "$(sampled "$cp" 7 5 11 \
		'{"measurand":"Power.Active.Import","unit":"kW"}')"
	[ "$(samples "$(session_of "$cp")" .)" = '[]' ]
}

@test "a transactionId that comes again parts its readings by time" {
	tell "$(started "$cp" 7 0)" "$(sampled "$cp" 7 5 1500)" \
		"$(ended "$cp" 7 10)" "$(started "$cp" 7 60)" \
		"$(sampled "$cp" 7 65 2500)" "$(sampled "$cp" 7 59 2000)"
	[ "$(samples "$(session_at 0)" 'map(.value)')" = '["1500"]' ]
	[ "$(samples "$(session_at 60)" 'map(.value)')" = \
		'["2000","2500"]' ]
}

@test "a session that can't be told from another has no readings" {
	tell "$(started "$cp" 7 0)" \
		"$(started "$cp" 7 0 '{"connectorId":2}')" \
		"$(sampled "$cp" 7 5 1500)" "$(ended "$cp" 7 10)"
	[ "$(samples "$(session_of "$cp")" .)" = '[]' ]
}

@test "a repetition from before shows those of the session kept" {
	tell "$(started "$cp" 7 0)" "$(sampled "$cp" 7 5 1500)"
	id=$(sql "insert into sessions (charge_point_id, connector_id,
		transaction_id, started_at, duplicate_of) values ('$cp', 1, 7,
		'$(at 0)', '$(session_of "$cp")') returning session_id")
	[ "$(samples "$id" 'map(.value)')" = '["1500"]' ]
}

@test "a session from before without a transaction has no readings" {
	sql "insert into chargers (charge_point_id) values ('$cp')"
	id=$(sql "insert into sessions (charge_point_id, started_at) values
		('$cp', '$(at 0)') returning session_id")
	[ "$(samples "$id" .)" = '[]' ]
}

@test "the pages show each reading once, also those of one time" {
	tell "$(started "$cp" 7 0)" "$(event MeterSample "$cp" 7 5 \
		'{"samples":[{"value":"1"},{"value":"2"},{"value":"3"}]}')" \
		"$(sampled "$cp" 7 4 0)" "$(sampled "$cp" 7 6 4)"
	id=$(session_of "$cp")
	ask session_sample_list GET "/v1/sessions/$id/samples?limit=2"
	[[ $(next_page) == "/v1/sessions/$id/samples?limit=2&cursor="* ]]
	[ "$(all_pages session_sample_list "/v1/sessions/$id/samples?limit=2" \
		'map(.value | tonumber) | @csv')" = $'0,1\n2,3\n4' ]
	get "/v1/sessions/$id/samples?limit=5"
	[ -z "$(next_page)" ]
}

@test "a HEAD is answered without a body" {
	tell "$(started "$cp" 7 0)"
	request HEAD "/v1/sessions/$(session_of "$cp")/samples"
	[ "$status_code" = 200 ]
}

@test "an unknown session is 404" {
	ask session_sample_list GET \
		/v1/sessions/00000000-0000-4000-8000-000000000000/samples
	is_problem 404 not-found
}

@test "a query that can't be is 400" {
	tell "$(started "$cp" 7 0)"
	for query in limit=0 cursor=1 phase=L1; do
		ask session_sample_list GET \
			"/v1/sessions/$(session_of "$cp")/samples?$query"
		is_problem 400 bad-query
	done
}
