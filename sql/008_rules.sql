-- The facts that the second version of the energy rules asks for: a start
-- whose meterStartWh was sent and can't be read, the time at which a start
-- arrived, and a charger's own limit of power.
--
-- Of the sessions that are there the stored events tell which start was
-- unreadable; when it arrived stays unknown.  Works once.
--
-- Makes: sessions.start_unreadable
-- Locks: chargers, sessions
-- Rows: sessions

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local statement_timeout = 0;
set local client_min_messages = warning;

-- Whether a value was sent that is no meter's: neither null nor a number, or
-- negative, or over 1 TWh.
create function pg_temp.is_unreadable(value jsonb)
returns boolean immutable language sql as $$
	select case
		when value is null or value = 'null' then false
		when jsonb_typeof(value) not in ('string', 'number')
			or length(value #>> '{}') >= 1000
			or (value #>> '{}') !~ ('^\s*[+-]?([0-9]+\.?[0-9]*'
			|| '|\.[0-9]+)([eE][+-]?0*[0-9]{1,3})?\s*$') then true
		else (value #>> '{}')::numeric not between 0 and 1e12 end
$$;

do $$ begin
	if exists (select from pg_attribute
	    where attrelid = to_regclass('sessions')
	    and attname = 'start_unreadable' and not attisdropped) then
		return;
	end if;
	if to_regclass('charger_sites') is null then
		raise exception 'run the files 001 to 007 first';
	end if;
	begin
		lock table chargers, sessions in access exclusive mode;
	exception when lock_not_available then
		raise exception using errcode = 'lock_not_available', message =
			'the tables have been in use for 5 s: stop the '
			'programs that use them, or try again';
	end;
	alter table chargers
		add column max_power_kw integer,
		add constraint chargers_max_power_kw_check
			check (max_power_kw between 1 and 2000);
	alter table sessions
		add column start_unreadable boolean not null default false,
		add column start_received_at timestamptz;
	comment on column chargers.max_power_kw is
		'null: CPMS_MAX_CHARGE_KW stands for it';
	comment on column sessions.start_unreadable is
		'meterStartWh was sent, and no meter can show it';
	comment on column sessions.start_received_at is
		'null: it is not known when the start arrived, or none did';
	update sessions s
	set start_unreadable = true
	from gateway_events e
	where s.has_start and s.meter_start_wh is null
	and e.charge_point_id = s.charge_point_id and e.ts = s.started_at
	and e.event_type = 'TransactionStarted'
	and e.payload->>'transactionId' = s.transaction_id::text
	and e.payload->>'connectorId' = s.connector_id::text
	and pg_temp.is_unreadable(e.payload->'meterStartWh');
end $$;

commit;
