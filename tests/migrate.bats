#!/usr/bin/env bats
# The schema files and scripts/migrate, on an empty database and on databases
# as the earlier edition left them (tests/data/legacy).
# bats file_tags=beside,long

top=$BATS_TEST_DIRNAME/..
field=$BATS_TEST_DIRNAME/data/legacy
files=("$top"/sql/[0-9]*.sql)

as_postgres() {
	if [ "$(id -u)" = 0 ]; then
		runuser -u postgres -- "$@"
	else
		"$@"
	fi
}

setup_file() {
	local stage bin

	bin=$(find /usr/lib/postgresql/*/bin -maxdepth 0 | sort -V | tail -n 1)
	CLUSTER=$(mktemp -d /tmp/cpms-migrate.XXXXXX)
	export PG_CTL=$bin/pg_ctl CLUSTER PGHOST=$CLUSTER PGUSER=cpms
	export PGOPTIONS='-c client_min_messages=warning'
	unset CPMS_DATABASE_URL CPMS_MIGRATE_URL PGPASSWORD PGDATABASE PGPORT
	[ "$(id -u)" != 0 ] || chown postgres "$CLUSTER"
	as_postgres "$bin/initdb" -D "$CLUSTER/pg" -A trust -U postgres -E UTF8 \
		--locale=C.UTF-8 --no-sync >/dev/null
	as_postgres "$PG_CTL" -D "$CLUSTER/pg" -l "$CLUSTER/log" -w -s -o \
		"-k $CLUSTER -c listen_addresses= -c fsync=off -c autovacuum=off" start 3>&-
	psql -X -q -U postgres -d postgres \
		-c 'create role cpms login createdb' \
		-c 'create role stranger login'
	createdb stage0
	for stage in 1 2 3 4; do
		createdb "stage$stage"
		build "stage$stage" "$stage"
	done
	createdb whole
	by_hand whole
}

teardown_file() {
	as_postgres "$PG_CTL" -D "$CLUSTER/pg" -m immediate -s stop
	rm -rf "$CLUSTER"
}

teardown() {
	dropdb --force --if-exists work
}

# A database as the earlier edition left it: tables first, then their rows.
build() {
	local kind n

	for kind in stage rows; do
		for n in $(seq "$2"); do
			psql -X -q -v ON_ERROR_STOP=1 -d "$1" \
				-f "$field/$kind$n.sql" >/dev/null
		done
	done
}

# The database "work", a copy of the given one.
begin_with() {
	dropdb --force --if-exists work
	createdb -T "$1" work
}

sql() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 -d work -c "$1"
}

# Ends whoever holds a lock in "work": its backend would sleep on without it.
end_holder() {
	sql "select pg_terminate_backend(pid) from pg_stat_activity
		where datname = 'work' and pid <> pg_backend_pid()" >/dev/null
	wait "$holder" || true
}

by_hand() {
	local file

	for file in "$top"/sql/[0-9]*.sql; do
		psql -X -q -v ON_ERROR_STOP=1 -d "$1" -f "$file" || return 1
	done
}

migrate() {
	CPMS_DATABASE_URL="postgres:///work?host=$CLUSTER&user=cpms" \
		"$top/scripts/migrate" "$@"
}

schema_of() {
	pg_dump --schema-only -n public -d "$1" | grep -v '^[\]'
}

is_whole() {
	diff <(schema_of whole) <(schema_of work)
}

# Tables' columns, keys and indexes, whatever the keys and indexes are called.
shape_of() {
	psql -X -A -t -d "$1" <<-'END'
	select table_name, column_name, data_type, is_nullable,
		replace(column_default, 'uuid_generate_v4', 'gen_random_uuid')
	from information_schema.columns where table_schema = 'public'
	order by 1, 2;
	select conrelid::regclass, contype, pg_get_constraintdef(oid)
	from pg_constraint where connamespace = 'public'::regnamespace
	order by 1, 2, 3;
	select tablename, regexp_replace(indexdef, 'INDEX \S+', '')
	from pg_indexes where schemaname = 'public' order by 1, 2;
	END
}

is_whole_but_for_grants() {
	diff <(pg_dump --schema-only --no-privileges -n public -d whole |
		grep -v '^[\]') \
		<(pg_dump --schema-only --no-privileges -n public -d work |
		grep -v '^[\]')
}

# Keeps a copy of all rows, to be held against the migrated ones.
remember() {
	sql "do \$\$
	declare t text;
	begin
		create schema before;
		for t in select tablename from pg_tables
			where schemaname = 'public'
		loop
			execute format('create table before.%I as table %1\$I', t);
		end loop;
	end \$\$"
}

# Each remembered row is there, a null at most turned into a value where the
# schema demands one; and nothing was added that no row asked for.
is_kept() {
	sql "do \$\$
	declare
		t text;
		same text;
		lost bigint;
	begin
		for t in select tablename from pg_tables
			where schemaname = 'before'
		loop
			select string_agg(format(case when column_name in (
				'charge_point_id', 'event_type', 'ts', 'payload',
				'received_at', 'created_at', 'updated_at', 'type',
				'idempotency_key', 'status', 'currency', 'is_active',
				'transaction_id') and t <> 'connector_state'
				or column_name = 'updated_at'
				then '(b.%1\$I is null or b.%1\$I::text = a.%1\$I::text)'
				else 'b.%1\$I::text is not distinct from a.%1\$I::text'
				end, column_name)
				|| case when ordinal_position = 1
				or column_name = 'connector_id'
				and t = 'connector_state'
				then format(' and a.%1\$I = b.%1\$I', column_name)
				else '' end, ' and ')
			into same
			from information_schema.columns
			where table_schema = 'before' and table_name = t;
			execute format('select count(*) from before.%1\$I b
				where not exists (select from public.%1\$I a
				where %2\$s)', t, same) into lost;
			if lost > 0 then
				raise exception '% rows of % lost or changed', lost, t;
			end if;
			execute format('select (select count(*) from public.%1\$I)
				- (select count(*) from before.%1\$I)', t) into lost;
			if lost <> 0 and t not in ('chargers', 'meter_samples') then
				raise exception '% rows more in %', lost, t;
			end if;
		end loop;
	end \$\$"
}

@test "an empty database gets the schema, and then there is nothing to do" {
	begin_with stage0
	run migrate
	[ "$status" = 0 ]
	[ "${lines[0]}" = "applied 001_chargers_events_sessions.sql" ]
	[ "${lines[-1]}" = "applied ${files[-1]##*/}" ]
	[ "${#lines[@]}" = "${#files[@]}" ]
	is_whole
	run migrate
	[ "$status" = 0 ]
	[ "$output" = "nothing to do: ${#files[@]} files applied" ]
}

@test "scripts/migrate brings every stage to the same schema" {
	for stage in 1 2 3 4; do
		begin_with "stage$stage"
		migrate >/dev/null
		is_whole
	done
}

@test "the files run by hand, twice over, bring every stage to the same schema" {
	for stage in 0 1 2 3 4; do
		begin_with "stage$stage"
		by_hand work
		is_whole
		by_hand work
		is_whole
	done
}

@test "a file run by hand says nothing" {
	begin_with stage1
	[ -z "$(by_hand work 2>&1)" ]
}

@test "scripts/migrate records what was run by hand" {
	begin_with stage1
	by_hand work
	migrate >/dev/null
	[ "$(sql 'select count(*) from schema_migrations')" = "${#files[@]}" ]
	is_whole
}

@test "a migration that stopped after any file goes on from there" {
	for ((n = 1; n < ${#files[@]}; n++)); do
		begin_with stage1
		for file in "${files[@]:0:n}"; do
			psql -X -q -v ON_ERROR_STOP=1 -d work -f "$file"
		done
		migrate >/dev/null
		is_whole
	done
}

@test "every row of every stage is kept with what it said" {
	for stage in 1 2 3 4; do
		begin_with "stage$stage"
		remember
		# the one status word that there is no room for goes to error
		[ "$stage" = 1 ] || sql "update before.commands
			set status = 'Unknown', error = 'status was Lost'
			where status = 'Lost'"
		migrate >/dev/null
		is_kept
		by_hand work
		is_kept
		[ "$(sql 'select count(*) from meter_samples
			where samples_json is not null')" = \
			"$(sql 'select count(*) from before.meter_samples
			where samples_json is not null')" ]
	done
}

@test "two migrations at once take turns" {
	begin_with stage4
	migrate >"$BATS_TEST_TMPDIR/one" 2>&1 &
	one=$!
	migrate >"$BATS_TEST_TMPDIR/two" 2>&1 &
	wait "$one"
	wait "$!"
	is_whole
	[ "$(cat "$BATS_TEST_TMPDIR"/{one,two} | grep -c '^applied')" = "${#files[@]}" ]
	grep -h '^nothing to do' "$BATS_TEST_TMPDIR"/{one,two}
}

@test "the files by hand in two shells at once take turns" {
	begin_with stage0
	by_hand work 2>"$BATS_TEST_TMPDIR/one" &
	one=$!
	by_hand work 2>"$BATS_TEST_TMPDIR/two" &
	wait "$one"
	wait "$!"
	is_whole
}

@test "each file waits for whoever is migrating" {
	begin_with stage0
	by_hand work
	psql -X -q -d work -c "select pg_advisory_lock(
		hashtextextended('cpms schema', 0)), pg_sleep(600)" \
		>/dev/null 2>&1 3>&- &
	holder=$!
	until [ "$(sql "select count(*) from pg_locks where granted
		and locktype = 'advisory'")" -gt 0 ]; do
		sleep 0.1
	done
	for file in "$top"/sql/[0-9]*.sql; do
		PGOPTIONS='-c lock_timeout=100ms' run psql -X -q \
			-v ON_ERROR_STOP=1 -d work -f "$file"
		[ "$status" = 3 ]
		[[ $output == *"due to lock timeout"* ]]
	done
	end_holder
}

@test "003 alone brings a stage 2 database to stage 3" {
	begin_with stage2
	psql -X -q -v ON_ERROR_STOP=1 -d work \
		-f "$top/sql/003_session_finalization.sql"
	diff <(shape_of stage3) <(shape_of work)
	migrate >/dev/null
	is_whole
}

@test "the first four files make the tables of the stages" {
	begin_with stage0
	for stage in 1 2 3 4; do
		psql -X -q -v ON_ERROR_STOP=1 -d work -f "$top"/sql/00"$stage"_*
		diff <(shape_of "stage$stage" | cut -d'|' -f1-3 |
			grep -E '^\w+\|\w+\|[a-z]') \
			<(shape_of work | cut -d'|' -f1-3 |
			grep -E '^\w+\|\w+\|[a-z]' | grep -v ^schema_migrations)
	done
}

@test "what a later file drops does not come back" {
	begin_with stage4
	by_hand work
	sql "alter table settlements drop constraint settlements_session_key;
		alter table commands drop constraint commands_idempotency_key;
		drop index sessions_connector_idx, sessions_start_key,
			tariffs_site_idx, sessions_review_idx;
		alter table gateway_events
			drop constraint gateway_events_digest_key;
		alter table session_revisions
			drop constraint session_revisions_cause_check;
		alter table settlements alter amount type numeric(20,4);
		drop index tariffs_open_key, settlements_open_key;
		drop trigger history_guard on settlement_history"
	schema_of work >"$BATS_TEST_TMPDIR/later"
	by_hand work
	diff "$BATS_TEST_TMPDIR/later" <(schema_of work)
}

@test "an edition with other names and stricter tables comes to the same schema" {
	begin_with stage4
	sql "alter table gateway_events rename constraint gateway_events_pkey to pk1;
		alter table sessions rename constraint sessions_pkey to pk2;
		alter table commands drop constraint commands_idempotency_key_key;
		create unique index uq1 on commands (idempotency_key);
		alter table settlements
			drop constraint settlements_session_id_key;
		create unique index uq2 on settlements (session_id);
		alter table sites drop constraint sites_name_key;
		create unique index uq3 on sites (name);
		alter table settlements
			drop constraint settlements_session_id_fkey,
			add constraint fk1 foreign key (session_id)
				references sessions on delete cascade,
			add check (status in ('Pending', 'Submitted',
				'Confirmed', 'Failed'));
		alter table connector_state
			drop constraint connector_state_charge_point_id_fkey,
			add foreign key (charge_point_id) references chargers
				on delete cascade;
		alter table tariffs rename constraint tariffs_site_id_fkey to fk2;
		alter index idx_commands_charger rename to odd;
		create index odd2 on tariffs (site_id, is_active);
		drop index idx_settlements_status;
		create index odd3 on settlements (status, created_at desc);
		alter table chargers alter updated_at set default current_timestamp,
			alter ocpp_version type varchar(20);
		alter table sites alter payout_wallet set default '';
		update sites set name = 'none' where name is null;
		alter table sites alter name set not null;
		alter table commands alter status drop default;
		alter table sessions add check (energy_source in (
			'StopTransaction', 'MeterValues.Register',
			'MeterValues.Interval', 'Missing'))"
	migrate >/dev/null
	is_whole
}

@test "no index covers the same columns twice" {
	begin_with stage4
	migrate >/dev/null
	[ -z "$(sql "select indrelid::regclass, indkey, count(*)
		from pg_index join pg_class c on c.oid = indrelid
		where relnamespace = 'public'::regnamespace
		group by indrelid, indkey::text, pg_get_expr(indpred, indrelid),
		indkey having count(*) > 1")" ]
}

@test "every key of a table that grows contains the charger" {
	begin_with stage4
	migrate >/dev/null
	[ "$(sql "select count(*) from pg_constraint
		where contype in ('p', 'u', 'f')
		and conrelid::regclass::text in ('gateway_events', 'event_keys',
			'meter_samples', 'sessions', 'connector_state', 'commands',
			'transaction_ends', 'waiting_transactions',
			'session_revisions')")" = 15 ]
	[ -z "$(sql "select indexrelid::regclass from pg_index
		where indisunique and indrelid::regclass::text in (
			'gateway_events', 'event_keys', 'meter_samples',
			'sessions', 'connector_state', 'commands',
			'transaction_ends', 'waiting_transactions',
			'session_revisions')
		and not exists (select from pg_attribute
			where attrelid = indrelid and attnum = any (indkey)
			and attname = 'charge_point_id')")" ]
	[ -z "$(sql "select conname from pg_constraint
		where contype = 'f' and conrelid::regclass::text in (
			'gateway_events', 'event_keys', 'meter_samples',
			'sessions', 'connector_state', 'commands',
			'transaction_ends', 'waiting_transactions',
			'session_revisions')
		and not exists (select from pg_attribute
			where attrelid = conrelid and attnum = any (conkey)
			and attname = 'charge_point_id')")" ]
}

@test "no trigger sits on a table but the settlements', no function is left over" {
	diff - <(psql -X -A -t -d whole -c "select tgrelid::regclass, proname
		from pg_trigger t join pg_proc p on p.oid = tgfoid
		where not tgisinternal order by 2" -c "select proname
		from pg_proc p where pronamespace = 'public'::regnamespace
		and not exists (select from pg_trigger where tgfoid = p.oid)") \
		<<-'END'
	settlement_history|history_guard
	settlements|settlement_guard
	settlements|settlement_record
	END
}

@test "the field's tariffs follow each other, the newest active one is open" {
	begin_with stage4
	sql "insert into tariffs (tariff_id, site_id, price_per_kwh, is_active,
			created_at, updated_at)
		select md5(n)::uuid, '00000000-0000-0000-0000-00000000005f', 1,
			a, t::timestamptz, t::timestamptz
		from (values ('a', true, '2025-01-01Z'), ('b', true, '2025-02-01Z'),
			('c', false, '2025-03-01Z'), ('d', true, '2025-03-01Z'),
			('e', false, '2025-04-01Z')) v (n, a, t);
		insert into tariffs (tariff_id, site_id, price_per_kwh, is_active,
			created_at, updated_at)
		values (md5('f')::uuid, '00000000-0000-0000-0000-00000000005e', 2,
			false, '2025-03-01Z', '2025-05-01Z')"
	remember
	sql "update before.commands set status = 'Unknown',
		error = 'status was Lost' where status = 'Lost'"
	migrate >/dev/null
	is_kept
	run sql "select right(site_id::text, 2), coalesce(k.n, right(tariff_id::text,
			2)), is_active, valid_from at time zone 'UTC',
			valid_to at time zone 'UTC'
		from tariffs left join (select md5(n)::uuid as id, n
			from unnest('{a,b,c,d,e,f}'::text[]) n) k on id = tariff_id
		where site_id is not null order by site_id, valid_from, 2"
	diff - <(echo "$output") <<-'END'
	5e|a1|f|-infinity|2025-02-01 00:00:00
	5e|a2|t|2025-02-01 00:00:00|
	5e|f|f|2025-03-01 00:00:00|2025-03-01 00:00:00
	5f|a|t|-infinity|2025-02-01 00:00:00
	5f|b|t|2025-02-01 00:00:00|2025-03-01 00:00:00
	5f|c|f|2025-03-01 00:00:00|2025-03-01 00:00:00
	5f|d|t|2025-03-01 00:00:00|
	5f|e|f|2025-04-01 00:00:00|2025-04-01 00:00:00
	END
}

@test "the field's settlements are frozen once they were sent out" {
	begin_with stage4
	sql "insert into settlements (settlement_id, status, error)
		values (md5('odd')::uuid, 'Lost', 'oops')"
	migrate >/dev/null
	[ "$(sql "select count(*) from settlements
		where (frozen_at is null) <> (status = 'Pending')
		or statement is not null or kind <> 'Settlement'")" = 0 ]
	[ "$(sql "select count(*) > 50 from settlements t join sessions s
		using (session_id, charge_point_id)
		where t.tariff_id = s.tariff_id and revision = 1")" = t ]
	[ "$(sql "select status, error from settlements
		where settlement_id = md5('odd')::uuid")" = \
		"Failed|oops; status was Lost" ]
	[ "$(sql "select count(*) from settlements t
		left join settlement_history h using (settlement_id)
		where h.to_status is distinct from t.status or h.seq <> 1
		or h.from_status is not null")" = 0 ]
	[ "$(sql "select charge_point_id, since, site_id from charger_sites")" = \
		"depot/ü 3|-infinity|00000000-0000-0000-0000-00000000005e" ]
	[ "$(sql "select since, wallet from site_wallets")" = "-infinity|0xabc" ]
}

@test "schema.sql builds the same schema and leaves nothing to do" {
	begin_with stage0
	psql -X -q -v ON_ERROR_STOP=1 -d work -f "$top/sql/schema.sql"
	is_whole
	[ "$(migrate)" = "nothing to do: ${#files[@]} files applied" ]
	by_hand work
	is_whole
}

@test "schema.sql is what the numbered files make" {
	begin_with stage0
	diff "$top/sql/schema.sql" <(migrate --print-schema 2>/dev/null)
}

@test "schema.sql refuses a database that has a schema" {
	begin_with stage1
	run psql -X -q -v ON_ERROR_STOP=1 -d work -f "$top/sql/schema.sql"
	[ "$status" != 0 ]
	[[ $output == *"there is a schema already: use scripts/migrate"* ]]
}

@test "values from the field are read as exact thousandths of a Wh" {
	begin_with stage1
	migrate >/dev/null
	[ -z "$(sql "select value_text, unit, kind, value_mwh, sample
		from meter_samples, lateral (
			select samples_json->'samples'->0 as sample) s
		where charge_point_id = 'values' and sample->>'is' <>
		concat(coalesce(kind, '-'), ' ', coalesce(value_mwh::text, '-'))
		order by id")" ]
	[ "$(sql "select count(*) from meter_samples
		where charge_point_id = 'values'
		and samples_json->'samples'->0 ? 'is'")" = 45 ]
}

@test "each energy reading of an event becomes a row of its own" {
	begin_with stage1
	migrate >/dev/null
	run sql "select transaction_id, item, kind, value_text, unit, phase,
		context, location, format, value_mwh, samples_json is null,
		received_at = ts
		from meter_samples where session_id =
		'00000000-0000-0000-0000-000000000001' order by id"
	diff - <(echo "$output") <<-'END'
	1|1|R|1.1|kWh|||||1100000|f|t
	1|1|R|1.1|kWh|||||1100000|f|t
	1|2|I|100|Wh|||||100000|t|t
	1|3|R|400|Wh|L1|Sample.Periodic|Outlet|Raw|400000|t|t
	1|2|I|100|Wh|||||100000|t|t
	1|3|R|400|Wh|L1|Sample.Periodic|Outlet|Raw|400000|t|t
	END
	[ "$(sql 'select string_agg(id::text, $$ $$ order by id)
		from meter_samples where kind is null and id < 15')" = \
		"3 4 5 6 7 11" ]
}

@test "rows that lack a charger or a time get what the event says" {
	begin_with stage1
	migrate >/dev/null
	[ "$(sql "select charge_point_id from gateway_events
		where id in (6, 7) order by id")" = $'CP-9 "new"\n(unknown)' ]
	[ "$(sql "select event_type, ts at time zone 'UTC' from gateway_events
		where id = 8")" = "ChargerBooted|2025-03-01 10:00:00" ]
	[ "$(sql "select ts at time zone 'UTC' from gateway_events
		where id = 9")" = "2025-03-02 00:00:00" ]
	[ "$(sql "select charge_point_id, transaction_id,
		ts at time zone 'UTC' from meter_samples where id = 9")" = \
		"CP-ß|8|2025-03-02 10:30:00.5" ]
	[ "$(sql "select charge_point_id, transaction_id from meter_samples
		where id = 10")" = "CP-1|1" ]
	[ "$(sql "select charge_point_id from sessions where transaction_id
		in (8, 9) order by transaction_id")" = $'CP-ß\n(unknown)' ]
	[ "$(sql "select count(*) from chargers where not is_active
		and charge_point_id in ('CP-9 \"new\"', 'CP-ß', '(unknown)')")" = 3 ]
}

@test "of equal events the first has a digest, and a repetition is known by it" {
	begin_with stage1
	migrate >/dev/null
	[ "$(sql "select string_agg(id::text, ' ' order by id)
		from gateway_events where digest is null and id < 15")" = "2 3 13" ]
	run sql "with e as (select '{\"ts\":\"2025-03-01T10:00:00Z\",
		\"type\":\"ChargerHeartbeat\",\"chargePointId\":\"CP-1\"}'::jsonb as p)
		insert into gateway_events (charge_point_id, event_type, ts,
			payload, digest)
		select 'CP-1', 'ChargerHeartbeat', '2025-03-01 10:00Z', p,
			md5(p::text)::uuid from e"
	[[ $output == *gateway_events_digest_key* ]]
}

@test "of sessions with one start the best is kept and the others point to it" {
	begin_with stage4
	migrate >/dev/null
	run sql "select right(session_id::text, 2), right(duplicate_of::text, 2)
		from sessions where duplicate_of is not null
		and session_id::text like '00000000%' order by 1"
	[ "${lines[*]}" = "01|1a 04|4a 1b|1a 6a|06 7a|07" ]
	[ "$(sql "select count(*) from sessions where (end_kind = 'Reported')
		is distinct from (ended_at is not null) and (end_kind is not null
		or ended_at is not null)")" = 0 ]
}

@test "every end from the field is there once, exact where an event tells it" {
	begin_with stage4
	migrate >/dev/null
	run sql "select transaction_id, meter_stop_wh, reason,
		event_id is not null from transaction_ends
		where charge_point_id <> 'depot/ü 3' order by 1"
	diff - <(echo "$output") <<-'END'
	1|1600.5|Local|t
	9|||f
	71|1600||t
	72|12.346||t
	73|||t
	74|||t
	75|||t
	76||7|t
	77|||t
	END
	[ "$(sql "select count(*) from sessions s where ended_at is not null
		and transaction_id > 0 and not exists (
		select from transaction_ends e
		where e.charge_point_id = s.charge_point_id
		and e.transaction_id = s.transaction_id
		and e.ts = s.ended_at)")" = 0 ]
}

# Sessions of tests/data/legacy/stops.sql by what they are called there.
with_stops() {
	begin_with "stage$1"
	psql -X -q -v ON_ERROR_STOP=1 -d work -f "$field/stops.sql"
	sql "create table called as select md5('stops ' || id)::uuid as
		session_id, id from unnest(array['late', 'reported', 'below',
		'forced', 'no end event', 'never stored',
		'never stored, a stop', 'never stored, intervals',
		'never stored, missing', 'fraction', 'text', 'reused, first',
		'reused, second', 'only a start', 'unusable', 'twice',
		'twice, again']) id"
}

stops() {
	sql "select id, s.meter_stop_wh, legacy_meter_stop_wh,
			legacy_energy_wh, legacy_energy_source
		from sessions s join called using (session_id) order by id"
}

print_stops() {
	cat <<-'E'
	below|4000|||
	forced||3000||
	fraction|1600|||
	late||3000||
	never stored||1700|700|MeterValues.Register
	never stored, a stop|1900||900|StopTransaction
	never stored, intervals|||450|MeterValues.Interval
	never stored, missing||||
	no end event||1800||
	only a start||1200||
	reported|1600|||
	reused, first||1300|300|MeterValues.Register
	reused, second||2400||
	text|1600|||
	twice||1350||
	twice, again||1350||
	unusable||1250||
	E
}

@test "a stop that no charger sent is none, the figure of a session whose events were never stored is kept" {
	with_stops 3
	migrate >/dev/null
	diff <(print_stops) <(stops)
	run sql "select transaction_id, ts at time zone 'UTC', meter_stop_wh,
			reason, event_id is not null
		from transaction_ends where charge_point_id = 'stops'
		and transaction_id <> 12 order by 1, 2"
	diff - <(echo "$output") <<-'E'
	1|2025-05-02 11:00:00||Local|t
	2|2025-05-03 11:00:00|1600|Local|t
	3|2025-05-04 11:00:00|4000|Local|t
	4|2025-05-05 11:00:00||Local|t
	5|2025-05-06 11:00:00|||f
	6|2025-05-07 11:00:00|||f
	7|2025-05-08 11:00:00|1900||f
	8|2025-05-09 11:00:00|||f
	9|2025-05-10 11:00:00|||f
	10|2025-05-11 11:00:00|1600.5|Local|t
	11|2025-05-12 11:00:00|1600|Local|t
	13|2025-05-14 11:00:00|||f
	14|2025-05-15 11:00:00||Local|t
	15|2025-05-16 11:00:00||Local|t
	E
	[ "$(sql "select count(*) from sessions s join session_revisions r
		using (session_id, charge_point_id) where r.meter_stop_wh
		is distinct from s.meter_stop_wh")" = 0 ]
}

@test "stops are mended in a database that has had the earlier files for long" {
	local file

	with_stops 4
	for file in "${files[@]}"; do
		[[ $file != */009_* ]] || break
		psql -X -q -v ON_ERROR_STOP=1 -d work -f "$file"
	done
	# a figure made from such a stop, and a session of this edition
	sql "update sessions s set energy_source = 'StopTransaction'
		from called c where c.session_id = s.session_id
		and id in ('no end event', 'late');
		insert into sessions (charge_point_id, connector_id,
			transaction_id, started_at, ended_at, meter_start_wh,
			meter_stop_wh, energy_wh, energy_source, finalized_at)
		values ('stops', 1, 99, '2026-05-01Z', '2026-05-01 01:00Z',
			5000, 4000, 600, 'MeterValues.Register', now());
		insert into transaction_ends values ('stops', 99,
			'2026-05-01 01:00Z', 4000, 'Local', 12345)"
	migrate >/dev/null
	diff <(print_stops) <(stops)
	[ "$(sql "select meter_stop_wh from transaction_ends
		where transaction_id = 99")" = 4000 ]
	[ "$(sql "select meter_stop_wh, legacy_meter_stop_wh from sessions
		where transaction_id = 99")" = '4000|' ]
}

@test "samples and ends without a session wait" {
	begin_with stage1
	migrate >/dev/null
	run sql "select charge_point_id, transaction_id,
		first_received_at at time zone 'UTC',
		last_received_at at time zone 'UTC' from waiting_transactions
		where charge_point_id <> 'values' order by 2"
	[ "${lines[0]}" = \
		"CP-1|71|2025-03-01 11:00:01|2025-03-01 11:00:01" ]
	[ "${#lines[@]}" = 8 ]
	[ "${lines[7]}" = \
		"CP-2|500|2025-03-02 08:00:00|2025-03-02 09:00:00" ]
}

@test "a finalized session keeps its figure as its first revision" {
	begin_with stage4
	migrate >/dev/null
	[ "$(sql "select count(*) from sessions s
		left join session_revisions r using (session_id, charge_point_id)
		where (s.finalized_at is not null)
		is distinct from (coalesce(r.cause = 'Inherited'
			and r.revision = 1
			and r.energy_wh is not distinct from s.energy_wh
			and r.energy_source = s.energy_source
			and r.is_estimated = s.is_estimated
			and r.made_at = s.finalized_at, false))")" = 0 ]
	[ "$(sql 'select count(*) > 50 from session_revisions')" = t ]
}

@test "the index for pages of readings is built, or taken where it was built beforehand" {
	local built before

	begin_with stage3
	migrate >/dev/null
	before=$(sql "select pg_get_indexdef('meter_samples_place_idx'::regclass)")
	[[ $before == *"(charge_point_id, transaction_id, ts, id)" ]]
	sql "alter index meter_samples_place_idx rename to by_hand;
		create index meter_samples_transaction_idx on meter_samples
			(charge_point_id, transaction_id, ts);
		delete from schema_migrations where file like '013%'"
	built=$(sql "select 'by_hand'::regclass::oid")
	migrate >/dev/null
	[ "$(sql "select 'meter_samples_place_idx'::regclass::oid")" = "$built" ]
	[ "$(sql "select to_regclass('meter_samples_transaction_idx') is null
		and to_regclass('by_hand') is null")" = t ]
}

@test "what was found in the rows is told, once" {
	with_stops 3
	run migrate
	diff - <(printf '%s\n' "${lines[@]}" | grep -v ^applied) <<-'E'
	3 chargers are added that other rows name
	6 sessions repeat the start of another
	998 events repeat another
	21 readings are unreadable
	152 sessions are inherited with their figures
	10 stops are none: no charger sent them
	70 figures are kept whose events were never stored
	E
	sql "delete from schema_migrations where file like '009%'"
	run migrate
	[ "${lines[1]}" = "10 stops are none: no charger sent them" ]
	run migrate
	[ "${#lines[@]}" = 1 ]
}

@test "--check says which files, rows and locks, and changes nothing" {
	local before

	with_stops 3
	before=$(pg_dump -d work | grep -v '^[\]')
	run migrate --check
	[ "$status" = 0 ]
	[ "$before" = "$(pg_dump -d work | grep -v '^[\]')" ]
	[ "${lines[0]}" = \
		"001_chargers_events_sessions.sql: done already, to be recorded" ]
	[[ $output == *$'\n004_sites_tariffs_settlements.sql: 0 rows, 1 s, locks chargers, sessions\n'* ]]
	[[ $output == *$'\n006_ingest.sql: 4569 rows, 1 s, locks chargers, gateway_events, connector_state, sessions, meter_samples\n'* ]]
	[[ $output == *$'\nabout 1 s, estimated from '*$' rows a second\n'* ]]
	[ "${lines[-1]}" = "nothing is changed yet" ]
	# what it expects to be found is found
	grep -E '^[0-9]+ [^r]' <<<"$output" >"$BATS_TEST_TMPDIR/expected"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/expected")" = 4 ]
	migrate >"$BATS_TEST_TMPDIR/found"
	[ "$(grep -cxFf "$BATS_TEST_TMPDIR/expected" \
		"$BATS_TEST_TMPDIR/found")" = 4 ]
	[ "$(migrate --check)" = "nothing to do: ${#files[@]} files applied" ]
}

@test "--check works at every stage and waits for nobody" {
	local stage

	for stage in 0 1 2 3 4; do
		begin_with "stage$stage"
		run migrate --check
		[ "$status" = 0 ]
		[ "${lines[-1]}" = "nothing is changed yet" ]
	done
	psql -X -q -d work -c "select pg_advisory_lock(
		hashtextextended('cpms schema', 0)), pg_sleep(600)" \
		>/dev/null 2>&1 3>&- &
	holder=$!
	until [ "$(sql "select count(*) from pg_locks where granted
		and locktype = 'advisory'")" -gt 0 ]; do
		sleep 0.1
	done
	PGOPTIONS='-c lock_timeout=100ms' run migrate --check
	end_holder
	[ "$status" = 0 ]
}

# What a file's head says behind the word, one a line.
head_of() {
	awk -v name="-- $1: " 'index($0, name) == 1 { more = 1
			print substr($0, length(name) + 1); next }
		more && /^--\t/ { print substr($0, 4); next }
		{ more = 0 }' "$2" | tr -d ' ' | tr , '\n' |
		grep -vx none | grep . | sort
}

# Whether there is a table, or TABLE.COLUMN.
is_there() {
	sql "select exists (select from pg_attribute where not attisdropped
		and attrelid = to_regclass('${1%.*}')
		and ('$1' not like '%.%' or attname = '${1#*.}'))"
}

@test "a file makes and locks what its head says" {
	local file made locks='create table locked as select relname from there
		join pg_locks on relation = oid and pid = pg_backend_pid()
		where mode = $$AccessExclusiveLock$$;'

	begin_with stage0
	for file in "${files[@]}"; do
		sql 'drop table if exists there, locked'
		made=$(head_of Makes "$file")
		[ "$(is_there "$made")" = f ]
		sql 'create table there as select oid, relname from pg_class
			where relkind = $$r$$'
		sed "s/^commit;\$/${locks//$'\n'/ }&/" "$file" |
			psql -X -q -v ON_ERROR_STOP=1 -d work
		diff <(head_of Locks "$file") \
			<(sql 'select relname from locked' | sort)
		[ "$(is_there "$made")" = t ]
	done
}

@test "a settlement keeps its session, now by charger too" {
	begin_with stage4
	migrate >/dev/null
	[ "$(sql "select count(*) from settlements t left join sessions s
		using (session_id, charge_point_id)
		where t.session_id is not null and s.session_id is null")" = 0 ]
	[ "$(sql "select charge_point_id from settlements
		where session_id is null")" = "(unknown)" ]
}

@test "a command that was under way has a deadline" {
	begin_with stage2
	migrate >/dev/null
	[ "$(sql "select status, deadline_at - created_at from commands
		where deadline_at is not null")" = "Sent|00:00:15" ]
	[ "$(sql "select status, error from commands
		where idempotency_key like '%c5'")" = "Unknown|status was Lost" ]
}

@test "a table in use makes it fail with one line, and nothing is changed" {
	begin_with stage4
	psql -X -q -d work -c 'begin; lock table sessions; select pg_sleep(600)' \
		>/dev/null 2>&1 3>&- &
	holder=$!
	until [ "$(sql "select count(*) from pg_locks where granted
		and relation = 'sessions'::regclass")" -gt 0 ]; do
		sleep 0.1
	done
	run migrate
	end_holder
	[ "$status" = 1 ]
	[ "${lines[-1]}" = "migrate: 005_keys.sql was not applied: the database \
is busy: the tables have been in use for 5 s: stop the programs that use \
them, or try again" ]
	diff <(shape_of stage4) <(shape_of work | grep -v schema_migrations)
	[ "$(sql 'select max(file) from schema_migrations')" = \
		004_sites_tariffs_settlements.sql ]
}

@test "a database that cannot be reached, or is not there, is one clear line" {
	run env CPMS_DATABASE_URL=postgres://cpms:hidden@127.0.0.1:1/cpms \
		"$top/scripts/migrate"
	[ "$status" = 1 ]
	[ "${#lines[@]}" = 1 ]
	[[ $output == "migrate: cannot reach the database: "*refused* ]]
	[[ $output != *hidden* ]]
	run env CPMS_DATABASE_URL="postgres:///nowhere?host=$CLUSTER" \
		"$top/scripts/migrate"
	[ "$status" = 1 ]
	[ "${#lines[@]}" = 1 ]
	[[ $output == *'database "nowhere" does not exist' ]]
}

@test "missing rights are one clear line" {
	begin_with stage1
	run env CPMS_DATABASE_URL="postgres:///work?host=$CLUSTER&user=stranger" \
		"$top/scripts/migrate"
	[ "$status" = 1 ]
	[ "$output" = "migrate: the database role lacks the right: permission \
denied for schema public" ]
}

@test "another program's schema_migrations is refused" {
	begin_with stage0
	sql 'create table schema_migrations (version bigint, dirty boolean)'
	run migrate
	[ "$status" = 1 ]
	[ "$output" = "migrate: the table schema_migrations belongs to another \
program" ]
}

@test "a missing psql is one clear line" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	for tool in bash env dirname; do
		ln -s "$(command -v $tool)" "$BATS_TEST_TMPDIR/bin/$tool"
	done
	run env PATH="$BATS_TEST_TMPDIR/bin" "$top/scripts/migrate"
	[ "$status" = 1 ]
	[ "$output" = "migrate: psql is missing: install the package \
postgresql-client" ]
}

@test "CPMS_MIGRATE_URL wins, and no password is on a command line" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	cat >"$BATS_TEST_TMPDIR/bin/psql" <<-'END'
	#!/bin/sh
	cat >/dev/null
	printf '%s\n' "$*|$PGPASSWORD"
	END
	chmod +x "$BATS_TEST_TMPDIR/bin/psql"
	run env PATH="$BATS_TEST_TMPDIR/bin:$PATH" \
		CPMS_DATABASE_URL=postgres://serve:other@h/db \
		CPMS_MIGRATE_URL='postgres://own:p%40ss\n@h:5432/db?x=y' \
		"$top/scripts/migrate"
	[[ $output == *" postgres://own@h:5432/db?x=y|p@ss\\n" ]]
}

@test "the role of CPMS_DATABASE_URL may serve, and only add to what happened" {
	psql -X -q -U postgres -d postgres -c 'drop role if exists "app % role"' \
		-c 'create role "app % role" login'
	for url in "postgres://app%20%25%20role:x@/work?host=$CLUSTER" \
		"postgres:///work?host=$CLUSTER&user=app%20%25%20role"; do
		begin_with stage4
		CPMS_MIGRATE_URL="postgres:///work?host=$CLUSTER&user=cpms" \
			CPMS_DATABASE_URL=$url "$top/scripts/migrate" >/dev/null
		is_whole_but_for_grants
		[ "$(sql "select string_agg(t, ' ' order by t) from unnest('{
			charger_sites,event_keys,gateway_events,meter_samples,
			session_revisions,settlement_history,site_wallets,
			transaction_ends}'::text[]) t
			where has_table_privilege('app % role', t, 'insert')
			and has_table_privilege('app % role', t, 'select')
			and not has_any_column_privilege('app % role', t, 'update')
			and not has_table_privilege('app % role', t,
				'delete, truncate')")" = "charger_sites event_keys \
gateway_events meter_samples session_revisions settlement_history \
site_wallets transaction_ends" ]
		[ "$(sql "select bool_and(has_table_privilege('app % role', c.oid,
			'select')) from pg_class c where relkind = 'r'
			and relnamespace = 'public'::regnamespace")" = t ]
		[ "$(sql "select bool_and(has_table_privilege('app % role', t,
			'insert') and has_table_privilege('app % role', t,
			'update') and not has_table_privilege('app % role', t,
			'delete')) from unnest('{chargers,commands,sessions,settlements}'
			::text[]) t")" = t ]
		[ "$(sql "select has_schema_privilege('app % role', 'public',
			'create')")" = f ]
	done
	dropdb --force work
	psql -X -q -U postgres -d postgres -c 'drop role "app % role"'
}

@test "a file that the checkout lacks is told of" {
	begin_with stage0
	migrate >/dev/null
	sql "insert into schema_migrations values ('999_later.sql')"
	run migrate
	[ "$status" = 0 ]
	[ "${lines[1]}" = \
		"the database also has 999_later.sql, which this checkout lacks" ]
}

@test "an unknown argument is refused" {
	run "$top/scripts/migrate" --force
	[ "$status" = 1 ]
	[ "$output" = \
		"migrate: usage: scripts/migrate [--check | --print-schema]" ]
}
