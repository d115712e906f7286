#!/usr/bin/env bats
# POST /v1/sites
# bats file_tags=beside

load lib/stack

@test "a name is one site, and asking again answers the same" {
	name=$(unique_id 'Depot ü')
	post /v1/sites "{\"name\":\"$name\",\"timeZone\":\"Europe/Berlin\"}"
	asked 201
	first=$body
	[ "$(field '[.name, .timeZone, .payoutWallet]' | jq -c .)" = \
		"[\"$name\",\"Europe/Berlin\",null]" ]
	[ "$(field 'keys | join(" ")')" = \
		"createdAt name payoutWallet siteId timeZone" ]
	post /v1/sites "{\"name\":\"$name\"}"
	asked 200
	[ "$body" = "$first" ]
	post /v1/sites "{\"name\":\"$name\",\"timeZone\":\"Asia/Tokyo\"}"
	asked 200
	[ "$(field .timeZone)" = Asia/Tokyo ]
}

@test "a site can come with its wallet, and the same again is no change" {
	name=$(unique_id)
	for w in 0x1 0x1 0x2; do
		post /v1/sites "{\"name\":\"$name\",\"payoutWallet\":\"$w\"}"
		[ "$(field .payoutWallet)" = "$w" ]
	done
	asked 200
	[ "$(sql "select string_agg(wallet, ' ' order by since)
		from site_wallets
		where site_id = '$(field .siteId)'")" = "0x1 0x2" ]
	wrong /v1/sites '["/payoutWallet"]' \
		"{\"name\":\"$name\",\"payoutWallet\":\"a b\"}"
}

@test "two callers with one name get one site" {
	name=$(unique_id)
	for n in 1 2 3 4 5 6; do
		curl -sS -d "{\"name\":\"$name\"}" "$CPMS_TEST_BASE_URL/v1/sites" \
			>"$BATS_TEST_TMPDIR/$n" &
	done
	wait
	[ "$(cat "$BATS_TEST_TMPDIR"/[1-6] | jq -r .siteId | sort -u |
		wc -l)" = 1 ]
}

@test "what is missing or wrong is named" {
	wrong /v1/sites '["/name"]' '{}'
	wrong /v1/sites '["/name"]' '{"name":null}'
	wrong /v1/sites '["/name"]' '{"name":"  "}'
	wrong /v1/sites '["/name"]' '{"name":"a\nb"}'
	wrong /v1/sites '["/name","/timeZone"]' '{"name":7,"timeZone":"a b"}'
	wrong /v1/sites '["/timeZone"]' '{"name":"x","timeZone":"Mars/Base"}'
	wrong /v1/sites '["/name"]' \
		"{\"name\":\"$(printf 'ü%.0s' {1..256})\"}"
	wrong /v1/sites '[""]' '[]'
	post /v1/sites '{'
	asked 400
}

@test "without nginx it answers the same" {
	name=$(unique_id)
	fcgi site_create POST /v1/sites "{\"name\":\"$name\"}"
	asked 201
	[ "$(field .name)" = "$name" ]
}
