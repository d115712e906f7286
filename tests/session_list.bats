#!/usr/bin/env bats
# GET /v1/sessions
# bats file_tags=beside

load lib/stack

setup() {
	id=$(unique_id 'CP&')
	of=chargePointId=$(path_of "$id")
}

# Sessions that start at minutes 0, 10, 20, 30: an ended one, one for review,
# another ended one, a running one.
four() {
	tell "$(started 0 1 1)" "$(ended 300 1 100)" "$(started 600 2 1)" \
		"$(ended 900 2 100)" "$(ended 960 2 200)" \
		"$(started 1200 3 1)" "$(ended 1500 3 100)" \
		"$(started 1800 4 1)" "$(sampled 1860 4 50)"
}

transactions() {
	jq -c 'map(.transactionId)' <<<"$body"
}

@test "sessions of all chargers are listed, newest start first" {
	local far=3000-01-01T00:0

	tell "$(started "${far}1:00Z" 1 1)" \
		"$(id=$id-2 started "${far}2:00Z" 2 1)" \
		"$(id=$id-3 started "${far}0:00Z" 3 1)"
	ask session_list GET "/v1/sessions?from=${far}0:00Z"
	[ "$status_code" = 200 ]
	[ "$(jq -c --arg id "$id" '[.[] | select(.chargePointId |
		startswith($id)) | .transactionId]' <<<"$body")" = '[2,1,3]' ]
	[ "$(jq -c 'map(.startedAt) == (map(.startedAt) | sort | reverse)' \
		<<<"$body")" = true ]
}

@test "each is shown as it is alone" {
	four
	ask session_list GET "/v1/sessions?$of"
	list=$body
	for i in 0 2; do
		get "/v1/sessions/$(jq -r ".[$i].sessionId" <<<"$list")"
		[ "$(jq -c . <<<"$body")" = "$(jq -c ".[$i]" <<<"$list")" ]
	done
	[ "$(jq '.[0].energyWhSoFar' <<<"$list")" = 50 ]
}

@test "chargePointId leaves one charger's" {
	four
	tell "$(id=$id-2 started 0 9 1)"
	ask session_list GET "/v1/sessions?$of"
	[ "$(transactions)" = '[4,3,2,1]' ]
}

@test "from is the first start and to is behind the last" {
	four
	ask session_list GET "/v1/sessions?$of&from=$(at 600)&to=$(at 1800)"
	[ "$(transactions)" = '[3,2]' ]
	ask session_list GET "/v1/sessions?$of&from=$(at 600)"
	[ "$(transactions)" = '[4,3,2]' ]
	ask session_list GET "/v1/sessions?$of&to=$(at 600)"
	[ "$(transactions)" = '[1]' ]
	ask session_list GET "/v1/sessions?$of&from=$(at 1800)&to=$(at 600)"
	[ "$body" = '[]' ]
}

@test "from may have an offset" {
	four
	ask session_list GET \
		"/v1/sessions?$of&from=2026-03-01T12:20:00%2B02:00"
	[ "$(transactions)" = '[4,3]' ]
}

@test "status tells running from ended" {
	four
	ask session_list GET "/v1/sessions?$of&status=running"
	[ "$(transactions)" = '[4]' ]
	ask session_list GET "/v1/sessions?$of&status=ended"
	[ "$(transactions)" = '[3,2,1]' ]
}

@test "needsReview tells whose number is in doubt" {
	four
	ask session_list GET "/v1/sessions?$of&needsReview=true"
	[ "$(transactions)" = '[2]' ]
	[ "$(jq '.[0].needsReview' <<<"$body")" = true ]
	ask session_list GET "/v1/sessions?$of&needsReview=false"
	[ "$(transactions)" = '[4,3,1]' ]
}

@test "status and needsReview serve all chargers too" {
	local far=3001-01-01T00:0 all

	tell "$(started "${far}1:00Z" 1 1)" "$(started "${far}2:00Z" 2 2)" \
		"$(ended "${far}3:00Z" 2)" "$(ended "${far}4:00Z" 2)"
	all="/v1/sessions?from=${far}0:00Z&to=${far}9:00Z"
	ask session_list GET "$all&status=running"
	[[ $(transactions) == *1* && $(transactions) != *2* ]]
	ask session_list GET "$all&status=ended"
	[[ $(transactions) != *1* && $(transactions) == *2* ]]
	ask session_list GET "$all&needsReview=true"
	[[ $(transactions) != *1* && $(transactions) == *2* ]]
}

@test "filters are used together" {
	four
	ask session_list GET "/v1/sessions?$of&status=ended&needsReview=false"
	[ "$(transactions)" = '[3,1]' ]
	ask session_list GET "/v1/sessions?$of&status=running&needsReview=true"
	[ "$(transactions)" = '[]' ]
	ask session_list GET \
		"/v1/sessions?$of&status=ended&from=$(at 300)&to=$(at 1200)"
	[ "$(transactions)" = '[2]' ]
}

@test "the pages keep the filters and show each session once" {
	local query

	four
	query="/v1/sessions?from=$(at 0)&to=$(at 1740)&$of&status=ended&limit=1"
	[ "$(all_pages session_list "$query" '.[].transactionId' |
		tr '\n' ' ')" = '3 2 1 ' ]
	query="/v1/sessions?$of&limit=3"
	get "$query"
	get "$(next_page)"
	[ "$(transactions)" = '[1]' ]
	[ -z "$(next_page)" ]
}

@test "running sessions of all chargers are paged too" {
	local i
	local -a events=()

	for ((i = 1; i <= 5; i++)); do
		events+=("$(id=$id-$i started $((i * 60)) "$i" 1)")
	done
	tell "${events[@]}"
	[ "$(all_pages session_list \
		"/v1/sessions?status=running&limit=200&to=$(at 1800)" \
		".[] | select(.chargePointId | startswith(\"$id-\")) |
		.transactionId" | tr '\n' ' ')" = '5 4 3 2 1 ' ]
}

@test "an unknown charger has no sessions" {
	ask session_list GET "/v1/sessions?$of"
	[ "$status_code" = 200 ]
	[ "$body" = '[]' ]
}

@test "a HEAD is answered without a body" {
	request HEAD "/v1/sessions?$of"
	[ "$status_code" = 200 ]
}

@test "a query that can't be is 400" {
	for query in from=yesterday to=2026-13-01T00:00:00Z status=over \
		needsReview=maybe chargePointId= chargePointId=. limit=0 \
		cursor=x sort=asc 'limit=1&limit=2'; do
		ask session_list GET "/v1/sessions?$query"
		is_problem 400 bad-query
	done
}
