-- :chargers chargers, each with a session that has been running for an hour
-- when the events of run :run begin.  Every run has two hours of its own, and
-- what still runs of another is over, so that a charger has one session that
-- runs.
insert into chargers (charge_point_id, is_active)
select 'CP-' || lpad(i::text, 5, '0'), true
from generate_series(1, :chargers) i
on conflict do nothing;
update sessions set ended_at = started_at + interval '2 hours',
	end_kind = 'Superseded', meter_stop_wh = meter_start_wh, energy_wh = 0,
	energy_source = 'MeterValues.Register', is_estimated = true,
	finalized_at = now()
where ended_at is null;
insert into sessions (charge_point_id, connector_id, transaction_id, id_tag,
	started_at, meter_start_wh)
select 'CP-' || lpad(i::text, 5, '0'), 1, :run * 1000000 + i, 'TAG-' || i,
	timestamptz '2026-02-01 00:00Z' + :run * interval '2 hours', 1000000
from generate_series(1, :chargers) i;
