-- The figure a session is finalized with.
--
-- Adds the columns that are absent; the index only together with its column.
--
-- Makes: sessions.finalized_at
-- Locks: sessions
-- Rows: sessions

begin;
do $$ begin
	perform pg_advisory_xact_lock(hashtextextended('cpms schema', 0));
end $$;
set local lock_timeout = '5s';
set local client_min_messages = warning;

do $$
declare
	present text[] := array(
		select attname::text from pg_attribute
		where attrelid = to_regclass('sessions')
		and attnum > 0 and not attisdropped);
begin
	if not present @> array['energy_wh', 'energy_source', 'is_estimated',
	    'finalized_at'] then
		alter table sessions
			add column if not exists energy_wh bigint,
			add column if not exists energy_source text,
			add column if not exists is_estimated boolean
				not null default false,
			add column if not exists finalized_at timestamptz;
	end if;
	if not present @> array['finalized_at'] then
		create index on sessions (finalized_at);
	end if;
end $$;

commit;
