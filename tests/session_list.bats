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

@test "reviewReason leaves those that it asks to look at, also when accepted" {
	four
	session=$(sql "select session_id from sessions
		where charge_point_id = '$id' and transaction_id = 2")
	ask session_list GET "/v1/sessions?$of&reviewReason=ConflictingEnds"
	[ "$(transactions)" = '[2]' ]
	post "/v1/sessions/$session/accept" '{"by":"Eve","why":"asked"}'
	asked 200
	ask session_list GET "/v1/sessions?$of&reviewReason=ConflictingEnds"
	[ "$(transactions)" = '[2]' ]
	ask session_list GET "/v1/sessions?$of&reviewReason=MeterRestart"
	[ "$body" = '[]' ]
}

@test "energySource leaves those of one step" {
	four
	tell "$(started 2400 5 2)" "$(ended 2700 5)"
	ask session_list GET "/v1/sessions?$of&energySource=Missing"
	[ "$(transactions)" = '[5]' ]
	ask session_list GET "/v1/sessions?$of&energySource=StopTransaction"
	[ "$(transactions)" = '[3,2,1]' ]
}

@test "transactionId and idTag leave those of one transaction and one card" {
	local tag

	tag=$(unique_id TAG)
	tell "$(started 0 31 1 0 "$tag")" "$(started 600 32 2 0 "$tag")" \
		"$(started 1200 32 3 0 other)"
	ask session_list GET "/v1/sessions?idTag=$tag"
	[ "$(transactions)" = '[32,31]' ]
	ask session_list GET "/v1/sessions?idTag=$tag&transactionId=31"
	[ "$(transactions)" = '[31]' ]
	ask session_list GET "/v1/sessions?transactionId=32&$of"
	[ "$(transactions)" = '[32,32]' ]
}

@test "updatedSince lists by updatedAt, oldest first, page by page" {
	local since path seen=''

	four
	since=$(sql "select to_char(min(updated_at) at time zone 'UTC',
		'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from sessions
		where charge_point_id = '$id'")
	tell "$(sampled 300 1 90)"
	path="/v1/sessions?$of&updatedSince=$since&limit=1"
	while [ -n "$path" ]; do
		get "$path"
		asked 200
		seen+="$(jq -r '.[0] | "\(.transactionId) "' <<<"$body")"
		path=$(next_page)
	done
	[ "$(wc -w <<<"$seen")" = 4 ]
	[ "${seen%% *}" != 1 ]
	get "/v1/sessions?$of&updatedSince=3000-01-01T00:00:00Z"
	[ "$body" = '[]' ]
}

@test "each filter walks an index, and none sorts all sessions" {
	local where plan

	for where in "billing = 'Held'" "billing = 'Unpriced'" \
		"review_reasons <> '{}'" "energy_source = 'Missing'" \
		"site_id = '00000000-0000-7000-8000-000000000001'" "transaction_id = 7" \
		"id_tag = 'x'"; do
		plan=$(sql "set enable_seqscan = off; set enable_bitmapscan = off;
			set enable_sort = off; set enable_incremental_sort = off;
			explain (costs off) select * from sessions
			where $where and started_at < now()
			order by started_at desc, session_id desc limit 50")
		[[ $plan == *'Index Scan using sessions_'* ]]
		[[ $plan != *Sort* ]] || {
			echo "$where: $plan"
			return 1
		}
	done
}
