#!/usr/bin/env bats
# GET /v1/commands/{commandId}
# bats file_tags=beside

load lib/stack

setup_file() {
	stack_start
	charger=$(unique_id)
	export charger
	sql "insert into chargers (charge_point_id) values ('$charger')"
}

setup() {
	id=$(cat /proc/sys/kernel/random/uuid)
}

field() {
	jq -r ".$1" <<<"$body"
}

# add COLUMNS VALUES: a command as a program left it
add() {
	sql "insert into commands (command_id, charge_point_id, type,
		idempotency_key, payload, $1) values ('$id', '$charger',
		'Reset', '$(unique_id)', '{\"type\": \"Soft\"}', $2)"
	get "/v1/commands/$id"
	[ "$status_code" = 200 ]
}

@test "a command is shown with all its members" {
	add "status, response_text, http_status, created_at, updated_at" \
		"'Acked', '{\"response\":{\"status\":\"Accepted\"}}', 200,
		'2026-01-02 03:04:05+02', '2026-01-02 03:04:06.5+02'"
	[ "$(field commandId)" = "$id" ]
	[ "$(field type)" = Reset ]
	[ "$(field chargePointId)" = "$charger" ]
	[ "$(field status)" = Acked ]
	[ "$(field gatewayResponse.response.status)" = Accepted ]
	[ "$(field error)" = null ]
	[ "$(field createdAt)" = 2026-01-02T01:04:05Z ]
	[ "$(field updatedAt)" = 2026-01-02T01:04:06.500Z ]
}

@test "a gateway's plain text is shown as a string" {
	add "status, response_text, error" \
		"'Failed', E'charger not connected\\n', 'charger not connected'"
	[ "$(jq -c .gatewayResponse <<<"$body")" = '"charger not connected\n"' ]
	[ "$(field error)" = "charger not connected" ]
}

@test "an older edition's answer is shown" {
	add "status, response" "'Acked', '{\"status\": \"Accepted\"}'"
	[ "$(field gatewayResponse.status)" = Accepted ]
}

@test "Sent reads as Sent until its deadline, then as Unknown" {
	add "status, deadline_at" "'Sent', now() + interval '5 s'"
	[ "$(field status)" = Sent ]
	[ "$(field gatewayResponse)" = null ]
	id=$(cat /proc/sys/kernel/random/uuid)
	add "status, deadline_at" "'Sent', now() - interval '1 s'"
	[ "$(field status)" = Unknown ]
	[ "$(field error)" != null ]
}

@test "Queued that nobody took on reads as Unknown" {
	add "status" "'Queued'"
	[ "$(field status)" = Queued ]
	id=$(cat /proc/sys/kernel/random/uuid)
	add "status, created_at" "'Queued', now() - interval '20 s'"
	[ "$(field status)" = Unknown ]
}

@test "an unknown command is 404, a malformed id too" {
	get "/v1/commands/$id"
	[ "$status_code" = 404 ]
	[ "$(field type)" = urn:cpms:problem:not-found ]
	get /v1/commands/nonsense
	[ "$status_code" = 404 ]
}

@test "an unknown query key is 400" {
	get "/v1/commands/$id?force=true"
	[ "$status_code" = 400 ]
}

@test "another method is 405" {
	fcgi command_get POST "/v1/commands/$id" '{}'
	[ "$status_code" = 405 ]
	[ "$(header Allow)" = GET ]
}
