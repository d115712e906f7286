#!/usr/bin/env bats
# GET /v1/chargers/{chargePointId}/sessions
# bats file_tags=beside

load lib/stack

setup() {
	id=$(unique_id 'CP ä/')
	path=/v1/chargers/$(path_of "$id")/sessions
}

# several N: sessions that start a minute apart, transactions 1 to N.
several() {
	local i
	local -a events=()

	for ((i = 1; i <= $1; i++)); do
		events+=("$(started $((i * 60)) "$i" 1)")
	done
	tell "${events[@]}"
}

transactions() {
	jq -c 'map(.transactionId)' <<<"$body"
}

@test "a charger's sessions are listed, newest start first" {
	tell "$(started 1200 2 1)" "$(started 600 3 1)" "$(started 1800 1 1)"
	ask charger_session_list GET "$path"
	[ "$status_code" = 200 ]
	[ "$(transactions)" = '[1,2,3]' ]
	[ -z "$(next_page)" ]
}

@test "each is shown as it is alone" {
	tell "$(started 0 1 1 1000)" "$(sampled 300 1 1500)" "$(ended 600 1)" \
		"$(started 1200 2 1 1500)" "$(sampled 1500 2 1700)"
	ask charger_session_list GET "$path"
	list=$body
	[ "$(jq -c '.[0].energyWhSoFar, .[1].energyWh' <<<"$list")" = \
		$'200\n500' ]
	for i in 0 1; do
		get "/v1/sessions/$(jq -r ".[$i].sessionId" <<<"$list")"
		[ "$(jq -c . <<<"$body")" = "$(jq -c ".[$i]" <<<"$list")" ]
	done
}

@test "many running sessions all show what they have delivered" {
	local i
	local -a events=()

	for ((i = 1; i <= 20; i++)); do
		events+=("$(started $((i * 60)) "$i" "$i")"
			"$(sampled 1800 "$i" "$((i * 100))")")
	done
	tell "${events[@]}"
	ask charger_session_list GET "$path"
	[ "$(jq -c 'map(.energyWhSoFar)' <<<"$body")" = \
		"$(jq -nc '[range(20; 0; -1) * 100]')" ]
}

@test "another charger's sessions are not listed" {
	tell "$(started 0 1 1)" "$(id=$id-2 started 0 2 1)"
	ask charger_session_list GET "$path"
	[ "$(transactions)" = '[1]' ]
}

@test "a charger that has none has an empty list" {
	tell "$(event ChargerHeartbeat 0)"
	ask charger_session_list GET "$path"
	[ "$status_code" = 200 ]
	[ "$body" = '[]' ]
}

@test "an unknown charger is 404" {
	ask charger_session_list GET "$path"
	is_problem 404 not-found
}

@test "50 are listed unless a limit is given" {
	several 55
	ask charger_session_list GET "$path"
	[ "$(jq length <<<"$body")" = 50 ]
	[ -n "$(next_page)" ]
	ask charger_session_list GET "$path?limit=55"
	[ "$(jq length <<<"$body")" = 55 ]
	[ -z "$(next_page)" ]
}

@test "the pages show each session once, in one order" {
	several 7
	ask charger_session_list GET "$path?limit=3"
	[[ $(next_page) == "$path?limit=3&cursor="* ]]
	[ "$(all_pages charger_session_list "$path?limit=3" \
		'map(.transactionId) | @csv')" = $'7,6,5\n4,3,2\n1' ]
}

@test "sessions of one start time are each shown once" {
	tell "$(started 0 1 1)" "$(started 0 2 1)" \
		"$(started 0 3 1)" "$(started 0 4 1)"
	[ "$(all_pages charger_session_list "$path?limit=1" \
		'.[].transactionId' | sort | tr '\n' ' ')" = '1 2 3 4 ' ]
}

@test "a session that comes between two pages moves nothing" {
	several 4
	ask charger_session_list GET "$path?limit=2"
	link=$(next_page)
	tell "$(started 3000 9 1)"
	ask charger_session_list GET "$link"
	[ "$(transactions)" = '[2,1]' ]
}

@test "a link works through nginx as it stands" {
	several 3
	get "$path?limit=2"
	get "$(next_page)"
	[ "$status_code" = 200 ]
	[ "$(transactions)" = '[1]' ]
}

@test "repetitions in a database from before are listed too" {
	several 1
	sql "insert into sessions (charge_point_id, connector_id,
		transaction_id, started_at, duplicate_of) values ('$id', 1, 1,
		'$(at 60)', '$(session_id)')"
	ask charger_session_list GET "$path"
	[ "$(transactions)" = '[1,1]' ]
}

@test "a HEAD is answered without a body" {
	several 1
	request HEAD "$path"
	[ "$status_code" = 200 ]
}

@test "a limit that is no number from 1 to 200 is 400" {
	for limit in 0 201 -1 x 1.5 ''; do
		ask charger_session_list GET "$path?limit=$limit"
		is_problem 400 bad-query
	done
}

@test "a cursor that was not given out is 400" {
	for cursor in x 1_2 _ 99999999999999999999_ \
		9223372036854775807_00000000-0000-4000-8000-000000000000 \
		-9223372036854775807_00000000-0000-4000-8000-000000000000; do
		ask charger_session_list GET "$path?cursor=$cursor"
		is_problem 400 bad-query
	done
}

@test "an unknown query key is 400" {
	ask charger_session_list GET "$path?status=running"
	is_problem 400 bad-query
}
