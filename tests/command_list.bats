#!/usr/bin/env bats
# GET /v1/commands
# bats file_tags=beside

load lib/stack

setup_file() {
	stack_start
	charger=$(unique_id)
	export charger
	sql "insert into chargers (charge_point_id) values ('$charger')"
}

setup() {
	sql "delete from commands where charge_point_id = '$charger'"
}

# add KEY STATUS SECONDS [DEADLINE]: created so long ago
add() {
	sql "insert into commands (charge_point_id, type, idempotency_key,
		payload, status, created_at, deadline_at) values ('$charger',
		'Reset', '$1', '{\"type\": \"Soft\"}', '$2',
		now() - interval '$3 s', ${4:-null})"
}

# keys QUERY: of this test's charger
keys() {
	get "/v1/commands?$1"
	asked 200
	jq -r --arg c "$charger" \
		'map(select(.chargePointId == $c).idempotencyKey) | join(" ")' \
		<<<"$body"
}

@test "commands come newest first, of one charger or of all, page by page" {
	local path all=''

	add a Acked 30
	add b Failed 20
	add c Queued 1
	add d Unknown 40
	[ "$(keys "chargePointId=$charger")" = "c b a d" ]
	[[ $(keys 'limit=200') == *c*b*a*d* ]]
	path="/v1/commands?chargePointId=$charger&limit=1"
	while [ -n "$path" ]; do
		get "$path"
		asked 200
		all+=$(field '.[0].idempotencyKey')
		path=$(header Link | sed 's/^<\(.*\)>; rel="next"$/\1/')
	done
	[ "$all" = cbad ]
	[ "$(keys 'chargePointId=nobody')" = "" ]
}

@test "a status is the one that is shown, whatever is stored" {
	local of

	add a Acked 30
	add u Unknown 50
	add q Queued 60
	add s Sent 70 "now() - interval '55 s'"
	add young Sent 80 "now() + interval '5 min'"
	for of in "chargePointId=$charger&" 'limit=200&'; do
		[ "$(keys "${of}status=Unknown")" = "u q s" ]
		get "/v1/commands?${of}status=Unknown"
		[ "$(field 'map(.status) | unique | join(" ")')" = Unknown ]
		[ "$(keys "${of}status=Sent")" = young ]
		[ "$(keys "${of}status=Queued")" = "" ]
		[ "$(keys "${of}status=Acked")" = a ]
		[ "$(keys "${of}stuck=true")" = "q s" ]
		[ "$(keys "${of}stuck=true&status=Acked")" = "" ]
		[ "$(keys "${of}stuck=false&status=Acked")" = a ]
	done
}

@test "an unknown status is 400" {
	get '/v1/commands?status=Lost'
	asked 400
	get '/v1/commands?after=1'
	asked 400
}
