-- Values in legacy sessions that no charger sent.
--
-- It filled meter_stop_wh from the last register when it finalized without a
-- stop.  Such a value becomes legacy_meter_stop_wh: a stop that an event told
-- stays.  And it kept no event of some sessions: their figures are kept for
-- the fallback chain, which could say nothing of them.
--
-- Works once.  New events and sessions wait while it runs.
--
-- Makes: sessions.legacy_meter_stop_wh
-- Locks: sessions, session_revisions, transaction_ends
-- Rows: gateway_events, sessions, transaction_ends

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local statement_timeout = 0;
set local work_mem = '64MB';
-- Each join here is of all rows, and new tables have no statistics yet.
set local enable_nestloop = off;
set local client_min_messages = warning;

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

-- A meter's value in Wh, null when it cannot be one.
create function pg_temp.meter_of(value jsonb)
returns numeric immutable language sql as $$
	select case when length(pg_temp.scalar(value)) < 1000
		and pg_temp.scalar(value) ~ ('^\s*\+?([0-9]+\.?[0-9]*'
			|| '|\.[0-9]+)([eE][+-]?0*[0-9]{1,3})?\s*$')
		and pg_temp.scalar(value)::numeric <= 1e12
		then pg_temp.scalar(value)::numeric end
$$;

do $do$
begin
	if exists (select from pg_attribute
	    where attrelid = to_regclass('sessions')
	    and attname = 'legacy_meter_stop_wh' and not attisdropped) then
		return;
	end if;
	if to_regclass('session_revisions') is null then
		raise exception 'run the files 001 to 008 first';
	end if;
	begin
		lock table sessions, session_revisions, transaction_ends
			in access exclusive mode;
	exception when lock_not_available then
		raise exception using errcode = 'lock_not_available', message =
			'the tables have been in use for 5 s: stop the '
			'programs that use them, or try again';
	end;
	alter table sessions
		add column legacy_meter_stop_wh numeric,
		add column legacy_energy_wh bigint,
		add column legacy_energy_source text,
		add column legacy_is_estimated boolean,
		add constraint sessions_legacy_check check (
			legacy_energy_source in ('StopTransaction',
			'MeterValues.Register', 'MeterValues.Interval'));
	comment on column sessions.legacy_meter_stop_wh is
		'what an earlier edition took for a stop: no charger sent it';
	comment on column sessions.legacy_energy_wh is
		'the figure of an earlier edition, whose events were never stored';

	-- The times whose samples and ends are a session's, as attribution
	-- has it; what repeats a start has those of the one that is kept.
	create temporary table span on commit drop as
	select s.session_id, s.charge_point_id, s.transaction_id,
		coalesce(k.lo, '-infinity') as lo,
		coalesce(k.hi, 'infinity') as hi
	from sessions s
	left join (
		select session_id, case
			when lag(session_id) over w is not null
			then started_at - interval '60 s' end as lo,
			lead(started_at) over w - interval '60 s' as hi
		from sessions
		where duplicate_of is null and transaction_id > 0
		window w as (partition by charge_point_id, transaction_id
			order by started_at, connector_id, session_id)) k
		on k.session_id = coalesce(s.duplicate_of, s.session_id);

	-- Each end that was reported, and the stop that it told.
	create temporary table ending on commit drop as
	select charge_point_id, transaction_id, ts, id as event_id,
		nullif(pg_temp.scalar(payload->'reason'), '') as reason,
		received_at, pg_temp.meter_of(payload->'meterStopWh') as stop
	from (
		select *, pg_temp.transaction_of(payload->'transactionId')
			as transaction_id
		from gateway_events
		where event_type = 'TransactionEnded') e
	where transaction_id > 0
	union all
	select charge_point_id, transaction_id, ts, event_id, reason,
		received_at, meter_stop_wh
	from transaction_ends
	where event_id is not null;
	analyze span, ending;

	-- Stops of sessions, now and at first.
	create temporary table stop on commit drop as
	select p.*, v.value, v.source, v.source = 'MeterValues.Register'
			or bool_or(e.ts is not null and e.stop is null)
			as is_doubtful,
		coalesce(bool_or(abs(e.stop - v.value) < 1), false) as is_told
	from span p
	join (
		select s.session_id, s.meter_stop_wh as value,
			coalesce(r.energy_source, s.energy_source) as source
		from sessions s
		left join session_revisions r on r.session_id = s.session_id
			and r.charge_point_id = s.charge_point_id
			and r.cause = 'Inherited'
		union
		select session_id, meter_stop_wh, energy_source
		from session_revisions
		where cause = 'Inherited') v on v.session_id = p.session_id
	left join ending e on e.charge_point_id = p.charge_point_id
		and e.transaction_id = p.transaction_id
		and e.ts >= p.lo and e.ts < p.hi
	where v.value is not null
	group by p.session_id, p.charge_point_id, p.transaction_id, p.lo,
		p.hi, v.value, v.source;
	create temporary table no_stop on commit drop as
	select * from stop where is_doubtful and not is_told;
	analyze stop, no_stop;

	update sessions s
	set legacy_meter_stop_wh = n.value,
		meter_stop_wh = nullif(s.meter_stop_wh, n.value)
	from no_stop n
	where s.session_id = n.session_id
	and s.charge_point_id = n.charge_point_id;
	update session_revisions r
	set meter_stop_wh = null
	from no_stop n
	where r.session_id = n.session_id
	and r.charge_point_id = n.charge_point_id
	and r.cause = 'Inherited' and r.meter_stop_wh = n.value;
	-- An end that a session alone tells of; where an event does, the
	-- event's takes its place.
	with gone as (
		delete from transaction_ends t
		using no_stop n
		where t.event_id is null
		and t.charge_point_id = n.charge_point_id
		and t.transaction_id = n.transaction_id
		and t.meter_stop_wh = n.value
		and t.ts >= n.lo and t.ts < n.hi
		and not exists (
			select from stop o
			where o.charge_point_id = n.charge_point_id
			and o.transaction_id = n.transaction_id
			and o.value = n.value and o.lo = n.lo
			and not coalesce(o.is_doubtful, false))
		returning t.*)
	insert into transaction_ends
	select g.charge_point_id, g.transaction_id, g.ts, null,
		coalesce(e.reason, g.reason), e.event_id,
		coalesce(e.received_at, g.received_at)
	from gone g
	left join (
		select distinct on (charge_point_id, transaction_id, ts) *
		from ending
		order by charge_point_id, transaction_id, ts, reason,
			event_id) e
		on e.charge_point_id = g.charge_point_id
		and e.transaction_id = g.transaction_id and e.ts = g.ts
	where not exists (
		select from transaction_ends t
		where t.charge_point_id = g.charge_point_id
		and t.transaction_id = g.transaction_id and t.ts = g.ts
		and t.event_id is not null)
	on conflict do nothing;

	-- Figures of which nothing else is left.
	create temporary table figure on commit drop as
	select p.*, r.energy_wh, r.energy_source, r.is_estimated
	from span p
	join sessions s on s.session_id = p.session_id
		and s.charge_point_id = p.charge_point_id
	join session_revisions r on r.session_id = p.session_id
		and r.charge_point_id = p.charge_point_id
	where r.cause = 'Inherited' and r.energy_wh >= 0
	and r.energy_source in ('StopTransaction', 'MeterValues.Register',
		'MeterValues.Interval')
	and s.duplicate_of is null and s.transaction_id > 0
	and not exists (
		select from meter_samples m
		where m.charge_point_id = p.charge_point_id
		and m.transaction_id = p.transaction_id
		and m.ts >= p.lo and m.ts < p.hi);
	analyze figure;
	delete from figure f
	using gateway_events e
	where e.event_type in ('TransactionStarted', 'MeterSample',
		'TransactionEnded')
	and e.charge_point_id = f.charge_point_id
	and pg_temp.transaction_of(e.payload->'transactionId')
		= f.transaction_id
	and e.ts >= f.lo and e.ts < f.hi;
	update sessions s
	set legacy_energy_wh = f.energy_wh,
		legacy_energy_source = f.energy_source,
		legacy_is_estimated = f.is_estimated
	from figure f
	where s.session_id = f.session_id
	and s.charge_point_id = f.charge_point_id;
end $do$;

drop function pg_temp.meter_of(jsonb), pg_temp.transaction_of(jsonb),
	pg_temp.scalar(jsonb);

commit;
