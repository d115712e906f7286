-- The tables of ingest: events known by their content, readings in typed
-- columns, every reported end, transactions that wait for their start, the
-- revisions of a session's figure, and refused bodies.
--
-- Legacy rows are brought into the same shape; duplicates among them stay,
-- marked so that the unique keys hold.  Works once, table by table.
--
-- Makes: session_revisions
-- Locks: chargers, gateway_events, connector_state, sessions,
--	meter_samples
-- Rows: gateway_events, meter_samples, sessions

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local statement_timeout = 0;
set local work_mem = '64MB';
set local client_min_messages = warning;

-- Decimal text and its unit in whole thousandths of a Wh, rounded half away
-- from zero once; null for anything else or beyond 10^15.  Works on digits,
-- so that no exponent and no length can overflow a number.
create function pg_temp.mwh(value text, unit text)
returns bigint immutable language plpgsql as $$
declare
	blanks constant text := E' \t\n\r\f\v';
	m text[] := regexp_match(btrim(value, blanks),
		'^([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?)([0-9]+))?$');
	digits text := m[2] || m[3];
	significant text := ltrim(digits, '0');
	exponent text := ltrim(coalesce(m[5], ''), '0');
	scale int;
	places bigint;
	result bigint;
begin
	case lower(btrim(coalesce(unit, ''), blanks))
	when '', 'wh' then scale := 3;
	when 'kwh' then scale := 6;
	else return null;
	end case;
	if digits is null or digits = '' then
		return null;
	end if;
	if significant = '' then
		return 0;
	end if;
	if length(exponent) > 9 then
		return case when m[4] = '-' then 0 end;
	end if;
	-- 0.significant times ten to the power of places
	places := length(m[2]) - (length(digits) - length(significant))
		+ (coalesce(m[4], '') || '0' || exponent)::bigint + scale;
	if places > 16 then
		return null;
	end if;
	if places < 0 then
		return 0;
	end if;
	result := ('0' || rpad(left(significant, places::int),
			places::int, '0'))::bigint
		+ (substr(significant, places::int + 1, 1) >= '5')::int;
	if result > 1000000000000000 then
		return null;
	end if;
	return case when m[1] = '-' then -result else result end;
end $$;

-- A JSON number or string as text, null for anything else.
create function pg_temp.scalar(value jsonb)
returns text immutable language sql as $$
	select case when jsonb_typeof(value) in ('string', 'number')
		then value #>> '{}' end
$$;

-- A transaction's number, null when it is none.
create function pg_temp.transaction_of(value jsonb)
returns integer immutable language sql as $$
	select case when pg_temp.scalar(value) ~ '^0*[1-9][0-9]{0,9}$'
		and pg_temp.scalar(value)::numeric <= 2147483647
		then pg_temp.scalar(value)::integer end
$$;

do $$ begin
	if to_regclass('session_revisions') is not null then
		return;
	end if;
	if (select cardinality(conkey) from pg_constraint
	    where conrelid = to_regclass('sessions') and contype = 'p')
	    is distinct from 2 then
		raise exception 'run the files 001 to 005 first';
	end if;
	lock table chargers, gateway_events, connector_state, sessions,
		meter_samples in access exclusive mode;
exception when lock_not_available then
	raise exception using errcode = 'lock_not_available', message =
		'the tables have been in use for 5 s: stop the '
		'programs that use them, or try again';
end $$;

-- Rows that every event updates leave room on their page.
do $$ begin
	if exists (select from pg_attribute
	    where attrelid = to_regclass('chargers')
	    and attname = 'firmware_version' and not attisdropped) then
		return;
	end if;
	alter table chargers
		add column firmware_version text,
		add column booted_at timestamptz;
	alter table chargers set (fillfactor = 50);
	alter table connector_state set (fillfactor = 50);
	comment on column chargers.booted_at is
		'when the boot that vendor, model and versions are from was';
	comment on column connector_state.updated_at is
		'the earlier of the status''s own time and that of its arrival';
end $$;

-- An event is known by its charger, time and content.  Of equal legacy
-- rows the first is known, the others have no digest.
do $$ begin
	if exists (select from pg_attribute
	    where attrelid = to_regclass('gateway_events')
	    and attname = 'digest' and not attisdropped) then
		return;
	end if;
	alter table gateway_events add column digest uuid;
	alter table gateway_events
		alter column digest type uuid using md5(payload::text)::uuid;
	update gateway_events e
	set digest = null
	from (
		select charge_point_id, id, row_number() over (
			partition by charge_point_id, ts, digest order by id)
			as n
		from gateway_events) d
	where n > 1 and e.charge_point_id = d.charge_point_id and e.id = d.id;
	alter table gateway_events add constraint gateway_events_digest_key
		unique (charge_point_id, ts, digest);
	comment on column gateway_events.digest is
		'md5(payload::text), null in a repetition from before';
end $$;

-- Events whose own eventId says which they are, or that have no time.
do $$ begin
	if to_regclass('event_keys') is not null then
		return;
	end if;
	create table event_keys (
		charge_point_id text not null,
		key text not null,
		received_at timestamptz not null default now(),
		constraint event_keys_pkey primary key (charge_point_id, key)
	);
	comment on table event_keys is
		'events known by their own eventId (id:...), or by their '
		'digest when they have no readable time';
end $$;

-- Sessions: which start one stands for, how it ended, whom to ask.
do $$ begin
	if exists (select from pg_attribute
	    where attrelid = to_regclass('sessions')
	    and attname = 'has_start' and not attisdropped) then
		return;
	end if;
	alter table sessions
		add column has_start boolean not null default true,
		add column start_conflict boolean not null default false,
		add column stale boolean not null default false,
		add column needs_review boolean not null default false,
		add column end_kind text,
		add column duplicate_of uuid;
	update sessions set end_kind = 'Reported' where ended_at is not null;
	update sessions s
	set duplicate_of = d.kept
	from (
		select session_id, first_value(session_id) over (
			partition by charge_point_id, transaction_id,
				started_at, connector_id
			order by ended_at is null, exists (
				select from settlements t
				where t.session_id = f.session_id) desc,
				num_nonnulls(energy_wh, finalized_at,
				priced_at, meter_start_wh, meter_stop_wh,
				reason, id_tag, ended_at) desc,
				created_at, session_id) as kept
		from sessions f
		where transaction_id is not null) d
	where s.session_id = d.session_id and d.kept <> d.session_id;
	alter table sessions add constraint sessions_end_kind_check check (
		end_kind in ('Reported', 'Superseded', 'Stale', 'Ambiguous'));
	create unique index sessions_start_key on sessions
		(charge_point_id, transaction_id, started_at, connector_id)
		where duplicate_of is null and has_start;
	create unique index sessions_startless_key on sessions
		(charge_point_id, transaction_id) where not has_start;
	create index sessions_review_idx on sessions
		(started_at desc, session_id desc) where needs_review;
	comment on column sessions.has_start is
		'false: readings or ends whose start never came';
	comment on column sessions.duplicate_of is
		'the session kept of those from before that tell of one start';
end $$;

-- Meter samples: one row for each energy reading of an event, or one row
-- without a kind for an event that has none.  A legacy row becomes its
-- first reading and keeps samples_json; further readings become rows.
do $$ begin
	if exists (select from pg_attribute
	    where attrelid = to_regclass('meter_samples')
	    and attname = 'value_mwh' and not attisdropped) then
		return;
	end if;
	alter table meter_samples
		add column event_id bigint,
		add column item smallint not null default 0,
		add column received_at timestamptz,
		add column kind text,
		add column value_text text,
		add column unit text,
		add column context text,
		add column phase text,
		add column location text,
		add column format text,
		add column value_mwh bigint;
	-- Building it anew is cheaper than keeping it up with every row.
	drop index meter_samples_transaction_idx;
	create temporary table reading on commit drop as
	select m.charge_point_id, m.id, row_number() over (
			partition by m.charge_point_id, m.id order by place)
			as n, least(place - 1, 32767)::smallint as item, k.kind,
		pg_temp.scalar(sample->'value') as value_text,
		sample->>'unit' as unit, sample->>'context' as context,
		sample->>'phase' as phase, sample->>'location' as location,
		sample->>'format' as format, case
			when coalesce(jsonb_typeof(sample->'unit'), 'null')
				in ('string', 'null')
			then pg_temp.mwh(pg_temp.scalar(sample->'value'),
				sample->>'unit') end as value_mwh
	from meter_samples m
	cross join jsonb_array_elements(case
		when jsonb_typeof(samples_json) = 'array' then samples_json
		when jsonb_typeof(samples_json->'samples') = 'array'
			then samples_json->'samples'
		end) with ordinality l (sample, place)
	cross join lateral (select case
		lower(btrim(coalesce(sample->>'measurand', ''),
			E' \t\n\r\f\v'))
		when '' then 'R'
		when 'energy.active.import.register' then 'R'
		when 'energy.active.import.interval' then 'I' end as kind) k
	where jsonb_typeof(sample) = 'object' and k.kind is not null;
	update meter_samples m
	set transaction_id = coalesce(m.transaction_id,
			pg_temp.transaction_of(m.samples_json->'transactionId'),
			(select s.transaction_id from sessions s
			where s.session_id = m.session_id
			and s.charge_point_id = m.charge_point_id)),
		received_at = m.ts, item = coalesce(r.item, 0), kind = r.kind,
		value_text = r.value_text, unit = r.unit, context = r.context,
		phase = r.phase, location = r.location, format = r.format,
		value_mwh = r.value_mwh
	from meter_samples f
	left join reading r on r.charge_point_id = f.charge_point_id
		and r.id = f.id and r.n = 1
	where m.charge_point_id = f.charge_point_id and m.id = f.id;
	insert into meter_samples (session_id, charge_point_id,
		transaction_id, ts, item, received_at, kind, value_text, unit,
		context, phase, location, format, value_mwh)
	select m.session_id, m.charge_point_id, m.transaction_id, m.ts, r.item,
		m.received_at, r.kind, r.value_text, r.unit, r.context,
		r.phase, r.location, r.format, r.value_mwh
	from reading r
	join meter_samples m on m.charge_point_id = r.charge_point_id
		and m.id = r.id
	where r.n > 1
	order by r.id, r.n;
	drop table reading;
	create index meter_samples_transaction_idx on meter_samples
		(charge_point_id, transaction_id, ts);
	alter table meter_samples
		alter column received_at set default now(),
		alter column received_at set not null,
		add constraint meter_samples_kind_check
			check (kind in ('R', 'I'));
	comment on column meter_samples.session_id is
		'only in rows from before: a reading belongs to a session by '
		'charger, transaction and time';
	comment on column meter_samples.samples_json is
		'the whole event, only in rows from before';
	comment on column meter_samples.event_id is
		'id in gateway_events';
	comment on column meter_samples.item is
		'place among the event''s samples, from 0';
	comment on column meter_samples.kind is
		'R Energy.Active.Import.Register, I ...Interval, null: the '
		'event has no energy reading';
	comment on column meter_samples.value_mwh is
		'thousandths of a Wh, null when value or unit cannot be used';
end $$;

-- Every end that was reported, whether its session is known or not.
do $$ begin
	if to_regclass('transaction_ends') is not null then
		return;
	end if;
	create table transaction_ends (
		charge_point_id text not null,
		transaction_id integer not null,
		ts timestamptz not null,
		meter_stop_wh numeric,
		reason text,
		event_id bigint,
		received_at timestamptz not null default now(),
		constraint transaction_ends_key unique nulls not distinct
			(charge_point_id, transaction_id, ts, meter_stop_wh,
			reason)
	);
	-- An event tells exactly what its session only kept in whole Wh.
	insert into transaction_ends
	select distinct on (charge_point_id, transaction_id, ts) *
	from (
		select charge_point_id,
			pg_temp.transaction_of(payload->'transactionId')
			as transaction_id, ts,
			case when mwh >= 0 then trim_scale(mwh / 1000.0) end
			as meter_stop_wh,
			nullif(pg_temp.scalar(payload->'reason'), '') as reason,
			id as event_id, received_at
		from gateway_events
		cross join lateral (select pg_temp.mwh(pg_temp.scalar(
			payload->'meterStopWh'), null) as mwh) v
		where event_type = 'TransactionEnded'
		union all
		select charge_point_id, transaction_id, ended_at,
			case when meter_stop_wh >= 0 then meter_stop_wh end,
			reason, null, updated_at
		from sessions
		where ended_at is not null) e
	where transaction_id > 0
	order by charge_point_id, transaction_id, ts, meter_stop_wh is null,
		event_id is null, meter_stop_wh, reason, event_id;
end $$;

-- Readings or ends whose start has not come.
do $$ begin
	if to_regclass('waiting_transactions') is not null then
		return;
	end if;
	create table waiting_transactions (
		charge_point_id text not null,
		transaction_id integer not null,
		first_received_at timestamptz not null,
		last_received_at timestamptz not null,
		constraint waiting_transactions_pkey
			primary key (charge_point_id, transaction_id)
	);
	insert into waiting_transactions
	select charge_point_id, transaction_id, min(received_at),
		max(received_at)
	from (
		select charge_point_id, transaction_id, received_at
		from meter_samples
		union all
		select charge_point_id, transaction_id, received_at
		from transaction_ends) w
	where transaction_id > 0
	and not exists (
		select from sessions s
		where s.charge_point_id = w.charge_point_id
		and s.transaction_id = w.transaction_id)
	group by charge_point_id, transaction_id;
end $$;

-- Refused bodies: the last thousand, in a ring of slots.
do $$ begin
	if to_regclass('quarantine') is not null then
		return;
	end if;
	create table quarantine (
		slot integer not null,
		seq bigint not null,
		received_at timestamptz not null,
		reason text not null,
		body bytea not null,
		constraint quarantine_pkey primary key (slot),
		constraint quarantine_slot_check check (slot between 0 and 999)
	);
	create sequence quarantine_seq;
	comment on table quarantine is
		'refused bodies; slot = seq % 1000, seq counts all there were';
end $$;

-- Every decision about a session's figure.  Those made before have no
-- explanation.
do $$ begin
	if to_regclass('session_revisions') is not null then
		return;
	end if;
	create table session_revisions (
		session_id uuid not null,
		charge_point_id text not null,
		revision integer not null,
		made_at timestamptz not null default now(),
		cause text not null,
		rule_version integer not null,
		energy_wh bigint,
		energy_source text,
		is_estimated boolean,
		needs_review boolean,
		started_at timestamptz,
		ended_at timestamptz,
		meter_start_wh numeric,
		meter_stop_wh numeric,
		reason text,
		fingerprint text not null,
		explanation jsonb not null,
		accepted_by text,
		accepted_why text,
		constraint session_revisions_pkey
			primary key (session_id, revision, charge_point_id),
		constraint session_revisions_session_fkey
			foreign key (session_id, charge_point_id)
			references sessions (session_id, charge_point_id),
		constraint session_revisions_cause_check check (cause in
			('Ended', 'Late', 'Forced', 'Refinalized', 'Stale',
			'Inherited', 'Accepted'))
	);
	insert into session_revisions (session_id, charge_point_id, revision,
		made_at, cause, rule_version, energy_wh, energy_source,
		is_estimated, needs_review, started_at, ended_at,
		meter_start_wh, meter_stop_wh, reason, fingerprint,
		explanation)
	select session_id, charge_point_id, 1, finalized_at, 'Inherited', 0,
		energy_wh, energy_source, is_estimated, needs_review,
		started_at, ended_at, meter_start_wh, meter_stop_wh, reason,
		'', '{}'
	from sessions
	where finalized_at is not null;
	comment on column session_revisions.fingerprint is
		'what makes two decisions the same';
end $$;

drop function pg_temp.transaction_of(jsonb), pg_temp.scalar(jsonb),
	pg_temp.mwh(text, text);

commit;
