#!/usr/bin/env bats
# scripts/close-stale: what fell silent ends, what waited too long becomes a
# session of its own.

load lib/stack

setup() {
	id=$(unique_id)
	export CPMS_DATABASE_URL=$CPMS_TEST_DATABASE_URL
}

close_stale() {
	"$stack_root/scripts/close-stale" "$@" 3>&-
}

# What close-stale says of this test's charger.
told() {
	close_stale "$@" | grep "^$id" | cut -f 2,4,6-
}

waiting() {
	get "/v1/waiting?chargePointId=$id"
	jq length <<<"$body"
}

# A session of two readings of which nothing has come for 25 hours.
silent() {
	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)" \
		"$(sampled 120 7 1250)"
	age '25 hours'
}

@test "a session of which nothing came for 24 hours ends with its last reading" {
	silent
	[ "$(told)" = $'1\t7\t-\t250 Wh MeterValues.Register\tStale' ]
	[ "$(sessions '[.energyWh, .energySource, .isEstimated, .endedAt,
		.reason, .needsReview, .meterStopWh]')" = \
'[250,"MeterValues.Register",false,"2026-03-01T10:02:00Z","Stale",false,null]' ]
	[ "$(explained 'map([.cause, .flags])')" = '[["Ended",["Stale"]]]' ]
}

@test "without a reading it ends where it began" {
	send "$(started 0 7 1 1000)"
	age '25 hours'
	close_stale
	[ "$(sessions '[.energyWh, .energySource, .endedAt, .reason]')" = \
		'[null,"Missing","2026-03-01T10:00:00Z","Stale"]' ]
}

@test "what was received lately is not silent, however old its own time" {
	send "$(started -90000000 7 1 1000)" "$(sampled -89999000 7 1100)"
	age '23 hours'
	[ -z "$(told)" ]
	[ "$(sessions .endedAt)" = null ]
}

@test "one reading received lately keeps its session, whatever its time" {
	silent
	send "$(event MeterSample -5000 '"transactionId":7,"samples":[]')"
	[ -z "$(told)" ]
	[ "$(sessions .endedAt)" = null ]
}

@test "a reading of another transaction or charger keeps nothing" {
	silent
	send "$(sampled 200 8 1100)" "$(event ChargerHeartbeat 200)"
	id+=-2
	send "$(sampled 200 7 1100)"
	id=${id%-2}
	close_stale
	[ "$(sessions .reason)" = '"Stale"' ]
}

@test "with --dry-run it only lists" {
	local before state

	silent
	send "$(sampled 60 8 500)"
	age '25 hours'
	state="select md5(string_agg(x, '|' order by x)) from (
		select s::text from sessions s union all
		select r::text from session_revisions r union all
		select w::text from waiting_transactions w) t (x)
		where x like '%$id%'"
	before=$(sql "$state")
	[ "$(told --dry-run)" = \
$'1\t7\t-\t250 Wh MeterValues.Register\tStale
\t8\t-\t0 Wh MeterValues.Register estimated\tStale' ]
	[ "$(sql "$state")" = "$before" ]
	[[ $(close_stale --dry-run | tail -n 1) == *" sessions would change" ]]
	[ "$(told | wc -l)" = 2 ]
	[ -z "$(told)" ]
}

@test "what waited too long becomes a session without a connector" {
	send "$(sampled 60 7 1100)" "$(sampled 120 7 1500)" \
		"$(ended 600 7 1600 Local)"
	age '25 hours'
	[ "$(waiting)" = 1 ]
	close_stale
	[ "$(waiting)" = 0 ]
	[ "$(sessions '[.connectorId, .transactionId, .startedAt,
		.meterStartWh, .energyWh, .energySource, .isEstimated,
		.meterStopWh, .endedAt, .reason]')" = \
'[null,7,"2026-03-01T10:01:00Z",null,400,"MeterValues.Register",true,1600,"2026-03-01T10:10:00Z","Local"]' ]
	[ "$(explained '.[0].flags')" = '["StartMissing"]' ]
}

@test "an end alone becomes a session too, without a figure" {
	send "$(ended 600 7 1600)"
	age '25 hours'
	close_stale
	[ "$(sessions '[.startedAt, .endedAt, .energySource]')" = \
'["2026-03-01T10:10:00Z","2026-03-01T10:10:00Z","Missing"]' ]
}

@test "readings without any end become a session that is stale" {
	send "$(sampled 60 7 1100)" "$(sampled 120 7 1500)"
	age '25 hours'
	close_stale
	[ "$(sessions '[.energyWh, .endedAt, .reason]')" = \
		'[400,"2026-03-01T10:02:00Z","Stale"]' ]
}

@test "samples without an energy reading become a session of their time" {
	send "$(event MeterSample 90 '"transactionId":7,"samples":[]')" \
		"$(event MeterSample 60 '"transactionId":7,"samples":[{"measurand":"Voltage","value":"230"}]')"
	age '25 hours'
	close_stale
	[ "$(sessions '[.startedAt, .endedAt, .energySource]')" = \
'["2026-03-01T10:01:00Z","2026-03-01T10:01:00Z","Missing"]' ]
}

@test "it waits from the last of them, not from the first" {
	send "$(sampled 60 7 1100)"
	age '25 hours'
	send "$(sampled 120 7 1200)"
	[ -z "$(told)" ]
	[ "$(waiting)" = 1 ]
	age '25 hours'
	[ "$(told | wc -l)" = 1 ]
}

@test "a start that comes after all takes the session over" {
	local session

	send "$(sampled 60 7 1100)" "$(sampled 120 7 1500)" \
		"$(ended 600 7 1600 Local)"
	age '25 hours'
	close_stale
	session=$(session_id)
	send "$(started 0 7 2 1000 T1)"
	[ "$(sessions '[.sessionId, .connectorId, .startedAt, .meterStartWh,
		.idTag, .energyWh, .energySource, .isEstimated]')" = \
"[\"$session\",2,\"2026-03-01T10:00:00Z\",1000,\"T1\",600,\"StopTransaction\",false]" ]
	[ "$(explained 'map([.cause, .energyWh, .flags])')" = \
		'[["Ended",400,["StartMissing"]],["Late",600,[]]]' ]
	[ "$(waiting)" = 0 ]
}

@test "a session that was taken over and has no end is running again" {
	send "$(sampled 60 7 1100)"
	age '25 hours'
	close_stale
	send "$(started 0 7 2 1000)"
	[ "$(sessions '[.endedAt, .reason, .energyWh, .energyWhSoFar]')" = \
		'[null,null,null,100]' ]
	age '25 hours'
	close_stale
	[ "$(sessions '[.reason, .energyWh]')" = '["Stale",100]' ]
}

@test "further readings and a second start of the transaction find their session" {
	send "$(sampled 60 7 1100)"
	age '25 hours'
	close_stale
	send "$(sampled 120 7 1300)"
	[ "$(waiting)" = 0 ]
	[ "$(sessions '[.energyWh, .endedAt]')" = \
		'[200,"2026-03-01T10:02:00Z"]' ]
	send "$(started 0 7 1 1000)" "$(started 9000 7 1 5000)"
	[ "$(sessions '[.connectorId, .energyWh, .reason]')" = \
'[1,300,"Superseded"]
[1,null,null]' ]
}

@test "the real end replaces the stale one" {
	silent
	close_stale
	send "$(ended 300 7 1400 Local)"
	[ "$(sessions '[.energyWh, .energySource, .endedAt, .reason]')" = \
'[400,"StopTransaction","2026-03-01T10:05:00Z","Local"]' ]
	[ "$(explained 'map([.cause, .flags])')" = \
		'[["Ended",["Stale"]],["Late",[]]]' ]
}

@test "a late reading moves the stale end with it" {
	silent
	close_stale
	send "$(sampled 7200 7 2000)"
	[ "$(sessions '[.energyWh, .endedAt, .reason]')" = \
		'[1000,"2026-03-01T12:00:00Z","Stale"]' ]
}

@test "a start that comes afterwards is what ended it" {
	silent
	close_stale
	send "$(started 90 8 1 1200)"
	[ "$(sessions '[.transactionId, .endedAt, .reason]')" = \
'[7,"2026-03-01T10:01:30Z","Superseded"]
[8,null,null]' ]
}

@test "two that can't be told apart end without energy, for review" {
	send "$(started 0 7 1 1000)" "$(started 30 7 2 5000)" \
		"$(sampled 60 7 1100)"
	age '25 hours'
	close_stale
	[ "$(sessions '[.connectorId, .energyWh, .energySource, .reason,
		.needsReview]')" = \
'[1,null,"Missing","Stale",true]
[2,null,"Missing","Stale",true]' ]
}

@test "several silent sessions of a charger end together" {
	send "$(started 0 7 1 1000)" "$(started 0 8 2 1000)" \
		"$(started 900 7 3 4000)" "$(sampled 60 7 1100)" \
		"$(sampled 60 8 1200)" "$(sampled 960 7 4300)" \
		"$(sampled 60 9 100)" "$(sampled 120 9 150)" \
		"$(started 0 10 4 1)" "$(ended 60 10 5)"
	age '25 hours'
	close_stale
	[ "$(sessions '[.transactionId, .energyWh, .reason]' | sort)" = \
'[10,4,null]
[7,100,"Stale"]
[7,300,"Stale"]
[8,200,"Stale"]
[9,50,"Stale"]' ]
	[ "$(waiting)" = 0 ]
}

@test "CPMS_STALE_SESSION_HOURS says how long" {
	send "$(started 0 7 1 1000)"
	age '2 hours'
	CPMS_STALE_SESSION_HOURS=3 close_stale
	[ "$(sessions .reason)" = null ]
	CPMS_STALE_SESSION_HOURS=1 close_stale
	[ "$(sessions .reason)" = '"Stale"' ]
	CPMS_STALE_SESSION_HOURS=never run close_stale
	[ "$status" = 1 ]
	[[ $output == *CPMS_STALE_SESSION_HOURS* ]]
}

# priced [--dry-run]: the line of close-stale that says how many got a price.
priced() {
	close_stale "$@" | grep ' a price '
}

@test "a request that can't come to the sessions leaves their prices to it" {
	charge 1000 1
	charge 1000 2
	site_make
	put "/v1/chargers/$(path_of "$id")/site" "{\"siteId\":\"$site\"}"
	asked 200
	hold "select 1 from chargers where charge_point_id = '$id'
		for no key update"
	tariff 0.3
	[ "$(sessions .unpricedReason | xargs)" = "NoTariff NoTariff" ]
	let_go
	[ "$(priced --dry-run)" = \
"2 sessions would get a price by a site or tariff that began before" ]
	[ "$(settlements .amount)" = "" ]
	[ "$(priced)" = \
		"2 sessions got a price by a site or tariff that began before" ]
	[ "$(sessions '[.costAmount, .billing]' | sort -u)" = \
		'[0.3,"Settled"]' ]
	[ "$(settlements '[.amount, .status]' | sort -u)" = '[0.3,"Pending"]' ]
	[ "$(close_stale)" = "0 sessions changed" ]
}

@test "a price is listed with the session that got it" {
	site_make
	charger_make
	charge 1000 1
	sql "insert into tariffs (site_id, price_per_kwh, currency, is_active)
		values ('$site', 0.2, 'EUR', true)"
	[ "$(told)" = $'1\t1\t1000 Wh StopTransaction\t1000 Wh StopTransaction 0.2000 EUR\t' ]
	[ -z "$(told)" ]
}

@test "without a transaction, too large, missing or a duplicate: each has its reason" {
	local none

	site_make
	charger_make
	charge 1000 1
	charge 1000 2
	charge 1000 3
	send "$(started 9000 9 1)" "$(ended 9100 9)"
	none=$(session_id 2)
	sql "update sessions set transaction_id = null
			where session_id = '$none';
		update sessions set energy_wh = 9000000000000000
			where charge_point_id = '$id' and transaction_id = 3;
		insert into tariffs (site_id, price_per_kwh, currency, is_active)
			values ('$site', 0.2, 'EUR', true)"
	[ "$(priced)" = \
		"2 sessions got a price by a site or tariff that began before" ]
	[ "$(sessions '[.transactionId, .costAmount, .unpricedReason]')" = \
'[1,0.2,null]
[null,0.2,null]
[3,null,"TooLarge"]
[9,null,"NoEnergy"]' ]
	[ "$(close_stale)" = "0 sessions changed" ]
}

@test "a startless session keeps its price until a reading moves its start" {
	site_make 0.2
	charger_make
	send "$(sampled 3000 7 1100)" "$(sampled 3060 7 2100)"
	age '25 hours'
	close_stale
	[ "$(sessions .costAmount)" = 0.2 ]
	post "/v1/sites/$site/tariffs" "{\"pricePerKwh\":\"0.5\",
		\"currency\":\"EUR\",\"validFrom\":\"$(at 2000)\"}"
	asked 201
	post "/v1/sites/$site/tariffs" "{\"pricePerKwh\":\"0.7\",
		\"currency\":\"EUR\",\"validFrom\":\"$(at 2500)\"}"
	asked 201
	send "$(sampled 3120 7 3100)"
	[ "$(sessions .costAmount)" = 0.4 ]
	send "$(sampled 2400 7 1100)"
	[ "$(sessions '[.startedAt, .costAmount]')" = \
		'["2026-03-01T10:40:00Z",1]' ]
	[ "$(settlements .amount)" = 1 ]
}

@test "two at once end each session once" {
	local i pid
	local -a pids=()

	silent
	for i in 1 2 3 4; do
		close_stale >"$BATS_TEST_TMPDIR/out.$i" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	[ "$(cat "$BATS_TEST_TMPDIR"/out.* | grep -c "^$id")" = 1 ]
	[ "$(explained length)" = 1 ]
}

@test "of more chargers than fit in one page none is forgotten" {
	sql "insert into chargers (charge_point_id)
			select '$id-' || n from generate_series(1, 1100) n;
		insert into sessions (session_id, charge_point_id,
			connector_id, transaction_id, started_at, created_at,
			updated_at)
			select gen_random_uuid(), '$id-' || n, 1, 7,
			now() - interval '2 days', now() - interval '2 days',
			now() - interval '2 days'
			from generate_series(1, 1100) n"
	[ "$(close_stale | grep -c "^$id-")" = 1100 ]
	[ "$(sql "select count(*) from sessions where end_kind = 'Stale'
		and charge_point_id like '$id-%'")" = 1100 ]
}

@test "another word on its command line is refused" {
	run close_stale --all
	[ "$status" = 1 ]
	[ "$output" = "close-stale: usage: close-stale [--dry-run]" ]
}
