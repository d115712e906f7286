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

@test "without nginx it answers the same" {
	site_make
	charger_make
	fcgi charger_site_put PUT "/v1/chargers/$id/site" '{"siteId":null}'
	asked 200
}
