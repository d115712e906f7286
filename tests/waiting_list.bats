#!/usr/bin/env bats
# GET /v1/waiting
# bats file_tags=beside

load lib/stack

setup() {
	id=$(unique_id 'CP_ä/&')
	path=/v1/waiting?chargePointId=$(path_of "$id")
}

@test "samples and ends without a start wait" {
	tell "$(sampled 300 7 1500)"
	tell "$(sampled 360 7 1600)" "$(ended 600 7)"
	ask waiting_list GET "$path"
	[ "$status_code" = 200 ]
	[ "$(jq -c 'map(del(.firstReceivedAt, .lastReceivedAt))' \
		<<<"$body")" = "$(jq -nc --arg id "$id" '[{chargePointId: $id,
		transactionId: 7, samples: 2, ends: 1}]')" ]
	[ "$(jq '.[0] | .firstReceivedAt < .lastReceivedAt' <<<"$body")" = \
		true ]
	[[ $(jq -r '.[0].firstReceivedAt' <<<"$body") =~ ^20.*Z$ ]]
	[ "$(jq -c '.[0] | keys_unsorted' <<<"$body")" = \
		'["chargePointId","transactionId","firstReceivedAt","lastReceivedAt","samples","ends"]' ]
}

@test "a sample counts once, whatever it holds" {
	tell "$(sampled 300 7 '{"value":"1"}' '{"value":"2"}' \
		'{"measurand":"Voltage","value":"230"}')" \
		"$(sampled 360 7 '{"measurand":"Voltage","value":"230"}')"
	ask waiting_list GET "$path"
	[ "$(jq -c '.[] | [.samples, .ends]' <<<"$body")" = '[2,0]' ]
}

@test "a sample from before, whose event nobody knows, counts too" {
	sql "insert into chargers (charge_point_id) values ('$id');
		insert into waiting_transactions values ('$id', 7, now(), now());
		insert into meter_samples (charge_point_id, transaction_id, ts,
		samples_json, kind) values ('$id', 7, '$(at 300)', '{}', 'R'),
		('$id', 7, '$(at 300)', null, 'R')"
	ask waiting_list GET "$path"
	[ "$(jq -c '.[] | [.samples, .ends]' <<<"$body")" = '[1,0]' ]
}

@test "what has waited is gone when the start has come" {
	tell "$(sampled 300 7 1500)" "$(sampled 300 8 1500)"
	tell "$(started 0 7 1)"
	ask waiting_list GET "$path"
	[ "$(jq -c 'map(.transactionId)' <<<"$body")" = '[8]' ]
}

@test "samples of no transaction don't wait" {
	tell "$(sampled 300 0 1500)"
	ask waiting_list GET "$path"
	[ "$body" = '[]' ]
}

@test "all chargers' are listed, the oldest first" {
	tell "$(sampled 300 9 1500)"
	tell "$(id=$id-2 sampled 300 7 1500)"
	tell "$(sampled 300 8 1500)"
	tell "$(sampled 360 9 1600)"
	[ "$(all_pages waiting_list '/v1/waiting?limit=200' \
		".[] | select(.chargePointId | startswith(\"$id\")) |
		.transactionId" | tr '\n' ' ')" = '9 7 8 ' ]
	get '/v1/waiting?limit=200'
	[ "$status_code" = 200 ]
	[ "$(jq 'map(.firstReceivedAt) == (map(.firstReceivedAt) | sort)' \
		<<<"$body")" = true ]
}

@test "the pages show each once, also those received at one time" {
	tell "$(sampled 300 3 1)" "$(sampled 300 1 1)" "$(sampled 300 2 1)"
	tell "$(sampled 300 4 1)"
	ask waiting_list GET "$path&limit=2"
	[[ $(next_page) == "$path&limit=2&cursor="* ]]
	[ "$(all_pages waiting_list "$path&limit=2" \
		'map(.transactionId) | @csv')" = $'1,2\n3,4' ]
	get "$path&limit=2"
	get "$(next_page)"
	[ "$(jq -c 'map(.transactionId)' <<<"$body")" = '[3,4]' ]
	[ -z "$(next_page)" ]
}

@test "a charger for which nothing waits has an empty list" {
	ask waiting_list GET "$path"
	[ "$status_code" = 200 ]
	[ "$body" = '[]' ]
}

@test "a HEAD is answered without a body" {
	request HEAD "$path"
	[ "$status_code" = 200 ]
}

@test "a query that can't be is 400" {
	for query in limit=0 chargePointId=. sort=asc cursor= cursor=x \
		cursor=1_2 cursor=1_2_ cursor=1_2_. cursor=a_2_CP \
		cursor=1_9999999999_CP cursor=9223372036854775807_2_CP; do
		ask waiting_list GET "/v1/waiting?$query"
		is_problem 400 bad-query
	done
}
