#!/usr/bin/env bats
# GET /v1/settlements/{settlementId}/statement

load lib/stack

@test "it is canonical, has its hash as ETag and says nothing of who charged" {
	site_make 0.4937
	wallet '0x"\W'
	charger_make
	send "$(started 7000 7 1 1000 SECRETTAG)" "$(ended 7600.25 7 1600)"
	t=$(settlement)
	submit
	get "/v1/settlements/$t/statement"
	asked 200
	[ "$(header Content-Type)" = application/json ]
	[ "$(header ETag)" = "\"$(printf %s "$body" | sha256sum | cut -c1-64)\"" ]
	[ "$body" = "$(jq -cSj . <<<"$body")" ]
	[[ $body != *SECRETTAG* ]]
	[ "$(field '[.. | numbers | select(. != floor)] | length')" = 0 ]
	[ "$(field '[.amount, .currency, .kind, .adjusts, .chargePointId,
		.connectorId, .startedAt, .endedAt, .energyWh, .energySource,
		.isEstimated, .payoutWallet, .previousStatementSha256,
		.revision, .siteSequence, .tariff.pricePerKwh,
		.tariff.currency] | tojson')" = "[\"0.2962\",\"EUR\",\
\"Settlement\",null,\"$id\",1,\"$(at 7000)\",\"$(at 7600.25 | sed s/25Z/250Z/)\",600,\
\"StopTransaction\",false,\"0x\\\"\\\\W\",null,1,1,\"0.4937\",\"EUR\"]" ]
	[ "$(field '[.settlementId, .sessionId, .siteId] | join(" ")')" = \
		"$t $(session_id) $site" ]
	get "/v1/settlements/$t"
	sum=$(field .statementSha256)
	fcgi settlement_statement GET "/v1/settlements/$t/statement"
	[ "$(printf %s "$body" | sha256sum | cut -c1-64)" = "$sum" ]
	fcgi settlement_statement HEAD "/v1/settlements/$t/statement"
	asked 200
}

@test "it hashes the explanation of the figure" {
	pending
	submit
	get "/v1/settlements/$t/statement"
	[ "$(field .energyExplanationSha256)" = "$(sql "select explanation
		from session_revisions where session_id = '$(session_id)'" |
		tr -d '\n' | sha256sum | cut -c1-64)" ]
}

@test "it is frozen: what changes later is not in it" {
	pending
	claim_all w
	get "/v1/settlements/$t/statement"
	before=$body
	wallet 0xW9
	tariff 1
	send "$(ended 7100 7 9000)"
	get "/v1/settlements/$t/statement"
	[ "$body" = "$before" ]
}

@test "each names the one before it at its site" {
	pending
	charge 700 8
	charge 800 9
	for n in 3 1 2; do
		t=$(settlement "$n")
		submit "0x$n"
		asked 204
		get "/v1/settlements/$t/statement"
		printf '%s %s %s\n' "$(field .siteSequence)" \
			"$(field .previousStatementSha256)" \
			"$(printf %s "$body" | sha256sum | cut -c1-64)"
	done >"$BATS_TEST_TMPDIR/chain"
	awk '$1 != NR || $2 != last { bad = 1 } { last = $3 }
		BEGIN { last = "null" } END { exit bad || NR != 3 }' \
		"$BATS_TEST_TMPDIR/chain"
}

@test "before it is frozen it is 409, unknown it is 404" {
	pending
	get "/v1/settlements/$t/statement"
	asked 409
	[ "$(field .settlementStatus)" = Pending ]
	not_found GET '/v1/settlements/{}/statement'
}

@test "a settlement that the field sent out has none" {
	pending
	sql "set session_replication_role = replica;
		update settlements set status = 'Confirmed', frozen_at = now()
		where settlement_id = '$t'" -d \
		"postgres://postgres@/cpms?host=$CPMS_TEST_RUN_DIR/pgs"
	get "/v1/settlements/$t/statement"
	asked 409
	[[ $(field .detail) == *"before there were statements"* ]]
}
