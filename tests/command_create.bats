#!/usr/bin/env bats
# POST /v1/commands
# bats file_tags=beside,long

load lib/stack

setup_file() {
	stack_start
	gateway_start
	charger=$(unique_id 'CP cmd/')
	export charger
	sql "insert into chargers (charge_point_id, is_active)
		values ('$charger', true), ('$charger-2', false)"
}

teardown_file() {
	gateway_stop
	stack_stop
}

setup() {
	key=$(unique_id key)
}

@test "a command goes to the gateway and its outcome comes back" {
	command_post "$key" accepted
	[ "$status_code" = 200 ]
	[ "$(field .status)" = Acked ]
	[ "$(jq -c 'keys_unsorted' <<<"$body")" = '["commandId","type","chargePointId","idempotencyKey","payload","status","gatewayResponse","error","createdAt","updatedAt"]' ]
	[ "$(field .gatewayResponse.response.status)" = Accepted ]
	[ "$(field .gatewayResponse.commandId)" != "$(field .commandId)" ]
	[ "$(field .chargePointId)" = "$charger" ]
	[ "$(field .error)" = null ]
	[ -z "$(header Idempotent-Replayed)" ]
	[ "$(sent "$key")" = 1 ]
	got=$(grep "^$key" "$gateway_log" | cut -f3)
	[ "$(jq -Sc . <<<"$got")" = "$(command_json "$key" accepted | jq -Sc .)" ]
	[ "$(sql "select status from commands where idempotency_key = '$key'")" = Acked ]
}

@test "a charger's refusal is an outcome too" {
	command_post "$key" rejected
	[ "$status_code" = 200 ]
	[ "$(field .status)" = Acked ]
	[ "$(field .gatewayResponse.response.status)" = Rejected ]
}

@test "the same command again gets the stored outcome and is not sent" {
	command_post "$key" accepted
	first=$body
	command_post "$key" accepted
	[ "$status_code" = 200 ]
	[ "$body" = "$first" ]
	[ "$(header Idempotent-Replayed)" = true ]
	[ "$(sent "$key")" = 1 ]
}

@test "blanks and the order of keys don't make another body" {
	post /v1/commands "{\"type\":\"Reset\",\"chargePointId\":\"$charger\",
		\"idempotencyKey\":\"$key\",\"payload\":{\"a\":1,\"b\":[2]}}"
	[ "$status_code" = 200 ]
	post /v1/commands "{\"payload\": {\"b\": [ 2 ], \"a\": 1},
		\"idempotencyKey\":\"$key\", \"chargePointId\":\"$charger\",
		\"type\":\"Reset\"}"
	[ "$status_code" = 200 ]
	[ "$(header Idempotent-Replayed)" = true ]
	[ "$(sent "$key")" = 1 ]
}

@test "a key with another payload or type is 422" {
	command_post "$key" accepted
	command_post "$key" rejected
	[ "$status_code" = 422 ]
	[ "$(field .type)" = urn:cpms:problem:idempotency-key-reused ]
	post /v1/commands "$(command_json "$key" accepted |
		jq '.type = "Reset"')"
	[ "$status_code" = 422 ]
	[ "$(sent "$key")" = 1 ]
}

@test "two chargers may use the same key" {
	command_post "$key" accepted "$charger"
	one=$(field .commandId)
	command_post "$key" accepted "$charger-2"
	[ "$status_code" = 200 ]
	[ "$(field .commandId)" != "$one" ]
	[ "$(sent "$key")" = 2 ]
}

@test "fifty callers at once send one command and get one outcome" {
	command_json "$key" slow:1:accepted >"$BATS_TEST_TMPDIR/json"
	# {} is in no path: xargs puts the number wherever it finds it
	seq 50 | xargs -P 50 -I {} curl -sS --max-time 60 \
		-o "$BATS_TEST_TMPDIR/{}.body" -D "$BATS_TEST_TMPDIR/{}.head" \
		-H 'Content-Type: application/json' \
		--data-binary "@$BATS_TEST_TMPDIR/json" \
		"$CPMS_TEST_BASE_URL/v1/commands"
	[ "$(sent "$key")" = 1 ]
	[ "$(cat "$BATS_TEST_TMPDIR"/*.head | grep -c '^HTTP/1.1 200')" = 50 ]
	[ "$(grep -li '^idempotent-replayed: true' "$BATS_TEST_TMPDIR"/*.head | wc -l)" = 49 ]
	[ "$(md5sum "$BATS_TEST_TMPDIR"/*.body | cut -d' ' -f1 | sort -u | wc -l)" = 1 ]
}

@test "what surely did not reach the charger is Failed" {
	for how in disconnected refused; do
		command_post "$key-$how" $how
		[ "$status_code" = 502 ]
		[ "$(header Content-Type)" = application/problem+json ]
		[ "$(field .commandStatus)" = Failed ]
		[ "$(field .status)" = 502 ]
		get "/v1/commands/$(field .commandId)"
		[ "$(field .status)" = Failed ]
		[ "$(field .error)" != null ]
	done
	[ "$(field .gatewayResponse)" = "unknown command type" ]
}

@test "no connection to the gateway is Failed" {
	for url in "http://127.0.0.1:$(free_port)" \
		http://no-such-host.invalid:8080; do
		alone_start command_create GATEWAY_BASE_URL="$url"
		alone_command "$key$url" accepted
		alone_stop
		[ "$status_code" = 502 ]
		[ "$(field .commandStatus)" = Failed ]
	done
}

@test "what may have reached the charger is Unknown and is sent once" {
	# a kept connection that turns out dead must not be tried again
	command_post "$key" accepted
	for how in maybe deadline method denied html empty big nul latin1 \
		moved close half; do
		command_post "$key-$how" $how
		[ "$status_code" = 502 ]
		[ "$(field .commandStatus)" = Unknown ]
		id=$(field .commandId)
		command_post "$key-$how" $how
		[ "$status_code" = 502 ]
		[ "$(header Idempotent-Replayed)" = true ]
		[ "$(field .commandId)" = "$id" ]
		[ "$(sent "$key-$how")" = 1 ]
		get "/v1/commands/$id"
		[ "$status_code" = 200 ]
		[ "$(field .status)" = Unknown ]
	done
}

@test "a lost answer is made up for by the CommandAck that came before it" {
	command_json "$key" held:close >"$BATS_TEST_TMPDIR/json"
	curl -s -o "$BATS_TEST_TMPDIR/out" \
		-H 'Content-Type: application/json' \
		--data-binary @"$BATS_TEST_TMPDIR/json" \
		"$CPMS_TEST_BASE_URL/v1/commands" 3>&- &
	until_sent "$key"
	sql "update commands set created_at = now() - interval '1 hour'
		where idempotency_key <> '$key' and charge_point_id = '$charger'"
	post /v1/gateway/events "$(jq -nc --arg c "$charger" --arg u "$key" \
		'{type: "CommandAck", chargePointId: $c, uniqueId: $u,
		ts: (now | todate), commandType: "RemoteStartTransaction"}')"
	[ "$status_code" = 202 ]
	gateway_go "$key"
	wait %1
	[ "$(jq -r .status "$BATS_TEST_TMPDIR/out")" = Acked ]
	command_post "$key" held:close
	[ "$(field .status)" = Acked ]
	[ "$(header Idempotent-Replayed)" = true ]
}

@test "no answer in 15 s is Unknown, for those who wait for it too" {
	command_json "$key" held:accepted >"$BATS_TEST_TMPDIR/json"
	for i in 1 2; do
		curl -sS --max-time 60 -o "$BATS_TEST_TMPDIR/$i" \
			-w '%{http_code} %{time_total}\n' \
			-H 'Content-Type: application/json' \
			--data-binary @"$BATS_TEST_TMPDIR/json" \
			"$CPMS_TEST_BASE_URL/v1/commands" \
			>"$BATS_TEST_TMPDIR/$i.code" 3>&- &
	done
	until_sent "$key"
	id=$(sql "select command_id from commands
		where idempotency_key = '$key'")
	get "/v1/commands/$id"
	[ "$(field .status)" = Sent ]
	[ "$(sql "select count(*) from pg_stat_activity join pg_locks using (pid)
		where state = 'idle in transaction'
		and relation = 'commands'::regclass")" = 0 ]
	[ "$(sql "select deadline_at - created_at
			between interval '15 s' and interval '30 s'
		from commands where command_id = '$id'")" = t ]
	sql "begin; select from commands where command_id = '$id'
		for update nowait; rollback"
	post /v1/commands "$(command_json "$key" other)"
	[ "$status_code" = 422 ]
	wait
	for i in 1 2; do
		read -r code seconds <"$BATS_TEST_TMPDIR/$i.code"
		[ "$code" = 504 ]
		[ "${seconds%.*}" -ge 14 ]
		[ "${seconds%.*}" -lt 60 ]
		[ "$(jq -r .commandStatus "$BATS_TEST_TMPDIR/$i")" = Unknown ]
		[ "$(jq -r .commandId "$BATS_TEST_TMPDIR/$i")" = "$id" ]
	done
	gateway_go "$key"
	[ "$(sent "$key")" = 1 ]
}

@test "a process that dies in between leaves Unknown, never a second send" {
	alone_start command_create
	alone_command "$key" held:accepted &
	until_sent "$key"
	alone_stop -KILL
	wait
	id=$(sql "select command_id from commands
		where idempotency_key = '$key'")
	get "/v1/commands/$id"
	[ "$(field .status)" = Sent ]
	sql "update commands set deadline_at = now() + interval '1 s'
		where command_id = '$id'"
	command_post "$key" held:accepted	# waits out the deadline
	[ "$status_code" = 504 ]
	[ "$(field .commandStatus)" = Unknown ]
	[ "$(header Idempotent-Replayed)" = true ]
	get "/v1/commands/$id"
	[ "$(field .status)" = Unknown ]
	[ "$(sent "$key")" = 1 ]
}

@test "what was stored but never sent is not sent later" {
	sql "insert into commands (command_id, charge_point_id, type,
		idempotency_key, payload, status, created_at)
		values (gen_random_uuid(), '$charger',
		'RemoteStartTransaction', '$key',
		'{\"idTag\": \"T1\", \"test\": \"accepted\"}', 'Queued',
		now() - interval '1 minute')"
	command_post "$key" accepted
	[ "$status_code" = 504 ]
	[ "$(field .commandStatus)" = Unknown ]
	[ "$(sent "$key")" = 0 ]
}

@test "connections to the database that break meanwhile cost nothing" {
	alone_start command_create PGAPPNAME="$key"
	alone_command "$key-first" accepted
	alone_command "$key" held:accepted >/dev/null &
	until_sent "$key"
	[ "$(sql "select count(pg_terminate_backend(pid)) > 0
		from pg_stat_activity where application_name = '$key'")" = t ]
	gateway_go "$key"
	wait $!
	alone_command "$key" held:accepted
	alone_stop
	[ "$status_code" = 200 ]
	[ "$(field .status)" = Acked ]
	[ "$(sent "$key")" = 1 ]
}

@test "an outcome that can't be stored is not a 200" {
	alone_start command_create
	alone_command "$key" held:accepted >/dev/null &
	post=$!
	until_sent "$key"
	hold 'lock table commands in exclusive mode'
	gateway_go "$key"
	wait "$post"
	head -n 1 "$BATS_TEST_TMPDIR/answer" | grep 'Status: 502'
	grep '"commandStatus":"Unknown"' "$BATS_TEST_TMPDIR/answer"
	let_go
	alone_stop
}

@test "the gateway's key goes along when there is one, and into no log" {
	command_post "$key" accepted
	[ "$(grep "^$key" "$gateway_log" | cut -f2)" = - ]
	alone_start command_create GATEWAY_API_KEY=s3cret-key
	alone_command "$key-2" accepted
	[ "$status_code" = 200 ]
	alone_command "$key-3" close
	alone_stop
	[ "$(grep "^$key-2" "$gateway_log" | cut -f2)" = 'Bearer s3cret-key' ]
	run grep -cw -e s3cret -e T1 "$alone_dir/log"
	[ "$output" = 0 ]
}

@test "a proxy in the environment is passed by" {
	alone_start command_create http_proxy="http://127.0.0.1:$(free_port)" \
		all_proxy="http://127.0.0.1:$(free_port)"
	alone_command "$key" accepted
	alone_stop
	[ "$status_code" = 200 ]
}

@test "a gateway URL that is none is one clear line at the start" {
	run env GATEWAY_BASE_URL=gopher://x setsid spawn-fcgi -n \
		-s "$BATS_TEST_TMPDIR/s" -- \
		"$stack_root/build/bin/command_create"
	[ "$status" = 1 ]
	[[ $output == *"GATEWAY_BASE_URL is not an http or https URL"* ]]
}

@test "numbers arrive as they were posted" {
	post /v1/commands "{\"type\":\"ChangeConfiguration\",
		\"chargePointId\":\"$charger\",\"idempotencyKey\":\"$key\",
		\"payload\":{\"n\":9007199254740993,\"d\":16.10}}"
	[ "$status_code" = 200 ]
	grep "^$key" "$gateway_log" | grep '9007199254740993'
	grep "^$key" "$gateway_log" | grep '16\.10'
}

@test "every bad member is named" {
	post /v1/commands '{"type":"Dance","payload":3}'
	[ "$status_code" = 422 ]
	[ "$(jq -r '[.errors[].pointer] | join(" ")' <<<"$body")" = \
		"/type /chargePointId /idempotencyKey /payload" ]
	post /v1/commands '{'
	[ "$status_code" = 400 ]
	post /v1/commands '[]'
	[ "$status_code" = 422 ]
}

@test "an unknown charger is 404 and nothing is stored or sent" {
	command_post "$key" accepted no-such-charger
	[ "$status_code" = 404 ]
	[ "$(sent "$key")" = 0 ]
	[ "$(sql "select count(*) from commands
		where idempotency_key = '$key'")" = 0 ]
}

@test "another method is 405" {
	fcgi command_create GET /v1/commands
	[ "$status_code" = 405 ]
	[ "$(header Allow)" = POST ]
}
