-- A charger's own clock against ours: its skew, and the first event of the
-- run by which the next one is known to be live.
--
-- Stored events tell of none: nobody knows which of them were out of a
-- backlog.  Works once, in no time.
--
-- Makes: chargers.clock_skew_seconds
-- Locks: chargers
-- Rows: none

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local statement_timeout = 0;
set local client_min_messages = warning;

do $$ begin
	if exists (select from pg_attribute
	    where attrelid = to_regclass('chargers')
	    and attname = 'clock_skew_seconds' and not attisdropped) then
		return;
	end if;
	if to_regclass('charger_sites') is null then
		raise exception 'run the files 001 to 007 first';
	end if;
	begin
		lock table chargers in access exclusive mode;
	exception when lock_not_available then
		raise exception using errcode = 'lock_not_available', message =
			'the tables have been in use for 5 s: stop the '
			'programs that use them, or try again';
	end;
	alter table chargers
		add column clock_run_ts timestamptz,
		add column clock_run_received_at timestamptz,
		add column clock_skew_seconds bigint;
	comment on column chargers.clock_run_ts is
		'of the first event of a run whose ts and arrivals advance alike';
	comment on column chargers.clock_skew_seconds is
		'its time minus ours, by its latest live event; null: not known';
end $$;

commit;
