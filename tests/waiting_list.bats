#!/usr/bin/env bats
# GET /v1/waiting

setup_file() {
	load lib/stack
	stack_start
}

teardown_file() {
	load lib/stack
	stack_stop
}

setup() {
	load lib/stack
	load lib/sessions
	cp=$(unique_id 'CP_ä/&')
	path=/v1/waiting?chargePointId=$(jq -rn --arg id "$cp" '$id | @uri')
}

@test "samples and ends without a start wait" {
	tell "$(sampled "$cp" 7 5 1500)"
	tell "$(sampled "$cp" 7 6 1600)" "$(ended "$cp" 7 10)"
	ask waiting_list GET "$path"
	[ "$status_code" = 200 ]
	[ "$(jq -c 'map(del(.firstReceivedAt, .lastReceivedAt))' \
		<<<"$body")" = "$(jq -nc --arg cp "$cp" '[{chargePointId: $cp,
		transactionId: 7, samples: 2, ends: 1}]')" ]
	[ "$(jq '.[0] | .firstReceivedAt < .lastReceivedAt' <<<"$body")" = \
		true ]
	[[ $(jq -r '.[0].firstReceivedAt' <<<"$body") =~ ^20.*Z$ ]]
	[ "$(jq -c '.[0] | keys_unsorted' <<<"$body")" = \
		'["chargePointId","transactionId","firstReceivedAt","lastReceivedAt","samples","ends"]' ]
}

@test "a sample counts once, whatever it holds" {
	tell "$(event MeterSample "$cp" 7 5 '{"samples":[{"value":"1"},
		{"value":"2"},{"measurand":"Voltage","value":"230"}]}')" \
		"$(event MeterSample "$cp" 7 6 '{"samples":[
		{"measurand":"Voltage","value":"230"}]}')"
	ask waiting_list GET "$path"
	[ "$(jq -c '.[] | [.samples, .ends]' <<<"$body")" = '[2,0]' ]
}

@test "a sample from before, whose event nobody knows, counts too" {
	sql "insert into chargers (charge_point_id) values ('$cp');
		insert into waiting_transactions values ('$cp', 7, now(), now());
		insert into meter_samples (charge_point_id, transaction_id, ts,
		samples_json, kind) values ('$cp', 7, '$(at 5)', '{}', 'R'),
		('$cp', 7, '$(at 5)', null, 'R')"
	ask waiting_list GET "$path"
	[ "$(jq -c '.[] | [.samples, .ends]' <<<"$body")" = '[1,0]' ]
}

@test "what has waited is gone when the start has come" {
	tell "$(sampled "$cp" 7 5 1500)" "$(sampled "$cp" 8 5 1500)"
	tell "$(started "$cp" 7 0)"
	ask waiting_list GET "$path"
	[ "$(jq -c 'map(.transactionId)' <<<"$body")" = '[8]' ]
}

@test "samples of no transaction don't wait" {
	tell "$(sampled "$cp" 0 5 1500)"
	ask waiting_list GET "$path"
	[ "$body" = '[]' ]
}

@test "all chargers' are listed, the oldest first" {
	tell "$(sampled "$cp" 9 5 1500)"
	tell "$(sampled "$cp-2" 7 5 1500)"
	tell "$(sampled "$cp" 8 5 1500)"
	tell "$(sampled "$cp" 9 6 1600)"
	[ "$(all_pages waiting_list '/v1/waiting?limit=200' \
		".[] | select(.chargePointId | startswith(\"$cp\")) |
		.transactionId" | tr '\n' ' ')" = '9 7 8 ' ]
	get '/v1/waiting?limit=200'
	[ "$status_code" = 200 ]
	[ "$(jq 'map(.firstReceivedAt) == (map(.firstReceivedAt) | sort)' \
		<<<"$body")" = true ]
}

@test "the pages show each once, also those received at one time" {
	tell "$(sampled "$cp" 3 5 1)" "$(sampled "$cp" 1 5 1)" \
		"$(sampled "$cp" 2 5 1)"
	tell "$(sampled "$cp" 4 5 1)"
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
