-- Readings by pages: the index of a transaction's readings ends with the id,
-- so that a page in the order of ts, then id, is read as it stands, and what
-- came after a decision is passed over within the index.
--
-- Takes some 2 s a million rows, in which no reading can be stored.  Built
-- beforehand beside the running system it takes no time here:
--	create index concurrently on meter_samples
--		(charge_point_id, transaction_id, ts, id)
--
-- Makes: meter_samples_place_idx
-- Locks: meter_samples
-- Rows: meter_samples

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local statement_timeout = 0;
set local maintenance_work_mem = '256MB';
set local client_min_messages = warning;

do $$
declare
	definition constant text :=
		'% USING btree (charge_point_id, transaction_id, ts, id)';
	built text;
begin
	if to_regclass('meter_samples_place_idx') is not null then
		return;
	end if;
	if to_regclass('session_corrections') is null then
		raise exception 'run the files 001 to 010 first';
	end if;
	begin
		lock table meter_samples in access exclusive mode;
	exception when lock_not_available then
		raise exception using errcode = 'lock_not_available', message =
			'the tables have been in use for 5 s: stop the '
			'programs that use them, or try again';
	end;
	select indexrelid::regclass::text into built
	from pg_index
	where indrelid = 'meter_samples'::regclass and indisvalid
	and pg_get_indexdef(indexrelid) like definition
	limit 1;
	drop index if exists meter_samples_transaction_idx;
	if built is null then
		create index meter_samples_place_idx on meter_samples
			(charge_point_id, transaction_id, ts, id);
	else
		execute format('alter index %s rename to '
			'meter_samples_place_idx', built);
	end if;
end $$;

commit;
