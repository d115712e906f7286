#!/usr/bin/env bats
# POST /v1/gateway/events: what is kept, what it does, what is refused.

load lib/stack

# A stack of a test's own; that of the file belongs to another process.
charger() {
	get "/v1/chargers/$(path_of "$id")"
	jq -c "$1" <<<"$body"
}

connectors() {
	get "/v1/chargers/$(path_of "$id")/connectors"
	jq -c "$1" <<<"$body"
}

# --- what is kept

@test "an event of every type is accepted, and so is an unknown one" {
	local type

	for type in ChargerBooted ChargerHeartbeat CommandAck FirmwareStatus; do
		post /v1/gateway/events "$(event "$type" 0)"
		[ "$status_code" = 202 ]
		[ "$(header Content-Type)" = application/json ]
		[ "$body" = "{\"accepted\":true,\"type\":\"$type\"}" ]
	done
	post /v1/gateway/events "$(event ConnectorStatusChanged 0 \
		'"connectorId":1,"status":"Available","errorCode":"NoError"')"
	[ "$(jq -r .type <<<"$body")" = ConnectorStatusChanged ]
	post /v1/gateway/events "$(started 0 7 1 1000)"
	[ "$(jq -r .type <<<"$body")" = TransactionStarted ]
	post /v1/gateway/events "$(sampled 60 7 1100)"
	[ "$(jq -r .type <<<"$body")" = MeterSample ]
	post /v1/gateway/events "$(ended 120 7 1200)"
	[ "$body" = '{"accepted":true,"type":"TransactionEnded"}' ]
	[ "$(kept)" = 8 ]
}

@test "the raw event is kept as it came, with its type, ts and reception" {
	local before after

	before=$(sql "select clock_timestamp()")
	send '{"zz": {"deep": [1, {"ä": null}]}, "type": "Odd Type!",
		"chargePointId": "'"$id"'", "ts": "2026-03-01T11:00:00.5+01:00",
		"big": 1.10, "same": 1, "same": 2}'
	after=$(sql "select clock_timestamp()")
	[ "$(sql "select event_type, ts, received_at between '$before'
		and '$after' from gateway_events
		where charge_point_id = '$id'")" = \
		"Odd Type!|2026-03-01 10:00:00.5+00|t" ]
	[ "$(sql "select payload from gateway_events
		where charge_point_id = '$id'")" = \
		"{\"ts\": \"2026-03-01T11:00:00.5+01:00\", \"zz\": {\"deep\": [1, {\"ä\": null}]}, \"big\": 1.10, \"same\": 2, \"type\": \"Odd Type!\", \"chargePointId\": \"$id\"}" ]
}

@test "a value that is a JSON number counts by its digits, end to end" {
	send "$(started 0 7 1 1000)" "$(sampled 60 7 \
		'{"value": 1500.4999999999999}')" "$(ended 120 7)"
	[ "$(figures)" = '[1,7,501,"MeterValues.Register",false]' ]
	[ "$(sql "select value_text, value_mwh from meter_samples
		where charge_point_id = '$id'")" = '1500.4999999999999|1500500' ]
	[[ $(sql "select payload from gateway_events
		where charge_point_id = '$id'") == *1500.4999999999999* ]]
}

@test "a number that nothing can hold never costs the event" {
	local zeros

	zeros=$(printf '0%.0s' {1..3000})
	send "$(started 0 7 1 1000)" \
		"$(sampled 60 7 '{"value": 1e400}' '{"value": 1100}')" \
		"$(sampled 61 7 '{"value": 1e200000}' '{"value": 1200}')" \
		"$(sampled 62 7 '{"value": -1E-200000}' '{"value": 1300}')" \
		"$(sampled 63 7 "{\"value\": 1$zeros}" '{"value": 1400}')" \
		"$(sampled 64 7 "{\"value\": 1450.$zeros}")" \
		"$(ended 120 7 1e200000)"
	[ "$(figures)" = '[1,7,450,"MeterValues.Register",false]' ]
	[ "$(kept)" = 7 ]
	[[ $(sql "select payload from gateway_events
		where charge_point_id = '$id' and payload::text like '%1e200000%'
		order by id limit 1") == *'\"value\": 1e200000'* ]]
}

@test "an id may hold anything but control characters" {
	local odd base=$id

	for odd in 'a/b' 'a b' 'ä€😀' 'a%2Fb%' "it's" 'x?y#z' '{cp}' '-' \
		"$(printf 'x%.0s' {1..200})"; do
		id=$(jq -rn --arg id "$base$odd" '$id | tojson')
		id=${id:1:-1}
		send "$(event ChargerHeartbeat 0)" "$(started 0 7 1 1000)"
		id=$base$odd
		[ "$(charger .chargePointId)" = "$(jq -cn --arg id "$id" \
			'$id')" ]
		[ "$(figures)" = '[1,7,null,null,false]' ]
	done
}

@test "an id of 255 bytes is one, of 256 bytes none" {
	id=$(unique_id '')$(printf 'ä%.0s' {1..110})
	while [ "$(printf %s "$id" | wc -c)" -lt 255 ]; do
		id+=z
	done
	send "$(event ChargerHeartbeat 0)"
	[ "$(kept)" = 1 ]
	id+=z
	refused 422 '["/chargePointId"]' "$(event ChargerHeartbeat 0)"
}

# --- chargers and connectors

@test "ChargerBooted registers an unknown charger, inactive" {
	send "$(event ChargerBooted 0 '"vendor":"V","model":"M",
		"firmwareVersion":"1.2","ocppVersion":"1.6J"')"
	[ "$(charger '[.isActive, .vendor, .model, .firmwareVersion,
		.ocppVersion, .lastSeenAt != null]')" = \
		'[false,"V","M","1.2","1.6J",true]' ]
}

@test "ChargerBooted fills in a known charger and leaves it active" {
	sql "insert into chargers (charge_point_id, is_active, vendor, model)
		values ('$id', true, 'old', 'kept')"
	send "$(event ChargerBooted 0 '"vendor":"V","firmwareVersion":"2"')"
	[ "$(charger '[.isActive, .vendor, .model, .firmwareVersion]')" = \
		'[true,"V","kept","2"]' ]
}

@test "of two boots the later one speaks, whichever comes first" {
	send "$(event ChargerBooted 60 '"vendor":"V","firmwareVersion":"2"')" \
		"$(event ChargerBooted 0 '"vendor":"V","firmwareVersion":"1"')"
	[ "$(charger .firmwareVersion)" = '"2"' ]
	send "$(array "$(event ChargerBooted 90 '"firmwareVersion":"4"')" \
		"$(event ChargerBooted 80 '"firmwareVersion":"3"')")"
	[ "$(charger .firmwareVersion)" = '"4"' ]
}

@test "any event of an unknown charger registers it, inactive" {
	local base=$id n=0 one

	for one in "$(event ChargerHeartbeat 0)" "$(started 0 7 1)" \
		"$(sampled 0 7 1)" "$(ended 0 7)" "$(event CommandAck 0)" \
		"$(event Whatever -)" "$(event ConnectorStatusChanged 0 \
			'"connectorId":0,"status":"Available"')"; do
		n=$((n + 1))
		id=$base-$n
		send "${one/"$base"/"$id"}"
		[ "$(charger .isActive)" = false ]
	done
}

@test "lastSeenAt is when an event arrived, and only moves forward" {
	send "$(event ChargerHeartbeat 60)"
	[ "$(sql "select last_seen_at = received_at from chargers
		join gateway_events using (charge_point_id)
		where charge_point_id = '$id'")" = t ]
	sql "update chargers set last_seen_at = '2026-03-01 10:00:00Z'
		where charge_point_id = '$id'"
	tell "$(event ChargerHeartbeat 0)" "$(event ChargerHeartbeat 120)"
	[ "$(sql "select last_seen_at = (select max(received_at)
		from gateway_events where charge_point_id = '$id')
		from chargers where charge_point_id = '$id'")" = t ]
	sql "update chargers set last_seen_at = '2199-01-01 00:00:00Z'
		where charge_point_id = '$id'"
	send "$(event ChargerHeartbeat 180)"
	[ "$(charger .lastSeenAt)" = '"2199-01-01T00:00:00Z"' ]
}

# later SECONDS: a time so long after now, as in an event.
later() {
	date -u -d "@$(($(date +%s) + $1))" +%FT%TZ
}

# skew SECONDS: whether that is clockSkewSeconds, but for some minutes.
skew() {
	charger ".clockSkewSeconds | . != null and (. - $1 | fabs) < 600"
}

# heard_ago INTERVAL: the charger's run began so long ago, and as much earlier
# by its own clock.
heard_ago() {
	sql "update chargers set clock_run_ts = clock_run_ts - interval '$1',
		clock_run_received_at = clock_run_received_at - interval '$1'
		where charge_point_id = '$id'"
}

@test "clockSkewSeconds is of live events, and none out of a backlog" {
	send "$(event ChargerHeartbeat "$(later 7200)")" \
		"$(event ConnectorStatusChanged - \
			'"connectorId":1,"status":"Available"')"
	[ "$(charger .clockSkewSeconds)" = null ]
	tell "$(started "$(later -90000)" 7 1 1000)" \
		"$(sampled "$(later -80000)" 7 1100)"
	send "$(sampled "$(later -70000)" 7 1200)" \
		"$(ended "$(later -60000)" 7)"
	[ "$(charger .clockSkewSeconds)" = null ]
	send "$(event ConnectorStatusChanged "$(later 3600)" \
		'"connectorId":1,"status":"Available"')"
	[ "$(skew 3600)" = true ]
	tell "$(started "$(later -50000)" 8 1 1000)" \
		"$(ended "$(later -40000)" 8)"
	[ "$(skew 3600)" = true ]
	send "$(started "$(later 0)" 9 1 1000)"
	[ "$(skew 0)" = true ]
}

@test "a clock that is behind is known when its events keep their lag" {
	id+=-known
	sql "insert into chargers (charge_point_id) values ('$id')"
	send "$(started "$(later -7200)" 7 1 1000)"
	[ "$(charger .clockSkewSeconds)" = null ]
	heard_ago '1 hour'
	send "$(sampled "$(later -7200)" 7 1100)"
	[ "$(skew -7200)" = true ]
}

@test "a repetition says nothing of the clock" {
	one=$(started "$(later -7200)" 7 1 1000)
	send "$one"
	heard_ago '1 hour'
	send "$one"
	[ "$(charger .clockSkewSeconds)" = null ]
}

@test "a clock in the future pins nothing" {
	local word='"connectorId":1,"status"'

	send '{"type":"ConnectorStatusChanged","ts":"2199-01-01T00:00:00Z",
		"chargePointId":"'"$id"'",'"$word"':"Faulted"}'
	[ "$(sql "select last_seen_at <= now() and last_seen_at > now()
		- interval '1 minute' from chargers
		where charge_point_id = '$id'")" = t ]
	[ "$(connectors '.[0].status')" = '"Faulted"' ]
	send '{"type":"ConnectorStatusChanged",
		"chargePointId":"'"$id"'",'"$word"':"Available"}'
	[ "$(connectors '.[0].status')" = '"Available"' ]
	[ "$(sql "select ts from gateway_events where charge_point_id = '$id'
		order by id limit 1")" = "2199-01-01 00:00:00+00" ]
}

@test "a connector's status is that of its latest ts" {
	local c='"connectorId":2,"status"'

	send "$(event ConnectorStatusChanged 60 "$c:\"Charging\",\"errorCode\":\"NoError\"")" \
		"$(event ConnectorStatusChanged 0 "$c:\"Faulted\",\"errorCode\":\"GroundFailure\"")"
	[ "$(connectors 'map([.connectorId, .status, .errorCode, .updatedAt])')" = \
		'[[2,"Charging","NoError","2026-03-01T10:01:00Z"]]' ]
	[ "$(kept)" = 2 ]
	send "$(event ConnectorStatusChanged 90 "$c:\"Faulted\",\"errorCode\":\"GroundFailure\"")"
	[ "$(connectors '.[0].errorCode')" = '"GroundFailure"' ]
	send "$(array \
		"$(event ConnectorStatusChanged 130 "$c:\"Available\"")" \
		"$(event ConnectorStatusChanged 120 "$c:\"Finishing\"")" \
		"$(event ConnectorStatusChanged 110 '"connectorId":3,"status":"Reserved"')")"
	[ "$(connectors 'map([.connectorId, .status])')" = \
		'[[2,"Available"],[3,"Reserved"]]' ]
}

@test "a status without a word is kept and changes nothing" {
	send "$(event ConnectorStatusChanged 0 '"connectorId":1,"status":"Available"')" \
		"$(event ConnectorStatusChanged 60 '"connectorId":1')"
	[ "$(connectors '.[0].status')" = '"Available"' ]
	[ "$(kept)" = 2 ]
}

# --- time

@test "a ts may have any fraction and offset, or no zone" {
	local form

	while IFS='|' read -r form want; do
		sql "delete from gateway_events where charge_point_id = '$id'"
		send '{"type":"X","chargePointId":"'"$id"'","ts":"'"$form"'"}'
		[ "$(sql "select ts from gateway_events
			where charge_point_id = '$id'")" = "$want" ] || {
			echo "$form"
			return 1
		}
	done <<-'END'
		2026-03-01T10:00:00Z|2026-03-01 10:00:00+00
		2026-03-01t10:00:00z|2026-03-01 10:00:00+00
		2026-03-01T10:00:00|2026-03-01 10:00:00+00
		2026-03-01 10:00:00|2026-03-01 10:00:00+00
		2026-03-01T10:00:00.5Z|2026-03-01 10:00:00.5+00
		2026-03-01T10:00:00.123456789Z|2026-03-01 10:00:00.123456+00
		2026-03-01T10:00:00.999|2026-03-01 10:00:00.999+00
		2026-03-01T12:30:00+02:30|2026-03-01 10:00:00+00
		2026-02-28T23:00:00-11:00|2026-03-01 10:00:00+00
		2026-03-01T10:00:00.25-00:00|2026-03-01 10:00:00.25+00
		2024-02-29T23:59:60Z|2024-03-01 00:00:00+00
		1999-12-31T23:59:59Z|1999-12-31 23:59:59+00
		9999-12-31T23:59:59Z|9999-12-31 23:59:59+00
	END
}

@test "a ts that is absent or unreadable is the time received" {
	local form

	for form in '' ',"ts":""' ',"ts":"yesterday"' ',"ts":null' \
		',"ts":1772359200' ',"ts":"2026-02-30T10:00:00Z"' \
		',"ts":"2026-03-01T25:00:00Z"' ',"ts":"2026-03-01"' \
		',"ts":"2026-03-01T10:00:00+99:00"' ',"ts":{"a":1}' \
		',"ts":"2026-03-01T10:00:00Z or so"'; do
		sql "delete from gateway_events where charge_point_id = '$id';
			delete from event_keys where charge_point_id = '$id'"
		send '{"type":"TransactionStarted","chargePointId":"'"$id"'",
			"connectorId":1,"transactionId":7'"$form}"
		[ "$(sql "select ts = received_at from gateway_events
			where charge_point_id = '$id'")" = t ] || {
			echo "$form"
			return 1
		}
	done
	[[ $(sql "select payload from gateway_events
		where charge_point_id = '$id'") == *"or so"* ]]
}

# --- arrays

@test "an array is accepted as a whole and says how many" {
	post /v1/gateway/events "$(array "$(ended 120 7 1600)" \
		"$(sampled 60 7 1100)" "$(started 0 7 1 1000)")"
	[ "$status_code" = 202 ]
	[ "$body" = '{"accepted":true,"count":3}' ]
	[ "$(figures)" = '[1,7,600,"StopTransaction",false]' ]
}

@test "one bad event in an array refuses all of them, by its place" {
	local i
	local -a list=()

	for ((i = 0; i < 20; i++)); do
		list+=("$(sampled "$i" 7 "$i")")
	done
	list[17]="{\"type\":\"MeterSample\",\"chargePointId\":\"$id\"}"
	list[19]='5'
	refused 422 '["/17/transactionId","/19"]' "$(array "${list[@]}")"
	[ "$(kept)" = 0 ]
}

@test "1000 events are an array, 1001 and none are not" {
	jq -nc --arg id "$id" '[range(1001) | {type: "MeterSample",
		chargePointId: $id, transactionId: 7,
		ts: (1772359200 + . | todate), samples: [{value: "\(. + 1000)"}]}]' \
		>"$BATS_TEST_TMPDIR/list"
	refused 422 '[""]' '[]'
	refused 422 '[""]' "$(cat "$BATS_TEST_TMPDIR/list")"
	[ "$(kept)" = 0 ]
	post /v1/gateway/events "$(jq -c '.[:1000]' "$BATS_TEST_TMPDIR/list")"
	[ "$body" = '{"accepted":true,"count":1000}' ]
	[ "$(kept)" = 1000 ]
}

@test "events of several chargers may come in one array" {
	local a

	a=$(started 0 7 1 1000)
	id+=-2
	send "$(array "$a" "$(started 0 7 1 2000)" "${a/:0Z/:1Z}")"
	[ "$(sessions .meterStartWh)" = 2000 ]
	id=${id%-2}
	[ "$(sessions .meterStartWh)" = 1000 ]
}

# --- what is refused

@test "every member that is missing or mistyped is named" {
	refused 422 '["/type","/chargePointId"]' '{}'
	refused 422 '["/type","/chargePointId"]' \
		'{"type":5,"chargePointId":["x"]}'
	refused 422 '["/type","/chargePointId"]' \
		'{"type":"","chargePointId":""}'
	refused 422 '["/connectorId","/transactionId"]' \
		"$(event TransactionStarted 0)"
	refused 422 '["/connectorId","/transactionId"]' \
		"$(event TransactionStarted 0 \
			'"connectorId":"1","transactionId":"7"')"
	refused 422 '["/transactionId"]' "$(event MeterSample 0)"
	refused 422 '["/transactionId"]' "$(event TransactionEnded 0 \
		'"transactionId":1.5')"
	refused 422 '["/transactionId"]' "$(event TransactionEnded 0 \
		'"transactionId":99999999999')"
	refused 422 '["/connectorId"]' "$(event ConnectorStatusChanged 0 \
		'"connectorId":null')"
	refused 422 '["/connectorId"]' "$(event ConnectorStatusChanged 0 \
		'"connectorId":-1')"
	refused 422 '["/chargePointId"]' '{"type":"X","chargePointId":".."}'
	refused 422 '["/chargePointId"]' \
		'{"type":"X","chargePointId":"a\nb"}'
	refused 422 '[""]' '"TransactionStarted"'
	refused 422 '[""]' 5
	refused 422 '["/0","/1"]' '[null,[]]'
	[ "$(header Content-Type)" = application/problem+json ]
	[ "$(jq -r .type <<<"$body")" = urn:cpms:problem:bad-shape ]
}

@test "a member that is only odd costs nothing" {
	send "$(event TransactionStarted 0 '"connectorId":1,"transactionId":7,
		"idTag":{"a":1},"meterStartWh":"not a number"')" \
		"$(event MeterSample 60 '"transactionId":7,"samples":"none"')" \
		"$(event MeterSample 61 '"transactionId":7,"samples":[null,5,
			{"value":null},{"value":{}},{"value":""},{"value":"NaN"},
			{"value":"1100","unit":7,"measurand":null,"phase":[]}]')" \
		"$(event MeterSample 62 '"transactionId":7')" \
		"$(event TransactionEnded 120 '"transactionId":7,
			"meterStopWh":-5,"reason":9')"
	[ "$(figures)" = '[1,7,0,"MeterValues.Register",true]' ]
}

@test "a whole number may be written with a point or an exponent" {
	send "$(event TransactionStarted 0 '"connectorId":1.0,"transactionId":7e0,
		"meterStartWh":1000')" \
		"$(event TransactionEnded 60 '"transactionId":70.00E-1,
		"meterStopWh":1.6e3')"
	[ "$(figures)" = '[1,7,600,"StopTransaction",false]' ]
	refused 422 '["/transactionId"]' "$(event TransactionEnded 0 \
		'"transactionId":75E-1')"
	refused 422 '["/transactionId"]' "$(event TransactionEnded 0 \
		'"transactionId":1e10')"
	refused 422 '["/transactionId"]' "$(event TransactionEnded 0 \
		'"transactionId":1e99999999999999999999')"
}

# Posts the bytes that printf makes of $1.
post_bytes() {
	printf '%b' "$1" >"$BATS_TEST_TMPDIR/bytes"
	request POST /v1/gateway/events '' -H 'Content-Type: application/json' \
		--data-binary "@$BATS_TEST_TMPDIR/bytes"
}

@test "what is not JSON is 400 and stores nothing" {
	local head="{\"type\":\"X\",\"chargePointId\":\"$id\"" bytes

	for bytes in '' ' ' "$head" "$head} x" "$head}$head}" "$head,}" \
		"$head,\"a\":01}" "$head,\"a\":1.}" "$head,\"a\":.5}" \
		"$head,\"a\":+1}" "$head,\"a\":NaN}" "$head,\"a\":'x'}" \
		"$head,\"a\":\"\\\\x\"}" "$head,\"a\":\"\\\\ud80\"}" \
		"$head,\"a\":\"\\0\"}" "$head}\\0" "$head,\"a\":\"\\t\"}" \
		"$head,\"a\":\"\\xff\"}" "$head,\"a\":\"\\xc0\\xaf\"}" \
		"$head,\"a\":\"\\xed\\xa0\\x80\"}" "\\xef\\xbb\\xbf$head}" \
		"$head,\"a\":tru}" "$head,\"a\":[1,]}" "$head //\\n}" \
		"$head,\"a\":$(printf '[%.0s' {1..5000})"; do
		post_bytes "$bytes"
		[ "$status_code" = 400 ] || {
			echo "$status_code: $bytes"
			return 1
		}
		[ "$(header Content-Type)" = application/problem+json ]
		[ "$(jq -r .type <<<"$body")" = urn:cpms:problem:not-json ]
	done
	[ "$(kept)" = 0 ]
}

# One transfer of a curl configuration: posts $1, prints the status.
curl_config() {
	[ "$i" = 0 ] || echo next
	printf 'url = "%s/v1/gateway/events"\ndata = "%s"\n' \
		"$CPMS_TEST_BASE_URL" "$1"
	printf 'output = /dev/null\nwrite-out = "%%{http_code}\\n"\n'
}

# What jsonb can't hold, in an event of $id.
odd_events() {
	local tx

	printf '%s\n' '"x":"a\u0000b"' '"\u0000":1' '"x":["\ud800"]' \
		'"x":"\udc00\ud800"' '"x":1e200000' \
		"\"x\":$(printf '[%.0s' {1..300})$(printf ']%.0s' {1..300})" \
		"\"x\":$(printf '{"a":%.0s' {1..5000})1$(printf '}%.0s' {1..5000})" |
		while read -r more; do
			event TransactionStarted $((tx += 1)) \
				"\"connectorId\":1,\"transactionId\":$tx,$more"
		done
}

@test "what jsonb can't hold costs no event, and is shown as it came" {
	local one

	odd_events >"$BATS_TEST_TMPDIR/odd"
	while read -r one; do
		send "$one" "$one"
		get "/v1/chargers/$id/events?limit=1"
		asked 200
		[ "$(jq -r '.[0].event' <<<"$body")" = "$one" ]
	done <"$BATS_TEST_TMPDIR/odd"
	[ "$(kept)" = "$(wc -l <"$BATS_TEST_TMPDIR/odd")" ]
	get "/v1/chargers/$id/sessions"
	[ "$(jq -c 'map(.transactionId)' <<<"$body")" = '[7,6,5,4,3,2,1]' ]
	id+=-list
	post /v1/gateway/events "$(array "$(event X 0)" "$(event Y 0 \
		'"x":"\u0000"')" "$(event Z 0 '"x":"\\u0000"')")"
	asked 202
	[ "$(sql "select string_agg(jsonb_typeof(payload), ',' order by id)
		from gateway_events where charge_point_id = '$id'")" = \
		object,string,object ]
}

@test "what is nested deeper than 32 levels is JSON in the database" {
	send "$(event X 0 "\"x\":$(printf '[%.0s' {1..199})$(printf ']%.0s' {1..199})")"
	[ "$(sql "select jsonb_typeof(payload->'x') from gateway_events
		where charge_point_id = '$id'")" = array ]
}

@test "no id has a NUL or half a character, any other word a stand-in" {
	refused 422 '["/chargePointId"]' \
		"{\"type\":\"X\",\"chargePointId\":\"$id\\u0000\"}"
	refused 422 '["/chargePointId"]' \
		"{\"type\":\"X\",\"chargePointId\":\"$id\\ud800\"}"
	send "$(started 0 7 1 1000 'a\u0000b')"
	[ "$(sessions '.idTag == "a\ufffdb"')" = true ]
}

@test "a refused body is kept and counted, as it came" {
	local before

	before=$(sql "select last_value from quarantine_seq")
	post_bytes "{\"$id\": \\xff\\0}"
	[ "$status_code" = 400 ]
	refused 422 '["/type","/chargePointId"]' "{\"odd\":\"$id\"}"
	[ "$(sql "select encode(body, 'escape'), reason like 'not JSON%'
		from quarantine where position('$id' in encode(body, 'escape')) > 0
		order by seq limit 1")" = "{\"$id\": \\377\\000}|t" ]
	[ "$(sql "select convert_from(body, 'UTF8'), reason from quarantine
		where body = convert_to('{\"odd\":\"$id\"}', 'UTF8')")" = \
		"{\"odd\":\"$id\"}|/type: is required, a string" ]
	[ "$(sql "select last_value >= $before + 2 from quarantine_seq")" = t ]
}

@test "the quarantine is bounded: the newest take the place of the oldest" {
	local i

	for ((i = 0; i < 1010; i++)); do
		curl_config "$id $i"
	done >"$BATS_TEST_TMPDIR/config"
	[ "$(curl -s -Z --parallel-max 16 -K "$BATS_TEST_TMPDIR/config" \
		2>/dev/null | sort | uniq -c | tr -s ' ')" = " 1010 400" ]
	[ "$(sql 'select count(*) from quarantine')" = 1000 ]
	[ "$(sql 'select count(distinct slot), max(seq) - min(seq)
		from quarantine')" = '1000|999' ]
	[ "$(sql "select count(*) from quarantine where
		position('$id' in convert_from(body, 'UTF8')) > 0")" = 1000 ]
}

# sized BYTES: an event of so many, in a file.
sized() {
	local head="{\"type\":\"X\",\"chargePointId\":\"$id\",\"x\":\"" n

	n=$(($1 - $(printf %s "$head" | wc -c) - 2))
	printf '%s%s"}' "$head" "$(head -c "$n" /dev/zero | tr '\0' x)" \
		>"$BATS_TEST_TMPDIR/bytes"
}

post_file() {
	request POST /v1/gateway/events '' -H 'Content-Type: application/json' \
		--data-binary "@$1"
}

# Whether the quarantine has the body of a file, with a reason LIKE $2.
quarantined() {
	[ "$(sql "select count(*) from quarantine where reason like '$2'
		and md5(body) = '$(md5sum <"$1" | cut -c1-32)'")" = 1 ]
}

@test "an event of 64 KB is taken, a larger one is 413 and kept aside" {
	sized 65536
	post_file "$BATS_TEST_TMPDIR/bytes"
	asked 202
	[ "$(jq -r .type <<<"$body")" = X ]
	[ "$(kept)" = 1 ]
	sized 65537
	post_file "$BATS_TEST_TMPDIR/bytes"
	is_problem 413 too-large
	[ "$(field .detail)" = "an event is at most 64 KB" ]
	quarantined "$BATS_TEST_TMPDIR/bytes" 'an event is at most 64 KB'
	sized 2000000
	post_file "$BATS_TEST_TMPDIR/bytes"
	is_problem 413 too-large
	truncate -s 1000000 "$BATS_TEST_TMPDIR/bytes"
	post_file "$BATS_TEST_TMPDIR/bytes"
	is_problem 400 not-json
	[ "$(kept)" = 1 ]
}

@test "CPMS_MAX_EVENT_KB says how large an event may be" {
	alone_start event_ingest CPMS_MAX_EVENT_KB=1
	sized 1024
	alone event_ingest POST /v1/gateway/events \
		"$(<"$BATS_TEST_TMPDIR/bytes")"
	asked 202
	sized 1025
	alone event_ingest POST /v1/gateway/events \
		"$(<"$BATS_TEST_TMPDIR/bytes")"
	is_problem 413 too-large
	[ "$(kept)" = 1 ]
}

@test "an event of an array that is too large is named and refuses all" {
	sized 65537
	printf '[%s,%s]' "$(event ChargerHeartbeat 0)" \
		"$(<"$BATS_TEST_TMPDIR/bytes")" >"$BATS_TEST_TMPDIR/list"
	post_file "$BATS_TEST_TMPDIR/list"
	is_problem 422 bad-shape
	[ "$(field '.errors | tojson')" = \
		'[{"pointer":"/1","detail":"is over 64 KB"}]' ]
	quarantined "$BATS_TEST_TMPDIR/list" '/1: is over 64 KB'
	[ "$(kept)" = 0 ]
}

# readings N [SECONDS]: an event with so many.
readings() {
	jq -nc --arg id "$id" --arg ts "$(at "${2:-0}")" --argjson n "$1" '{
		type: "MeterSample", chargePointId: $id, transactionId: 7,
		ts: $ts, samples: [range($n) | {value: "\(. + 1000)"}]}'
}

@test "an event has at most 1000 readings" {
	send "$(readings 1000)"
	refused 422 '["/samples"]' "$(readings 1001)"
	refused 422 '["/1/samples"]' \
		"$(array "$(readings 1)" "$(readings 1001)")"
	[ "$(sql "select count(*) from meter_samples
		where charge_point_id = '$id'")" = 1000 ]
}

# A body of 2 MB: a session of 1000 events, each with so many readings that
# it is full.
large_array() {
	jq -nc --arg id "$id" '[{type: "TransactionStarted",
		chargePointId: $id, connectorId: 1, transactionId: 7,
		meterStartWh: 1000, ts: "2026-03-01T10:00:00Z"},
		(range(998) | {type: "MeterSample", chargePointId: $id,
		transactionId: 7, ts: (1772359201 + . | todate), samples: [
		{value: "\(. + 1000)"}, (range(30) | {measurand: "Voltage",
		unit: "V", value: "230.\(.)", phase: "L1"})]}),
		{type: "TransactionEnded", chargePointId: $id,
		transactionId: 7, meterStopWh: 2600,
		ts: "2026-03-01T12:00:00Z"}]' >"$BATS_TEST_TMPDIR/list"
	[ "$(wc -c <"$BATS_TEST_TMPDIR/list")" -gt 1900000 ]
	[ "$(wc -c <"$BATS_TEST_TMPDIR/list")" -lt 2097152 ]
}

@test "an array of 2 MB is taken, more than 2 MB is 413" {
	large_array
	post_file "$BATS_TEST_TMPDIR/list"
	asked 202
	[ "$body" = '{"accepted":true,"count":1000}' ]
	[ "$(figures)" = '[1,7,1600,"StopTransaction",false]' ]
	post_file "$BATS_TEST_TMPDIR/list"
	asked 202
	[ "$(kept)" = 1000 ]
	head -c 200000 /dev/zero | tr '\0' ' ' >>"$BATS_TEST_TMPDIR/list"
	post_file "$BATS_TEST_TMPDIR/list"
	is_problem 413 too-large
}

@test "nothing of a large array is stored when its last event is bad" {
	large_array
	sed -i 's/,{"type":"TransactionEnded".*/,{"type":"TransactionEnded"}]/' \
		"$BATS_TEST_TMPDIR/list"
	post_file "$BATS_TEST_TMPDIR/list"
	is_problem 422 bad-shape
	[ "$(field '[.errors[].pointer] | tojson')" = \
		'["/999/chargePointId","/999/transactionId"]' ]
	[ "$(kept)" = 0 ]
}

# passes_by SQL FILE: an event of another charger is stored while the body in
# the file waits for what SQL holds.
passes_by() {
	local waits

	hold "$1"
	post_file "$2" 3>&- &
	wait_for held_up
	send "$(id=$id-other event ChargerHeartbeat "$((n += 1))")"
	waits=$(held_up && echo yes || true)
	let_go
	wait $!
	[ "$waits" = yes ]
}

@test "no event waits for a large one, nor for a body that is refused" {
	local n=0

	send "$(event ChargerHeartbeat 0)"
	readings 1000 >"$BATS_TEST_TMPDIR/large"
	wait_for passes_by "select from chargers
		where charge_point_id = '$id' for update" \
		"$BATS_TEST_TMPDIR/large"
	event MeterSample 0 >"$BATS_TEST_TMPDIR/wrong"
	wait_for passes_by "lock table quarantine in exclusive mode" \
		"$BATS_TEST_TMPDIR/wrong"
}

# rush N FILE: posts it N times at once; STATUS RETRY-AFTER of each.
rush() {
	local i

	for ((i = 0; i < $1; i++)); do
		[ "$i" = 0 ] || echo next
		printf 'url = "%s/v1/gateway/events"\ndata-binary = "@%s"\n' \
			"$CPMS_TEST_BASE_URL" "$2"
		printf 'output = /dev/null\nwrite-out = "%%{http_code} %s\\n"\n' \
			'%header{retry-after}'
	done >"$BATS_TEST_TMPDIR/config"
	curl -s -Z --parallel-immediate --parallel-max "$1" \
		-K "$BATS_TEST_TMPDIR/config" 2>/dev/null 3>&-
}

some_are_too_many() {
	rush 16 "$BATS_TEST_TMPDIR/list" | tee "$BATS_TEST_TMPDIR/said"
	[ "$(grep -cv '^\(429 1\|503 1\|202 \)$' "$BATS_TEST_TMPDIR/said")" = 0 ]
	grep -q '^429' "$BATS_TEST_TMPDIR/said"
}

@test "more than 24 MB of large bodies at a time are 429" {
	large_array
	send "$(event ChargerHeartbeat 0)"
	hold "select from chargers where charge_point_id = '$id' for update"
	wait_for some_are_too_many
	let_go
	send "$(event ChargerHeartbeat 60)"
}

# ingest_kb NAME: of the memory of the process, by its status.
ingest_kb() {
	awk -v name="$1:" '$1 == name { print $2 }' "/proc/$ingest_pid/status"
}

memory_is_back() {
	send "$(event ChargerHeartbeat -)"
	[ "$(ingest_kb VmRSS)" -lt 24576 ]
}

@test "twelve bodies of 2 MB at once take 64 MB at most, and give them back" {
	local ingest_pid

	ingest_pid=$(awk '$1 == "child" { print $2 }' \
		"$CPMS_TEST_RUN_DIR/pid/event_ingest.pid")
	jq -nc --arg id "$id" '[range(32) | {type: "X", chargePointId: $id,
		ts: (1772359201 + . | todate), zeros: [range(32500) | 0]}]' \
		>"$BATS_TEST_TMPDIR/list"
	[ "$(wc -c <"$BATS_TEST_TMPDIR/list")" -gt 2000000 ]
	echo 5 >"/proc/$ingest_pid/clear_refs"
	[ "$(ingest_kb VmHWM)" -lt 32768 ]
	[ "$(rush 12 "$BATS_TEST_TMPDIR/list" | cut -c1-3 |
		grep -cx '202\|503')" = 12 ]
	echo "$(ingest_kb VmHWM) kB at most"
	[ "$(ingest_kb VmHWM)" -gt 16384 ]
	[ "$(ingest_kb VmHWM)" -lt 65536 ]
	wait_for memory_is_back
}

@test "another method is 405" {
	get /v1/gateway/events
	[ "$status_code" = 405 ]
	[ "$(header Allow)" = POST ]
	fcgi event_ingest PUT /v1/gateway/events '{}'
	[ "$status_code" = 405 ]
	[ "$(header Allow)" = POST ]
}

@test "a query string is 400" {
	post '/v1/gateway/events?a=1' "$(event ChargerHeartbeat 0)"
	[ "$status_code" = 400 ]
	[ "$(kept)" = 0 ]
}

@test "with GATEWAY_API_KEY set only its bearer may post" {
	alone_start event_ingest GATEWAY_API_KEY=s3cret-key
	alone event_ingest POST /v1/gateway/events "$(event ChargerHeartbeat 0)"
	[ "$status_code" = 401 ]
	[ "$(header WWW-Authenticate)" = Bearer ]
	[ "$(jq -r .type <<<"$body")" = urn:cpms:problem:unauthorized ]
	FCGI_PARAMS=(HTTP_AUTHORIZATION='Bearer s3cret-kez')
	alone event_ingest POST /v1/gateway/events "$(event ChargerHeartbeat 0)"
	[ "$status_code" = 401 ]
	[ "$(kept)" = 0 ]
	FCGI_PARAMS=(HTTP_AUTHORIZATION='Bearer s3cret-key')
	alone event_ingest POST /v1/gateway/events "$(event ChargerHeartbeat 0)"
	[ "$status_code" = 202 ]
	[ "$(kept)" = 1 ]
	run grep -c s3cret "$alone_dir/log"
	[ "$output" = 0 ]
}

# --- duplicates

@test "the same event again changes nothing, whatever its order and blanks" {
	local start sample end

	start=$(started 0 7 1 1000)
	sample=$(sampled 60 7 '{"measurand":"Energy.Active.Import.Interval","value":"100"}')
	end=$(ended 120 7)
	send "$start" "$sample" "$end" "$start" "$sample" "$end" \
		"$(jq . <<<"$sample")" "$(jq -S . <<<"$sample")" \
		"$(jq -c 'to_entries | reverse | from_entries' <<<"$sample")" \
		"$(array "$sample" "$sample" "$(jq -S . <<<"$sample")" "$end")"
	[ "$(kept)" = 3 ]
	[ "$(figures)" = '[1,7,100,"MeterValues.Interval",false]' ]
	[ "$(sql "select count(*) from meter_samples
		where charge_point_id = '$id'")" = 1 ]
	[ "$(explained length)" = 1 ]
}

@test "a reading knows the event it came in, in any order, new or repeated" {
	local list

	list=$(seq 1 60 | jq -sc --arg id "$id" 'map({type: "MeterSample",
		chargePointId: "\($id)-\(. * 7 % 3)",
		ts: (1767225600 + . * 37 % 61 | todate), transactionId: 7,
		samples: [{measurand: "Energy.Active.Import.Register",
		unit: "Wh", value: tostring}]})')
	alone_start event_ingest
	alone event_ingest POST /v1/gateway/events \
		"$(jq -c '.[:30]' <<<"$list")"
	[ "$(jq .count <<<"$body")" = 30 ]
	alone event_ingest POST /v1/gateway/events "$list"
	[ "$(jq .count <<<"$body")" = 60 ]
	[ "$(sql "select count(*), count(distinct event_id)
		from meter_samples m join gateway_events e
		on e.charge_point_id = m.charge_point_id and e.id = m.event_id
		and e.ts = m.ts
		and e.payload #>> '{samples,0,value}' = m.value_text
		where m.charge_point_id like '$id-%'")" = "60|60" ]
}

@test "the same event through two processes at once is one event" {
	local i

	alone_start event_ingest
	for ((i = 0; i < 20; i++)); do
		alone event_ingest POST /v1/gateway/events \
			"$(sampled "$i" 7 "$i")" 3>&- &
		(send "$(sampled "$i" 7 "$i" | jq -S .)") 3>&-
		wait $!
	done
	[ "$(kept)" = 20 ]
	[ "$(sql "select count(*) from meter_samples
		where charge_point_id = '$id'")" = 20 ]
}

@test "the same backlog in two orders at once makes nobody wait for the other" {
	local i

	send "$(event ChargerHeartbeat 0)"
	alone_start event_ingest
	seq 1 600 | jq -c --arg id "$id" '{type: "ChargerHeartbeat",
		chargePointId: $id, ts: (1767225600 + . | todate)}' |
		jq -sc . >"$BATS_TEST_TMPDIR/forth"
	jq -c reverse "$BATS_TEST_TMPDIR/forth" >"$BATS_TEST_TMPDIR/back"
	for ((i = 0; i < 8; i++)); do
		sed -i "s/\"$id[^\"]*\"/\"$id-$i\"/g" \
			"$BATS_TEST_TMPDIR/forth" "$BATS_TEST_TMPDIR/back"
		alone event_ingest POST /v1/gateway/events \
			"$(<"$BATS_TEST_TMPDIR/forth")" 3>&- &
		(send "$(<"$BATS_TEST_TMPDIR/back")") 3>&-
		wait $!
	done
	[ "$(sql "select count(*) from gateway_events
		where charge_point_id like '$id-%'")" = 4800 ]
	run grep -hc sqlstate=40P01 "$alone_dir/log" \
		"$CPMS_TEST_RUN_DIR/log/event_ingest.log"
	[ "$output" = $'0\n0' ]
}

@test "many posters of one event at once make it one event" {
	local i

	send "$(event ChargerHeartbeat 0)"
	sampled 60 7 1100 >"$BATS_TEST_TMPDIR/event"
	for ((i = 0; i < 64; i++)); do
		curl_config "@$BATS_TEST_TMPDIR/event"
	done >"$BATS_TEST_TMPDIR/config"
	[ "$(curl -s -Z --parallel-max 64 -K "$BATS_TEST_TMPDIR/config" \
		2>/dev/null | sort | uniq -c | tr -s ' ')" = " 64 202" ]
	[ "$(kept)" = 2 ]
}

@test "the same eventId is the same event, whatever else it says" {
	local e='"eventId":"e-1"'

	send "$(event MeterSample 60 "$e,\"transactionId\":7,\"samples\":[{\"value\":\"1100\"}]")" \
		"$(event MeterSample 61 "$e,\"transactionId\":7,\"samples\":[{\"value\":\"1200\"}]")" \
		"$(array "$(event MeterSample 62 "$e,\"transactionId\":7")" \
			"$(event MeterSample 63 '"eventId":5,"transactionId":7')" \
			"$(event MeterSample 64 '"eventId":5,"transactionId":7')")"
	[ "$(sql "select string_agg(value_text, ',') from meter_samples
		where charge_point_id = '$id'")" = 1100 ]
	[ "$(kept)" = 2 ]
	id+=-other
	send "$(event MeterSample 61 "$e,\"transactionId\":7")"
	[ "$(kept)" = 1 ]
}

@test "another eventId is another event, though all else be equal" {
	send "$(event ChargerHeartbeat 0 '"eventId":"a"')" \
		"$(event ChargerHeartbeat 0 '"eventId":"b"')" \
		"$(event ChargerHeartbeat 0)"
	[ "$(kept)" = 3 ]
}

@test "two heartbeats or status changes without a ts are two" {
	send "$(event ChargerHeartbeat -)" "$(event ChargerHeartbeat -)" \
		"$(array "$(event ChargerHeartbeat -)" \
			"$(event ChargerHeartbeat -)")" \
		"$(event ConnectorStatusChanged - '"connectorId":1')" \
		"$(event ConnectorStatusChanged - '"connectorId":1')"
	[ "$(kept)" = 6 ]
	send "$(event ChargerHeartbeat 0)" "$(event ChargerHeartbeat 0)"
	[ "$(kept)" = 7 ]
}

@test "two equal starts, readings and ends without a ts are one each" {
	send "$(started - 7 1 1000)" "$(sampled - 7 1100)" "$(ended - 7 1600)" \
		"$(started - 7 1 1000)" "$(sampled - 7 1100)" "$(ended - 7 1600)" \
		"$(array "$(ended - 7 1600)" "$(ended - 7 1600)")"
	[ "$(kept)" = 3 ]
	[ "$(figures)" = '[1,7,600,"StopTransaction",false]' ]
}

@test "a start, reading and end are known when the raw events are gone" {
	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)" "$(ended 120 7)"
	sql "delete from gateway_events where charge_point_id = '$id';
		delete from event_keys where charge_point_id = '$id'"
	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)" "$(ended 120 7)"
	[ "$(figures)" = '[1,7,100,"MeterValues.Register",false]' ]
	[ "$(explained length)" = 1 ]
}

@test "of equal keys the last one counts, as in the database" {
	send '{"type":"X","type":"MeterSample","chargePointId":"x",
		"chargePointId":"'"$id"'","transactionId":"7","transactionId":7,
		"ts":"2026-03-01T10:00:00Z","ts":"2026-03-01T10:01:00Z",
		"samples":[],"samples":[{"value":"1","value":"1100"}]}'
	[ "$(sql "select ts, value_text from meter_samples
		where charge_point_id = '$id'")" = "2026-03-01 10:01:00+00|1100" ]
}

# --- the database is away

# A process whose way to the database the test can close and open.
away_start() {
	way=$BATS_TEST_TMPDIR/.s.PGSQL.5432
	database_comes
	alone_start event_ingest PGAPPNAME="$id" \
		CPMS_DATABASE_URL="postgres://cpms_owner@/cpms?host=$BATS_TEST_TMPDIR"
}

database_goes() {
	rm "$way"
	sql "select pg_terminate_backend(pid) from pg_stat_activity
		where application_name = '$id'" >/dev/null
}

database_comes() {
	ln -s "$CPMS_TEST_RUN_DIR/pgs/.s.PGSQL.5432" "$way"
}

backend() {
	sql "select pid from pg_stat_activity where application_name = '$id'"
}

alone_send() {
	alone event_ingest POST /v1/gateway/events "$1"
	asked "${2:-202}"
}

@test "an event waits for a database that comes back, and is stored" {
	local poster pid

	away_start
	alone_send "$(event ChargerHeartbeat 0)"
	database_goes
	alone_send "$(event ChargerHeartbeat 60)" &
	poster=$!
	sleep 1
	kill -0 "$poster"
	database_comes
	wait "$poster"
	[ "$(kept)" = 2 ]
	# and the one after it waits for nothing
	pid=$(backend)
	[ -n "$pid" ]
	alone_send "$(event ChargerHeartbeat 120)"
	[ "$(backend)" = "$pid" ] # the same connection
	[ "$(kept)" = 3 ]
}

last_sample() {
	sql "select last_value from pg_sequences where
		'meter_samples_id_seq' = sequencename"
}

@test "no reading of many gets its number before its charger is locked" {
	local before n

	send "$(started 0 7 1 1000)" "$(sampled 1 7 1001)"
	for ((n = 0; n < 300; n++)); do
		sampled $((60 + n)) 7 $((1100 + n))
	done | jq -cs . >"$BATS_TEST_TMPDIR/many"
	before=$(last_sample)
	hold "select from chargers where charge_point_id = '$id' for update"
	curl -s -o "$BATS_TEST_TMPDIR/said" --data-binary \
		@"$BATS_TEST_TMPDIR/many" \
		"$CPMS_TEST_BASE_URL/v1/gateway/events" 3>&- &
	n=$!
	wait_for held_up
	[ "$(last_sample)" = "$before" ]
	let_go
	wait "$n"
	[ "$(jq .count "$BATS_TEST_TMPDIR/said")" = 300 ]
	[ "$(last_sample)" -ge $((before + 300)) ]
}

@test "an event for which no database comes in 5 s is 503, not lost in silence" {
	local began took

	away_start
	alone_send "$(event ChargerHeartbeat 0)"
	database_goes
	began=$(date +%s%N)
	alone_send "$(event ChargerHeartbeat 60)" 503
	took=$((($(date +%s%N) - began) / 1000000))
	[ "$(header Content-Type)" = application/problem+json ]
	[ -n "$(header Retry-After)" ]
	[ "$took" -ge 4000 ]
	[ "$took" -lt 60000 ]
	database_comes
	alone_send "$(event ChargerHeartbeat 60)"
	[ "$(kept)" = 2 ]
}
