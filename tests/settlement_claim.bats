#!/usr/bin/env bats
# POST /v1/settlements/claim

load lib/stack

# settled N: as many Pending settlements of $site, and no others to be had, as
# the leases of other tests don't run out.
settled() {
	local n

	sql "update settlements set lease_until = lease_until + interval '1 day'
		where lease_until is not null"
	for n in {1..50}; do
		claim_all sweep '"leaseSeconds":86400'
		[ "$(field .leaseToken)" != null ] || break
	done
	site_make 0.5
	wallet 0xW
	charger_make
	[ "$1" -gt 0 ] || return 0
	for ((n = 1; n <= $1; n++)); do
		array "$(started $((n * 1000)) "$n" 1 0)" \
			"$(ended $((n * 1000 + 600)) "$n" $((n * 100)))"
	done >"$BATS_TEST_TMPDIR/events"
	jq -sc 'add' "$BATS_TEST_TMPDIR/events" >"$BATS_TEST_TMPDIR/body"
	send "$(cat "$BATS_TEST_TMPDIR/body")"
}

@test "what is claimed is shown with the lease, oldest first" {
	settled 1
	charge 200 2
	charge 300 3
	before=$(date +%s)
	post /v1/settlements/claim '{"worker":"w","limit":2,"leaseSeconds":60}'
	asked 200
	[ "$(field '.settlements | map(.amount) | tojson')" = '[0.05,0.1]' ]
	token=$(field .leaseToken)
	[[ $token =~ ^[0-9a-f-]{36}$ ]]
	[ "$(field '[.settlements[].leaseToken] | unique | join(" ")')" = "$token" ]
	[ "$(field '.settlements[0].status')" = Pending ]
	[ "$(field '.settlements[0].statementSha256 | length')" = 64 ]
	until=$(date -d "$(field .leaseUntil)" +%s)
	[ "$((until - before))" -ge 60 ]
	[ "$((until - $(date +%s)))" -le 60 ]
	post /v1/settlements/claim '{"worker":"x"}'
	[ "$(field '.settlements | map(.amount) | tojson')" = '[0.15]' ]
	post /v1/settlements/claim '{"worker":"x"}'
	[ "$body" = '{"leaseToken":null,"leaseUntil":null,"settlements":[]}' ]
	t=$(settlement)
	get "/v1/settlements/$t"
	[[ $body != *leaseToken* ]]
}

@test "a lease runs out, and the next worker gets another token" {
	settled 1
	claim_all a '"leaseSeconds":3600'
	first=$(field .leaseToken)
	sum=$(field '.settlements[0].statementSha256')
	claim_all b
	[ "$(field .leaseToken)" = null ]
	sql "update settlements set lease_until = now() where site_id = '$site'"
	claim_all b '"leaseSeconds":60'
	[ "$(field .leaseToken)" != "$first" ]
	[ "$(field '.settlements[0].statementSha256')" = "$sum" ]
	t=$(field '.settlements[0].settlementId')
	second=$(field .leaseToken)
	submit 0x1 "\"leaseToken\":\"$first\""
	asked 409
	submit 0x1 "\"leaseToken\":\"$second\""
	asked 204
}

@test "eight workers that claim at once never hold the same one" {
	settled 60
	for w in 1 2 3 4 5 6 7 8; do
		while :; do
			curl -sS -d "{\"worker\":\"w$w\",\"limit\":3}" \
				"$CPMS_TEST_BASE_URL/v1/settlements/claim" \
				>"$BATS_TEST_TMPDIR/got$w"
			jq -r '.settlements[].settlementId' \
				"$BATS_TEST_TMPDIR/got$w"
			[ "$(jq '.settlements | length' \
				"$BATS_TEST_TMPDIR/got$w")" -gt 0 ] || break
		done >"$BATS_TEST_TMPDIR/w$w" &
	done
	wait
	cat "$BATS_TEST_TMPDIR"/w[1-8] | sort >"$BATS_TEST_TMPDIR/all"
	[ "$(uniq -d "$BATS_TEST_TMPDIR/all")" = "" ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/all")" = 60 ]
	[ "$(sql "select count(*), max(site_seq), count(distinct statement_sha256)
		from settlements where site_id = '$site'")" = "60|60|60" ]
}

@test "claims and late samples at once leave every sum right" {
	settled 0
	for n in {1..40}; do
		array "$(started $((n * 1000)) "$n" 1 0)" \
			"$(sampled $((n * 1000 + 60)) "$n" 100)" \
			"$(ended $((n * 1000 + 600)) "$n")"
	done | jq -sc add >"$BATS_TEST_TMPDIR/body"
	send "$(cat "$BATS_TEST_TMPDIR/body")"
	for round in 1 2 3 4; do
		for n in {1..40}; do
			sampled $((n * 1000 + 60 + round * 60)) "$n" \
				$((100 + round * 50))
		done | shuf --random-source=<(yes "$round") |
			xargs -d '\n' -n 1 -P 3 curl -sS -o /dev/null \
			-w '%{http_code}\n' "$CPMS_TEST_BASE_URL/v1/gateway/events" \
			-d >>"$BATS_TEST_TMPDIR/posted$round"
	done &
	for w in 1 2 3; do
		for n in {1..12}; do
			curl -sS -o /dev/null -w '%{http_code}\n' \
				-d "{\"worker\":\"w$w\",\"limit\":5}" \
				"$CPMS_TEST_BASE_URL/v1/settlements/claim"
			sleep 0.1
		done >"$BATS_TEST_TMPDIR/claimed$w" &
	done
	wait
	[ "$(cat "$BATS_TEST_TMPDIR"/posted? | sort | uniq -c |
		tr -s ' ')" = " 160 202" ]
	[ "$(cat "$BATS_TEST_TMPDIR"/claimed? | sort -u)" = 200 ]
	[ "$(sql "select count(*), sum(cost), count(*) filter
		(where cost <> amounts) from (
		select max(s.cost_amount) as cost, sum(t.amount) as amounts
		from sessions s join settlements t using (session_id)
		where t.site_id = '$site' group by session_id) x")" = \
		"40|6.0000|0" ]
	[ "$(sql "select count(*) filter (where kind = 'Adjustment') > 0
		from settlements where site_id = '$site'")" = t ]
}

@test "a late sample waits for a claim under way and makes an adjustment" {
	settled 0
	send "$(started 0 7 1 0)" "$(sampled 60 7 100)" "$(ended 600 7)"
	t=$(settlement 1)
	hold "select 1 from settlements where settlement_id = '$t' for update"
	send "$(sampled 120 7 300)" &
	sending=$!
	wait_for held_up
	let_go "update settlements set frozen_at = now(), site_seq = 1,
		statement = '{}', statement_sha256 = encode(sha256('{}'), 'hex')
		where settlement_id = '$t'"
	wait "$sending"
	[ "$(settlements '[.kind, .amount]' | tr '\n' ' ')" = \
		'["Settlement",0.05] ["Adjustment",0.1] ' ]
}

@test "Held, submitted and amountless ones are not handed out" {
	settled 1
	t=$(settlement)
	submit
	charge 300000 900 3600
	sql "insert into settlements (charge_point_id) values ('$id')"
	claim_all w
	[ "$(field '.settlements | length')" = 0 ]
}

@test "what is missing or wrong is named" {
	path=/v1/settlements/claim
	wrong "$path" '["/worker"]' '{}'
	wrong "$path" '["/worker","/limit","/leaseSeconds"]' \
		'{"worker":" ","limit":0,"leaseSeconds":86401}'
	wrong "$path" '["/limit","/leaseSeconds"]' \
		'{"worker":"w","limit":1.5,"leaseSeconds":"60"}'
}

@test "without nginx it answers the same" {
	settled 1
	fcgi settlement_claim POST /v1/settlements/claim '{"worker":"w"}'
	asked 200
	[ "$(field '.settlements | length')" = 1 ]
}
