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

@test "another method is 405, a query 400" {
	post /metrics '{}'
	is_problem 405 method-not-allowed
	get '/metrics?a=1'
	is_problem 400 bad-query
}
