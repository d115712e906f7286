-- Commands to chargers, sent through the gateway.
--
-- Creates absent tables; an index only together with its table.
--
-- Makes: commands
-- Locks: none
-- Rows: none

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local client_min_messages = warning;

do $$ begin
	if to_regclass('commands') is null then
		create table commands (
			command_id uuid primary key default gen_random_uuid(),
			charge_point_id text references chargers,
			type text,
			idempotency_key text unique,
			payload jsonb,
			status text default 'Queued',
			response jsonb,
			error text,
			created_at timestamptz default now(),
			updated_at timestamptz default now()
		);
		create index on commands (charge_point_id, created_at desc);
	end if;
end $$;

commit;
