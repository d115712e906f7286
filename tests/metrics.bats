#!/usr/bin/env bats
# GET /metrics

load lib/stack

setup_file() {
	# what it counts is counted here, so nobody else may
	stack_start_own
}

# value SERIES: of the last answer; empty without it.
value() {
	awk -v s="$1" '$1 == s { print $2 }' <<<"$body"
}

# shows SERIES VALUE
shows() {
	get /metrics
	asked 200
	[ "$(value "$1")" = "$2" ]
}

@test "it is what Prometheus reads, and its linter has no word against it" {
	get /metrics
	asked 200
	[ "$(header Content-Type)" = "text/plain; version=0.0.4; charset=utf-8" ]
	promtool check metrics <<<"$body"
	[ "$(value 'cpms_build_info{version="'"$(sed -n \
		's/^#define CPMS_VERSION "\(.*\)"$/\1/p' \
		"$stack_root/shared/base/version.h")"'"}')" = 1 ]
}

@test "requests are counted by endpoint and status, with their time" {
	local ok='cpms_requests_total{handler="session_get",status="404"}' n

	get /metrics
	n=$(value "$ok")
	get /v1/sessions/00000000-0000-0000-0000-000000000000
	get /v1/sessions/00000000-0000-0000-0000-000000000000
	wait_for shows "$ok" $((n + 2))
	[ "$(value 'cpms_request_duration_seconds_count{handler="session_get"}')" \
		= $((n + 2)) ]
	[ "$(value \
		'cpms_request_duration_seconds_bucket{handler="session_get",le="+Inf"}')" \
		= $((n + 2)) ]
	[[ $(value 'cpms_request_duration_seconds_sum{handler="session_get"}') =~ \
		^[0-9]+\.[0-9]{6}$ ]]
}

@test "events are counted by type, new ones and repeated ones, and batches" {
	local i event

	get /metrics
	i=$(value 'cpms_events_total{type="MeterSample"}')
	event=$(sampled 60 1 20)
	send "$(started 0 1 1)" "$event" "$(sampled 120 1 30)"
	asked 202
	send "$event"
	wait_for shows 'cpms_events_total{type="MeterSample"}' $((i + 2))
	wait_for shows cpms_events_repeated_total 1
	[ "$(value cpms_batch_events_count)" -ge 2 ]
	[ "$(value cpms_batch_events_sum)" -ge 4 ]
	[[ $(value cpms_newest_event_age_seconds) =~ ^[0-9]+\.[0-9]{6}$ ]]
	post /v1/gateway/events '{"type":7}'
	asked 422
	wait_for shows cpms_bodies_refused_total 1
}

@test "what waits to be stored is seen, and for how long" {
	send "$(started 0 1 1)"
	hold "select from chargers where charge_point_id = '$id' for update"
	send "$(sampled 60 1 20)" 3>&- &
	wait_for held_up
	send "$(sampled 120 1 30)" 3>&- &
	wait_for shows cpms_queue_requests 1
	[[ $(value cpms_queue_age_seconds) != 0.000000 ]]
	let_go
	wait
	wait_for shows cpms_queue_requests 0
	[ "$(value cpms_queue_age_seconds)" = 0.000000 ]
}

@test "what was counted outlives a process, however it ends" {
	local starts='cpms_process_starts_total{handler="site_list"}'
	local ok='cpms_requests_total{handler="site_list",status="200"}' n pid

	get /metrics
	n=$(value "$ok")
	get /v1/sites
	wait_for shows "$ok" $((n + 1))
	[ "$(value 'cpms_processes{handler="site_list"}')" = 1 ]
	pid=$(awk '$1 == "child" { print $2 }' \
		"$CPMS_TEST_RUN_DIR/pid/site_list.pid")
	kill -KILL "$pid"
	wait_for shows "$starts" 2
	[ "$(value "$ok")" = $((n + 1)) ]
	get /v1/sites
	wait_for shows "$ok" $((n + 2))
	wait_for shows 'cpms_processes{handler="site_list"}' 1
}

@test "with a key set it asks for it" {
	alone_start metrics CPMS_OPERATOR_KEY=k
	alone metrics GET /metrics
	is_problem 401 unauthorized
	FCGI_PARAMS=(HTTP_AUTHORIZATION='Bearer k')
	alone metrics GET /metrics
	FCGI_PARAMS=()
	asked 200
}

@test "a process that may write no file beside its socket counts for itself" {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	alone_start metrics
	alone_stop
	rm -rf "$alone_dir/s/counters"
	: >"$alone_dir/s/counters"
	spawn-fcgi -n -s "$alone_dir/s/metrics.sock" -- \
		"$stack_root/build/bin/metrics" </dev/null \
		>"$alone_dir/log" 2>&1 3>&- &
	alone_pid=$!
	wait_for grep -q 'counted ends with this process' "$alone_dir/log"
	wait_for test -S "$alone_dir/s/metrics.sock"
	alone metrics GET /metrics
	asked 200
	[ -z "$(value 'cpms_requests_total{handler="metrics",status="200"}')" ]
}

# now_shows SERIES VALUE: by a process that has measured nothing yet.
now_shows() {
	alone_start metrics
	alone metrics GET /metrics
	alone_stop
	asked 200
	[ "$(value "$1")" = "$2" ] || {
		grep "^${1%%\{*}" <<<"$body"
		return 1
	}
}

@test "chargers are online, offline, unknown or disabled" {
	local online offline unknown disabled

	now_shows cpms_database_up 1
	online=$(value 'cpms_chargers{state="online"}')
	offline=$(value 'cpms_chargers{state="offline"}')
	unknown=$(value 'cpms_chargers{state="unknown"}')
	disabled=$(value 'cpms_chargers{state="disabled"}')
	send "$(event ChargerHeartbeat -)"
	put "/v1/chargers/$id-2" '{"secret":"s"}'
	put "/v1/chargers/$id-3" '{"secret":"s"}'
	id=$id-3 send "$(id=$id-3 event ChargerHeartbeat -)"
	put "/v1/chargers/$id-4" '{"secret":"s","isActive":false}'
	now_shows 'cpms_chargers{state="unknown"}' $((unknown + 1))
	[ "$(value 'cpms_chargers{state="online"}')" = $((online + 1)) ]
	[ "$(value 'cpms_chargers{state="offline"}')" = $((offline + 1)) ]
	[ "$(value 'cpms_chargers{state="disabled"}')" = $((disabled + 1)) ]
	sql "update chargers set last_seen_at = now() - interval '16 min'
		where charge_point_id = '$id-3'"
	now_shows 'cpms_chargers{state="online"}' "$online"
	[ "$(value 'cpms_chargers{state="offline"}')" = $((offline + 2)) ]
}

@test "sessions that run, wait, need a review or have no price are counted" {
	local before name

	now_shows cpms_database_up 1
	before=$body
	tell "$(started 0 1 1 0)" "$(ended 300 1 100)" \
		"$(started 600 2 1 100)" "$(ended 900 2 200)" \
		"$(ended 960 2 300)" "$(started 1200 3 1 300)" \
		"$(sampled 0 9 10)"
	now_shows 'cpms_sessions_review_reasons{reason="ConflictingEnds"}' 1
	for name in running:1 review:1 unpriced:2; do
		[ "$(value "cpms_sessions_${name%:*}")" = $((${name#*:} + $(
			body=$before value "cpms_sessions_${name%:*}"))) ]
	done
	[ "$(value cpms_transactions_waiting)" = $((1 + $(
		body=$before value cpms_transactions_waiting))) ]
}

@test "commands are counted by status, and those that are stuck" {
	now_shows cpms_commands_stuck 0
	put "/v1/chargers/$id" '{"secret":"s"}'
	sql "insert into commands (charge_point_id, type, idempotency_key,
			payload, status, created_at, deadline_at)
		select '$id', 'Reset', k, '{}', s, now() - a, now() - a +
			interval '15 s'
		from (values ('1', 'Sent', interval '1 min'),
			('2', 'Sent', '0'), ('3', 'Acked', '1 min'),
			('4', 'Unknown', '1 min')) v (k, s, a)"
	now_shows cpms_commands_stuck 1
	[ "$(value 'cpms_commands{status="Sent"}')" = 2 ]
	[ "$(value 'cpms_commands{status="Acked"}')" = 1 ]
	[ "$(value 'cpms_commands{status="Unknown"}')" = 1 ]
	[ "$(value 'cpms_commands{status="Queued"}')" = 0 ]
}

@test "settlements are counted by status, with the age of the oldest Pending" {
	now_shows 'cpms_settlements{status="Pending"}' 0
	[ "$(value cpms_settlement_pending_age_seconds)" = 0.000000 ]
	pending
	now_shows 'cpms_settlements{status="Pending"}' 1
	[ "$(value cpms_settlement_pending_age_seconds)" != 0.000000 ]
	submit
	asked 204
	now_shows 'cpms_settlements{status="Pending"}' 0
	[ "$(value 'cpms_settlements{status="Submitted"}')" = 1 ]
	[ "$(value cpms_settlement_pending_age_seconds)" = 0.000000 ]
}

@test "refused bodies that are kept, and the size of the database" {
	local n

	now_shows cpms_database_up 1
	n=$(value cpms_quarantine_bodies)
	post /v1/gateway/events '{"type":8}'
	asked 422
	now_shows cpms_quarantine_bodies $((n + 1))
	[ "$(value cpms_database_size_bytes)" -gt 1000000 ]
}

@test "the age of a backup is that of its stamp, and no stamp is no age" {
	local stamp=$BATS_TEST_TMPDIR/stamp age

	now_shows cpms_backup_age_seconds ''
	alone_start metrics CPMS_BACKUP_STAMP="$stamp"
	alone metrics GET /metrics
	[ "$(value cpms_backup_age_seconds)" = +Inf ]
	touch -d '1 hour ago' "$stamp"
	alone metrics GET /metrics
	age=$(value cpms_backup_age_seconds)
	[ "${age%.*}" -ge 3600 ]
	promtool check metrics <<<"$body"
}

@test "without the database the counters are there, and gauges are not" {
	alone_start metrics \
		CPMS_DATABASE_URL='postgres://cpms@127.0.0.1:1/cpms'
	alone metrics GET /metrics
	asked 200
	[ "$(value cpms_database_up)" = 0 ]
	[ -z "$(value cpms_sessions_running)" ]
	[ "$(value 'cpms_process_starts_total{handler="metrics"}')" = 1 ]
}

@test "each gauge reads the index of what it counts" {
	local name query plan index n=0
	# of chargers all are read, and of the database its files
	local -A of=([running]=sessions_running_idx
		[waiting]=waiting_transactions_pkey
		[finalizing]=large_sessions_due_idx
		[finalizing_age]=large_sessions_due_idx [review]=sessions_review_idx
		[review_reasons]=sessions_review_idx
		[unpriced]=sessions_unpriced_idx [commands]=commands_status_idx
		[commands_stuck]=commands_status_idx
		[settlements]=settlements_status_idx
		[pending_age]=settlements_pending_idx
		[quarantine]=quarantine_pkey)

	while IFS=$'\t' read -r name query; do
		n=$((n + 1))
		[[ $name != gauge_size && $name != gauge_chargers ]] || continue
		index=${of[${name#gauge_}]}
		plan=$(sql "set enable_seqscan = off; set enable_bitmapscan = off;
			explain (costs off) ${query//\$1/15}")
		[[ $plan == *"using $index"* && $plan != *'Seq Scan'* ]] || {
			echo "$name: $plan"
			return 1
		}
	done < <(cd "$stack_root" && gcc -E -P -D_GNU_SOURCE -Ishared \
		shared/store/gauges.c | perl tests/lib/statements.pl)
	[ "$n" = $((${#of[@]} + 2)) ]
}

@test "another method is 405, a query 400" {
	post /metrics '{}'
	is_problem 405 method-not-allowed
	get '/metrics?a=1'
	is_problem 400 bad-query
}
