-- For stage 3 and later: sessions of the charger "stops", each with what is
-- stored of it.  An end event is 'without' a meterStopWh or says one; the
-- figures are those that the earlier edition made.
insert into chargers (charge_point_id, is_active, created_at, updated_at)
values ('stops', true, '2025-01-01Z', '2025-01-01Z');

create temporary table told as
select *, md5('stops ' || id)::uuid as session_id,
	timestamptz '2025-05-01 10:00Z' + day * interval '1 day' as at
from (values
	-- id, day, transaction, start, stop, energy, source,
	-- start's event, end's event, registers
	-- late samples came after it was finalized
	('late', 1, 1, 1000, 3000, 2000, 'MeterValues.Register',
	true, 'without', '{2000,3000,4000,4800}'::int[]),
	('reported', 2, 2, 1000, 1600, 600, 'StopTransaction',
	true, '1600', '{1100,1500}'),
	('below', 3, 3, 5000, 4000, 600, 'MeterValues.Register',
	true, '4000', '{5100,5600}'),
	-- finalized again, from the stop that it had filled in
	('forced', 4, 4, 1000, 3000, 2000, 'StopTransaction',
	true, 'without', '{2000,3000,4800}'),
	('no end event', 5, 5, 1000, 1800, 800, 'MeterValues.Register',
	true, null, '{1500,1800}'),
	('never stored', 6, 6, 1000, 1700, 700, 'MeterValues.Register',
	false, null, '{}'),
	('never stored, a stop', 7, 7, 1000, 1900, 900, 'StopTransaction',
	false, null, '{}'),
	('never stored, intervals', 8, 8, 1000, null, 450,
	'MeterValues.Interval', false, null, '{}'),
	('never stored, missing', 9, 9, 1000, null, null, 'Missing',
	false, null, '{}'),
	('fraction', 10, 10, 1000, 1600, 601, 'StopTransaction',
	true, '1600.5', '{}'),
	('text', 11, 11, 1000, 1600, 600, 'StopTransaction',
	true, '" +1.6e3 "', '{}'),
	-- one transactionId years apart
	('reused, first', -2000, 12, 1000, 1300, 300, 'MeterValues.Register',
	false, null, '{}'),
	('reused, second', 12, 12, 2000, 2400, 400, 'MeterValues.Register',
	true, 'without', '{2400}'),
	('only a start', 13, 13, 1000, 1200, 200, 'MeterValues.Register',
	true, null, '{}'),
	('unusable', 14, 14, 1000, 1250, 250, 'MeterValues.Register',
	true, '"n/a"', '{1250}'),
	('twice', 15, 15, 1000, 1350, 350, 'MeterValues.Register',
	true, 'without', '{1350}'),
	('twice, again', 15, 15, 1000, 1350, null, null,
	false, null, '{}')
	) v (id, day, transaction_id, start, stop, energy, source, has_start,
	ending, registers);

insert into sessions (session_id, charge_point_id, connector_id,
	transaction_id, started_at, ended_at, meter_start_wh, meter_stop_wh,
	energy_wh, energy_source, is_estimated, finalized_at, created_at,
	updated_at)
select session_id, 'stops', 1, transaction_id, at, at + interval '1 h', start,
	stop, energy, source, coalesce(source = 'Missing', false),
	case when source is not null then at + interval '1 h' end, at, at
from told;
insert into gateway_events (charge_point_id, event_type, ts, payload,
	received_at)
select 'stops', 'TransactionStarted', at, jsonb_build_object(
	'type', 'TransactionStarted', 'chargePointId', 'stops',
	'connectorId', 1, 'transactionId', transaction_id,
	'meterStartWh', start, 'ts', at), at
from told where has_start;
insert into gateway_events (charge_point_id, event_type, ts, payload,
	received_at)
select 'stops', 'TransactionEnded', at + interval '1 h',
	jsonb_build_object('type', 'TransactionEnded',
	'chargePointId', 'stops', 'transactionId', transaction_id,
	'reason', 'Local', 'ts', at + interval '1 h')
	|| case when ending = 'without' then '{}'
	else jsonb_build_object('meterStopWh', ending::jsonb) end,
	at + interval '1 h'
from told where ending is not null;
insert into meter_samples (session_id, charge_point_id, transaction_id, ts,
	samples_json)
select session_id, 'stops', transaction_id, at + n * interval '10 min',
	jsonb_build_object('type', 'MeterSample', 'chargePointId', 'stops',
	'transactionId', transaction_id, 'ts', at + n * interval '10 min',
	'samples', jsonb_build_array(jsonb_build_object('measurand',
	'Energy.Active.Import.Register', 'unit', 'Wh', 'value', r::text)))
from told, unnest(registers) with ordinality as l (r, n);
insert into gateway_events (charge_point_id, event_type, ts, payload,
	received_at)
select charge_point_id, 'MeterSample', ts, samples_json, ts
from meter_samples where charge_point_id = 'stops';
drop table told;
