#!/usr/bin/env bats
# GET /v1/sessions/{sessionId}

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

@test "an ended session is shown with all its members in their order" {
	tell "$(started "$cp" 7 0 '{"idTag":"TAG","meterStartWh":1000}')" \
		"$(sampled "$cp" 7 5 1500)" \
		"$(ended "$cp" 7 10 '{"meterStopWh":1600}')"
	id=$(session_of "$cp")
	ask session_get GET "/v1/sessions/$id"
	[ "$status_code" = 200 ]
	[ "$(header Content-Type)" = application/json ]
	[[ $(jq -r .finalizedAt <<<"$body") =~ ^20.*Z$ ]]
	[ "$(jq -c '.finalizedAt = null' <<<"$body")" = "$(jq -nc \
		--arg id "$id" --arg cp "$cp" '{sessionId: $id,
		chargePointId: $cp, connectorId: 1, transactionId: 7,
		idTag: "TAG", startedAt: "2026-05-01T10:00:00Z",
		endedAt: "2026-05-01T10:10:00Z", meterStartWh: 1000,
		meterStopWh: 1600, reason: "Local", energyWh: 600,
		energySource: "StopTransaction", isEstimated: false,
		needsReview: false, finalizedAt: null, tariffId: null,
		costAmount: null, costCurrency: null, pricedAt: null,
		energyWhSoFar: null, lastReadingAt: null}')" ]
}

@test "a running session shows what it has delivered so far" {
	tell "$(started "$cp" 7 0 '{"meterStartWh":1000}')" \
		"$(sampled "$cp" 7 10 1.75 '{"unit":"kWh"}')" \
		"$(sampled "$cp" 7 5 1500)"
	ask session_get GET "/v1/sessions/$(session_of "$cp")"
	[ "$(jq -c '[.endedAt, .energyWh, .energySource, .finalizedAt,
		.energyWhSoFar, .lastReadingAt]' <<<"$body")" = \
		'[null,null,null,null,750,"2026-05-01T10:10:00Z"]' ]
}

@test "of a running session without readings nothing is known so far" {
	tell "$(started "$cp" 7 0 '{"meterStartWh":1000}')"
	ask session_get GET "/v1/sessions/$(session_of "$cp")"
	[ "$(jq -c '[.energyWhSoFar, .lastReadingAt]' <<<"$body")" = \
		'[null,null]' ]
}

@test "two running sessions that can't be told apart show nothing so far" {
	tell "$(started "$cp" 7 0)" \
		"$(started "$cp" 7 0 '{"connectorId":2}')" \
		"$(sampled "$cp" 7 5 1500)"
	ask session_get GET "/v1/sessions/$(session_of "$cp")"
	[ "$(jq -c '[.energyWhSoFar, .lastReadingAt]' <<<"$body")" = \
		'[null,null]' ]
}

@test "meterStartWh is 0 when the start came without one" {
	tell "$(started "$cp" 7 0)"
	ask session_get GET "/v1/sessions/$(session_of "$cp")"
	[ "$(jq -c .meterStartWh <<<"$body")" = 0 ]
}

@test "meterStartWh is null when no start came" {
	tell "$(sampled "$cp" 7 5 1500)"
	id=$(sql "insert into sessions (charge_point_id, transaction_id,
		has_start, started_at) values ('$cp', 7, false, '$(at 5)')
		returning session_id")
	ask session_get GET "/v1/sessions/$id"
	[ "$(jq -c '[.meterStartWh, .connectorId]' <<<"$body")" = \
		'[null,null]' ]
}

@test "a fraction of a Wh is shown as it was sent" {
	tell "$(started "$cp" 7 0 '{"meterStartWh":1000.125}')" \
		"$(ended "$cp" 7 10 '{"meterStopWh":1600.5}')"
	ask session_get GET "/v1/sessions/$(session_of "$cp")"
	[[ $body == *'"meterStartWh":1000.125,"meterStopWh":1600.5,'* ]]
}

@test "a price is a number with four places" {
	tell "$(started "$cp" 7 0)" "$(ended "$cp" 7 10)"
	id=$(session_of "$cp")
	sql "update sessions set cost_amount = 1234567.5, cost_currency = 'EUR',
		priced_at = '$(at 11)' where session_id = '$id'"
	ask session_get GET "/v1/sessions/$id"
	[[ $body == *'"costAmount":1234567.5000,"costCurrency":"EUR","pricedAt":"2026-05-01T10:11:00Z"'* ]]
}

@test "a repetition in a database from before can be read too" {
	tell "$(started "$cp" 7 0)" "$(sampled "$cp" 7 5 1500)"
	id=$(sql "insert into sessions (charge_point_id, connector_id,
		transaction_id, started_at, duplicate_of) values ('$cp', 1, 7,
		'$(at 0)', '$(session_of "$cp")') returning session_id")
	ask session_get GET "/v1/sessions/$id"
	[ "$status_code" = 200 ]
	[ "$(jq -r .sessionId <<<"$body")" = "$id" ]
}

@test "an id may be written in upper case" {
	tell "$(started "$cp" 7 0)"
	id=$(session_of "$cp")
	ask session_get GET "/v1/sessions/${id^^}"
	[ "$(jq -r .sessionId <<<"$body")" = "$id" ]
}

@test "a HEAD is answered without a body" {
	tell "$(started "$cp" 7 0)"
	request HEAD "/v1/sessions/$(session_of "$cp")"
	[ "$status_code" = 200 ]
	[ "$(header Content-Type)" = application/json ]
}

@test "an unknown session is 404" {
	ask session_get GET /v1/sessions/00000000-0000-4000-8000-000000000000
	is_problem 404 not-found
}

@test "an id that is no UUID is 404" {
	ask session_get GET /v1/sessions/17
	is_problem 404 not-found
}

@test "an unknown query key is 400" {
	tell "$(started "$cp" 7 0)"
	ask session_get GET "/v1/sessions/$(session_of "$cp")?limit=1"
	is_problem 400 bad-query
}

@test "another method is 405" {
	request DELETE "/v1/sessions/00000000-0000-4000-8000-000000000000"
	is_problem 405 method-not-allowed
	[ "$(header Allow)" = 'GET, HEAD' ]
}
