-- Nothing billable out of sight: why a session is for review, an operator's
-- corrections, and in which of four classes each ended session is billed.
--
-- Works once, table by table; the table of sessions is locked while its rows
-- are filled in.
--
-- Makes: session_corrections
-- Locks: chargers, sessions, session_revisions, charger_sites, tariffs
-- Rows: sessions

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local statement_timeout = 0;
set local work_mem = '64MB';
set local client_min_messages = warning;

do $$ begin
	if to_regclass('session_corrections') is not null then
		return;
	end if;
	if to_regclass('settlement_history') is null then
		raise exception 'run the files 001 to 009 first';
	end if;
	lock table chargers, sessions, session_revisions, charger_sites,
		tariffs in access exclusive mode;
exception when lock_not_available then
	raise exception using errcode = 'lock_not_available', message =
		'the tables have been in use for 5 s: stop the '
		'programs that use them, or try again';
end $$;

-- What an operator stands for.  Rows are only added: a withdrawal is a row
-- without a figure.
do $$ begin
	if to_regclass('session_corrections') is not null then
		return;
	end if;
	create table session_corrections (
		session_id uuid not null,
		charge_point_id text not null,
		seq integer not null,
		idempotency_key text not null,
		energy_wh bigint,
		made_by text,
		why text,
		made_at timestamptz not null default now(),
		constraint session_corrections_pkey
			primary key (session_id, seq, charge_point_id),
		constraint session_corrections_key
			unique (session_id, charge_point_id, idempotency_key),
		constraint session_corrections_session_fkey
			foreign key (session_id, charge_point_id)
			references sessions (session_id, charge_point_id),
		constraint session_corrections_energy_check
			check (energy_wh >= 0)
	);
	comment on column session_corrections.energy_wh is
		'null: the correction before it is withdrawn';
end $$;

do $$ begin
	if exists (select from pg_attribute
	    where attrelid = to_regclass('session_revisions')
	    and attname = 'review_reasons' and not attisdropped) then
		return;
	end if;
	alter table session_revisions
		add column review_reasons text[] not null default '{}',
		add column corrected boolean not null default false,
		drop constraint session_revisions_cause_check,
		add constraint session_revisions_cause_check check (cause in
			('Ended', 'Late', 'Forced', 'Refinalized', 'Stale',
			'Inherited', 'Accepted', 'Corrected', 'Withdrawn'));
	comment on column session_revisions.accepted_by is
		'who accepted or corrected the figure';
end $$;

do $$ begin
	if exists (select from pg_attribute
	    where attrelid = to_regclass('sessions')
	    and attname = 'billing' and not attisdropped) then
		return;
	end if;
	alter table sessions
		add column review_reasons text[] not null default '{}',
		add column correction_wh bigint,
		add column correction_basis text,
		add column site_id uuid,
		add column billing text,
		add column unpriced_reason text;
	update sessions s
	set site_id = b.site_id, billing = case
			when s.duplicate_of is not null then 'Unpriced'
			when s.cost_amount is null then 'Unpriced'
			when s.needs_review then 'Held'
			when s.cost_amount = 0 then 'Zero'
			else 'Settled' end,
		unpriced_reason = case
			when s.duplicate_of is not null then 'Duplicate'
			when s.cost_amount is not null then null
			when s.energy_wh is null then 'NoEnergy'
			when b.site_id is null then 'NoSite'
			else 'NoTariff' end
	from sessions e
	left join lateral (select c.site_id from charger_sites c
		where c.charge_point_id = e.charge_point_id
		and c.since <= e.started_at
		order by c.since desc limit 1) b on true
	where e.session_id = s.session_id
	and e.charge_point_id = s.charge_point_id
	and s.ended_at is not null;
	alter table sessions
		add constraint sessions_billing_check check (case billing
			when 'Unpriced' then unpriced_reason is not null
				and unpriced_reason in ('Duplicate', 'NoEnergy',
				'NoSite', 'NoTariff', 'TooLarge')
			when 'Settled' then unpriced_reason is null
			when 'Held' then unpriced_reason is null
			when 'Zero' then unpriced_reason is null
			else billing is null and unpriced_reason is null end);
	create index sessions_billing_idx on sessions
		(billing, started_at desc, session_id desc);
	create index sessions_unpriced_idx on sessions
		(charge_point_id, started_at)
		where unpriced_reason in ('NoSite', 'NoTariff');
	create index sessions_reasons_idx on sessions
		(started_at desc, session_id desc)
		where review_reasons <> '{}';
	create index sessions_source_idx on sessions
		(energy_source, started_at desc, session_id desc);
	create index sessions_site_idx on sessions
		(site_id, started_at desc, session_id desc);
	create index sessions_transaction_idx on sessions
		(transaction_id, started_at desc, session_id desc);
	create index sessions_id_tag_idx on sessions
		(id_tag, started_at desc, session_id desc);
	create index sessions_updated_idx on sessions
		(updated_at, session_id);
	comment on column sessions.review_reasons is
		'flags that ask somebody to look; accepting keeps them';
	comment on column sessions.correction_wh is
		'the figure of the correction in force, energy_wh then';
	comment on column sessions.correction_basis is
		'what the fallback chain gave when the correction was made';
	comment on column sessions.site_id is
		'of the charger at the session''s start';
	comment on column sessions.billing is
		'null while it runs';
end $$;

commit;
