-- Commands by their state: how many there are of each, and lists of one.
--
-- Works once, in about 2 s a million commands.
--
-- Makes: commands_status_idx
-- Locks: commands
-- Rows: commands

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local statement_timeout = 0;
set local client_min_messages = warning;

do $$ begin
	if to_regclass('commands_status_idx') is not null then
		return;
	end if;
	if to_regclass('commands') is null then
		raise exception 'run the files 001 and 002 first';
	end if;
	begin
		lock table commands in access exclusive mode;
	exception when lock_not_available then
		raise exception using errcode = 'lock_not_available', message =
			'the tables have been in use for 5 s: stop the '
			'programs that use them, or try again';
	end;
	create index commands_status_idx on commands
		(status, created_at desc, command_id desc);
end $$;

commit;
