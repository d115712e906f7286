-- :chargers chargers, each with a session that has been running for an hour
-- when the events of run :run begin.  Every run has two hours of its own, so
-- that its sessions are not in the way of those of another.
insert into chargers (charge_point_id, is_active)
select 'CP-' || lpad(i::text, 5, '0'), true
from generate_series(1, :chargers) i
on conflict do nothing;
insert into sessions (charge_point_id, connector_id, transaction_id, id_tag,
	started_at, meter_start_wh)
select 'CP-' || lpad(i::text, 5, '0'), 1, :run * 1000000 + i, 'TAG-' || i,
	timestamptz '2026-02-01 00:00Z' + :run * interval '2 hours', 1000000
from generate_series(1, :chargers) i;
