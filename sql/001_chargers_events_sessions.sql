-- Chargers and their reports: raw events, connector states, sessions and
-- meter samples.
--
-- Creates absent tables.  An index or a key is made only together with its
-- table, so that running this file again never brings back one that a later
-- file has dropped.
--
-- Makes: meter_samples
-- Locks: none
-- Rows: none

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local client_min_messages = warning;

-- The files that scripts/migrate has applied.
create table if not exists schema_migrations (
	file text primary key,
	applied_at timestamptz not null default now()
);

create table if not exists chargers (
	charge_point_id text primary key,
	secret_hash text not null default '',
	is_active boolean not null default false,
	vendor text,
	model text,
	ocpp_version text not null default '1.6J',
	last_seen_at timestamptz,
	created_at timestamptz not null default now(),
	updated_at timestamptz not null default now()
);

do $$ begin
	if to_regclass('gateway_events') is null then
		create table gateway_events (
			id bigserial primary key,
			charge_point_id text references chargers,
			event_type text,
			ts timestamptz,
			payload jsonb,
			received_at timestamptz default now()
		);
		create index on gateway_events (charge_point_id, ts);
	end if;
end $$;

create table if not exists connector_state (
	charge_point_id text references chargers,
	connector_id integer,
	status text,
	error_code text default 'NoError',
	updated_at timestamptz default now(),
	primary key (charge_point_id, connector_id)
);

do $$ begin
	if to_regclass('sessions') is null then
		create table sessions (
			session_id uuid primary key default gen_random_uuid(),
			charge_point_id text references chargers,
			connector_id integer,
			transaction_id integer,
			id_tag text,
			started_at timestamptz not null,
			ended_at timestamptz,
			meter_start_wh bigint,
			meter_stop_wh bigint,
			reason text,
			created_at timestamptz default now(),
			updated_at timestamptz default now()
		);
		create index on sessions (charge_point_id, started_at desc);
		create index on sessions (charge_point_id, transaction_id);
	end if;
	if to_regclass('meter_samples') is null then
		create table meter_samples (
			id bigserial primary key,
			session_id uuid references sessions,
			charge_point_id text references chargers,
			transaction_id integer,
			ts timestamptz,
			samples_json jsonb
		);
		create index on meter_samples (session_id, ts);
	end if;
end $$;

commit;
