-- :events stored events of :chargers chargers: sessions of 50 samples each,
-- with a heartbeat, a status, a start and an end around them.
\set rounds :events / 70 / :chargers
insert into gateway_events (charge_point_id, event_type, ts, payload,
	received_at, digest)
select cp, case when k <= 50 then 'MeterSample'
	when k <= 64 then 'ChargerHeartbeat'
	when k <= 68 then 'ConnectorStatusChanged'
	when k = 69 then 'TransactionStarted' else 'TransactionEnded' end,
	at, jsonb_build_object('type', 'Stored', 'chargePointId', cp,
	'ts', at, 'transactionId', r, 'samples', jsonb_build_array(
	jsonb_build_object('measurand', 'Energy.Active.Import.Register',
	'unit', 'Wh', 'value', (k * 100)::text))), at, gen_random_uuid()
from generate_series(1, :chargers) i
cross join lateral (select 'CP-' || lpad(i::text, 5, '0') as cp) c
cross join generate_series(1, :rounds) r
cross join generate_series(1, 70) k
cross join lateral (select timestamptz '2026-01-01 00:00Z'
	+ r * interval '1 hour' + k * interval '1 second' as at) t;
insert into sessions (charge_point_id, connector_id, transaction_id, id_tag,
	started_at, ended_at, meter_start_wh, meter_stop_wh, reason, end_kind,
	energy_wh, energy_source, finalized_at)
select 'CP-' || lpad(i::text, 5, '0'), 1, r, 'TAG-' || i, at,
	at + interval '51 seconds', 0, 5000, 'Local', 'Reported', 5000,
	'StopTransaction', at
from generate_series(1, :chargers) i
cross join generate_series(1, :rounds) r
cross join lateral (select timestamptz '2026-01-01 00:00Z'
	+ r * interval '1 hour' as at) t;
insert into transaction_ends (charge_point_id, transaction_id, ts,
	meter_stop_wh, reason)
select charge_point_id, transaction_id, ended_at, 5000, 'Local'
from sessions where end_kind = 'Reported' and started_at < '2026-02-01';
insert into meter_samples (charge_point_id, transaction_id, ts, event_id,
	item, received_at, kind, value_text, unit, value_mwh)
select charge_point_id, transaction_id, started_at + k * interval '1 second',
	k, 0, started_at, 'R', (k * 100)::text, 'Wh', k * 100000
from sessions
cross join generate_series(1, 50) k
where end_kind = 'Reported' and started_at < '2026-02-01';
analyze;
