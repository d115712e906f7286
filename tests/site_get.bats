#!/usr/bin/env bats
# GET /v1/sites/{siteId}
# bats file_tags=beside

load lib/stack

@test "a site is shown with its wallet" {
	site_make
	wallet 0xABC
	get "/v1/sites/$site"
	asked 200
	[ "$(field '[.siteId, .name, .timeZone, .payoutWallet] | tojson')" = \
		"[\"$site\",\"$site_name\",null,\"0xABC\"]" ]
	fcgi site_get GET "/v1/sites/$site"
	asked 200
	[ "$(field .siteId)" = "$site" ]
}

@test "an unknown and a malformed id are 404" {
	not_found GET '/v1/sites/{}'
}
