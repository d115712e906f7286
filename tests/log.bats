#!/usr/bin/env bats
# The log of the endpoints: a line of JSON a request, and how it is rotated.
# bats file_tags=beside

load lib/stack

# line FILTER: what jq's FILTER prints of the last request in the log.
line() {
	wait_for grep -q '"request":' "$alone_dir/log"
	jq -r "select(.request != null) | $1" "$alone_dir/log" | tail -n 1
}

logged() {
	[ "$(grep -c '"request":' "$alone_dir/log")" -ge "$1" ]
}

@test "a request is one line of JSON, with the id that its caller sees" {
	local session

	send "$(started 0 1 1)"
	session=$(session_id)
	alone_start session_get
	alone session_get GET "/v1/sessions/$session"
	asked 200
	wait_for logged 1
	jq -e . "$alone_dir/log" >/dev/null
	[ "$(line '[.level, .handler, .status, .sessionId, .transactionId,
		.chargePointId] | join(" ")')" = \
		"info session_get 200 $session 1 $id" ]
	[ "$(line .request)" = 01234567-89ab-cdef-0123-456789abcdef ]
	[ "$(header X-Request-Id)" = 01234567-89ab-cdef-0123-456789abcdef ]
	[ "$(line '.us > 0 and .databaseUs > 0 and .databaseUs <= .us')" = true ]
	[[ $(line .time) =~ ^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$ ]]
	alone session_get GET /v1/sessions/x
	is_problem 404 not-found
	wait_for logged 2
	[ "urn:uuid:$(line .request)" = "$(field .instance)" ]
}

@test "nginx's log has the same id" {
	get /v1/sessions/x
	wait_for grep -qF "\"$(field .instance)\"" \
		"$CPMS_TEST_RUN_DIR/log/access.log"
	wait_for grep -qF "\"$(field '.instance | ltrimstr("urn:uuid:")')\"" \
		"$CPMS_TEST_RUN_DIR/log/session_get.log"
}

@test "an event's line names its charger and transaction, and no idTag" {
	id='CP "quoted" \ '$id
	alone_start event_ingest
	alone event_ingest POST /v1/gateway/events \
		"$(jq -nc --arg id "$id" '{type: "TransactionStarted",
			chargePointId: $id, connectorId: 1, transactionId: 77,
			idTag: "T4G-OF-SOMEBODY", ts: "2026-03-01T10:00:00Z"}')"
	asked 202
	wait_for logged 1
	[ "$(line .chargePointId)" = "$id" ]
	[ "$(line .transactionId)" = 77 ]
	[ "$(line '.databaseUs > 0')" = true ]
	! grep -q T4G-OF-SOMEBODY "$alone_dir/log"
}

@test "a path's charger is named, and why a request failed" {
	alone_start charger_get \
		CPMS_DATABASE_URL='postgres://cpms@127.0.0.1:1/cpms'
	alone charger_get GET "/v1/chargers/$(path_of "$id")"
	asked 503
	wait_for logged 1
	[ "$(line '[.level, .chargePointId, .why] | join(" ")')" = \
		"warning $id the database does not answer" ]
	[ "$(jq -rs '[.[] | select(.message != null)][0].level' \
		"$alone_dir/log")" = warning ]
}

@test "CPMS_LOG_LEVEL leaves the lines below it out, and is one of three" {
	alone_start site_list CPMS_LOG_LEVEL=warning
	alone site_list GET /v1/sites
	asked 200
	alone_stop
	[ ! -s "$alone_dir/log" ]
	run env CPMS_LOG_LEVEL=loud "$stack_root/build/bin/site_list"
	[ "$status" != 0 ]
	[[ $output == *'CPMS_LOG_LEVEL is not info, warning or error'* ]]
}

@test "on SIGUSR1 a process opens its log anew" {
	alone_start site_list
	mv "$alone_dir/log" "$alone_dir/log.1"
	kill -USR1 "$alone_pid"
	wait_for test -e "$alone_dir/log"
	alone site_list GET /v1/sites
	wait_for logged 1
	[ "$(stat -c %a "$alone_dir/log")" = 640 ]
}

@test "what logrotate calls lets every part go on in a new file" {
	local log=$CPMS_TEST_RUN_DIR/log name

	grep -q 'cpms reopen$' "$stack_root/scripts/cpms.logrotate"
	for name in site_list access; do
		mv "$log/$name.log" "$log/$name.log.1"
	done
	CPMS_HOME=$CPMS_TEST_RUN_DIR "$stack_root/scripts/reopen"
	for name in site_list access; do
		wait_for test -e "$log/$name.log"
	done
	get /v1/sites
	wait_for grep -q '"status":200' "$log/site_list.log"
	wait_for grep -q /v1/sites "$log/access.log"
	# its supervisor speaks there, too, and the next process
	kill -KILL "$(awk '$1 == "child" { print $2 }' \
		"$CPMS_TEST_RUN_DIR/pid/site_list.pid")"
	wait_for grep -q 'was ended by signal 9' "$log/site_list.log"
	get /v1/sites
	asked 200
	! grep -q 'signal 9' "$log/site_list.log.1"
}
