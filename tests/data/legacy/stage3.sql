-- What stage 3 adds: the figure of a session.
alter table sessions
	add column energy_wh bigint,
	add column energy_source text,
	add column is_estimated bool not null default false,
	add column finalized_at timestamptz;
create index idx_sessions_finalized on sessions (finalized_at);
