-- The CommandAck of a command, for the command whose answer was lost.
--
-- Makes: commands.ack_unique_id
-- Locks: commands
-- Rows: none

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local client_min_messages = warning;

do $$ begin
	if to_regclass('commands') is null then
		raise exception 'run the files 001 and 002 first';
	end if;
	if exists (select from pg_attribute where attrelid =
		'commands'::regclass and attname = 'ack_unique_id') then
		return;
	end if;
	begin
		lock table commands in access exclusive mode;
	exception when lock_not_available then
		raise exception using errcode = 'lock_not_available', message =
			'the tables have been in use for 5 s: stop the '
			'programs that use them, or try again';
	end;
	alter table commands add column ack_unique_id text;
	comment on column commands.ack_unique_id is
		'uniqueId of the CommandAck that can be of no other command';
end $$;

commit;
