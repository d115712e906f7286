-- :chargers chargers, each with a session of run :run that has been running
-- for an hour.
insert into chargers (charge_point_id, is_active)
select 'CP-' || lpad(i::text, 5, '0'), true
from generate_series(1, :chargers) i
on conflict do nothing;
insert into sessions (charge_point_id, connector_id, transaction_id, id_tag,
	started_at, meter_start_wh)
select 'CP-' || lpad(i::text, 5, '0'), 1, :run * 1000000 + i, 'TAG-' || i,
	now() - interval '1 hour', 1000000
from generate_series(1, :chargers) i;
