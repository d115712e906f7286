#!/usr/bin/env bats
# GET /v1/sites/{siteId}/tariffs
# bats file_tags=beside

load lib/stack

@test "the history comes newest first, page by page" {
	site_make 0.1
	tariff 0.2
	tariff 0.3 USD
	path="/v1/sites/$site/tariffs?limit=1"
	while [ -n "$path" ]; do
		get "$path"
		asked 200
		field '.[] | [.pricePerKwh, .currency, .isActive] | tojson' \
			>>"$BATS_TEST_TMPDIR/all"
		path=$(header Link | sed 's/^<\(.*\)>; rel="next"$/\1/')
	done
	diff "$BATS_TEST_TMPDIR/all" - <<-'END'
	[0.3,"USD",true]
	[0.2,"EUR",false]
	[0.1,"EUR",false]
	END
}

@test "a site without a tariff has an empty list, an unknown one is 404" {
	site_make
	get "/v1/sites/$site/tariffs"
	asked 200
	[ "$body" = '[]' ]
	not_found GET '/v1/sites/{}/tariffs'
	get "/v1/sites/$site/tariffs?x=1"
	asked 400
}

@test "without nginx it answers the same" {
	site_make 0.1
	fcgi tariff_list GET "/v1/sites/$site/tariffs"
	asked 200
	[ "$(field length)" = 1 ]
}
