#!/usr/bin/env bats
# POST /v1/sessions/{sessionId}/finalize
# bats file_tags=beside

load lib/stack

finalize() {
	post "/v1/sessions/$1/finalize${2:-}"
}

@test "a session that has ended answers itself, and again the same" {
	local first

	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)" "$(ended 120 7 1600)"
	finalize "$(session_id)"
	[ "$status_code" = 200 ]
	[ "$(jq -c '[.force, .session.energyWh, .session.energySource]' \
		<<<"$body")" = '[false,600,"StopTransaction"]' ]
	first=$body
	get "/v1/sessions/$(session_id)"
	[ "$(jq -S . <<<"$body")" = "$(jq -S .session <<<"$first")" ]
	finalize "$(session_id)"
	[ "$body" = "$first" ]
	[ "$(explained length)" = 1 ]
}

@test "the same is answered without nginx" {
	send "$(started 0 7 1 1000)" "$(ended 120 7 1600)"
	fcgi session_finalize POST "/v1/sessions/$(session_id)/finalize"
	[ "$status_code" = 200 ]
	[ "$(jq .session.energyWh <<<"$body")" = 600 ]
}

@test "while it is running it is 409" {
	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)"
	finalize "$(session_id)"
	[ "$status_code" = 409 ]
	[ "$(header Content-Type)" = application/problem+json ]
	[ "$(jq -r '[.type, .detail] | join(" ")' <<<"$body")" = \
		"urn:cpms:problem:conflict the session is running" ]
	finalize "$(session_id)" '?force=true'
	[ "$status_code" = 409 ]
	[ "$(sessions '[.endedAt, .energyWhSoFar]')" = '[null,100]' ]
}

@test "force computes a final one anew and keeps the old figure" {
	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)" "$(ended 120 7)"
	sql "update meter_samples set value_mwh = 1300000
		where charge_point_id = '$id'"
	finalize "$(session_id)"
	[ "$(jq .session.energyWh <<<"$body")" = 100 ]
	finalize "$(session_id)" '?force=true'
	[ "$status_code" = 200 ]
	[ "$(jq -c '[.force, .session.energyWh]' <<<"$body")" = '[true,300]' ]
	[ "$(explained 'map([.cause, .energyWh])')" = \
		'[["Ended",100],["Forced",300]]' ]
}

@test "force that finds the same leaves no revision" {
	send "$(started 0 7 1 1000)" "$(ended 120 7 1600)"
	finalize "$(session_id)" '?force=1'
	[ "$(jq .force <<<"$body")" = true ]
	[ "$(explained length)" = 1 ]
}

@test "many at once make one revision" {
	local session i

	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)" "$(ended 120 7)"
	session=$(session_id)
	sql "update meter_samples set value_mwh = 1300000
		where charge_point_id = '$id'"
	for ((i = 0; i < 16; i++)); do
		[ "$i" = 0 ] || echo next
		printf 'url = "%s/v1/sessions/%s/finalize?force=true"\n' \
			"$CPMS_TEST_BASE_URL" "$session"
		printf 'request = POST\noutput = /dev/null\n'
		printf 'write-out = "%%{http_code}\\n"\n'
	done >"$BATS_TEST_TMPDIR/config"
	[ "$(curl -s -Z --parallel-max 16 -K "$BATS_TEST_TMPDIR/config" \
		2>/dev/null | sort | uniq -c | tr -s ' ')" = " 16 200" ]
	[ "$(explained 'map(.energyWh)')" = '[100,300]' ]
}

@test "against late readings at the same time no figure is lost" {
	local session i

	send "$(started 0 7 1 1000)" "$(ended 3000 7)"
	session=$(session_id)
	for ((i = 1; i <= 30; i++)); do
		[ "$i" = 1 ] || echo next
		if ((i % 2)); then
			printf 'url = "%s/v1/sessions/%s/finalize?force=true"\nrequest = POST\n' \
				"$CPMS_TEST_BASE_URL" "$session"
		else
			sampled "$i" 7 $((1000 + i)) \
				>"$BATS_TEST_TMPDIR/$i"
			printf 'url = "%s/v1/gateway/events"\ndata = "@%s"\n' \
				"$CPMS_TEST_BASE_URL" "$BATS_TEST_TMPDIR/$i"
		fi
		printf 'output = /dev/null\nwrite-out = "%%{http_code}\\n"\n'
	done >"$BATS_TEST_TMPDIR/config"
	[ "$(curl -s -Z --parallel-max 30 -K "$BATS_TEST_TMPDIR/config" \
		2>/dev/null | sort | uniq -c | tr -s ' ')" = $' 15 200\n 15 202' ]
	[ "$(sessions .energyWh)" = 30 ]
	[ "$(explained '[.[].revision] == [range(1; length + 1)]')" = true ]
}

# A session as the field left it: $1 are further columns, $2 their values.
field_session() {
	sql "insert into chargers (charge_point_id) values ('$id')
			on conflict do nothing;
		insert into sessions (session_id, charge_point_id, connector_id,
			started_at, ended_at, end_kind $1)
			values (gen_random_uuid(), '$id', 1, '2025-03-01 10:00Z',
			'2025-03-01 11:00Z', 'Reported' $2)
			returning session_id"
}

@test "a session from the field that was never finalized is now" {
	local session

	session=$(field_session ', transaction_id, meter_start_wh, meter_stop_wh' \
		', 7, 1000, 1600')
	sql "insert into transaction_ends (charge_point_id, transaction_id, ts,
		meter_stop_wh) values ('$id', 7, '2025-03-01 11:00Z', 1600)"
	finalize "$session"
	[ "$status_code" = 200 ]
	[ "$(jq -c '[.session.energyWh, .session.energySource]' <<<"$body")" = \
		'[600,"StopTransaction"]' ]
}

@test "a session without a transaction, or a duplicate, is 409" {
	local session other

	session=$(field_session '' '')
	finalize "$session" '?force=true'
	[ "$status_code" = 409 ]
	other=$(field_session ', duplicate_of' ", '$session'")
	finalize "$other"
	[ "$status_code" = 409 ]
	[[ $(jq -r .detail <<<"$body") == *"$session"* ]]
}

@test "an unknown session and a malformed id are 404" {
	finalize 00000000-0000-4000-8000-000000000000
	[ "$status_code" = 404 ]
	[ "$(jq -r .type <<<"$body")" = urn:cpms:problem:not-found ]
	finalize not-an-id
	[ "$status_code" = 404 ]
}

@test "force must be true or false, and nothing else may be asked" {
	finalize 00000000-0000-4000-8000-000000000000 '?force=maybe'
	[ "$status_code" = 400 ]
	finalize 00000000-0000-4000-8000-000000000000 '?force=true&force=true'
	[ "$status_code" = 400 ]
	finalize 00000000-0000-4000-8000-000000000000 '?x=1'
	[ "$status_code" = 400 ]
}

@test "another method is 405" {
	fcgi session_finalize GET \
		/v1/sessions/00000000-0000-4000-8000-000000000000/finalize
	[ "$status_code" = 405 ]
	[ "$(header Allow)" = POST ]
}
