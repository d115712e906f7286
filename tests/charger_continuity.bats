#!/usr/bin/env bats
# GET /v1/chargers/{chargePointId}/continuity
# bats file_tags=beside

load lib/stack

setup() {
	id=$(unique_id 'CP ä/')
	path=/v1/chargers/$(path_of "$id")/continuity
}

# Sessions of connector 1 of every kind, one a transaction, and one of 2.
every_kind() {
	tell "$(started 0 1 1 1000)" "$(ended 600 1 2000)" \
		"$(started 1200 2 1 2000.5)" "$(ended 1800 2 3000)" \
		"$(started 2400 3 1 3250.25)" "$(sampled 2700 3 4000.75)" \
		"$(ended 3000 3)" \
		"$(started 3600 4 1 3900.5)" "$(ended 4200 4 4500)" \
		"$(started 4100 5 1 4400)" "$(ended 4800 5 5000)" \
		"$(started 5400 6 1 5000)" "$(ended 6000 6)" \
		"$(started 6600 7 1 5100)" "$(ended 7200 7 5200)" \
		"$(started 0 8 2)" "$(ended 600 8 700)"
}

# links CONNECTOR: its links, a line each.
links() {
	jq -c ".connectors[] | select(.connectorId == $1) | .links[]
		| [.meterStartWh, .meterEndWh, .energyWh, .gapWh, .kind]" \
		<<<"$body"
}

# finalized_by_hand COLUMNS VALUES: a session as no event makes it.
finalized_by_hand() {
	sql "insert into sessions (charge_point_id, transaction_id, started_at,
		ended_at, finalized_at, meter_start_wh, meter_stop_wh, energy_wh,
		energy_source, $1) select \$q\$$id\$q\$, 1, '$(at 60)',
		'$(at 90)', now(), 10, 20, 10, 'StopTransaction', $2"
}

@test "each session is held against the one before it on its connector" {
	every_kind
	ask charger_continuity GET "$path"
	asked 200
	[ "$(links 1)" = '[1000,2000,1000,null,"First"]
[2000.5,3000,1000,0.5,"Continuous"]
[3250.25,4000.75,751,250.25,"Between"]
[3900.5,4500,600,-100.25,"MeterBack"]
[4400,5000,600,null,"Overlap"]
[5000,null,null,0,"Continuous"]
[5100,5200,100,null,"Unknown"]' ]
	[ "$(links 2)" = '[0,700,700,null,"First"]' ]
}

@test "sums are of each connector and of all, in thousandths of a Wh" {
	every_kind
	get "$path"
	asked 200
	[ "$(field '[.connectors[], .] | map([.sessions, .deliveredWh,
		.betweenWh, .backWh, .overlaps, .unknown]) | tojson')" = \
		'[[7,4051,250.25,100.25,1,1],[1,700,0,0,0,0],[8,4751,250.25,100.25,1,1]]' ]
}

@test "a link names its session and its times" {
	tell "$(started 0 1 1 1000)" "$(ended 600 1 2000)"
	get "$path"
	asked 200
	[ "$(field .chargePointId)" = "$id" ]
	[ "$(field '.connectors[0].links[0] | [.sessionId, .startedAt, .endedAt]
		| join(" ")')" = "$(session_id) $(at 0) $(at 600)" ]
}

@test "from and to narrow it, and the first one in there has none before it" {
	every_kind
	get "$path?from=$(at 1200)&to=$(at 3600)"
	asked 200
	[ "$(links 1)" = '[2000.5,3000,1000,null,"First"]
[3250.25,4000.75,751,250.25,"Between"]' ]
	[ "$(field '[.sessions, .deliveredWh] | tojson')" = '[2,1751]' ]
	[ -z "$(links 2)" ]
}

@test "a meter that was replaced within a session ends nobody knows where" {
	tell "$(started 0 1 1 5000)" "$(sampled 60 1 10)" \
		"$(sampled 120 1 60)" "$(sampled 180 1 210)" "$(ended 240 1)" \
		"$(started 300 2 1 210)" "$(ended 360 2 300)"
	get "$path"
	asked 200
	[ "$(links 1)" = '[5000,null,200,null,"First"]
[210,300,90,null,"Unknown"]' ]
}

@test "a baseline that was replaced is where the meter stood" {
	tell "$(started 0 1 1 1000)" "$(ended 600 1 45000)" \
		"$(started 1200 2 1)" "$(sampled 1200 2 \
			"$(reading 45000 '{"context":"Transaction.Begin"}')")" \
		"$(sampled 1500 2 45500)" "$(ended 1800 2)"
	get "$path"
	asked 200
	[ "$(links 1 | tail -n 1)" = '[45000,45500,500,0,"Continuous"]' ]
}

@test "what runs, repeats another or has no connector is in no chain" {
	tell "$(started 0 1 1 1000)" "$(ended 600 1 2000)" \
		"$(started 1200 2 1 2000)"
	finalized_by_hand 'connector_id, duplicate_of' "1, '$(session_id)'"
	finalized_by_hand has_start false
	get "$path"
	asked 200
	[ "$(field .sessions)" = 1 ]
	[ "$(links 1)" = '[1000,2000,1000,null,"First"]' ]
}

@test "a charger without sessions has no chain, one that nobody knows is 404" {
	send "$(event ChargerHeartbeat 0)"
	ask charger_continuity GET "$path"
	asked 200
	[ "$(field '[.sessions, .deliveredWh, .connectors] | tojson')" = \
		'[0,0,[]]' ]
	ask charger_continuity GET "/v1/chargers/$(path_of "$id-2")/continuity"
	is_problem 404 not-found
}

@test "more than 5000 sessions are 400, which says to narrow" {
	send "$(event ChargerHeartbeat 0)"
	sql "insert into sessions (charge_point_id, connector_id,
		transaction_id, started_at, ended_at, finalized_at)
		select \$q\$$id\$q\$, 1, n, t, t, t
		from generate_series(1, 5001) n,
		cast('$(at 0)'::timestamptz + n * interval '1 s'
			as timestamptz) t"
	ask charger_continuity GET "$path"
	asked 400
	[[ $(field .detail) == *"narrow from and to"* ]]
	get "$path?to=$(at 5001)"
	asked 200
	[ "$(field '[.sessions, .unknown] | tojson')" = '[5000,4999]' ]
}

@test "a bad query is 400, another method 405" {
	for query in from=x to=2026-02-30T00:00:00Z limit=5; do
		get "$path?$query"
		asked 400
	done
	post "$path" '{}'
	asked 405
}
