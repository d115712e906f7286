#!/usr/bin/env bats
# scripts/monitoring: the rules for Prometheus, and the faults that they see.

load lib/stack

setup_file() {
	stack_start_own
}

setup() {
	id=$(unique_id)
	monitoring=$stack_root/scripts/monitoring
}

alerts() {
	sed -n 's/^ *- alert: //p' "$monitoring/alerts.yml"
}

# Names of metrics in a text, without what a histogram adds to its own.
metrics_in() {
	grep -Eo '\bcpms_[a-z_]+' "$1" | sed -E 's/_(bucket|sum|count)$//' |
		sort -u
}

# look [SETTING=VALUE...]: all series, by a process that has measured nothing
# yet and counts nothing itself; those that others counted come from nginx's.
look() {
	get /metrics
	grep -E '^cpms_(process|request|batch|events|bodies|queue|newest)' \
		<<<"$body" >"$BATS_TEST_TMPDIR/counted"
	alone_start metrics "$@"
	alone metrics GET /metrics
	alone_stop
	asked 200
	grep -E '^cpms_' <<<"$body" | grep -vE \
		'^cpms_(process|request|batch|events|bodies|queue|newest)' |
		cat - "$BATS_TEST_TMPDIR/counted"
}

# fires BEFORE AFTER ALERT...: with the series of the first file for half an
# hour none of these does, with those of the second each does at some time of
# the next hour and a half.  What is counted goes on as it went between the two.
fires() {
	local before=$1 after=$2 alert

	shift 2
	{
		printf '%s\n' "rule_files: [$monitoring/alerts.yml]" \
			'evaluation_interval: 1m' 'tests:' \
			'  - interval: 1m' '    input_series:'
		sed 's/+Inf$/1000000000/' "$before" "$after" | awk '
			seen[$1]++ == 0 { before[$1] = $2; next }
			{
				rise = 0
				if ($1 ~ /_(total|sum|count|bucket)([{]|$)/)
					rise = $2 - before[$1]
				printf "      - {series: \047%s\047, ", $1
				printf "values: \047%s+0x30 %s+%sx120\047}\n",
					before[$1], $2, rise
			}'
		echo '    promql_expr_test:'
		for alert; do
			printf '      - expr: %s\n        eval_time: %s\n' \
				"ALERTS{alertname=\"$alert\",alertstate=\"firing\"}" \
				29m \
				"count(count_over_time(ALERTS{alertname=\"$alert\",alertstate=\"firing\"}[90m])) > bool 0" \
				120m
			echo "        exp_samples: [{labels: '{}', value: 1}]"
		done
	} >"$BATS_TEST_TMPDIR/fires.yml"
	promtool test rules "$BATS_TEST_TMPDIR/fires.yml"
}

@test "promtool has no word against the rules, and each fires at its fault" {
	promtool check rules "$monitoring/alerts.yml"
	promtool test rules "$monitoring/alerts_test.yml"
	diff <(alerts | sort) <(sed -n \
		"s/.*labels: '{alertname=\"\(.*\)\"}'.*/\1/p" \
		"$monitoring/alerts_test.yml" | sort)
	[ "$(alerts | wc -l)" -ge 15 ]
}

@test "rules and panels name metrics that there are, and all have a panel" {
	local known=$BATS_TEST_TMPDIR/known

	get /metrics
	sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' <<<"$body" | sort >"$known"
	[ -z "$(metrics_in "$monitoring/alerts.yml" | comm -23 - "$known")" ]
	jq -r '.panels[].targets[].expr' "$monitoring/dashboard.json" \
		>"$BATS_TEST_TMPDIR/exprs"
	diff <(metrics_in "$BATS_TEST_TMPDIR/exprs") "$known"
	[ "$(jq '[.panels[].id] | length == (unique | length)' \
		"$monitoring/dashboard.json")" = true ]
}

@test "each panel's expression is PromQL" {
	local rules=$BATS_TEST_TMPDIR/panels.yml

	jq '{groups: [{name: "panels", rules: [.panels[].targets[].expr
		| gsub("\\$__rate_interval"; "5m")
		| {record: "panel", expr: .}] | to_entries
		| map(.value + {labels: {n: "\(.key)"}})}]}' \
		"$monitoring/dashboard.json" >"$rules"
	promtool check rules "$rules"
}

@test "each fault is seen, and its alert fires" {
	local before=$BATS_TEST_TMPDIR/before after=$BATS_TEST_TMPDIR/after i
	local stamp=$BATS_TEST_TMPDIR/stamp

	send "$(event ChargerHeartbeat -)"
	sql "update chargers set is_active = true, secret_hash = 'x',
		last_seen_at = now()"
	pending
	touch "$stamp"
	look CPMS_BACKUP_STAMP="$stamp" >"$before"

	post /v1/gateway/events '{"type":7}'
	asked 422
	send "$(id=$id-2 event ChargerHeartbeat -)"
	post /v1/commands "$(jq -nc --arg id "$id" '{type: "Reset",
		chargePointId: $id, idempotencyKey: "k", payload: {}}')"
	asked 502
	kill -KILL "$(awk '$1 == "child" { print $2 }' \
		"$CPMS_TEST_RUN_DIR/pid/tariff_list.pid")"
	get /v1/sites/00000000-0000-0000-0000-000000000000/tariffs
	kill "$(head -n 1 "$CPMS_TEST_RUN_DIR/pid/site_list.pid")"
	wait_for test ! -e "$CPMS_TEST_RUN_DIR/pid/site_list.pid"
	sql "alter table settlements disable trigger user;
		update settlements set created_at = now() - interval '2 days';
		alter table settlements enable trigger user;
		update chargers set last_seen_at = now() - interval '1 day'
			where is_active;
		insert into commands (charge_point_id, type, idempotency_key,
			payload, status, created_at)
		select '$id', 'Reset', s, '{}', s, now() - interval '1 min'
		from unnest('{Sent,Unknown}'::text[]) s;
		update sessions set billing = 'Unpriced', unpriced_reason = 'NoSite';
		insert into sessions (charge_point_id, started_at, needs_review)
		select '$id', now() - i * interval '1 s', true
		from generate_series(1, 60) i;
		insert into large_sessions (session_id, charge_point_id,
			due_since, not_before, cause)
		select session_id, charge_point_id, now() - interval '1 hour',
			now() + interval '1 hour', 'Ended'
		from sessions where ended_at is null limit 1;
		insert into waiting_transactions
		select '$id', i, now(), now() from generate_series(1, 30) i"
	look CPMS_BACKUP_STAMP="$stamp.none" >"$after"
	fires "$before" "$after" CpmsBodiesRefused CpmsChargersUnknown \
		CpmsErrors CpmsEndpointRestarts CpmsEndpointDown \
		CpmsSettlementsOld CpmsChargersOffline CpmsCommandsStuck \
		CpmsCommandsUnknown CpmsSessionsUnpriced CpmsSessionsForReview \
		CpmsTransactionsWaiting CpmsSessionsFinalizing CpmsBackupOld
	submit
	step failed '{"error":"out of gas"}'
	look CPMS_BACKUP_STAMP="$stamp" >"$after"
	fires "$before" "$after" CpmsSettlementsFailed
	look CPMS_DATABASE_URL='postgres://cpms@127.0.0.1:1/cpms' >"$after"
	fires "$before" "$after" CpmsDatabaseDown
}
