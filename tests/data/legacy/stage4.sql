-- What stage 4 adds: sites, tariffs, costs and settlements.
create table sites (
	site_id uuid primary key default uuid_generate_v4(),
	name text unique,
	payout_wallet text,
	created_at timestamptz
);
alter table chargers add column site_id uuid references sites (site_id);

create table tariffs (
	tariff_id uuid primary key default uuid_generate_v4(),
	site_id uuid references sites (site_id),
	price_per_kwh numeric(12,4),
	currency text default 'USD',
	is_active bool,
	created_at timestamptz,
	updated_at timestamptz
);
create index idx_tariffs_site on tariffs (site_id, is_active);

alter table sessions
	add column tariff_id uuid references tariffs (tariff_id),
	add column cost_amount numeric(12,4),
	add column cost_currency text,
	add column priced_at timestamptz;

create table settlements (
	settlement_id uuid primary key default uuid_generate_v4(),
	session_id uuid unique references sessions (session_id),
	site_id uuid references sites (site_id),
	amount numeric(12,4),
	currency text,
	status text default 'Pending',
	chain text,
	tx_hash text,
	external_ref text,
	error text,
	created_at timestamptz,
	updated_at timestamptz
);
create index idx_settlements_status on settlements (status, created_at);
