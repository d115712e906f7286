#!/usr/bin/env bats
# GET /v1/sessions/{sessionId}
# bats file_tags=beside

load lib/stack

@test "an ended session is shown with all its members in their order" {
	tell "$(started 0 7 1 1000 TAG)" "$(sampled 300 7 1500)" \
		"$(ended 600 7 1600 Local)"
	session=$(session_id)
	ask session_get GET "/v1/sessions/$session"
	[ "$status_code" = 200 ]
	[ "$(header Content-Type)" = application/json ]
	[[ $(jq -r .finalizedAt <<<"$body") =~ ^20.*Z$ ]]
	[[ $(jq -r .updatedAt <<<"$body") =~ ^20.*Z$ ]]
	[ "$(jq -c '.finalizedAt = null | .updatedAt = null' <<<"$body")" = "$(jq -nc \
		--arg session "$session" --arg id "$id" '{sessionId: $session,
		chargePointId: $id, connectorId: 1, transactionId: 7,
		idTag: "TAG", startedAt: "2026-03-01T10:00:00Z",
		endedAt: "2026-03-01T10:10:00Z", meterStartWh: 1000,
		meterStopWh: 1600, reason: "Local", energyWh: 600,
		energySource: "StopTransaction", isEstimated: false,
		needsReview: false, reviewReasons: [], corrected: false,
		finalizing: false, finalizedAt: null, updatedAt: null,
		tariffId: null, costAmount: null, costCurrency: null,
		pricedAt: null, siteId: null, billing: "Unpriced",
		unpricedReason: "NoSite",
		energyWhSoFar: null, lastReadingAt: null}')" ]
}

@test "a running session shows what it has delivered so far" {
	tell "$(started 0 7 1 1000)" "$(sampled 600 7 "$(reading 1.75 \
			'{"unit":"kWh"}')")" \
		"$(sampled 300 7 1500)"
	ask session_get GET "/v1/sessions/$(session_id)"
	[ "$(jq -c '[.endedAt, .energyWh, .energySource, .finalizedAt,
		.energyWhSoFar, .lastReadingAt]' <<<"$body")" = \
		'[null,null,null,null,750,"2026-03-01T10:10:00Z"]' ]
}

@test "of a running session without readings nothing is known so far" {
	tell "$(started 0 7 1 1000)"
	ask session_get GET "/v1/sessions/$(session_id)"
	[ "$(jq -c '[.energyWhSoFar, .lastReadingAt]' <<<"$body")" = \
		'[null,null]' ]
}

@test "two running sessions that can't be told apart show nothing so far" {
	tell "$(started 0 7 1)" "$(started 0 7 2)" "$(sampled 300 7 1500)"
	ask session_get GET "/v1/sessions/$(session_id)"
	[ "$(jq -c '[.energyWhSoFar, .lastReadingAt]' <<<"$body")" = \
		'[null,null]' ]
}

@test "meterStartWh is 0 when the start came without one" {
	tell "$(started 0 7 1)"
	ask session_get GET "/v1/sessions/$(session_id)"
	[ "$(jq -c .meterStartWh <<<"$body")" = 0 ]
}

@test "meterStartWh is null when no start came" {
	tell "$(sampled 300 7 1500)"
	session=$(sql "insert into sessions (charge_point_id, transaction_id,
		has_start, started_at) values ('$id', 7, false, '$(at 300)')
		returning session_id")
	ask session_get GET "/v1/sessions/$session"
	[ "$(jq -c '[.meterStartWh, .connectorId]' <<<"$body")" = \
		'[null,null]' ]
}

@test "a fraction of a Wh is shown as it was sent" {
	tell "$(started 0 7 1 1000.125)" "$(ended 600 7 1600.5)"
	ask session_get GET "/v1/sessions/$(session_id)"
	[[ $body == *'"meterStartWh":1000.125,"meterStopWh":1600.5,'* ]]
}

@test "a price is a number with four places" {
	tell "$(started 0 7 1)" "$(ended 600 7)"
	session=$(session_id)
	sql "update sessions set cost_amount = 1234567.5, cost_currency = 'EUR',
		priced_at = '$(at 660)' where session_id = '$session'"
	ask session_get GET "/v1/sessions/$session"
	[[ $body == *'"costAmount":1234567.5000,"costCurrency":"EUR","pricedAt":"2026-03-01T10:11:00Z"'* ]]
}

@test "a repetition in a database from before can be read too" {
	tell "$(started 0 7 1)" "$(sampled 300 7 1500)"
	session=$(sql "insert into sessions (charge_point_id, connector_id,
		transaction_id, started_at, duplicate_of) values ('$id', 1, 7,
		'$(at 0)', '$(session_id)') returning session_id")
	ask session_get GET "/v1/sessions/$session"
	[ "$status_code" = 200 ]
	[ "$(jq -r .sessionId <<<"$body")" = "$session" ]
}

@test "an id may be written in upper case" {
	tell "$(started 0 7 1)"
	session=$(session_id)
	ask session_get GET "/v1/sessions/${session^^}"
	[ "$(jq -r .sessionId <<<"$body")" = "$session" ]
}

@test "a HEAD is answered without a body" {
	tell "$(started 0 7 1)"
	request HEAD "/v1/sessions/$(session_id)"
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
	tell "$(started 0 7 1)"
	ask session_get GET "/v1/sessions/$(session_id)?limit=1"
	is_problem 400 bad-query
}

@test "another method is 405" {
	request DELETE "/v1/sessions/00000000-0000-4000-8000-000000000000"
	is_problem 405 method-not-allowed
	[ "$(header Allow)" = 'GET, HEAD' ]
}
