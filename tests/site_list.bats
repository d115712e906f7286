#!/usr/bin/env bats
# GET /v1/sites

load lib/stack

@test "sites come oldest first, page by page" {
	for n in 1 2 3; do
		site_make
		echo "$site"
	done >"$BATS_TEST_TMPDIR/made"
	path='/v1/sites?limit=2'
	while [ -n "$path" ]; do
		get "$path"
		asked 200
		[ "$(field length)" -le 2 ]
		field '.[].siteId' >>"$BATS_TEST_TMPDIR/all"
		path=$(header Link | sed 's/^<\(.*\)>; rel="next"$/\1/')
	done
	[ "$(sort "$BATS_TEST_TMPDIR/all" | uniq -d)" = "" ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/all")" = \
		"$(sql 'select count(*) from sites')" ]
	tail -n 3 "$BATS_TEST_TMPDIR/all" | diff - "$BATS_TEST_TMPDIR/made"
}

@test "a query that is not understood is 400" {
	for query in limit=0 limit=201 limit=x cursor=x x=1; do
		get "/v1/sites?$query"
		asked 400
	done
}

@test "without nginx it answers the same" {
	fcgi site_list GET '/v1/sites?limit=1'
	asked 200
	[ "$(field type)" = array ]
}
