#!/usr/bin/env bats
# POST /v1/sessions/{sessionId}/accept
# bats file_tags=beside

load lib/stack

setup() {
	id=$(unique_id)
	eve='{"by":"Eve","why":"asked the driver"}'
}

# doubtful: a session whose two ends differ; sets $session and $path.
doubtful() {
	tell "$(started 0 7 1)" "$(ended 600 7 100)" "$(ended 660 7 200)"
	session=$(session_id)
	path=/v1/sessions/$session/accept
}

revisions() {
	get "/v1/sessions/$session/energy"
	jq -c ".revisions | $1" <<<"$body"
}

@test "an accepted session needs no review any more" {
	doubtful
	get "/v1/sessions/$session"
	[ "$(jq .needsReview <<<"$body")" = true ]
	before=$body
	fcgi session_accept POST "$path" "$eve"
	[ "$status_code" = 200 ]
	[ "$(jq -c 'del(.updatedAt)' <<<"$body")" = \
		"$(jq -c '.needsReview = false | del(.updatedAt)' \
			<<<"$before")" ]
	[ "$(jq .updatedAt <<<"$body")" != "$(jq .updatedAt <<<"$before")" ]
	[ "$(jq -c .reviewReasons <<<"$body")" = '["ConflictingEnds"]' ]
	answer=$body
	get "/v1/sessions/$session"
	[ "$body" = "$answer" ]
	get "/v1/sessions?chargePointId=$id&needsReview=true"
	[ "$body" = '[]' ]
}

@test "nginx brings it to the endpoint" {
	doubtful
	post "$path" "$eve"
	[ "$status_code" = 200 ]
	[ "$(jq .needsReview <<<"$body")" = false ]
}

@test "who accepted and why stands in a revision of the same figure" {
	doubtful
	first=$(revisions '.[0]')
	post "$path" "$eve"
	[ "$(revisions 'map([.revision, .cause, .needsReview, .acceptedBy,
		.acceptedWhy])')" = \
		'[[2,"Accepted",false,"Eve","asked the driver"],[1,"Ended",true,null,null]]' ]
	[ "$(revisions '.[1]')" = "$first" ]
	same='del(.revision, .madeAt, .cause, .needsReview, .acceptedBy,
		.acceptedWhy)'
	[ "$(revisions ".[0] | $same")" = "$(jq -c "$same" <<<"$first")" ]
}

@test "what is accepted already is 409" {
	doubtful
	post "$path" "$eve"
	ask session_accept POST "$path" "$eve"
	is_problem 409 conflict
	[ "$(revisions length)" = 2 ]
}

@test "of many who accept at once one does" {
	local -a callers=()

	doubtful
	for ((i = 0; i < 6; i++)); do
		curl -sS -o /dev/null -w '%{http_code}\n' -d "$eve" \
			"$CPMS_TEST_BASE_URL$path" \
			>"$BATS_TEST_TMPDIR/code.$i" 3>&- &
		callers+=($!)
	done
	wait "${callers[@]}"
	[ "$(sort "$BATS_TEST_TMPDIR"/code.* | uniq -c | tr -s ' \n' ' ')" = \
		' 1 200 5 409 ' ]
	[ "$(revisions length)" = 2 ]
}

@test "a session that needs no review is 409" {
	tell "$(started 0 7 1 1000)" "$(ended 600 7 1600)"
	ask session_accept POST "/v1/sessions/$(session_id)/accept" "$eve"
	is_problem 409 conflict
}

@test "a running session is 409" {
	tell "$(started 0 7 1)"
	ask session_accept POST "/v1/sessions/$(session_id)/accept" "$eve"
	is_problem 409 conflict
	[[ $(jq -r .detail <<<"$body") == *running* ]]
}

@test "late data that changes the result asks for a review again" {
	doubtful
	post "$path" "$eve"
	tell "$(sampled 300 7 90)"
	get "/v1/sessions/$session"
	[ "$(jq .needsReview <<<"$body")" = true ]
	[ "$(revisions 'map(.cause)')" = '["Late","Accepted","Ended"]' ]
	post "$path" "$eve"
	[ "$status_code" = 200 ]
}

@test "late data that changes nothing leaves it accepted" {
	doubtful
	post "$path" "$eve"
	tell "$(sampled 300 7 "$(reading 90 \
			'{"measurand":"Power.Active.Import","unit":"kW"}')")"
	get "/v1/sessions/$session"
	[ "$(jq .needsReview <<<"$body")" = false ]
}

@test "finalizing it again comes to the same and leaves it accepted" {
	doubtful
	post "$path" "$eve"
	request POST "/v1/sessions/$session/finalize?force=true"
	[ "$status_code" = 200 ]
	[ "$(jq .session.needsReview <<<"$body")" = false ]
	[ "$(revisions length)" = 2 ]
}

@test "what is missing, empty, too long or no text is 422 by name" {
	doubtful
	long=$(printf 'x%.0s' {1..256})
	for bad in '{}' '{"by":"","why":" "}' '{"by":1,"why":null}' \
		"{\"by\":\"$long\",\"why\":\"$long\"}"; do
		ask session_accept POST "$path" "$bad"
		is_problem 422 bad-shape
		[ "$(jq -c '.errors | map(.pointer)' <<<"$body")" = \
			'["/by","/why"]' ]
	done
	ask session_accept POST "$path" '{"by":"Eve"}'
	[ "$(jq -c '.errors | map(.pointer)' <<<"$body")" = '["/why"]' ]
	[ "$(revisions length)" = 1 ]
}

@test "255 characters of any script fit" {
	doubtful
	long=$(printf 'ж%.0s' {1..255})
	post "$path" "{\"by\":\"$long\",\"why\":\"$long\"}"
	[ "$status_code" = 200 ]
	[ "$(revisions '.[0].acceptedBy | length')" = 255 ]
}

@test "a body that is not JSON is 400" {
	doubtful
	ask session_accept POST "$path" '{"by":'
	is_problem 400 not-json
	ask session_accept POST "$path"
	is_problem 400 not-json
	ask session_accept POST "$path" '[]'
	is_problem 422 bad-shape
}

@test "an unknown session is 404" {
	ask session_accept POST \
		/v1/sessions/00000000-0000-4000-8000-000000000000/accept "$eve"
	is_problem 404 not-found
	ask session_accept POST /v1/sessions/x/accept "$eve"
	is_problem 404 not-found
}

@test "an unknown query key is 400" {
	doubtful
	ask session_accept POST "$path?force=true" "$eve"
	is_problem 400 bad-query
}

@test "another method is 405" {
	request GET /v1/sessions/00000000-0000-4000-8000-000000000000/accept
	is_problem 405 method-not-allowed
	[ "$(header Allow)" = POST ]
}
