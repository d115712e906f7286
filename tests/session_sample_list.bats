#!/usr/bin/env bats
# GET /v1/sessions/{sessionId}/samples
# bats file_tags=beside

load lib/stack

# samples SESSION JQ: of the session's readings.
samples() {
	ask session_sample_list GET "/v1/sessions/$1/samples"
	[ "$status_code" = 200 ]
	jq -c "$2" <<<"$body"
}

# session_at SECONDS: the charger's session that started then.
session_at() {
	sql "select session_id from sessions where charge_point_id = '$id'
		and started_at = '$(at "$1")'"
}

@test "readings are listed by their time, however they came" {
	tell "$(sampled 300 7 1500)"
	tell "$(started 0 7 1)" "$(sampled 540 7 1900)" "$(sampled 120 7 1200)"
	[ "$(samples "$(session_id)" 'map(.value)')" = \
		'["1200","1500","1900"]' ]
}

@test "those of a session that has ended are listed too" {
	tell "$(started 0 7 1)" "$(sampled 300 7 1500)" "$(ended 600 7)"
	tell "$(sampled 12000 7 1900)"
	[ "$(samples "$(session_id)" 'map(.value)')" = \
		'["1500","1900"]' ]
}

@test "a reading is shown as it was sent and in Wh" {
	tell "$(started 0 7 1)" "$(sampled 300 7 "$(reading 0.30008999999999997 \
			'{"unit":"kWh","context":"Sample.Periodic",
		"phase":"L1-N","location":"Outlet","format":"Raw"}')")"
	[ "$(samples "$(session_id)" '.[0] | del(.receivedAt,
		.eventId)')" = "$(jq -nc '{ts: "2026-03-01T10:05:00Z",
		measurand: "Energy.Active.Import.Register",
		value: "0.30008999999999997", unit: "kWh", energyWh: 300.09,
		context: "Sample.Periodic", phase: "L1-N", location: "Outlet",
		format: "Raw"}')" ]
	[ "$(samples "$(session_id)" '.[0] | keys_unsorted[-2:],
		(.receivedAt | type), (.eventId | type)')" = \
		$'["receivedAt","eventId"]\n"string"\n"number"' ]
}

@test "intervals are told from registers" {
	tell "$(started 0 7 1)" "$(sampled 300 7 "$(reading 50 \
			'{"measurand":"Energy.Active.Import.Interval"}')")"
	[ "$(samples "$(session_id)" 'map([.measurand, .energyWh])')" = \
		'[["Energy.Active.Import.Interval",50]]' ]
}

@test "a value that is none is listed without Wh" {
	tell "$(started 0 7 1)" "$(sampled 300 7 n/a)" \
		"$(sampled 360 7 "$(reading 1400 '{"unit":"varh"}')")" \
		"$(sampled 420 7 '{"value":"1500"}')"
	[ "$(samples "$(session_id)" \
		'map([.value, .unit, .energyWh])')" = \
		'[["n/a","Wh",null],["1400","varh",null],["1500",null,1500]]' ]
}

@test "other measurands are no energy readings" {
	tell "$(started 0 7 1)" "$(sampled 300 7 "$(reading 11 \
			'{"measurand":"Power.Active.Import","unit":"kW"}')")"
	[ "$(samples "$(session_id)" .)" = '[]' ]
}

@test "a transactionId that comes again parts its readings by time" {
	tell "$(started 0 7 1)" "$(sampled 300 7 1500)" \
		"$(ended 600 7)" "$(started 3600 7 1)" \
		"$(sampled 3900 7 2500)" "$(sampled 3540 7 2000)"
	[ "$(samples "$(session_at 0)" 'map(.value)')" = '["1500"]' ]
	[ "$(samples "$(session_at 3600)" 'map(.value)')" = \
		'["2000","2500"]' ]
}

@test "a session that can't be told from another has no readings" {
	tell "$(started 0 7 1)" "$(started 0 7 2)" \
		"$(sampled 300 7 1500)" "$(ended 600 7)"
	[ "$(samples "$(session_id)" .)" = '[]' ]
}

@test "a repetition from before shows those of the session kept" {
	tell "$(started 0 7 1)" "$(sampled 300 7 1500)"
	session=$(sql "insert into sessions (charge_point_id, connector_id,
		transaction_id, started_at, duplicate_of) values ('$id', 1, 7,
		'$(at 0)', '$(session_id)') returning session_id")
	[ "$(samples "$session" 'map(.value)')" = '["1500"]' ]
}

@test "a session from before without a transaction has no readings" {
	sql "insert into chargers (charge_point_id) values ('$id')"
	session=$(sql "insert into sessions (charge_point_id, started_at) values
		('$id', '$(at 0)') returning session_id")
	[ "$(samples "$session" .)" = '[]' ]
}

@test "the pages show each reading once, also those of one time" {
	tell "$(started 0 7 1)" "$(sampled 300 7 '{"value":"1"}' \
		'{"value":"2"}' \
		'{"value":"3"}')" \
		"$(sampled 240 7 0)" "$(sampled 360 7 4)"
	session=$(session_id)
	ask session_sample_list GET "/v1/sessions/$session/samples?limit=2"
	[[ $(next_page) == "/v1/sessions/$session/samples?limit=2&cursor="* ]]
	[ "$(all_pages session_sample_list "/v1/sessions/$session/samples?limit=2" \
		'map(.value | tonumber) | @csv')" = $'0,1\n2,3\n4' ]
	get "/v1/sessions/$session/samples?limit=5"
	[ -z "$(next_page)" ]
}

@test "a HEAD is answered without a body" {
	tell "$(started 0 7 1)"
	request HEAD "/v1/sessions/$(session_id)/samples"
	[ "$status_code" = 200 ]
}

@test "an unknown session is 404" {
	ask session_sample_list GET \
		/v1/sessions/00000000-0000-4000-8000-000000000000/samples
	is_problem 404 not-found
}

@test "a query that can't be is 400" {
	tell "$(started 0 7 1)"
	for query in limit=0 cursor=1 phase=L1; do
		ask session_sample_list GET \
			"/v1/sessions/$(session_id)/samples?$query"
		is_problem 400 bad-query
	done
}
