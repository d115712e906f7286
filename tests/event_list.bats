#!/usr/bin/env bats
# GET /v1/chargers/{chargePointId}/events
# bats file_tags=beside

load lib/stack

setup() {
	id=$(unique_id 'CP ä/')
	path=/v1/chargers/$(path_of "$id")/events
}

# heartbeats N: of the minutes 1 to N, one after the other.
heartbeats() {
	local i

	for ((i = 1; i <= $1; i++)); do
		tell "$(event ChargerHeartbeat $((i * 60)))"
	done
}

minutes() {
	jq -r 'map(.ts[14:16] | tonumber) | @csv' <<<"$body"
}

@test "an event is listed as it came, with the time it was received" {
	sent="{\"type\":\"Odd\",\"chargePointId\":\"$id\",\"ts\":\"2026-03-01T12:00:00.5+02:00\",\"more\":{\"list\":[1,null,{\"ä\":\"\\u00e4\"}]},\"number\":1500.50}"
	post /v1/gateway/events "$sent"
	[ "$status_code" = 202 ]
	ask event_list GET "$path"
	[ "$status_code" = 200 ]
	[ "$(jq -Sc '.[0].event' <<<"$body")" = "$(jq -Sc . <<<"$sent")" ]
	[[ $body == *'"number": 1500.50'* ]]
	[ "$(jq -c '.[0] | del(.event, .id, .receivedAt)' <<<"$body")" = \
		"$(jq -nc --arg id "$id" '{type: "Odd", chargePointId: $id,
		ts: "2026-03-01T10:00:00.500Z"}')" ]
	[ "$(jq -c '.[0] | keys_unsorted' <<<"$body")" = \
		'["id","type","chargePointId","ts","receivedAt","event"]' ]
	[[ $(jq -r '.[0].receivedAt' <<<"$body") =~ ^20.*Z$ ]]
	[ "$(jq '.[0].id | type' <<<"$body")" = '"number"' ]
}

@test "what was received last is first, whatever its time" {
	tell "$(event ChargerHeartbeat 300)"
	tell "$(event ChargerHeartbeat 60)"
	tell "$(event ChargerHeartbeat 540)"
	ask event_list GET "$path"
	[ "$(minutes)" = 9,1,5 ]
}

@test "an event without a time has that of its arrival" {
	post /v1/gateway/events \
		"{\"type\":\"ChargerHeartbeat\",\"chargePointId\":\"$id\"}"
	ask event_list GET "$path"
	[ "$(jq '.[0] | .ts == .receivedAt' <<<"$body")" = true ]
	[ "$(jq '.[0].event | has("ts")' <<<"$body")" = false ]
}

@test "an event that came twice is listed once" {
	beat=$(event ChargerHeartbeat 60)
	tell "$beat"
	tell "$beat"
	ask event_list GET "$path"
	[ "$(jq length <<<"$body")" = 1 ]
}

@test "the pages show each event once, newest first" {
	heartbeats 5
	ask event_list GET "$path?limit=2"
	[ "$(minutes)" = 5,4 ]
	[[ $(next_page) == "$path?limit=2&cursor="* ]]
	[ "$(all_pages event_list "$path?limit=2" \
		'map(.ts[14:16] | tonumber) | @csv')" = $'5,4\n3,2\n1' ]
	get "$path?limit=5"
	[ -z "$(next_page)" ]
}

@test "another charger's events are not listed" {
	heartbeats 1
	tell "$(id=$id-2 event ChargerHeartbeat 420)"
	ask event_list GET "$path"
	[ "$(minutes)" = 1 ]
}

@test "a charger without events has an empty list" {
	sql "insert into chargers (charge_point_id) values ('$id')"
	ask event_list GET "$path"
	[ "$status_code" = 200 ]
	[ "$body" = '[]' ]
}

@test "an unknown charger is 404" {
	ask event_list GET "$path"
	is_problem 404 not-found
}

@test "a HEAD is answered without a body" {
	heartbeats 1
	request HEAD "$path"
	[ "$status_code" = 200 ]
}

@test "a query that can't be is 400" {
	for query in limit=0 limit=201 cursor=x type=Odd; do
		ask event_list GET "$path?$query"
		is_problem 400 bad-query
	done
}

@test "a page of large events ends early, and the next one goes on" {
	local i

	for ((i = 1; i <= 20; i++)); do
		event X $((i * 60)) "\"x\":\"$(head -c 60000 /dev/zero |
			tr '\0' x)\""
	done | jq -sc . >"$BATS_TEST_TMPDIR/list"
	request POST /v1/gateway/events '' --data-binary \
		"@$BATS_TEST_TMPDIR/list"
	asked 202
	get "$path?limit=200"
	[ "$(jq length <<<"$body")" = 18 ]
	[ -n "$(next_page)" ]
	get "$(next_page)"
	[ "$(minutes)" = 2,1 ]
	[ -z "$(next_page)" ]
	heartbeats 3
	run all_pages event_list "$path?limit=2" \
		'map(.ts[14:16] | tonumber) | @csv'
	[ "$(tr '\n' ' ' <<<"$output")" = \
		"3,2 1,20 19,18 17,16 15,14 13,12 11,10 9,8 7,6 5,4 3,2 1 " ]
}
