-- What the earlier edition left behind at stage 1: chargers, events,
-- connector states, sessions and samples.  Written from the description of
-- those databases, not from our schema files.
create extension if not exists "uuid-ossp";

create table chargers (
	charge_point_id text primary key,
	secret_hash text not null default '',
	is_active bool not null default false,
	vendor text,
	model text,
	ocpp_version text not null default '1.6J',
	last_seen_at timestamptz,
	created_at timestamptz,
	updated_at timestamptz
);

create table gateway_events (
	id bigserial primary key,
	charge_point_id text references chargers (charge_point_id),
	event_type text,
	ts timestamptz,
	payload jsonb,
	received_at timestamptz
);
create index idx_events_charger_ts on gateway_events (charge_point_id, ts);

create table connector_state (
	charge_point_id text references chargers (charge_point_id),
	connector_id int,
	status text,
	error_code text default 'NoError',
	updated_at timestamptz,
	primary key (charge_point_id, connector_id)
);

create table sessions (
	session_id uuid primary key default uuid_generate_v4(),
	charge_point_id text references chargers (charge_point_id),
	connector_id int,
	transaction_id int,
	id_tag text,
	started_at timestamptz not null,
	ended_at timestamptz,
	meter_start_wh bigint,
	meter_stop_wh bigint,
	reason text,
	created_at timestamptz,
	updated_at timestamptz
);
create index idx_sessions_charger on sessions
	(charge_point_id, started_at desc);
create index idx_sessions_tx on sessions (charge_point_id, transaction_id);

create table meter_samples (
	id bigserial primary key,
	session_id uuid references sessions (session_id),
	charge_point_id text references chargers (charge_point_id),
	transaction_id int,
	ts timestamptz,
	samples_json jsonb
);
create index idx_samples_session on meter_samples (session_id, ts);
