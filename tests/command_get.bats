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

# ack UNIQUE_ID [CHARGER [TYPE]]: what the gateway posts when a charger answered
ack() {
	post /v1/gateway/events "{\"type\":\"CommandAck\",
		\"chargePointId\":\"${2:-$charger}\",\"ts\":\"$(date -u +%FT%TZ)\",
		\"commandType\":\"${3:-Reset}\",\"uniqueId\":\"$1\"}"
	[ "$status_code" = 202 ]
}

forget_commands() {
	sql "delete from commands where charge_point_id = '$charger'"
}

shown() {
	get "/v1/commands/$id"
	[ "$(field status)" = "$1" ]
}

@test "a CommandAck settles the Unknown command of its charger and type" {
	forget_commands
	add "status, error, http_status" "'Unknown', 'too late', 504"
	ack "$(unique_id)" "$charger-other"
	ack "$(unique_id)" "$charger" ChangeConfiguration
	shown Unknown
	ack "$(unique_id)"
	shown Acked
	[ "$(field error)" = null ]
	[ "$(field gatewayResponse)" = null ]
	sql "delete from commands where charge_point_id = '$charger'"
	add "status, created_at" "'Unknown', now() - interval '2 minutes'"
	ack "$(unique_id)"
	shown Unknown
}

@test "of two commands a CommandAck could be of it settles neither" {
	forget_commands
	add status "'Unknown'"
	sql "insert into commands (charge_point_id, type, idempotency_key,
		payload, status) values ('$charger', 'Reset', '$(unique_id)',
		'{}', 'Sent')"
	ack "$(unique_id)"
	shown Unknown
}

@test "a CommandAck that an answer of the gateway names is of that command" {
	local call

	forget_commands
	call=$(unique_id)
	sql "insert into commands (charge_point_id, type, idempotency_key,
		payload, status, response_text) values ('$charger', 'Reset',
		'$(unique_id)', '{}', 'Acked', '{\"commandId\":\"$call\"}')"
	add status "'Unknown'"
	ack "$call"
	shown Unknown
	ack "$call-2"
	shown Acked
}

@test "a command whose CommandAck came reads as Acked after its deadline" {
	forget_commands
	add "status, deadline_at" "'Sent', now() + interval '1 hour'"
	ack "$(unique_id)"
	shown Sent
	sql "update commands set deadline_at = now() - interval '1 s'
		where command_id = '$id'"
	shown Acked
	get "/v1/commands?chargePointId=$charger&status=Acked"
	[ "$(jq -r '.[].commandId' <<<"$body")" = "$id" ]
	get "/v1/commands?status=Acked&limit=200"
	[[ $(jq -r '.[].commandId' <<<"$body") == *"$id"* ]]
	for query in status=Unknown stuck=true; do
		get "/v1/commands?chargePointId=$charger&$query"
		echo "$query $body"
		[ "$(jq length <<<"$body")" = 0 ]
	done
}
