-- Sessions with so many readings that they are decided beside ingest, and
-- those of them whose decision is due.
--
-- A row is made when a session turns out to be large; none is until then.
-- Works once, in no time.
--
-- Makes: large_sessions
-- Locks: none
-- Rows: none

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local statement_timeout = 0;
set local client_min_messages = warning;

do $$ begin
	if to_regclass('large_sessions') is not null then
		return;
	end if;
	if to_regclass('session_corrections') is null then
		raise exception 'run the files 001 to 011 first';
	end if;
	begin
		lock table sessions in share row exclusive mode;
	exception when lock_not_available then
		raise exception using errcode = 'lock_not_available', message =
			'the tables have been in use for 5 s: stop the '
			'programs that use them, or try again';
	end;
	create table large_sessions (
		session_id uuid not null,
		charge_point_id text not null,
		version bigserial,
		due_since timestamptz default now(),
		not_before timestamptz not null default now(),
		tries integer not null default 0,
		cause text not null,
		made_by text,
		why text,
		anew boolean not null default false,
		constraint large_sessions_pkey
			primary key (session_id, charge_point_id),
		constraint large_sessions_session_fkey
			foreign key (session_id, charge_point_id)
			references sessions (session_id, charge_point_id)
	) with (fillfactor = 50);
	create index large_sessions_due_idx on large_sessions (not_before)
		where due_since is not null;
	comment on column large_sessions.version is
		'raised by whatever may change the decision';
	comment on column large_sessions.due_since is
		'null: its decision stands';
	comment on column large_sessions.not_before is
		'when it may be taken up next';
	comment on column large_sessions.tries is
		'how often it was taken up since it was last decided';
	comment on column large_sessions.cause is
		'of the revision that is due, with whose word it is and why';
	comment on column large_sessions.anew is
		'the same figure makes a revision too';
end $$;

commit;
