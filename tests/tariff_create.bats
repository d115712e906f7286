#!/usr/bin/env bats
# POST /v1/sites/{siteId}/tariffs
# bats file_tags=beside

load lib/stack

@test "a price is taken exactly, as a number or a string" {
	for price in 0.4937 '"0.4937"' 4937e-4 '"0.49370"'; do
		site_make
		post "/v1/sites/$site/tariffs" \
			"{\"pricePerKwh\":$price,\"currency\":\"EUR\"}"
		asked 201
		[[ $body == *'"pricePerKwh":0.4937,'* ]]
	done
	post "/v1/sites/$site/tariffs" \
		'{"pricePerKwh":99999999.9999,"currency":"KWD"}'
	asked 201
	[[ $body == *'"pricePerKwh":99999999.9999,'* ]]
	[ "$(field 'keys | join(" ")')" = "createdAt currency isActive \
pricePerKwh siteId tariffId validFrom validTo" ]
}

@test "what is in force already, or the tariff that it is, changes nothing" {
	site_make 0.3
	first=$body
	post "/v1/sites/$site/tariffs" '{"pricePerKwh":"0.30","currency":"EUR"}'
	asked 200
	[ "$body" = "$first" ]
	tariff 0.4
	second=$body
	for t in "$first" "$second"; do
		post "/v1/sites/$site/tariffs" \
			"$(jq -c '{tariffId, pricePerKwh, currency}' <<<"$t")"
		asked 200
		[ "$(field .tariffId)" = "$(jq -r .tariffId <<<"$t")" ]
	done
	get "/v1/sites/$site/tariffs"
	[ "$(field 'map(.pricePerKwh) | tojson')" = "[0.4,0.3]" ]
	for change in '.pricePerKwh = 0.5' '.currency = "USD"' \
		'.tariffId = "10000000-0000-0000-0000-000000000000"'; do
		post "/v1/sites/$site/tariffs" "$(jq -c "$change" <<<"$first")"
		is_problem 409 conflict
	done
	wrong "/v1/sites/$site/tariffs" '["/siteId"]' "$(jq -c \
		'.siteId = "10000000-0000-0000-0000-000000000000"' <<<"$first")"
}

@test "a site's first tariff reaches back, the next one ends it" {
	site_make 0.3
	[ "$(field '[.validFrom, .validTo, .isActive] | tojson')" = \
		'[null,null,true]' ]
	tariff 0.4
	from=$(field .validFrom)
	[ "$from" = "$(field .createdAt)" ]
	get "/v1/sites/$site/tariffs"
	[ "$(field '.[1] | [.pricePerKwh, .validTo, .isActive] | tojson')" = \
		"[0.3,\"$from\",false]" ]
}

# since SECONDS PRICE [CURRENCY]: asks for a tariff of $site from then on.
since() {
	post "/v1/sites/$site/tariffs" "{\"validFrom\":\"$(at "$1")\",
		\"pricePerKwh\":\"$2\",\"currency\":\"${3:-EUR}\"}"
}

@test "from a time in the past it prices what has no price, and nothing else" {
	local first

	site_make
	charger_make
	charge 1000 1
	charge 1000 2
	[ "$(sessions '[.billing, .unpricedReason]' | sort -u)" = \
		'["Unpriced","NoTariff"]' ]
	since 1500 0.3
	asked 201
	[ "$(field '[.validFrom, .isActive] | tojson')" = \
		'["2026-03-01T10:25:00Z",true]' ]
	first=$body
	[ "$(sessions '[.costAmount, .unpricedReason]' | xargs)" = \
		"[null,NoTariff] [0.3,null]" ]
	charge 1000 4
	since 3500 0.4
	asked 201
	charge 1000 5
	[ "$(sessions .costAmount | xargs)" = "null 0.3 0.3 0.4" ]
	[ "$(settlements .amount | xargs)" = "0.3 0.3 0.4" ]
	get "/v1/sites/$site/tariffs"
	[ "$(field 'map([.pricePerKwh, .validFrom, .validTo]) | tojson')" = \
'[[0.4,"2026-03-01T10:58:20Z",null],[0.3,"2026-03-01T10:25:00Z","2026-03-01T10:58:20Z"]]' ]
	post "/v1/sites/$site/tariffs" "$(jq -c \
		'{tariffId, pricePerKwh, currency, validFrom}' <<<"$first")"
	asked 200
	[ "$(field .validTo)" = 2026-03-01T10:58:20Z ]
}

@test "chargers that left the site since then get its price, others don't" {
	site_make
	charger_make
	charge 1000 1
	put "/v1/chargers/$id/site" '{"siteId":null}'
	asked 200
	left=$id
	a=$site
	site_make
	charger_make
	charge 1000 1
	site=$a
	tariff 0.2
	[ "$(sessions .costAmount)" = null ]
	id=$left
	[ "$(sessions '[.costAmount, .siteId]')" = "[0.2,\"$a\"]" ]
}

@test "one can't begin before the one in force, nor in the future" {
	site_make
	since 1000 0.3
	asked 201
	for from in 999 1000; do
		since $from 0.4
		is_problem 409 conflict
		[[ $(field .detail) == *"2026-03-01T10:16:40Z"* ]]
	done
	since 999 0.3
	is_problem 409 conflict
	for from in 1000 1001; do
		since $from 0.3
		asked 200
	done
	get "/v1/sites/$site/tariffs"
	post "/v1/sites/$site/tariffs" "$(jq -c '.[0]
		| .validFrom = "2026-03-01T10:16:41Z"' <<<"$body")"
	is_problem 409 conflict
	for from in '"9999-01-01T00:00:00Z"' '"soon"' 1; do
		wrong "/v1/sites/$site/tariffs" '["/validFrom"]' \
			"{\"pricePerKwh\":1,\"currency\":\"EUR\",\"validFrom\":$from}"
	done
	[ "$(sql "select count(*) from tariffs where site_id = '$site'")" = 1 ]
}

@test "behind a site's closed tariffs one begins where the last one ended" {
	site_make 0.3
	sql "update tariffs set valid_to = '$(at 1000)', is_active = false
		where site_id = '$site'"
	since 999 0.4
	is_problem 409 conflict
	since 1000 0.4
	asked 201
}

@test "many callers at once leave one tariff after the other" {
	site_make
	for n in {1..12}; do
		curl -sS -o "$BATS_TEST_TMPDIR/$n" -w '%{http_code}\n' \
			-d "{\"pricePerKwh\":$n,\"currency\":\"EUR\"}" \
			"$CPMS_TEST_BASE_URL/v1/sites/$site/tariffs" &
	done >"$BATS_TEST_TMPDIR/codes"
	wait
	[ "$(sort -u "$BATS_TEST_TMPDIR/codes")" = 201 ]
	[ "$(sql "select count(*), count(*) filter (where valid_to is null),
		count(*) filter (where valid_from = '-infinity'),
		count(*) filter (where valid_to is distinct from next_from),
		count(*) filter (where is_active <> (valid_to is null))
		from (select *, lead(valid_from) over (order by valid_from)
			as next_from from tariffs
			where site_id = '$site') t")" = "12|1|1|0|0" ]
}

@test "a caller waits for the one before it" {
	site_make 0.1
	hold "select 1 from sites where site_id = '$site' for no key update"
	tariff 0.3 &
	second=$!
	wait_for held_up
	let_go "update tariffs set valid_to = clock_timestamp(), is_active = false
			where site_id = '$site';
		insert into tariffs (site_id, price_per_kwh, valid_from)
			values ('$site', 0.2, clock_timestamp())"
	wait "$second"
	[ "$(sql "select string_agg(trim_scale(price_per_kwh)::text, ' '
		order by valid_from) from tariffs
		where site_id = '$site'")" = "0.1 0.2 0.3" ]
}

@test "the database takes no second open tariff" {
	site_make 0.3
	run sql "insert into tariffs (site_id, price_per_kwh)
		values ('$site', 1)"
	[[ $output == *tariffs_open_key* ]]
}

@test "what is missing or wrong is named" {
	site_make
	path=/v1/sites/$site/tariffs
	wrong "$path" '["/pricePerKwh","/currency"]' '{}'
	for price in 0.49371 '"0,5"' -1 '""' '"x"' true 100000000 1e8 '"1 "' \
		'"NaN"' '[1]'; do
		wrong "$path" '["/pricePerKwh"]' \
			"{\"pricePerKwh\":$price,\"currency\":\"EUR\"}"
	done
	for currency in '"eur"' '"EU"' '"EURO"' '"XXX"' '"ZZZ"' 978 null; do
		wrong "$path" '["/currency"]' \
			"{\"pricePerKwh\":1,\"currency\":$currency}"
	done
}

@test "an unknown site is 404" {
	not_found POST '/v1/sites/{}/tariffs' '{"pricePerKwh":1,"currency":"EUR"}'
}

@test "without nginx it answers the same" {
	site_make
	fcgi tariff_create POST "/v1/sites/$site/tariffs" \
		'{"pricePerKwh":0,"currency":"JPY"}'
	asked 201
	[[ $body == *'"pricePerKwh":0.0000,'* ]]
}
