-- What stage 2 adds: commands.
create table commands (
	command_id uuid primary key default uuid_generate_v4(),
	charge_point_id text references chargers (charge_point_id),
	type text,
	idempotency_key text unique,
	payload jsonb,
	status text default 'Queued',
	response jsonb,
	error text,
	created_at timestamptz,
	updated_at timestamptz
);
create index idx_commands_charger on commands
	(charge_point_id, created_at desc);
