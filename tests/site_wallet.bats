#!/usr/bin/env bats
# POST /v1/sites/{siteId}/wallet
# bats file_tags=beside

load lib/stack

@test "changes are kept with their time, the same again is none" {
	site_make
	for w in 0x1 0x1 0x2 0x1; do
		wallet "$w"
		[ -z "$body" ]
	done
	[ "$(sql "select string_agg(wallet, ' ' order by since)
		from site_wallets where site_id = '$site'")" = "0x1 0x2 0x1" ]
	get "/v1/sites/$site"
	[ "$(field .payoutWallet)" = 0x1 ]
}

@test "two callers leave one history and its last wallet" {
	site_make
	for n in 1 2 3 4 5 6 7 8; do
		curl -sS -d "{\"wallet\":\"0x$n\"}" \
			"$CPMS_TEST_BASE_URL/v1/sites/$site/wallet" &
	done
	wait
	[ "$(sql "select (array_agg(wallet order by since desc))[1] =
		(select payout_wallet from sites where site_id = '$site')
		and count(*) = 8 from site_wallets
		where site_id = '$site'")" = t ]
}

@test "a wallet is printable, without blanks and of some length" {
	site_make
	for w in '""' '"a b"' '" a"' '"ä"' '"a\tb"' '"a\u007f"' 7 null \
		"\"$(printf 'x%.0s' {1..129})\""; do
		wrong "/v1/sites/$site/wallet" '["/wallet"]' "{\"wallet\":$w}"
	done
	wrong "/v1/sites/$site/wallet" '["/payoutWallet"]' '{}'
	wallet "$(printf 'x%.0s' {1..128})"
}

@test "an unknown site is 404" {
	not_found POST '/v1/sites/{}/wallet' '{"wallet":"0x1"}'
}

@test "without nginx it answers the same" {
	site_make
	fcgi site_wallet POST "/v1/sites/$site/wallet" '{"wallet":"0x1"}'
	asked 204
}
