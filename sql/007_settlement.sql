-- From session to settlement: a charger's sites and a site's wallets with
-- their times, tariffs with the time they are in force, settlements with
-- states that the database enforces, their history, and the statements that
-- they are frozen with.
--
-- Legacy rows stay as they are.  Works once, table by table.
--
-- Makes: settlement_history
-- Locks: chargers, sessions, session_revisions, sites, tariffs,
--	settlements
-- Rows: sessions, tariffs, settlements

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local statement_timeout = 0;
set local client_min_messages = warning;

do $$ begin
	if to_regclass('settlement_history') is not null then
		return;
	end if;
	if to_regclass('session_revisions') is null then
		raise exception 'run the files 001 to 006 first';
	end if;
	lock table chargers, sessions, session_revisions, sites, tariffs,
		settlements in access exclusive mode;
exception when lock_not_available then
	raise exception using errcode = 'lock_not_available', message =
		'the tables have been in use for 5 s: stop the '
		'programs that use them, or try again';
end $$;

-- The connector as it was known when the figure was made.
do $$ begin
	if exists (select from pg_attribute
	    where attrelid = to_regclass('session_revisions')
	    and attname = 'connector_id' and not attisdropped) then
		return;
	end if;
	alter table session_revisions add column connector_id integer;
	update session_revisions r
	set connector_id = s.connector_id
	from sessions s
	where s.session_id = r.session_id
	and s.charge_point_id = r.charge_point_id
	and s.connector_id is not null;
end $$;

do $$ begin
	if to_regclass('charger_sites') is not null then
		return;
	end if;
	create table charger_sites (
		charge_point_id text not null,
		since timestamptz not null,
		site_id uuid,
		constraint charger_sites_pkey
			primary key (charge_point_id, since),
		constraint charger_sites_charge_point_id_fkey
			foreign key (charge_point_id) references chargers,
		constraint charger_sites_site_id_fkey
			foreign key (site_id) references sites
	);
	insert into charger_sites
	select charge_point_id, '-infinity', site_id
	from chargers
	where site_id is not null;
	create index chargers_site_idx on chargers (site_id, charge_point_id);
	comment on table charger_sites is
		'which site a charger belonged to from when on; chargers.site_id '
		'is the present one';
end $$;

do $$ begin
	if to_regclass('site_wallets') is not null then
		return;
	end if;
	alter table sites add column time_zone text;
	create index sites_created_idx on sites (created_at, site_id);
	create table site_wallets (
		site_id uuid not null,
		since timestamptz not null,
		wallet text not null,
		constraint site_wallets_pkey primary key (site_id, since),
		constraint site_wallets_site_id_fkey
			foreign key (site_id) references sites
	);
	insert into site_wallets
	select site_id, '-infinity', payout_wallet
	from sites
	where payout_wallet <> '';
	comment on table site_wallets is
		'a site''s wallet from when on; sites.payout_wallet is the '
		'present one';
end $$;

-- A site's tariffs follow each other: one open end at most, and a new one
-- begins where it ends the one before it.  Legacy rows tell which tariff is
-- active and when each was made: the newest active one is open, each before it
-- ends where the next begins, and an inactive one after it never applied.
do $$ begin
	if exists (select from pg_attribute
	    where attrelid = to_regclass('tariffs')
	    and attname = 'valid_from' and not attisdropped) then
		return;
	end if;
	alter table tariffs
		add column valid_from timestamptz,
		add column valid_to timestamptz;
	update tariffs t
	set valid_from = case when w.place = 1 then '-infinity'
			else t.created_at end,
		valid_to = case
			when w.after_open then t.created_at
			when w.tariff_id = w.open_id then null
			when w.next_at is not null then w.next_at
			else greatest(t.updated_at, t.created_at) end
	from (
		select f.tariff_id, o.tariff_id as open_id,
			o.tariff_id is not null and (f.created_at, f.tariff_id)
				> (o.created_at, o.tariff_id) as after_open,
			row_number() over w as place,
			lead(f.created_at) over w as next_at
		from tariffs f
		left join lateral (
			select tariff_id, created_at
			from tariffs a
			where a.site_id = f.site_id and a.is_active
			order by a.created_at desc, a.tariff_id desc
			limit 1) o on true
		window w as (partition by f.site_id
			order by f.created_at, f.tariff_id)) w
	where w.tariff_id = t.tariff_id and t.site_id is not null;
	update tariffs set valid_from = created_at, valid_to = created_at
	where site_id is null;
	alter table tariffs
		alter column valid_from set default '-infinity',
		alter column valid_from set not null,
		add constraint tariffs_valid_check
			check (valid_from <= valid_to);
	create unique index tariffs_open_key on tariffs (site_id)
		where valid_to is null;
	create index tariffs_valid_idx on tariffs (site_id, valid_from);
	comment on column tariffs.valid_to is
		'null: in force; is_active says what the field said in rows '
		'from there';
end $$;

-- Settlements.  A legacy one that was sent out is frozen without a statement.
do $do$ begin
	if to_regclass('settlement_history') is not null then
		return;
	end if;
	update settlements
	set error = concat_ws('; ', error, 'status was ' || status),
		status = 'Failed'
	where status not in ('Pending', 'Submitted', 'Confirmed', 'Failed');
	alter table settlements
		drop constraint if exists settlements_session_key,
		add column kind text not null default 'Settlement',
		add column ordinal integer not null default 1,
		add column adjusts uuid,
		add column revision integer,
		add column tariff_id uuid,
		add column payout_wallet text,
		add column worker text,
		add column lease_token uuid,
		add column lease_until timestamptz,
		add column frozen_at timestamptz,
		add column site_seq bigint,
		add column statement text,
		add column statement_sha256 text;
	update settlements t
	set tariff_id = s.tariff_id, revision = (
			select max(revision) from session_revisions r
			where r.session_id = s.session_id
			and r.charge_point_id = s.charge_point_id),
		frozen_at = case when t.status <> 'Pending'
			then t.updated_at end
	from sessions s
	where s.session_id = t.session_id
	and s.charge_point_id = t.charge_point_id;
	update settlements set frozen_at = updated_at
	where status <> 'Pending' and frozen_at is null;
	alter table settlements
		add constraint settlements_session_key
			unique (session_id, charge_point_id, ordinal),
		add constraint settlements_site_key
			unique (site_id, site_seq),
		add constraint settlements_adjusts_fkey
			foreign key (adjusts) references settlements,
		add constraint settlements_tariff_id_fkey
			foreign key (tariff_id) references tariffs,
		add constraint settlements_revision_fkey
			foreign key (session_id, revision, charge_point_id)
			references session_revisions
			(session_id, revision, charge_point_id),
		add constraint settlements_status_check check (status in
			('Held', 'Pending', 'Submitted', 'Confirmed',
			'Failed')),
		add constraint settlements_kind_check check (case kind
			when 'Settlement' then ordinal = 1 and adjusts is null
			when 'Adjustment' then ordinal > 1
				and adjusts is not null
			else false end),
		add constraint settlements_frozen_check check (case
			when frozen_at is null then statement is null
				and site_seq is null
				and status in ('Held', 'Pending')
			else status <> 'Held'
				and (statement is null) = (site_seq is null)
				and (statement is null)
					= (statement_sha256 is null) end);
	create unique index settlements_open_key on settlements
		(session_id, charge_point_id, site_id, currency)
		where frozen_at is null;
	drop index if exists settlements_status_idx;
	create index settlements_status_idx on settlements
		(status, created_at, settlement_id);
	create index settlements_pending_idx on settlements
		(created_at, settlement_id) where status = 'Pending';
	create index settlements_created_idx on settlements
		(created_at, settlement_id);
	create index settlements_site_created_idx on settlements
		(site_id, created_at, settlement_id);
	create index settlements_site_status_idx on settlements
		(site_id, status, created_at, settlement_id);
	comment on column settlements.ordinal is
		'place among its session''s: 1 is the settlement, later ones '
		'adjust it';
	comment on column settlements.revision is
		'of the session, that the amount is made of';
	comment on column settlements.frozen_at is
		'when it was first claimed or submitted; from then on what its '
		'statement says is fixed';
	comment on column settlements.site_seq is
		'place in its site''s chain of statements; null in what was '
		'sent out before there were statements';

	create table settlement_history (
		settlement_id uuid not null,
		seq integer not null,
		from_status text,
		to_status text not null,
		at timestamptz not null default clock_timestamp(),
		data jsonb not null,
		constraint settlement_history_pkey
			primary key (settlement_id, seq),
		constraint settlement_history_settlement_id_fkey
			foreign key (settlement_id) references settlements
	);
	insert into settlement_history (settlement_id, seq, from_status,
		to_status, at, data)
	select settlement_id, 1, null, status, updated_at,
		jsonb_strip_nulls(jsonb_build_object('inherited', true,
			'chain', chain, 'txHash', tx_hash,
			'externalRef', external_ref, 'error', error))
	from settlements;

	-- The same table as settlement_moves in shared/core/settlement.c.
	create function settlement_guard() returns trigger
	language plpgsql as $f$
	begin
		if tg_op = 'INSERT' then
			if new.status not in ('Held', 'Pending')
			    or new.frozen_at is not null then
				raise exception 'a settlement begins as Pending '
					'or Held' using errcode = 'check_violation';
			end if;
			return new;
		end if;
		if tg_op = 'DELETE' then
			raise exception 'a settlement is never deleted'
				using errcode = 'restrict_violation';
		end if;
		if new.status <> old.status
		    and (old.status, new.status) not in (
			('Held', 'Pending'), ('Pending', 'Held'),
			('Pending', 'Submitted'), ('Submitted', 'Confirmed'),
			('Submitted', 'Failed'), ('Failed', 'Submitted')) then
			raise exception 'a settlement that is % cannot become %',
				old.status, new.status
				using errcode = 'check_violation';
		end if;
		if (new.settlement_id, new.session_id, new.charge_point_id,
		    new.kind, new.ordinal, new.adjusts, new.created_at)
		    is distinct from (old.settlement_id, old.session_id,
		    old.charge_point_id, old.kind, old.ordinal, old.adjusts,
		    old.created_at) then
			raise exception 'what a settlement is of never changes'
				using errcode = 'check_violation';
		end if;
		if old.frozen_at is not null
		    and (new.site_id, new.tariff_id, new.revision, new.amount,
		    new.currency, new.payout_wallet, new.frozen_at,
		    new.site_seq, new.statement, new.statement_sha256)
		    is distinct from (old.site_id, old.tariff_id, old.revision,
		    old.amount, old.currency, old.payout_wallet, old.frozen_at,
		    old.site_seq, old.statement, old.statement_sha256) then
			raise exception 'a frozen settlement never changes'
				using errcode = 'check_violation';
		end if;
		if old.frozen_at is null and new.frozen_at is not null
		    and (old.status <> 'Pending' or new.statement is null
		    or new.statement_sha256 is distinct from encode(sha256(
		    convert_to(new.statement, 'UTF8')), 'hex')) then
			raise exception 'a settlement is frozen with its statement'
				using errcode = 'check_violation';
		end if;
		if new.status = old.status
		    and (new.chain, new.tx_hash, new.external_ref, new.error)
		    is distinct from (old.chain, old.tx_hash,
		    old.external_ref, old.error)
		    or new.status = 'Submitted' and (new.chain is null
		    or new.tx_hash is null)
		    or new.status in ('Confirmed', 'Failed')
		    and (new.chain, new.tx_hash, new.external_ref)
		    is distinct from (old.chain, old.tx_hash,
		    old.external_ref)
		    or new.status = 'Failed' and new.error is null then
			raise exception 'a settlement''s transaction changes with '
				'its status only' using errcode = 'check_violation';
		end if;
		return new;
	end $f$;
	create trigger settlement_guard
		before insert or update or delete on settlements
		for each row execute function settlement_guard();

	-- A step is a new settlement, another status, or a claim.
	create function settlement_record() returns trigger
	language plpgsql as $f$
	declare
		was text;
	begin
		if tg_op = 'UPDATE' then
			was := old.status;
			if new.status = old.status and (new.lease_token is null
			    or new.lease_token is not distinct from
			    old.lease_token) then
				return null;
			end if;
		end if;
		insert into settlement_history (settlement_id, seq,
			from_status, to_status, data)
		select new.settlement_id, count(*) + 1, was, new.status,
			jsonb_strip_nulls(case
			when new.status = 'Submitted' then jsonb_build_object(
				'chain', new.chain, 'txHash', new.tx_hash,
				'externalRef', new.external_ref,
				'statementSha256', new.statement_sha256)
			when new.status = 'Failed' then jsonb_build_object(
				'error', new.error)
			when new.status = 'Confirmed' then '{}'
			when new.lease_token is not null then
				jsonb_build_object('worker', new.worker,
				'leaseUntil', new.lease_until,
				'statementSha256', new.statement_sha256)
			else jsonb_build_object('amount', new.amount::text,
				'currency', new.currency,
				'revision', new.revision) end)
		from settlement_history h
		where h.settlement_id = new.settlement_id;
		return null;
	end $f$;
	create trigger settlement_record
		after insert or update on settlements
		for each row execute function settlement_record();

	create function history_guard() returns trigger
	language plpgsql as $f$
	begin
		raise exception 'what happened to a settlement is only added to'
			using errcode = 'restrict_violation';
	end $f$;
	create trigger history_guard
		before update or delete on settlement_history
		for each row execute function history_guard();
end $do$;

commit;
