#!/usr/bin/env bats
# GET /v1/settlements/{settlementId}
# bats file_tags=beside

load lib/stack

@test "a settlement is shown as in the list" {
	pending
	get "/v1/settlements?siteId=$site"
	want=$(field '.[0] | tojson')
	get "/v1/settlements/$t"
	asked 200
	[ "$body" = "$want" ] || diff <(jq -S . <<<"$want") <(jq -S . <<<"$body")
	fcgi settlement_get GET "/v1/settlements/$t"
	asked 200
	[ "$(field .settlementId)" = "$t" ]
}

@test "it shows the site's wallet until it is frozen, then the one it was frozen with" {
	pending
	wallet 0xW2
	get "/v1/settlements/$t"
	[ "$(field .payoutWallet)" = 0xW2 ]
	submit
	wallet 0xW3
	get "/v1/settlements/$t"
	[ "$(field .payoutWallet)" = 0xW2 ]
}

@test "an unknown and a malformed id are 404" {
	not_found GET '/v1/settlements/{}'
}
