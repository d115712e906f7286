#!/usr/bin/env bats
# GET /v1/settlements

load lib/stack

@test "a priced session has one Pending settlement" {
	pending
	get "/v1/settlements?siteId=$site"
	asked 200
	[ "$(field 'length')" = 1 ]
	[[ $body == *'"amount":0.2962,'* ]]
	[ "$(field '.[0] | [.sessionId, .chargePointId, .siteId, .kind, .currency,
		.status, .payoutWallet] | tojson')" = "[\"$(session_id)\",\
\"$id\",\"$site\",\"Settlement\",\"EUR\",\"Pending\",\"0xW1\"]" ]
	[ "$(field '.[0] | [.adjusts, .chain, .txHash, .externalRef, .error,
		.frozenAt, .statementSha256] | unique | tojson')" = '[null]' ]
}

@test "without site, tariff or energy there is none, and a later finalize makes it" {
	id=$(unique_id)
	charge 600
	session=$(session_id)
	post "/v1/sessions/$session/finalize"
	asked 200
	[ "$(field .session.costAmount)" = null ]
	site_make
	put "/v1/chargers/$id/site" "{\"siteId\":\"$site\"}"
	post "/v1/sessions/$session/finalize"
	asked 200
	[ "$(field .session.costAmount)" = null ]
	[ -z "$(settlements .amount)" ]
	tariff 0.4937
	tariff 9
	post "/v1/sessions/$session/finalize"
	asked 200
	[[ $body == *'"costAmount":0.2962,"costCurrency":"EUR"'* ]]
	[ "$(settlements .amount)" = 0.2962 ]
	[ "$(explained length)" = 1 ]
	send "$(started 90000 9 1)" "$(ended 90600 9)"
	[ "$(sessions '[.energySource, .costAmount]' | tail -n 1)" = \
		'["Missing",null]' ]
	[ "$(settlements .amount)" = 0.2962 ]
}

@test "while it is Pending and unclaimed it follows the session" {
	site_make 0.4937
	charger_make
	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)" "$(ended 600 7)"
	[ "$(settlements '[.amount, .status]')" = '[0.0494,"Pending"]' ]
	t=$(settlement)
	send "$(sampled 300 7 1500)"
	[ "$(settlements '[.amount, .status]')" = '[0.2469,"Pending"]' ]
	send "$(ended 500 7 2600)"
	[ "$(settlements '[.amount, .status]')" = '[0.7899,"Held"]' ]
	[ "$(settlements .settlementId)" = "\"$t\"" ]
}

@test "a session that needs review is Held until it is accepted" {
	pending
	charge 300000 8 3600
	session=$(session_id 2)
	[ "$(settlements '[.amount, .status]' | tail -n 1)" = '[148.11,"Held"]' ]
	claim_all w
	post "/v1/sessions/$session/accept" '{"by":"ann","why":"a bus"}'
	asked 200
	[ "$(settlements '[.amount, .status]' | tail -n 1)" = \
		'[148.11,"Pending"]' ]
	[ "$(sql "select revision from settlements where site_id = '$site'
		and amount > 1")" = 2 ]
}

@test "an amount that nothing can hold is no price and is for review" {
	site_make 99999999.9999
	charger_make
	charge 2000
	[ "$(sessions '[.energyWh, .costAmount, .needsReview]')" = \
		'[2000,null,true]' ]
	[ -z "$(settlements .amount)" ]
	charge 999 8
	[ "$(sessions '[.costAmount, .needsReview]' | tail -n 1)" = \
		'[99899999.9999,false]' ]
	post "/v1/sessions/$(session_id)/accept" '{"by":"a","why":"b"}'
	asked 200
	[ "$(sessions '[.costAmount, .needsReview]' | head -n 1)" = \
		'[null,false]' ]
}

@test "they come oldest first, page by page, by status and site" {
	pending
	for n in 8 9 10; do
		charge "$n" "$n"
	done
	t=$(settlement 2)
	submit
	asked 204
	get "/v1/settlements?siteId=$site&limit=200"
	field '.[].settlementId' >"$BATS_TEST_TMPDIR/want"
	path="/v1/settlements?siteId=$site&limit=1"
	while [ -n "$path" ]; do
		get "$path"
		asked 200
		field '.[].settlementId' >>"$BATS_TEST_TMPDIR/all"
		path=$(header Link | sed 's/^<\(.*\)>; rel="next"$/\1/')
	done
	diff "$BATS_TEST_TMPDIR/want" "$BATS_TEST_TMPDIR/all"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/all")" = 4 ]
	get "/v1/settlements?siteId=$site&status=Submitted"
	[ "$(field 'map(.settlementId) | join(" ")')" = "$t" ]
	get "/v1/settlements?siteId=$site&status=Pending&limit=2"
	[ "$(field length)" = 2 ]
	get "$(header Link | sed 's/^<\(.*\)>; rel="next"$/\1/')"
	[ "$(field length)" = 1 ]
	get "/v1/settlements?status=Submitted&limit=200"
	[ "$(field "map(select(.settlementId == \"$t\")) | length")" = 1 ]
	get "/v1/settlements?limit=1"
	[ "$(field length)" = 1 ]
}

@test "a query that is not understood is 400" {
	for query in status=x status=pending siteId=x limit=0 cursor=x x=1; do
		get "/v1/settlements?$query"
		asked 400
	done
}

@test "without nginx it answers the same" {
	fcgi settlement_list GET '/v1/settlements?status=Failed'
	asked 200
	[ "$(field type)" = array ]
}
