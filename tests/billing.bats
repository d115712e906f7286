#!/usr/bin/env bats
# It adds up: every session that ended is in one of four classes, and what is
# settled is what it costs.  The recordings and generated sessions, on sites of
# every kind, with late events, corrections, reviews, claims, and sites and
# tariffs that come afterwards.
# bats file_tags=beside,long

load lib/stack

setup_file() {
	stack_start_own
	cd "$BATS_FILE_TMPDIR"
	sites_make
	events_make
	day_run
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# The sites: two currencies, a price of 0, one that makes amounts too large,
# and one without a tariff.
sites_make() {
	local price

	sites=()
	for price in '0.4937 EUR' '0 EUR' '' '0.0751 CHF' '99999999.9999 CHF'; do
		# shellcheck disable=SC2086 # price and currency
		site_make $price
		wallet 0xW
		sites+=("$site")
	done
}

# Two thirds of what happens, and what is late of it.
events_make() {
	generated >made
	cat "$stack_root"/tests/data/{depot,bad}-day.ndjson made >all
	awk 'NR % 7 == 0 { print >"late"; next } { print }' all >first
	jq -r .chargePointId all | sort -u >chargers
}

# Of 12 chargers 15 sessions each: nothing, a few Wh, so much that it is for
# review, a start without a value, no end.
generated() {
	jq -nc 'def tell($type; $c; $n; $at): {type: $type,
			chargePointId: "GEN-\($c)", transactionId: ($n + 1),
			ts: (1772359200 + $n * 14400 + $at | todate)};
		range(12) as $c | range(15) as $n
		| ([0, 1, 5, 999, 12345, 33333, 300000, 7][($c + $n) % 8]) as $wh
		| tell("TransactionStarted"; $c; $n; 0) + {connectorId: 1}
			+ (if ($c + $n) % 11 == 4 then {}
			else {meterStartWh: 1000} end),
		(tell("MeterSample"; $c; $n; 3600) + {samples: [{
			measurand: "Energy.Active.Import.Register",
			unit: "Wh", value: (1000 + ($wh / 2 | floor) | tostring)}]}),
		(if ($c + $n) % 9 == 5 then empty
		else tell("TransactionEnded"; $c; $n; 7200)
			+ (if ($c + $n) % 5 == 2 then {}
			else {meterStopWh: (1000 + $wh)} end) end)'
}

# posted FILE: its events, in arrays.
posted() {
	local list

	while read -r list; do
		send "$list"
	done < <(jq -cs 'range(0; length; 200) as $n | .[$n:$n + 200]' "$1")
}

# A sixth of the chargers each is on one of the sites, and on none.
chargers_place() {
	local n=0 id

	while read -r id; do
		event ChargerHeartbeat 0
	done <chargers >heartbeats
	posted heartbeats
	while read -r id; do
		[ "$((n % 6))" = 5 ] || {
			put "/v1/chargers/$(path_of "$id")/site" \
				"{\"siteId\":\"${sites[n % 6]}\"}"
			asked 200
		}
		n=$((n + 1))
	done <chargers
}

# ended_ones EVERY [CONDITION]: the ids of every so many sessions.
ended_ones() {
	sql "select session_id from (select session_id, row_number() over
			(order by charge_point_id, started_at, connector_id) as n
			from sessions where ended_at is not null
			and ${2:-true}) s where n % $1 = 0 order by n"
}

# corrected EVERY WH
corrected() {
	local session

	for session in $(ended_ones "$1"); do
		post "/v1/sessions/$session/corrections" "{\"energyWh\":$2,
			\"by\":\"Eve\",\"why\":\"told\",\"idempotencyKey\":\"$2\"}"
		asked 201
	done
}

reviewed() {
	local session

	for session in $(ended_ones 3 needs_review); do
		post "/v1/sessions/$session/accept" '{"by":"Eve","why":"seen"}'
		asked 200
	done
	for session in $(ended_ones 4 'correction_wh is not null'); do
		request DELETE "/v1/sessions/$session/corrections?by=Eve"
		asked 200
	done
}

# What comes afterwards: a tariff for the site without one, another price, and
# chargers that move, all of it since a time within the day.
prices_come() {
	local since=2026-10-05T08:00:00Z

	post "/v1/sites/${sites[2]}/tariffs" "{\"validFrom\":\"$since\",
		\"pricePerKwh\":\"0.3333\",\"currency\":\"SEK\"}"
	asked 201
	post "/v1/sites/${sites[0]}/tariffs" "{\"validFrom\":\"$(at 90000)\",
		\"pricePerKwh\":\"0.6001\",\"currency\":\"EUR\"}"
	asked 201
	while read -r id; do
		put "/v1/chargers/$(path_of "$id")/site" "{\"siteId\":
			\"${sites[0]}\",\"since\":\"$since\"}"
		asked 200
	done < <(awk 'NR % 12 == 6' chargers)
}

day_run() {
	chargers_place
	posted first
	claim_all w1
	corrected 8 4321
	posted late
	reviewed
	claim_all w2
	corrected 9 1234
	prices_come
	for id in $(sql 'select charge_point_id from chargers'); do
		age '25 hours'
	done
	"$stack_root/scripts/close-stale" >stale 3>&-
	claim_all w3
	corrected 20 777
}

# pages QUERY FILTER: of the sessions that the API lists for it.
pages() {
	all_pages session_list "/v1/sessions?limit=37&$1" ".[] | $2"
}

# adds_up SQL: each row of it is a place where something doesn't.
adds_up() {
	[ -z "$(sql "$1" | tee wrong)" ] || {
		head -n 5 wrong
		return 1
	}
}

@test "the day has something of everything" {
	[ "$(sql "select count(distinct billing), count(distinct unpriced_reason),
		count(*) > 300, count(distinct cost_currency)
		from sessions where ended_at is not null")" = "4|4|t|3" ]
	[ "$(sql "select count(*) filter (where kind = 'Adjustment') > 10,
		count(*) filter (where amount < 0) > 0,
		count(*) filter (where status = 'Held') > 0,
		count(*) filter (where frozen_at is not null) > 0,
		count(*) filter (where frozen_at is null) > 0
		from settlements")" = "t|t|t|t|t" ]
	[ "$(sql "select count(distinct cause) from session_revisions where cause
		in ('Late', 'Accepted', 'Corrected', 'Withdrawn')")" = 4 ]
}

@test "every ended session is on the pages of one class, and of no other" {
	local class

	for class in Settled Held Zero Unpriced; do
		pages "billing=$class" '.sessionId' >"$class"
		[ -s "$class" ]
		[ "$(pages "billing=$class" .billing | sort -u)" = "$class" ]
	done
	sort Settled Held Zero Unpriced >classes
	[ -z "$(uniq -d classes)" ]
	pages status=ended .sessionId | sort | diff - classes
	sql "select session_id from sessions where ended_at is not null" |
		sort | diff - classes
	[ -z "$(pages status=running '.billing // empty')" ]
}

@test "the class is what price, review and amount say" {
	adds_up "select session_id, billing from sessions
		where billing is distinct from case
			when ended_at is null then null
			when cost_amount is null then 'Unpriced'
			when needs_review then 'Held'
			when cost_amount = 0 then 'Zero'
			else 'Settled' end"
}

@test "every unpriced session has the reason that its energy and site give" {
	local reason

	adds_up "select s.session_id, s.unpriced_reason, e.reason
		from sessions s
		left join lateral (select site_id from charger_sites c
			where c.charge_point_id = s.charge_point_id
			and c.since <= s.started_at
			order by c.since desc limit 1) c on true
		left join tariffs t on t.site_id = c.site_id
			and t.valid_from <= s.started_at
			and coalesce(t.valid_to, 'infinity') > s.started_at
		cross join lateral (select case
			when s.billing is distinct from 'Unpriced' then null
			when s.energy_wh is null then 'NoEnergy'
			when c.site_id is null then 'NoSite'
			when t.tariff_id is null then 'NoTariff'
			when round(s.energy_wh * t.price_per_kwh / 1000, 4)
				>= 100000000 then 'TooLarge'
			else 'none: it could have a price' end as reason) e
		where s.unpriced_reason is distinct from e.reason"
	for reason in NoEnergy NoSite NoTariff TooLarge; do
		pages "billing=$reason" '"\(.sessionId) \(.unpricedReason)"'
	done | sort >reasons
	pages billing=Unpriced '"\(.sessionId) \(.unpricedReason)"' | sort |
		diff - reasons
}

@test "a cost is the energy at the tariff's price, rounded once" {
	adds_up "select s.session_id, s.cost_amount, s.energy_wh, t.price_per_kwh
		from sessions s left join tariffs t using (tariff_id)
		where s.cost_amount is not null and (s.cost_amount,
			s.cost_currency) is distinct from
			(round(s.energy_wh * t.price_per_kwh / 1000, 4),
			t.currency)
		or (s.cost_amount is null) <> (s.tariff_id is null)"
}

@test "by currency the settlements sum up to the costs, and by session" {
	adds_up "select * from (select cost_currency as currency,
			sum(cost_amount) as costs from sessions
			where cost_amount is not null group by 1) c
		full join (select currency, sum(amount) as amounts
			from settlements group by 1) t using (currency)
		where coalesce(costs, 0) <> coalesce(amounts, 0)"
	adds_up "select s.session_id, s.cost_amount, t.amounts
		from sessions s left join lateral (
			select sum(amount) as amounts from settlements t
			where t.session_id = s.session_id
			and t.charge_point_id = s.charge_point_id
			and t.currency = coalesce(s.cost_currency, t.currency)) t
			on true
		where coalesce(s.cost_amount, 0) <> coalesce(t.amounts, 0)"
	[ "$(sql "select count(*), sum(amount) > 0 from settlements
		group by currency" | grep -c '|t')" = 3 ]
}

@test "a settlement is held while its session is for review, and only then" {
	adds_up "select s.session_id, s.billing, t.*
		from sessions s cross join lateral (select
			count(*) filter (where status = 'Held') as held,
			count(*) filter (where status = 'Pending'
				and frozen_at is null) as open,
			count(*) as n
			from settlements t where t.session_id = s.session_id
			and t.charge_point_id = s.charge_point_id) t
		where case when s.needs_review then open > 0
			when s.billing <> 'Unpriced' then held > 0 end
		or s.billing = 'Settled' and n = 0"
}

@test "the next runs of close-stale and refinalize find nothing to do" {
	[ "$("$stack_root/scripts/close-stale" 3>&-)" = "0 sessions changed" ]
	"$stack_root/scripts/refinalize" >again 3>&-
	grep -x '0 sessions changed' again
	grep -x '0 settlements changed' again
	grep -E '^costs in (CHF|EUR|SEK): ' again | sed 's/^costs//' >costs
	[ "$(wc -l <costs)" = 3 ]
	[ -z "$(awk '$3 != $5' costs)" ]
	grep '^settlements in ' again | sed 's/^settlements//' | diff - costs
}
