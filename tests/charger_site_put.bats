#!/usr/bin/env bats
# PUT /v1/chargers/{chargePointId}/site
# bats file_tags=beside

load lib/stack

@test "the first site reaches back, later ones count from now on" {
	site_make
	a=$site
	charger_make
	[ "$(field .siteId)" = "$a" ]
	site_make
	put "/v1/chargers/$id/site" "{\"siteId\":\"$site\"}"
	asked 200
	[ "$(field .siteId)" = "$site" ]
	put "/v1/chargers/$id/site" "{\"siteId\":\"$site\"}"
	asked 200
	put "/v1/chargers/$id/site" '{"siteId":null}'
	asked 200
	[ "$(field .siteId)" = null ]
	[ "$(sql "select string_agg(coalesce(case site_id when '$a' then 'a'
		else 'b' end, '-'), ' ' order by since),
		min(since) from charger_sites
		where charge_point_id = '$id' and site_id is not null")" = \
		"a b|-infinity" ]
	[ "$(sql "select count(*) from charger_sites
		where charge_point_id = '$id'")" = 3 ]
}

@test "an unknown charger or site is 404, a wrong one is named" {
	site_make
	charger_make
	put "/v1/chargers/$(unique_id)/site" "{\"siteId\":\"$site\"}"
	asked 404
	wrong "/v1/chargers/$id/site" '["/siteId"]' \
		'{"siteId":"00000000-0000-0000-0000-000000000000"}' PUT
	put "/v1/chargers/$id/site" \
		'{"siteId":"10000000-0000-0000-0000-000000000000"}'
	asked 404
	wrong "/v1/chargers/$id/site" '["/siteId"]' '{}' PUT
	wrong "/v1/chargers/$id/site" '["/siteId"]' '{"siteId":"x"}' PUT
}

@test "a session is priced by the site its charger was on at its start" {
	site_make 0.1
	charger_make
	a=$site
	site_make 0.2
	put "/v1/chargers/$id/site" "{\"siteId\":\"$site\"}"
	now=$(($(date +%s) + 1))
	charge 1000
	send "$(event TransactionStarted - "\"connectorId\":1,\"transactionId\":8,\"ts\":\"$(date -u -d "@$now" +%FT%TZ)\"")" \
		"$(event TransactionEnded - "\"transactionId\":8,\"meterStopWh\":1000,\"ts\":\"$(date -u -d "@$((now + 60))" +%FT%TZ)\"")"
	[ "$(sessions .costAmount | tr '\n' ' ')" = "0.1 0.2 " ]
	[ "$(settlements .amount)" = 0.2 ]
	site=$a
	[ "$(settlements .amount)" = 0.1 ]
}

# moved SITE [SECONDS]: puts the charger $id there, since then.
moved() {
	put "/v1/chargers/$id/site" "$(jq -nc --arg site "$1" \
		--arg since "${2:+$(at "$2")}" '{siteId: $site}
		+ if $since == "" then {} else {since: $since} end')"
}

@test "since a time in the past it prices what has no price, and nothing else" {
	local a

	site_make 0.1
	charger_make
	a=$site
	charge 1000 1
	put "/v1/chargers/$id/site" \
		"{\"siteId\":null,\"since\":\"$(at 1500)\"}"
	asked 200
	charge 1000 2
	charge 1000 3
	[ "$(sessions '[.costAmount, .unpricedReason]' | xargs)" = \
		"[0.1,null] [null,NoSite] [null,NoSite]" ]
	site_make 0.2
	moved "$site" 2500
	asked 200
	[ "$(field .siteId)" = "$site" ]
	[ "$(sessions '[.costAmount, .billing, .siteId]' | xargs)" = \
		"[0.1,Settled,$a] [null,Unpriced,null] [0.2,Settled,$site]" ]
	[ "$(settlements '[.amount, .status]')" = '[0.2,"Pending"]' ]
	[ "$(sql "select count(*), count(*) filter (where since in
		('-infinity', '$(at 1500)', '$(at 2500)')) from charger_sites
		where charge_point_id = '$id'")" = "3|3" ]
}

@test "a session that has a price keeps it, whatever site was there then" {
	local a

	site_make 0.1
	charger_make
	a=$site
	charge 1000 1
	site_make 0.2
	moved "$site" 500
	asked 200
	send "$(sampled 1100 1 1500)"
	[ "$(sessions '[.costAmount, .siteId]' | xargs)" = "[0.1,$a]" ]
	[ "$(settlements .amount)" = "" ]
	charge 1000 2
	[ "$(sessions .costAmount | xargs)" = "0.1 0.2" ]
}

@test "the first site prices all before, or all since a time that is given" {
	for since in '' 1500; do
		id=$(unique_id)
		for n in 1 2; do
			charge 1000 "$n"
		done
		[ "$(sessions .unpricedReason | xargs)" = "NoSite NoSite" ]
		site_make 0.3
		put "/v1/chargers/$id" '{"secret":"s"}'
		moved "$site" $since
		asked 200
		[ "$(sessions .costAmount | xargs)" = \
			"$([ -z "$since" ] && echo 0.3 || echo null) 0.3" ]
	done
}

@test "a first site in the charger's own document prices too" {
	charge 1000
	site_make 0.3
	put "/v1/chargers/$id" "{\"siteId\":\"$site\"}"
	[[ $status_code == 20* ]]
	[ "$(sessions .costAmount)" = 0.3 ]
}

@test "a site without a tariff is named by its sessions" {
	charge 1000
	site_make
	moved "$site"
	asked 200
	[ "$(sessions '[.billing, .unpricedReason, .siteId]')" = \
		"[\"Unpriced\",\"NoTariff\",\"$site\"]" ]
}

@test "more sessions than a batch are all priced" {
	jq -nc --arg id "$id" '[range(250) | . as $n
		| {type: "TransactionStarted", chargePointId: $id,
		connectorId: 1, transactionId: ($n + 1), meterStartWh: 1,
		ts: (1772359200 + $n * 100 | todate)},
		{type: "TransactionEnded", chargePointId: $id,
		transactionId: ($n + 1), meterStopWh: 1001,
		ts: (1772359250 + $n * 100 | todate)}]' >"$BATS_TEST_TMPDIR/all"
	send "$(cat "$BATS_TEST_TMPDIR/all")"
	n=$(sql "select count(*) from sessions where charge_point_id = '$id'
		and unpriced_reason = 'NoSite'")
	[ "$n" = 250 ]
	site_make 0.5
	moved "$site"
	asked 200
	[ "$(sql "select count(*), sum(cost_amount) = $n * 0.5
		from sessions where charge_point_id = '$id'
		and billing = 'Settled'")" = "$n|t" ]
	[ "$(sql "select count(*) from settlements
		where charge_point_id = '$id'")" = "$n" ]
}

@test "it can't have moved before it came to its site, nor in the future" {
	local a

	site_make
	a=$site
	charger_make
	site_make
	moved "$site" 1000
	asked 200
	for since in 999 1000; do
		moved "$a" $since
		is_problem 409 conflict
		[[ $(field .detail) == *"2026-03-01T10:16:40Z"* ]]
	done
	moved "$site" 999
	is_problem 409 conflict
	for since in 1000 1001; do
		moved "$site" $since
		asked 200
	done
	[ "$(sql "select count(*) from charger_sites
		where charge_point_id = '$id'")" = 2 ]
	wrong "/v1/chargers/$id/site" '["/since"]' \
		"{\"siteId\":\"$a\",\"since\":\"9999-01-01T00:00:00Z\"}" PUT
	wrong "/v1/chargers/$id/site" '["/since"]' \
		"{\"siteId\":\"$a\",\"since\":\"yesterday\"}" PUT
	wrong "/v1/chargers/$id/site" '["/since"]' \
		"{\"siteId\":\"$a\",\"since\":1772359200}" PUT
	get "/v1/chargers/$id"
	[ "$(field .siteId)" = "$site" ]
}

@test "without nginx it answers the same" {
	site_make
	charger_make
	fcgi charger_site_put PUT "/v1/chargers/$id/site" '{"siteId":null}'
	asked 200
}
