#!/usr/bin/env bats
# POST /v1/settlements/{settlementId}/confirmed
# bats file_tags=beside

load lib/stack

@test "Submitted becomes Confirmed, for good" {
	pending
	submit
	step confirmed
	asked 204
	stands Confirmed
	before=$body
	step confirmed '{}'
	asked 204
	step confirmed '{"txHash":"0x1"}'
	asked 204
	get "/v1/settlements/$t"
	[ "$body" = "$before" ]
	step failed '{"error":"x"}'
	asked 409
	[ "$(field .settlementStatus)" = Confirmed ]
	submit 0x1
	asked 409
	stands Confirmed
}

@test "what was not submitted, or as another transaction, is 409" {
	pending
	step confirmed '{}'
	asked 409
	[ "$(field .settlementStatus)" = Pending ]
	submit
	step confirmed '{"txHash":"0x2"}'
	asked 409
	[ "$(field .settlementStatus)" = Submitted ]
	step failed '{"error":"x"}'
	step confirmed '{}'
	asked 409
	[ "$(field .settlementStatus)" = Failed ]
}

@test "what is wrong is named, an unknown id is 404" {
	pending
	wrong "/v1/settlements/$t/confirmed" '["/txHash"]' '{"txHash":1}'
	not_found POST '/v1/settlements/{}/confirmed' '{}'
}

@test "without nginx it answers the same" {
	pending
	submit
	fcgi settlement_confirmed POST "/v1/settlements/$t/confirmed"
	asked 204
}
