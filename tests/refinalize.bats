#!/usr/bin/env bats
# scripts/refinalize: what the rules make of sessions that are there already.
# bats file_tags=beside,long

load lib/stack

setup_file() {
	stack_start_own
}

setup() {
	id=$(unique_id)
	export CPMS_DATABASE_URL=$CPMS_TEST_DATABASE_URL
}

refinalize() {
	"$stack_root/scripts/refinalize" "$@" 3>&-
}

# What refinalize says of this test's charger.
told() {
	refinalize "$@" | grep "^$id" | cut -f 2,4,6-
}

# What refinalize changed, of all that it says.
changes() {
	refinalize "$@" | grep -E '^[0-9]+ [a-z]+ (changed|would change)'
}

nothing_changes=$'0 sessions changed\n0 settlements changed'

# Spoils the figures, as an edition with other rules would have made them.
spoil() {
	sql "update sessions set energy_wh = null, energy_source = 'Missing',
			is_estimated = true where charge_point_id = '$id';
		update session_revisions set energy_wh = null, cause = 'Inherited',
			energy_source = 'Missing', fingerprint = '',
			explanation = '{}', rule_version = 0
			where charge_point_id = '$id'"
}

@test "what comes out the same stays as it is" {
	local before state

	send "$(started 0 7 1 1000)" "$(sampled 60 7 1100)" "$(ended 120 7 1600)" \
		"$(started 200 8 1 1600)" "$(started 300 9 2 1600)" \
		"$(started 900 8 1 1700)"
	state="select s::text, r::text from sessions s
		left join session_revisions r using (session_id)
		where s.charge_point_id = '$id' order by 1, 2"
	before=$(sql "$state")
	[ "$(refinalize --dry-run)" = \
		$'0 sessions would change\n0 settlements would change' ]
	[ "$(refinalize)" = "$nothing_changes" ]
	[ "$(sql "$state")" = "$before" ]
}

@test "a figure that other rules made is decided anew, the old one stays" {
	send "$(started 0 7 1)" "$(sampled 60 7 400)" "$(ended 120 7)"
	spoil
	[ "$(told --dry-run)" = \
		$'1\t7\tMissing estimated\t400 Wh MeterValues.Register\t' ] ||
		[ "$(told --dry-run)" = \
			$'1\t7\tMissing\t400 Wh MeterValues.Register\t' ]
	[ "$(sessions .energyWh)" = null ]
	[ "$(explained length)" = 1 ]
	refinalize
	[ "$(sessions '[.energyWh, .energySource, .isEstimated]')" = \
		'[400,"MeterValues.Register",false]' ]
	[ "$(explained 'map([.revision, .cause, .energyWh, .ruleVersion])')" = \
		'[[1,"Inherited",null,0],[2,"Refinalized",400,2]]' ]
	[ "$(changes)" = "$nothing_changes" ]
}

@test "a session that ended and was never finalized is" {
	send "$(started 0 7 1 1000)" "$(ended 120 7 1600)"
	sql "delete from settlements where charge_point_id = '$id';
		delete from session_revisions where charge_point_id = '$id';
		update sessions set finalized_at = null, energy_wh = null,
			energy_source = null where charge_point_id = '$id'"
	[ "$(told | wc -l)" = 1 ]
	[ "$(figures)" = '[1,7,600,"StopTransaction",false]' ]
	[ "$(explained 'map(.cause)')" = '["Ended"]' ]
}

@test "all sessions of a reused id, and of two that can't be told apart" {
	send "$(started 0 7 1 1000)" "$(ended 120 7 1600)" \
		"$(started 9000 7 1 2000)" "$(ended 9120 7 2700)" \
		"$(started 20000 7 1 3000)" "$(started 20030 7 2 3000)" \
		"$(ended 20100 7 3100)"
	sql "update sessions set energy_wh = 1 where charge_point_id = '$id'"
	sql "update session_revisions set energy_wh = 1, fingerprint = ''
		where charge_point_id = '$id'"
	[ "$(told | wc -l)" = 4 ]
	[ "$(sessions '[.energyWh, .needsReview]')" = \
		$'[600,false]\n[700,false]\n[null,true]\n[null,true]' ]
}

@test "more transactions of a charger than fit in one page are all decided" {
	jq -nc --arg id "$id" '[range(450) | . as $n
		| {type: "TransactionStarted", chargePointId: $id,
		connectorId: 1, transactionId: ($n + 1), meterStartWh: 1,
		ts: (1772359200 + $n * 100 | todate)},
		{type: "TransactionEnded", chargePointId: $id,
		transactionId: ($n + 1), meterStopWh: ($n + 1),
		ts: (1772359250 + $n * 100 | todate)}]' >"$BATS_TEST_TMPDIR/all"
	send "$(cat "$BATS_TEST_TMPDIR/all")"
	spoil
	[ "$(told | wc -l)" = 450 ]
	[ "$(sql "select count(*), sum(energy_wh) from sessions
		where charge_point_id = '$id'")" = "450|$((449 * 450 / 2))" ]
}

# told_alike: the dry run and then the run itself say the same.
told_alike() {
	refinalize --dry-run >"$BATS_TEST_TMPDIR/would"
	refinalize >"$BATS_TEST_TMPDIR/did"
	diff <(sed 's/would change/changed/' "$BATS_TEST_TMPDIR/would") \
		"$BATS_TEST_TMPDIR/did"
}

# The tariff of $site, ever since: the API makes none for the past.
tariff_since_ever() {
	sql "insert into tariffs (site_id, price_per_kwh, currency, is_active)
		values ('$site', $1, '$2', true)"
}

# sum_of costs|settlements CURRENCY: as the database has it.
sum_of() {
	local from='cost_amount), 0) from sessions where cost_'

	[ "$1" = costs ] || from='amount), 0) from settlements where '
	sql "select coalesce(sum(${from}currency = '$2'"
}

@test "prices and settlements that a new tariff makes are told, with the sums" {
	local n

	site_make
	charger_make
	for n in 1 2 3; do
		charge 1000 "$n"
	done
	# more than can be without a look at it
	send "$(started 9000 9 1 1000)" "$(ended 18000 9 301000)"
	tariff_since_ever 0.5 CHF
	refinalize --dry-run >"$BATS_TEST_TMPDIR/first"
	[ "$(settlements .status)" = "" ]
	[ "$(sum_of costs CHF)" = 0 ]
	told_alike
	diff "$BATS_TEST_TMPDIR/first" "$BATS_TEST_TMPDIR/would"
	[ "$(grep -c "^$id" "$BATS_TEST_TMPDIR/did")" = 4 ]
	grep "^$id" "$BATS_TEST_TMPDIR/did" |
		grep $'\t1000 Wh StopTransaction\t1000 Wh StopTransaction 0.5000 CHF\t'
	diff - <(grep -v "^$id\|^charge" "$BATS_TEST_TMPDIR/did" |
		grep -v 'in EUR') <<-'E'
	4 sessions changed: 0 in energy, 0 in source, 0 in review, 4 in price
	4 settlements changed: 4 made, 0 adjustments made, 0 in amount, site or tariff, 1 held, 0 released
	costs in CHF: 0.0000 before, 151.5000 after
	settlements in CHF: 0.0000 before, 151.5000 after
	E
	[ "$(settlements .status | sort | uniq -c | tr -d ' \n')" = \
		'1"Held"3"Pending"' ]
	[ "$(sum_of costs CHF)" = 151.5000 ]
	[ "$(sum_of settlements CHF)" = 151.5000 ]
	[ "$(changes)" = "$nothing_changes" ]
	refinalize | grep -x "costs in CHF: 151.5000 before, 151.5000 after"
}

@test "adjustments, new amounts and releases are told" {
	site_make 0.5 SEK
	wallet 0xW
	charger_make
	charge 1000 1
	charge 1000 2
	charge 1000 3
	t=$(settlement 1)
	submit
	asked 204
	# as if other rules had made the figures
	sql "update transaction_ends set meter_stop_wh = 2500
			where charge_point_id = '$id' and transaction_id = 1;
		update session_revisions set fingerprint = ''
			where charge_point_id = '$id';
		update sessions set energy_wh = 900, cost_amount = 0.45
			where charge_point_id = '$id' and transaction_id = 2;
		update sessions set needs_review = true
			where charge_point_id = '$id' and transaction_id = 3;
		update settlements s set amount = cost_amount,
				status = case when needs_review then 'Held'
				else 'Pending' end
			from sessions t where s.session_id = t.session_id
			and s.charge_point_id = '$id' and frozen_at is null"
	told_alike
	diff - <(grep -v "^$id\|^charge" "$BATS_TEST_TMPDIR/did" |
		grep -v ' in [^S]..: ') <<-'E'
	3 sessions changed: 2 in energy, 0 in source, 1 in review, 2 in price
	3 settlements changed: 0 made, 1 adjustments made, 1 in amount, site or tariff, 0 held, 1 released
	costs in SEK: 1.4500 before, 1.7500 after
	settlements in SEK: 1.4500 before, 1.7500 after
	E
	[ "$(sum_of settlements SEK)" = 1.7500 ]
}

@test "new explanations of the same figures are counted only" {
	send "$(started 0 7 1 1000)" "$(ended 120 7 1600)"
	sql "update session_revisions set fingerprint = 'of other rules'
		where charge_point_id = '$id'"
	told_alike
	[ "$(changes)" = "$nothing_changes" ]
	[ "$(grep -c "^$id" "$BATS_TEST_TMPDIR/did")" = 0 ]
	grep -x '0 sessions changed' "$BATS_TEST_TMPDIR/did"
	grep -x '1 sessions changed in their explanation only' \
		"$BATS_TEST_TMPDIR/did"
	[ "$(explained length)" = 2 ]
}

# Two chargers with a session each, decided by other rules.
two_chargers() {
	first=$id-1 second=$id-2
	for id in "$first" "$second"; do
		send "$(started 0 7 1 1000)" "$(ended 120 7 1600)"
	done
	sql "update session_revisions set fingerprint = '', energy_wh = 1
			where charge_point_id in ('$first', '$second');
		update sessions set energy_wh = 1
			where charge_point_id in ('$first', '$second')"
}

figures_of_both() {
	sql "select energy_wh from sessions where charge_point_id
		in ('$first', '$second') order by charge_point_id" | xargs
}

# stop_before CHARGER SIGNAL: a run is signalled when it has come to it.
stop_before() {
	local holder runner

	psql -Xq -d "$CPMS_DATABASE_URL" -c "begin; select 1 from chargers
		where charge_point_id = '$1' for update; select pg_sleep(60)" \
		>/dev/null 2>&1 3>&- &
	holder=$!
	until [ "$(sql "select count(*) from pg_stat_activity
		where wait_event = 'PgSleep'")" = 1 ]; do
		sleep 0.05
	done
	"$stack_root/scripts/refinalize" >"$BATS_TEST_TMPDIR/stopped" \
		2>"$BATS_TEST_TMPDIR/errors" 3>&- &
	runner=$!
	until [ "$(sql "select count(*) from pg_stat_activity
		where wait_event_type = 'Lock'")" = 1 ]; do
		sleep 0.05
	done
	kill "-$2" "$runner"
	sql "select pg_terminate_backend(pid) from pg_stat_activity
		where wait_event = 'PgSleep'" >/dev/null
	wait "$holder" || true
	wait "$runner"
}

@test "a run that is killed loses nothing, and the next one does the rest" {
	two_chargers
	run stop_before "$second" KILL
	[ "$status" != 0 ]
	[ "$(figures_of_both)" = '600 1' ]
	[ "$(cut -f 1 "$BATS_TEST_TMPDIR/stopped" | tail -n 1)" = "$first" ]
	refinalize >"$BATS_TEST_TMPDIR/did"
	[ "$(figures_of_both)" = '600 600' ]
	grep '^1 sessions changed: 1 in energy' "$BATS_TEST_TMPDIR/did"
	[ "$(changes)" = "$nothing_changes" ]
}

@test "a run that is told to stop ends its batch and says what it did" {
	two_chargers
	run stop_before "$first" TERM
	[ "$status" = 1 ]
	[ "$(figures_of_both)" = '600 1' ]
	grep '^1 sessions changed: 1 in energy' "$BATS_TEST_TMPDIR/stopped"
	[ "$(tail -n 1 "$BATS_TEST_TMPDIR/errors")" = \
		"refinalize: stopped; the next run does the rest" ]
	refinalize >/dev/null
	[ "$(figures_of_both)" = '600 600' ]
}

@test "how far it is stands on stderr" {
	send "$(started 0 7 1 1000)" "$(ended 120 7 1600)"
	refinalize 2>&1 >/dev/null | tail -n 1 >"$BATS_TEST_TMPDIR/progress"
	n=$(sql "select count(*) from sessions where duplicate_of is null
		and transaction_id > 0")
	[ "$(cat "$BATS_TEST_TMPDIR/progress")" = \
		"refinalize: $n of $n sessions" ]
}

# field_database NAME STAGE [FILE]: as the earlier edition left it, with the
# rows of FILE, migrated.
field_database() {
	local kind n file admin="postgres://postgres@/postgres?host=$CPMS_TEST_RUN_DIR/pgs"

	psql -Xq -d "$admin" -c "create database $1 owner cpms"
	CPMS_DATABASE_URL="postgres://cpms@/$1?host=$CPMS_TEST_RUN_DIR/pgs"
	for kind in stage rows; do
		for ((n = 1; n <= $2; n++)); do
			file=$stack_root/tests/data/legacy/$kind$n.sql
			PGOPTIONS='-c client_min_messages=error' psql -Xq \
				-v ON_ERROR_STOP=1 -d "$CPMS_DATABASE_URL" \
				-f "$file" >/dev/null
		done
	done
	[ -z "${3-}" ] || psql -Xq -v ON_ERROR_STOP=1 \
		-d "$CPMS_DATABASE_URL" -f "$stack_root/tests/data/legacy/$3"
	unset CPMS_MIGRATE_URL
	"$stack_root/scripts/migrate" >/dev/null
	CPMS_TEST_DATABASE_URL=$CPMS_DATABASE_URL
}

figures_of_all() {
	sql "select session_id, energy_wh, energy_source, finalized_at, ended_at,
		cost_amount from sessions order by session_id"
}

@test "sessions from the field are touched only when it is told to" {
	local before stage

	for stage in 1 2 3 4; do
		field_database "field$stage" "$stage"
		before=$(figures_of_all)
		refinalize --dry-run >"$BATS_TEST_TMPDIR/would"
		[ "$(figures_of_all)" = "$before" ]
		refinalize >"$BATS_TEST_TMPDIR/did"
		diff <(sed 's/would change/changed/' "$BATS_TEST_TMPDIR/would") \
			"$BATS_TEST_TMPDIR/did"
		[ "$(changes)" = "$nothing_changes" ]
		[[ $(cat "$BATS_TEST_TMPDIR/did") == *"sessions repeat another one's start: left as they are"* ]]
	done
}

@test "stops that no charger sent are none, figures without events stay" {
	field_database fieldz 3 stops.sql
	refinalize >/dev/null
	sql "select s.transaction_id, s.energy_wh, s.energy_source,
			s.is_estimated, s.needs_review, s.meter_stop_wh,
			r.explanation->'flags' ? 'LegacyFigure'
		from sessions s join session_revisions r
			using (session_id, charge_point_id)
		where charge_point_id = 'stops' and r.revision = (
			select max(revision) from session_revisions l
			where l.session_id = s.session_id)
		order by s.started_at" >"$BATS_TEST_TMPDIR/figures"
	diff - "$BATS_TEST_TMPDIR/figures" <<-'E'
	12|300|MeterValues.Register|f|f||t
	1|3800|MeterValues.Register|f|f||f
	2|600|StopTransaction|f|f|1600|f
	3|600|MeterValues.Register|f|t|4000|f
	4|3800|MeterValues.Register|f|f||f
	5|800|MeterValues.Register|f|f||f
	6|700|MeterValues.Register|f|f||t
	7|900|StopTransaction|f|f|1900|f
	8|450|MeterValues.Interval|f|f||t
	9||Missing|t|t||f
	10|601|StopTransaction|f|f|1600.5|f
	11|600|StopTransaction|f|f|1600|f
	12|400|MeterValues.Register|f|f||f
	13||Missing|t|t||f
	14|250|MeterValues.Register|f|f||f
	15|350|MeterValues.Register|f|f||f
	E
	[ "$(changes)" = "$nothing_changes" ]
}

@test "a field session wrongly Missing gets its figure, duplicates are left" {
	field_database fieldx 3
	sql "insert into chargers (charge_point_id) values ('F');
		insert into sessions (session_id, charge_point_id, connector_id,
			transaction_id, started_at, ended_at, end_kind,
			meter_start_wh, meter_stop_wh, energy_source,
			is_estimated, finalized_at)
			values ('00000000-0000-0000-0000-0000000000f1', 'F', 1, 7,
			'2025-03-01 10:00Z', '2025-03-01 11:00Z', 'Reported',
			null, 400, 'Missing', true, '2025-03-01 11:00Z');
		insert into transaction_ends (charge_point_id, transaction_id,
			ts, meter_stop_wh)
			values ('F', 7, '2025-03-01 11:00Z', 400)"
	refinalize >"$BATS_TEST_TMPDIR/did"
	[ "$(sql "select energy_wh, energy_source, is_estimated from sessions
		where charge_point_id = 'F'")" = '400|StopTransaction|f' ]
	[ "$(sql "select count(*) from session_revisions r
		join sessions s using (session_id)
		where s.duplicate_of is not null
		and r.cause <> 'Inherited'")" = 0 ]
}

@test "what the field left silent is closed, and only once" {
	field_database fieldy 4
	sql "update sessions set created_at = now() - interval '2 days',
		updated_at = now() - interval '2 days'"
	"$stack_root/scripts/close-stale" >"$BATS_TEST_TMPDIR/did" 3>&-
	[ "$(sql "select count(*) from sessions where ended_at is null
		and transaction_id > 0 and duplicate_of is null")" = 0 ]
	[ "$("$stack_root/scripts/close-stale" 3>&-)" = "0 sessions changed" ]
	refinalize >/dev/null
	[ "$(changes)" = "$nothing_changes" ]
}

@test "another word on its command line is refused" {
	run refinalize --force
	[ "$status" = 1 ]
	[ "$output" = "refinalize: usage: refinalize [--dry-run]" ]
}
