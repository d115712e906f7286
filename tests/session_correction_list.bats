#!/usr/bin/env bats
# GET /v1/sessions/{sessionId}/corrections
# bats file_tags=beside

load lib/stack

setup() {
	id=$(unique_id)
	tell "$(started 0 7 1 1000)" "$(ended 600 7 1600)"
	path=/v1/sessions/$(session_id)/corrections
}

@test "a session without corrections has an empty list" {
	ask session_correction_list GET "$path"
	asked 200
	[ "$body" = '[]' ]
}

@test "each correction says who, why and when, from the first on" {
	for key in a b; do
		post "$path" "{\"energyWh\":5,\"by\":\"Eve\",\"why\":\"$key\",\"idempotencyKey\":\"$key\"}"
		asked 201
	done
	ask session_correction_list GET "$path"
	[ "$(jq -c 'map([.seq, .energyWh, .by, .why, .idempotencyKey])' \
		<<<"$body")" = '[[1,5,"Eve","a","a"],[2,5,"Eve","b","b"]]' ]
	jq -e 'all(.madeAt | test("^20.*Z$"))' <<<"$body"
}

@test "an unknown session is 404" {
	not_found GET '/v1/sessions/{}/corrections'
}
