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
	[ "$(refinalize --dry-run)" = "0 sessions would change" ]
	[ "$(refinalize)" = "0 sessions changed" ]
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
		'[[1,"Inherited",null,0],[2,"Refinalized",400,1]]' ]
	[ "$(refinalize)" = "0 sessions changed" ]
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

# The database $1 as stage $2 of the earlier edition left it, migrated.
field_database() {
	local kind n admin="postgres://postgres@/postgres?host=$CPMS_TEST_RUN_DIR/pgs"

	psql -Xq -d "$admin" -c "create database $1 owner cpms"
	CPMS_DATABASE_URL="postgres://cpms@/$1?host=$CPMS_TEST_RUN_DIR/pgs"
	for kind in stage rows; do
		for ((n = 1; n <= $2; n++)); do
			PGOPTIONS='-c client_min_messages=error' psql -Xq \
				-v ON_ERROR_STOP=1 -d "$CPMS_DATABASE_URL" -f \
				"$stack_root/tests/data/legacy/$kind$n.sql" \
				>/dev/null
		done
	done
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
		[ "$(refinalize | tail -n 1)" = "0 sessions changed" ]
		[[ $(cat "$BATS_TEST_TMPDIR/did") == *"sessions repeat another one's start: left as they are"* ]]
	done
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
	[ "$(refinalize | tail -n 1)" != "" ]
	[ "$(refinalize | tail -n 1)" = "0 sessions changed" ]
}

@test "another word on its command line is refused" {
	run refinalize --force
	[ "$status" = 1 ]
	[ "$output" = "refinalize: usage: refinalize [--dry-run]" ]
}
