-- Keys by charger.
--
-- Every primary, unique and foreign key of a table that grows contains
-- charge_point_id, so that the tables can be distributed by it and the raw
-- events partitioned by time.  A legacy database may name its keys and
-- indexes as it likes and lack the "not null"s, so they are found by their
-- columns, replaced or renamed, and nulls in legacy rows are filled in.
--
-- Works once: a change that a later file makes to these keys stays.
--
-- Makes: commands.deadline_at
-- Locks: chargers, gateway_events, connector_state, sessions,
--	meter_samples, commands, sites, tariffs, settlements
-- Rows: chargers, gateway_events, connector_state, sessions,
--	meter_samples, commands, sites, tariffs, settlements

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local statement_timeout = 0;
set local client_min_messages = warning;
set local timezone = 'UTC';

-- The names of a key's columns, in the key's order.
create function pg_temp.column_names(rel oid, numbers smallint[])
returns text[] language sql as $$
	select array(
		select coalesce(a.attname::text, '')
		from unnest(numbers) with ordinality n(attnum, place)
		left join pg_attribute a
		on a.attrelid = rel and a.attnum = n.attnum
		order by place)
$$;

-- Drops the table's keys of this kind (p, u or f) over exactly these columns
-- unless they are defined as wanted.
create function pg_temp.drop_keys(rel regclass, kind "char", columns text[],
	wanted text default '')
returns void language plpgsql as $$
declare
	name text;
begin
	for name in
		select conname from pg_constraint
		where conrelid = rel and contype = kind
		and pg_temp.column_names(rel, conkey) = columns
		and pg_get_constraintdef(oid) <> wanted
	loop
		execute format('alter table %s drop constraint %I', rel, name);
	end loop;
end $$;

-- Drops the table's indexes over exactly these columns, whichever way they
-- are sorted, unless they are defined as wanted; not those that belong to a
-- key or cover a part of the rows.
create function pg_temp.drop_indexes(rel regclass, columns text[],
	wanted text default '')
returns void language plpgsql as $$
declare
	index regclass;
begin
	for index in
		select indexrelid::regclass from pg_index
		where indrelid = rel and indpred is null
		and pg_temp.column_names(rel, indkey::smallint[]) = columns
		and (indisunique or substring(pg_get_indexdef(indexrelid)
			from ' (USING .*)$') <> wanted)
		and not exists (select from pg_constraint
			where conindid = indexrelid and conrelid = rel)
	loop
		execute format('drop index %s', index);
	end loop;
end $$;

-- A key of this name and definition: one that is there under another name is
-- renamed, further ones like it are dropped.
create function pg_temp.want_key(rel regclass, name text, definition text)
returns void language plpgsql as $$
declare
	found text[] := array(
		select conname::text from pg_constraint
		where conrelid = rel
		and pg_get_constraintdef(oid) = definition
		order by conname <> name, conname);
	other text;
begin
	if found = '{}' then
		execute format('alter table %s add constraint %I %s',
			rel, name, definition);
		return;
	end if;
	if found[1] <> name then
		execute format('alter table %s rename constraint %I to %I',
			rel, found[1], name);
	end if;
	foreach other in array found[2:] loop
		execute format('alter table %s drop constraint %I', rel, other);
	end loop;
end $$;

-- The same for an index; the definition begins at "USING".
create function pg_temp.want_index(rel regclass, name text, definition text)
returns void language plpgsql as $$
declare
	found text[] := array(
		select c.relname::text from pg_index i
		join pg_class c on c.oid = i.indexrelid
		where i.indrelid = rel and not i.indisunique
		and substring(pg_get_indexdef(c.oid) from ' (USING .*)$')
			= definition
		order by c.relname <> name, c.relname);
	other text;
begin
	if found = '{}' then
		execute format('create index %I on %s %s',
			name, rel, definition);
		return;
	end if;
	if found[1] <> name then
		execute format('alter index %I rename to %I', found[1], name);
	end if;
	foreach other in array found[2:] loop
		execute format('drop index %I', other);
	end loop;
end $$;

-- A time as a charger writes it, or null.
create function pg_temp.time_of(words text)
returns timestamptz language plpgsql as $$
begin
	if words ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}' then
		return words::timestamptz;
	end if;
	return null;
exception when others then
	return null;
end $$;

do $$
declare
	item record;
begin
	if (select cardinality(conkey) from pg_constraint
	    where conrelid = to_regclass('sessions') and contype = 'p') = 2 then
		return;
	end if;
	if to_regclass('chargers') is null or to_regclass('commands') is null
	    or to_regclass('settlements') is null then
		raise exception 'run the files 001 to 004 first';
	end if;

	begin
		lock table chargers, gateway_events, connector_state, sessions,
			meter_samples, commands, sites, tariffs, settlements
			in access exclusive mode;
	exception when lock_not_available then
		raise exception using errcode = 'lock_not_available', message =
			'the tables have been in use for 5 s: stop the '
			'programs that use them, or try again';
	end;

	-- Keys and indexes of legacy databases that ours replace.
	perform pg_temp.drop_keys('meter_samples', 'f', '{session_id}');
	perform pg_temp.drop_keys('meter_samples', 'f', '{charge_point_id}');
	perform pg_temp.drop_keys('meter_samples', 'p', '{id}');
	perform pg_temp.drop_indexes('meter_samples', '{session_id,ts}');
	perform pg_temp.drop_keys('gateway_events', 'f', '{charge_point_id}');
	perform pg_temp.drop_keys('gateway_events', 'p', '{id}');
	perform pg_temp.drop_indexes('gateway_events', '{charge_point_id,ts}');
	perform pg_temp.drop_keys('settlements', 'f', '{session_id}');
	perform pg_temp.drop_keys('settlements', 'u', '{session_id}');
	perform pg_temp.drop_indexes('settlements', '{session_id}');
	perform pg_temp.drop_keys('sessions', 'f', '{tariff_id}');
	perform pg_temp.drop_keys('sessions', 'p', '{session_id}');
	perform pg_temp.drop_indexes('sessions', '{charge_point_id,started_at}');
	perform pg_temp.drop_indexes('sessions',
		'{charge_point_id,transaction_id}');
	perform pg_temp.drop_indexes('sessions', '{finalized_at}');
	perform pg_temp.drop_keys('commands', 'u', '{idempotency_key}');
	perform pg_temp.drop_indexes('commands', '{idempotency_key}');
	perform pg_temp.drop_keys('commands', 'p', '{command_id}');
	perform pg_temp.drop_indexes('sites', '{name}');
	for item in
		select conrelid::regclass as rel, conname from pg_constraint
		where contype = 'c' and conrelid in ('chargers'::regclass,
			'gateway_events'::regclass, 'connector_state'::regclass,
			'sessions'::regclass, 'meter_samples'::regclass,
			'commands'::regclass, 'sites'::regclass,
			'tariffs'::regclass, 'settlements'::regclass)
	loop
		execute format('alter table %s drop constraint %I',
			item.rel, item.conname);
	end loop;

	-- Rows that do not say their charger: what the event says, else its
	-- session, else one charger that stands for all unknown ones.
	update gateway_events
	set charge_point_id = coalesce(nullif(payload->>'chargePointId', ''),
		'(unknown)')
	where charge_point_id is null;
	update meter_samples m
	set charge_point_id = coalesce(
		nullif(m.samples_json->>'chargePointId', ''),
		(select s.charge_point_id from sessions s
		where s.session_id = m.session_id))
	where charge_point_id is null;
	insert into chargers (charge_point_id)
	select charge_point_id from gateway_events
	union
	select charge_point_id from meter_samples
	where charge_point_id is not null
	union
	select '(unknown)' where exists (
		select from meter_samples where charge_point_id is null
		union all
		select from sessions where charge_point_id is null
		union all
		select from commands where charge_point_id is null
		union all
		select from settlements where session_id is null)
	on conflict do nothing;
	update sessions s
	set charge_point_id = coalesce((
		select min(m.charge_point_id) from meter_samples m
		where m.session_id = s.session_id), '(unknown)')
	where charge_point_id is null;
	update meter_samples m
	set charge_point_id = coalesce((
		select s.charge_point_id from sessions s
		where s.session_id = m.session_id), '(unknown)')
	where charge_point_id is null;
	update commands set charge_point_id = '(unknown)'
	where charge_point_id is null;
	alter table settlements add column charge_point_id text;
	update settlements t
	set charge_point_id = coalesce((
		select s.charge_point_id from sessions s
		where s.session_id = t.session_id), '(unknown)');

	-- Other nulls where there is to be a value.
	update chargers
	set created_at = coalesce(created_at, updated_at, last_seen_at, now()),
		updated_at = coalesce(updated_at, created_at, now())
	where created_at is null or updated_at is null;
	update gateway_events
	set event_type = coalesce(event_type, nullif(payload->>'type', ''),
			'Unknown'),
		ts = coalesce(ts, pg_temp.time_of(payload->>'ts'), received_at,
			now()),
		payload = coalesce(payload, '{}'),
		received_at = coalesce(received_at, ts, now())
	where event_type is null or ts is null or payload is null
	or received_at is null;
	update connector_state k
	set updated_at = coalesce((
		select c.last_seen_at from chargers c
		where c.charge_point_id = k.charge_point_id), now())
	where updated_at is null;
	update sessions
	set created_at = coalesce(created_at, least(started_at, now())),
		updated_at = coalesce(updated_at, created_at,
			least(started_at, now()))
	where created_at is null or updated_at is null;
	update meter_samples m
	set ts = coalesce(pg_temp.time_of(samples_json->>'ts'), (
		select s.started_at from sessions s
		where s.session_id = m.session_id), now())
	where ts is null;
	update commands
	set type = coalesce(type, 'Unknown'),
		idempotency_key = coalesce(idempotency_key, command_id::text),
		payload = coalesce(payload, '{}'),
		created_at = coalesce(created_at, updated_at, now()),
		updated_at = coalesce(updated_at, created_at, now())
	where type is null or idempotency_key is null or payload is null
	or created_at is null or updated_at is null;
	update commands
	set error = coalesce(error, 'status was ' || status),
		status = 'Unknown'
	where status is null
	or status not in ('Queued', 'Sent', 'Acked', 'Failed', 'Unknown');
	update sites set created_at = now() where created_at is null;
	update tariffs
	set currency = coalesce(currency, 'USD'),
		is_active = coalesce(is_active, false),
		created_at = coalesce(created_at, updated_at, now()),
		updated_at = coalesce(updated_at, created_at, now())
	where currency is null or is_active is null or created_at is null
	or updated_at is null;
	update settlements
	set status = coalesce(status, 'Pending'),
		created_at = coalesce(created_at, updated_at, now()),
		updated_at = coalesce(updated_at, created_at, now())
	where status is null or created_at is null or updated_at is null;

	-- One type, default and "not null" for each column.
	for item in
		select w.*, format_type(a.atttypid, a.atttypmod) as old_type,
			a.attnotnull as old_required,
			pg_get_expr(d.adbin, d.adrelid) as old_value
		from (values
		('chargers', 'charge_point_id', 'text', true, null),
		('chargers', 'secret_hash', 'text', true, $v$''::text$v$),
		('chargers', 'is_active', 'boolean', true, 'false'),
		('chargers', 'vendor', 'text', false, null),
		('chargers', 'model', 'text', false, null),
		('chargers', 'ocpp_version', 'text', true, $v$'1.6J'::text$v$),
		('chargers', 'last_seen_at', 'timestamp with time zone', false, null),
		('chargers', 'created_at', 'timestamp with time zone', true, 'now()'),
		('chargers', 'updated_at', 'timestamp with time zone', true, 'now()'),
		('chargers', 'site_id', 'uuid', false, null),
		('gateway_events', 'id', 'bigint', true, 'as it is'),
		('gateway_events', 'charge_point_id', 'text', true, null),
		('gateway_events', 'event_type', 'text', true, null),
		('gateway_events', 'ts', 'timestamp with time zone', true, null),
		('gateway_events', 'payload', 'jsonb', true, null),
		('gateway_events', 'received_at', 'timestamp with time zone', true, 'now()'),
		('connector_state', 'charge_point_id', 'text', true, null),
		('connector_state', 'connector_id', 'integer', true, null),
		('connector_state', 'status', 'text', false, null),
		('connector_state', 'error_code', 'text', false, $v$'NoError'::text$v$),
		('connector_state', 'updated_at', 'timestamp with time zone', true, 'now()'),
		('sessions', 'session_id', 'uuid', true, 'gen_random_uuid()'),
		('sessions', 'charge_point_id', 'text', true, null),
		('sessions', 'connector_id', 'integer', false, null),
		('sessions', 'transaction_id', 'integer', false, null),
		('sessions', 'id_tag', 'text', false, null),
		('sessions', 'started_at', 'timestamp with time zone', true, null),
		('sessions', 'ended_at', 'timestamp with time zone', false, null),
		-- a charger may report a fraction of a Wh
		('sessions', 'meter_start_wh', 'numeric', false, null),
		('sessions', 'meter_stop_wh', 'numeric', false, null),
		('sessions', 'reason', 'text', false, null),
		('sessions', 'created_at', 'timestamp with time zone', true, 'now()'),
		('sessions', 'updated_at', 'timestamp with time zone', true, 'now()'),
		('sessions', 'energy_wh', 'bigint', false, null),
		('sessions', 'energy_source', 'text', false, null),
		('sessions', 'is_estimated', 'boolean', true, 'false'),
		('sessions', 'finalized_at', 'timestamp with time zone', false, null),
		('sessions', 'tariff_id', 'uuid', false, null),
		('sessions', 'cost_amount', 'numeric(12,4)', false, null),
		('sessions', 'cost_currency', 'text', false, null),
		('sessions', 'priced_at', 'timestamp with time zone', false, null),
		('meter_samples', 'id', 'bigint', true, 'as it is'),
		('meter_samples', 'session_id', 'uuid', false, null),
		('meter_samples', 'charge_point_id', 'text', true, null),
		('meter_samples', 'transaction_id', 'integer', false, null),
		('meter_samples', 'ts', 'timestamp with time zone', true, null),
		('meter_samples', 'samples_json', 'jsonb', false, null),
		('commands', 'command_id', 'uuid', true, 'gen_random_uuid()'),
		('commands', 'charge_point_id', 'text', true, null),
		('commands', 'type', 'text', true, null),
		('commands', 'idempotency_key', 'text', true, null),
		('commands', 'payload', 'jsonb', true, null),
		('commands', 'status', 'text', true, $v$'Queued'::text$v$),
		('commands', 'response', 'jsonb', false, null),
		('commands', 'error', 'text', false, null),
		('commands', 'created_at', 'timestamp with time zone', true, 'now()'),
		('commands', 'updated_at', 'timestamp with time zone', true, 'now()'),
		('sites', 'site_id', 'uuid', true, 'gen_random_uuid()'),
		('sites', 'name', 'text', false, null),
		('sites', 'payout_wallet', 'text', false, null),
		('sites', 'created_at', 'timestamp with time zone', true, 'now()'),
		('tariffs', 'tariff_id', 'uuid', true, 'gen_random_uuid()'),
		('tariffs', 'site_id', 'uuid', false, null),
		('tariffs', 'price_per_kwh', 'numeric(12,4)', false, null),
		('tariffs', 'currency', 'text', true, $v$'USD'::text$v$),
		('tariffs', 'is_active', 'boolean', true, 'true'),
		('tariffs', 'created_at', 'timestamp with time zone', true, 'now()'),
		('tariffs', 'updated_at', 'timestamp with time zone', true, 'now()'),
		('settlements', 'settlement_id', 'uuid', true, 'gen_random_uuid()'),
		('settlements', 'session_id', 'uuid', false, null),
		('settlements', 'charge_point_id', 'text', true, null),
		('settlements', 'site_id', 'uuid', false, null),
		('settlements', 'amount', 'numeric(12,4)', false, null),
		('settlements', 'currency', 'text', false, null),
		('settlements', 'status', 'text', true, $v$'Pending'::text$v$),
		('settlements', 'chain', 'text', false, null),
		('settlements', 'tx_hash', 'text', false, null),
		('settlements', 'external_ref', 'text', false, null),
		('settlements', 'error', 'text', false, null),
		('settlements', 'created_at', 'timestamp with time zone', true, 'now()'),
		('settlements', 'updated_at', 'timestamp with time zone', true, 'now()')
		) w (rel, name, type, required, value)
		join pg_attribute a on a.attrelid = to_regclass(w.rel)
			and a.attname = w.name and not a.attisdropped
		left join pg_attrdef d on d.adrelid = a.attrelid
			and d.adnum = a.attnum
	loop
		if item.old_type <> item.type then
			execute format('alter table %1$s '
				'alter column %2$I drop default, '
				'alter column %2$I type %3$s using %2$I::%3$s',
				item.rel, item.name, item.type);
			item.old_value := null;
		end if;
		if item.value is null and item.old_value is not null then
			execute format('alter table %s alter column %I drop default',
				item.rel, item.name);
		elsif item.value <> 'as it is'
		    and item.old_value is distinct from item.value then
			execute format(
				'alter table %s alter column %I set default %s',
				item.rel, item.name, item.value);
		end if;
		if item.old_required <> item.required then
			execute format('alter table %s alter column %I %s not null',
				item.rel, item.name,
				case when item.required then 'set' else 'drop' end);
		end if;
	end loop;

	-- Our keys.  The raw events have no foreign key: they are only ever
	-- appended, in the transaction that writes their charger.
	for item in
		select * from (values
		('chargers', 'chargers_pkey',
			'PRIMARY KEY (charge_point_id)'),
		('gateway_events', 'gateway_events_pkey',
			'PRIMARY KEY (charge_point_id, id, ts)'),
		('connector_state', 'connector_state_pkey',
			'PRIMARY KEY (charge_point_id, connector_id)'),
		('sessions', 'sessions_pkey',
			'PRIMARY KEY (session_id, charge_point_id)'),
		('meter_samples', 'meter_samples_pkey',
			'PRIMARY KEY (charge_point_id, id)'),
		('commands', 'commands_pkey',
			'PRIMARY KEY (command_id, charge_point_id)'),
		('commands', 'commands_idempotency_key',
			'UNIQUE (charge_point_id, idempotency_key)'),
		('sites', 'sites_pkey', 'PRIMARY KEY (site_id)'),
		('sites', 'sites_name_key', 'UNIQUE (name)'),
		('tariffs', 'tariffs_pkey', 'PRIMARY KEY (tariff_id)'),
		('settlements', 'settlements_pkey',
			'PRIMARY KEY (settlement_id)'),
		('settlements', 'settlements_session_key',
			'UNIQUE (session_id, charge_point_id)')
		) w (rel, name, definition)
	loop
		perform pg_temp.want_key(item.rel, item.name, item.definition);
	end loop;
	for item in
		select * from (values
		('chargers', 'site_id', 'sites(site_id)'),
		('connector_state', 'charge_point_id',
			'chargers(charge_point_id)'),
		('sessions', 'charge_point_id', 'chargers(charge_point_id)'),
		('commands', 'charge_point_id', 'chargers(charge_point_id)'),
		('tariffs', 'site_id', 'sites(site_id)'),
		('settlements', 'site_id', 'sites(site_id)')
		) w (rel, name, target)
	loop
		perform pg_temp.drop_keys(item.rel::regclass, 'f',
			array[item.name], format('FOREIGN KEY (%s) REFERENCES %s',
			item.name, item.target));
		perform pg_temp.want_key(item.rel,
			format('%s_%s_fkey', item.rel, item.name),
			format('FOREIGN KEY (%s) REFERENCES %s',
			item.name, item.target));
	end loop;
	perform pg_temp.want_key('settlements', 'settlements_session_fkey',
		'FOREIGN KEY (session_id, charge_point_id) '
		'REFERENCES sessions(session_id, charge_point_id)');

	-- Our indexes.
	for item in
		select rel, name, columns, 'USING btree ('
			|| array_to_string(columns, ', ') || ')' as definition,
			regexp_replace(columns::text, ' DESC|"', '', 'g')::text[]
			as names
		from (values
		('sessions', 'sessions_charger_idx', array['charge_point_id',
			'started_at DESC', 'session_id DESC']),
		('sessions', 'sessions_connector_idx', array['charge_point_id',
			'connector_id', 'started_at', 'transaction_id']),
		('sessions', 'sessions_started_idx', array['started_at DESC',
			'session_id DESC']),
		('meter_samples', 'meter_samples_transaction_idx',
			array['charge_point_id', 'transaction_id', 'ts']),
		('commands', 'commands_created_idx', array['charge_point_id',
			'created_at DESC']),
		('tariffs', 'tariffs_site_idx', array['site_id', 'is_active']),
		('settlements', 'settlements_status_idx', array['status',
			'created_at'])
		) w (rel, name, columns)
	loop
		perform pg_temp.drop_indexes(item.rel, item.names,
			item.definition);
		perform pg_temp.want_index(item.rel, item.name,
			item.definition);
	end loop;
	perform pg_temp.want_index('sessions', 'sessions_running_idx',
		'USING btree (charge_point_id, started_at) '
		'WHERE (ended_at IS NULL)');

	-- A command that was under way is answered as Unknown once its time is
	-- up; those in legacy rows get 15 s too.
	alter table commands
		add constraint commands_status_check check (status in
			('Queued', 'Sent', 'Acked', 'Failed', 'Unknown')),
		add column deadline_at timestamptz,
		add column response_text text,
		add column http_status integer;
	update commands set deadline_at = created_at + interval '15 s'
	where status in ('Queued', 'Sent');
	comment on column commands.response_text is
		'what the gateway answered, as received';
	comment on column commands.response is
		'the same in rows older than response_text';
end $$;

drop function pg_temp.want_index(regclass, text, text),
	pg_temp.want_key(regclass, text, text),
	pg_temp.drop_indexes(regclass, text[], text),
	pg_temp.drop_keys(regclass, "char", text[], text),
	pg_temp.column_names(oid, smallint[]),
	pg_temp.time_of(text);

commit;
