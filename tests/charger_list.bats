#!/usr/bin/env bats
# GET /v1/chargers
# bats file_tags=beside

load lib/stack

@test "chargers come by id, page by page, with slashes and all" {
	site_make
	prefix=$(unique_id 'CP ä/')
	for n in 1 2 3; do
		put "/v1/chargers/$(path_of "$prefix-$n")" '{"secret":"s"}'
		put "/v1/chargers/$(path_of "$prefix-$n")/site" \
			"{\"siteId\":\"$site\"}"
	done
	path="/v1/chargers?siteId=$site&limit=1"
	while [ -n "$path" ]; do
		get "$path"
		asked 200
		field '.[].chargePointId' >>"$BATS_TEST_TMPDIR/all"
		path=$(header Link | sed 's/^<\(.*\)>; rel="next"$/\1/')
	done
	diff "$BATS_TEST_TMPDIR/all" <(printf '%s\n' "$prefix"-{1,2,3})
	get '/v1/chargers?limit=200'
	asked 200
	[ "$(field 'map(.chargePointId) | length')" -ge 3 ]
}

@test "they are filtered by site, by being active and by when they were seen" {
	site_make
	charger_make
	one=$id
	charger_make
	put "/v1/chargers/$id" '{"active":false}'
	sql "update chargers set last_seen_at = '$(at 0)'
		where charge_point_id = '$id'"
	found() {
		get "/v1/chargers?siteId=$site&$1"
		asked 200
		field 'map(.chargePointId) | join(" ")'
	}
	[ "$(found active=true)" = "$one" ]
	[ "$(found active=false)" = "$id" ]
	[ "$(found seen=true)" = "$id" ]
	[ "$(found seen=false)" = "$one" ]
	[ "$(found "seenSince=$(at 0)")" = "$id" ]
	[ "$(found "seenSince=$(at 1)")" = "" ]
	[ "$(found "seenBefore=$(at 1)")" = "$id" ]
	[ "$(found "seenBefore=$(at 0)")" = "" ]
	[ "$(found "seen=true&active=true")" = "" ]
}

@test "a query that is not understood is 400" {
	for query in limit=0 active=x seen=2 siteId=x seenSince=x cursor= x=1; do
		get "/v1/chargers?$query"
		asked 400
	done
}

@test "without nginx it answers the same" {
	fcgi charger_list GET '/v1/chargers?limit=1'
	asked 200
	[ "$(field length)" = 1 ]
}

@test "they are filtered by state" {
	local name n=0

	site_make
	for name in fresh silent never off nobody; do
		n=$((n + 1))
		charger_make
		declare "$name=$id"
	done
	sql "update chargers set last_seen_at = now()
		where charge_point_id in ('$fresh', '$off')"
	sql "update chargers set last_seen_at = now() - interval '16 minutes'
		where charge_point_id = '$silent'"
	sql "update chargers set is_active = false, secret_hash =
		case charge_point_id when '$nobody' then '' else secret_hash end
		where charge_point_id in ('$off', '$nobody')"
	of_state() {
		get "/v1/chargers?siteId=$site&state=$1"
		asked 200
		field 'map(.chargePointId) | join(" ")'
	}
	[ "$(of_state online)" = "$fresh" ]
	[ "$(of_state offline)" = "$(printf '%s\n' "$silent" "$never" |
		LC_ALL=C sort | paste -sd ' ')" ]
	[ "$(of_state disabled)" = "$off" ]
	[ "$(of_state unknown)" = "$nobody" ]
	get "/v1/chargers?state=lost"
	asked 400
}
