-- Sites, their tariffs, the cost of a session and its settlement.
--
-- Creates absent tables; an index or a key only together with its table or
-- column.
--
-- Makes: settlements
-- Locks: chargers, sessions
-- Rows: none

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local client_min_messages = warning;

create table if not exists sites (
	site_id uuid primary key default gen_random_uuid(),
	name text unique,
	payout_wallet text,
	created_at timestamptz default now()
);

do $$
declare
	charger_columns text[] := array(
		select attname::text from pg_attribute
		where attrelid = to_regclass('chargers')
		and attnum > 0 and not attisdropped);
	session_columns text[] := array(
		select attname::text from pg_attribute
		where attrelid = to_regclass('sessions')
		and attnum > 0 and not attisdropped);
begin
	if not charger_columns @> array['site_id'] then
		alter table chargers add column site_id uuid references sites;
	end if;
	if to_regclass('tariffs') is null then
		create table tariffs (
			tariff_id uuid primary key default gen_random_uuid(),
			site_id uuid references sites,
			price_per_kwh numeric(12,4),
			currency text default 'USD',
			is_active boolean default true,
			created_at timestamptz default now(),
			updated_at timestamptz default now()
		);
		create index on tariffs (site_id, is_active);
	end if;
	if not session_columns @> array['tariff_id'] then
		alter table sessions add column tariff_id uuid references tariffs;
	end if;
	if not session_columns @> array['cost_amount', 'cost_currency',
	    'priced_at'] then
		alter table sessions
			add column if not exists cost_amount numeric(12,4),
			add column if not exists cost_currency text,
			add column if not exists priced_at timestamptz;
	end if;
	if to_regclass('settlements') is null then
		create table settlements (
			settlement_id uuid primary key default gen_random_uuid(),
			session_id uuid unique references sessions (session_id),
			site_id uuid references sites,
			amount numeric(12,4),
			currency text,
			status text default 'Pending',
			chain text,
			tx_hash text,
			external_ref text,
			error text,
			created_at timestamptz default now(),
			updated_at timestamptz default now()
		);
		create index on settlements (status, created_at);
	end if;
end $$;

commit;
