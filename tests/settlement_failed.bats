#!/usr/bin/env bats
# POST /v1/settlements/{settlementId}/failed
# bats file_tags=beside

load lib/stack

@test "Submitted becomes Failed, and may be submitted again" {
	pending
	submit
	step failed '{"error":"out of gas:\nreverted"}'
	asked 204
	stands Failed
	[ "$(field .error)" = $'out of gas:\nreverted' ]
	[ "$(field .txHash)" = 0x1 ]
	step failed '{"error":"out of gas:\nreverted"}'
	asked 204
	step failed '{"error":"another"}'
	asked 409
	[ "$(field .settlementStatus)" = Failed ]
	sum=$(sql "select statement_sha256 from settlements
		where settlement_id = '$t'")
	submit 0x2
	asked 204
	stands Submitted
	[ "$(field '[.txHash, .error, .statementSha256] | tojson')" = \
		"[\"0x2\",null,\"$sum\"]" ]
}

@test "what was not submitted is 409" {
	pending
	step failed '{"error":"x"}'
	asked 409
	[ "$(field .settlementStatus)" = Pending ]
}

@test "what is missing is named, an unknown id is 404" {
	pending
	wrong "/v1/settlements/$t/failed" '["/error"]' '{}'
	wrong "/v1/settlements/$t/failed" '["/error"]' '{"error":""}'
	not_found POST '/v1/settlements/{}/failed' '{"error":"x"}'
}

@test "without nginx it answers the same" {
	pending
	submit
	fcgi settlement_failed POST "/v1/settlements/$t/failed" '{"error":"x"}'
	asked 204
}
