-- Rows of stage 1, with what such databases are known to hold: duplicates,
-- sessions that were never ended, nulls where nothing forbids them.
-- Session ids end in what the tests call them by.
insert into chargers (charge_point_id, secret_hash, is_active, vendor, model,
	last_seen_at, created_at, updated_at)
values
	('CP-1', encode(sha256('devsecret'), 'hex'), true, 'Acme', 'Wall',
	'2025-03-01 12:00Z', '2025-01-01Z', '2025-01-02Z'),
	('CP-2', '', false, null, null, null, null, null),
	('depot/ü 3', '', true, null, null, null, '2025-01-01Z', null),
	('values', '', true, null, null, null, '2025-01-01Z', '2025-01-01Z');

insert into gateway_events (id, charge_point_id, event_type, ts, payload,
	received_at)
values
	-- the same three times, the keys in another order; then another content
	(1, 'CP-1', 'ChargerHeartbeat', '2025-03-01 10:00Z',
	'{"type":"ChargerHeartbeat","chargePointId":"CP-1","ts":"2025-03-01T10:00:00Z"}',
	'2025-03-01 10:00:01Z'),
	(2, 'CP-1', 'ChargerHeartbeat', '2025-03-01 10:00Z',
	'{"ts":"2025-03-01T10:00:00Z","type":"ChargerHeartbeat","chargePointId":"CP-1"}',
	'2025-03-01 10:00:02Z'),
	(3, 'CP-1', 'ChargerHeartbeat', '2025-03-01 10:00Z',
	'{"type": "ChargerHeartbeat", "chargePointId": "CP-1", "ts": "2025-03-01T10:00:00Z"}',
	'2025-03-01 10:00:03Z'),
	(4, 'CP-1', 'ChargerHeartbeat', '2025-03-01 10:00Z',
	'{"type":"ChargerHeartbeat","chargePointId":"CP-1","ts":"2025-03-01T10:00:00Z","x":1}',
	'2025-03-01 10:00:04Z'),
	-- another charger, the same content
	(5, 'CP-2', 'ChargerHeartbeat', '2025-03-01 10:00Z',
	'{"type":"ChargerHeartbeat","chargePointId":"CP-1","ts":"2025-03-01T10:00:00Z"}',
	'2025-03-01 10:00:05Z'),
	-- nulls
	(6, null, 'ChargerHeartbeat', '2025-03-01 10:00Z',
	'{"chargePointId":"CP-9 \"new\"","name":"caf\u00e9 \ud83d\udd0c"}', null),
	(7, null, null, null, null, null),
	(8, 'CP-2', null, null,
	'{"type":"ChargerBooted","ts":"2025-03-01T12:00:00+02:00"}',
	'2025-03-02Z'),
	(9, 'CP-2', 'ChargerBooted', null, '{"ts":"yesterday"}', '2025-03-02Z'),
	(10, 'CP-2', 'Odd', '2025-03-02Z', '[1,"two"]', '2025-03-02Z'),
	(11, 'CP-2', 'Odd', '2025-03-02Z', '"text"', '2025-03-02Z');

select setval('gateway_events_id_seq', 11);

-- Ends, one a line: transaction, stop, reason.
insert into gateway_events (charge_point_id, event_type, ts, payload,
	received_at)
select 'CP-1', 'TransactionEnded', '2025-03-01 11:00Z',
	'{"type":"TransactionEnded","chargePointId":"CP-1"}'
	|| ending::jsonb, '2025-03-01 11:00:01Z'
from unnest(array[
	'{"transactionId":1,"meterStopWh":1600.5,"reason":"Local"}',
	'{"transactionId":1,"meterStopWh":1600.5,"reason":"Local"}',
	'{"transactionId":71,"meterStopWh":"1.6e3"}',
	'{"transactionId":"72","meterStopWh":" +00012.3456 "}',
	'{"transactionId":73,"meterStopWh":"n/a","reason":""}',
	'{"transactionId":74,"meterStopWh":-5}',
	'{"transactionId":75,"meterStopWh":"1e999999999999"}',
	'{"transactionId":76,"meterStopWh":null,"reason":7}',
	'{"transactionId":77,"meterStopWh":{"a":1},"reason":["x"]}',
	'{"transactionId":0,"meterStopWh":1}',
	'{"transactionId":-4,"meterStopWh":1}',
	'{"transactionId":99999999999,"meterStopWh":1}',
	'{"transactionId":"12x","meterStopWh":1}',
	'{"transactionId":1.5,"meterStopWh":1}',
	'{"meterStopWh":1}']) as ending;

insert into connector_state
values
	('CP-1', 1, 'Charging', 'NoError', '2025-03-01 12:00Z'),
	('CP-1', 2, null, null, null),
	('CP-2', 0, 'Available', default, null);

insert into sessions (session_id, charge_point_id, connector_id,
	transaction_id, id_tag, started_at, ended_at, meter_start_wh,
	meter_stop_wh, reason, created_at, updated_at)
values
	-- 01: ended, its start recorded three times over
	('00000000-0000-0000-0000-000000000001', 'CP-1', 1, 1, 'TAG',
	'2025-03-01 10:00Z', null, 1000, null, null,
	'2025-03-01 10:00:01Z', '2025-03-01 10:00:01Z'),
	('00000000-0000-0000-0000-00000000001a', 'CP-1', 1, 1, 'TAG',
	'2025-03-01 10:00Z', '2025-03-01 11:00Z', 1000, 1600, 'Local',
	'2025-03-01 10:00:03Z', '2025-03-01 11:00:01Z'),
	('00000000-0000-0000-0000-00000000001b', 'CP-1', 1, 1, null,
	'2025-03-01 10:00Z', '2025-03-01 11:00Z', null, 1600, null,
	'2025-03-01 10:00:02Z', '2025-03-01 11:00:01Z'),
	-- the same transaction on another connector and at another time
	('00000000-0000-0000-0000-000000000002', 'CP-1', 2, 1, 'TAG',
	'2025-03-01 10:00Z', null, 0, null, null, null, null),
	('00000000-0000-0000-0000-000000000003', 'CP-1', 1, 1, 'TAG',
	'2028-05-01 10:00Z', null, 0, null, null, null, null),
	-- twice with nothing to tell which is better: the older is kept
	('00000000-0000-0000-0000-000000000004', 'CP-2', 1, 4, null,
	'2025-03-02 10:00Z', null, null, null, null,
	'2025-03-02 10:00:09Z', null),
	('00000000-0000-0000-0000-00000000004a', 'CP-2', 1, 4, null,
	'2025-03-02 10:00Z', null, null, null, null,
	'2025-03-02 10:00:01Z', null),
	-- no transaction: nothing says that these are one
	('00000000-0000-0000-0000-000000000005', 'CP-2', 1, null, null,
	'2025-03-02 10:00Z', null, null, null, null, null, null),
	('00000000-0000-0000-0000-00000000005a', 'CP-2', 1, null, null,
	'2025-03-02 10:00Z', null, null, null, null, null, null),
	-- transaction 0, and no connector
	('00000000-0000-0000-0000-000000000006', 'CP-2', 1, 0, null,
	'2025-03-02 10:00Z', '2025-03-02 11:00Z', null, 5, null, null, null),
	('00000000-0000-0000-0000-00000000006a', 'CP-2', 1, 0, null,
	'2025-03-02 10:00Z', null, null, null, null, null, null),
	('00000000-0000-0000-0000-000000000007', 'CP-2', null, 7, null,
	'2025-03-02 10:00Z', null, null, null, null, '2025-03-02Z', null),
	('00000000-0000-0000-0000-00000000007a', 'CP-2', null, 7, null,
	'2025-03-02 10:00Z', null, null, null, null, '2025-03-03Z', null),
	-- no charger: one that its samples name, one that nothing names
	('00000000-0000-0000-0000-000000000008', null, 1, 8, null,
	'2025-03-02 10:00Z', null, null, null, null, null, null),
	('00000000-0000-0000-0000-000000000009', null, 1, 9, null,
	'2025-03-02 10:00Z', '2025-03-02 11:00Z', -1, -2, null, null, null);

insert into meter_samples (id, session_id, charge_point_id, transaction_id,
	ts, samples_json)
values
	-- several measurands; then the same again
	(1, '00000000-0000-0000-0000-000000000001', 'CP-1', 1,
	'2025-03-01 10:10Z', '{"type":"MeterSample","chargePointId":"CP-1",
	"transactionId":1,"samples":[
	{"measurand":"Power.Active.Import","unit":"kW","value":"7.2"},
	{"measurand":"Energy.Active.Import.Register","unit":"kWh","value":"1.1"},
	{"measurand":"Energy.Active.Import.Interval","unit":"Wh","value":"100"},
	{"unit":"Wh","value":"400","phase":"L1","context":"Sample.Periodic",
	"location":"Outlet","format":"Raw"}]}'),
	(2, '00000000-0000-0000-0000-000000000001', 'CP-1', 1,
	'2025-03-01 10:10Z', '{"type":"MeterSample","chargePointId":"CP-1",
	"transactionId":1,"samples":[
	{"measurand":"Power.Active.Import","unit":"kW","value":"7.2"},
	{"measurand":"Energy.Active.Import.Register","unit":"kWh","value":"1.1"},
	{"measurand":"Energy.Active.Import.Interval","unit":"Wh","value":"100"},
	{"unit":"Wh","value":"400","phase":"L1","context":"Sample.Periodic",
	"location":"Outlet","format":"Raw"}]}'),
	-- no energy reading, no list, no event
	(3, null, 'CP-1', 1, '2025-03-01 10:11Z', '{"samples":[
	{"measurand":"Voltage","unit":"V","value":"230"}, 5, null, "x", [1]]}'),
	(4, null, 'CP-1', 1, '2025-03-01 10:12Z', '{"samples":{"value":"1"}}'),
	(5, null, 'CP-1', 1, '2025-03-01 10:13Z', null),
	(6, null, 'CP-1', 1, '2025-03-01 10:14Z', '"text"'),
	(7, null, 'CP-1', 1, '2025-03-01 10:15Z', '{"samples":[]}'),
	-- a bare list
	(8, null, 'CP-1', 1, '2025-03-01 10:16Z', '[{"value":1200}]'),
	-- nulls that something else tells, or nothing does
	(9, '00000000-0000-0000-0000-000000000008', null, null, null,
	'{"chargePointId":"CP-\u00df","ts":"2025-03-02T12:30:00.5+02:00",
	"transactionId":8,"samples":[{"value":"8"}]}'),
	(10, '00000000-0000-0000-0000-00000000001a', null, null, null,
	'{"samples":[{"value":"8"}]}'),
	(11, null, null, null, null, null),
	-- a transaction that never started, and none at all
	(12, null, 'CP-2', 500, '2025-03-02 09:00Z',
	'{"samples":[{"value":"8"}]}'),
	(13, null, 'CP-2', 500, '2025-03-02 08:00Z',
	'{"samples":[{"value":"7"}]}'),
	(14, null, 'CP-2', 0, '2025-03-02 09:00Z',
	'{"samples":[{"value":"9"}]}');

select setval('meter_samples_id_seq', 14);

-- Values, one a row, each with the kind and the thousandths of a Wh that it
-- stands for.
insert into meter_samples (charge_point_id, transaction_id, ts, samples_json)
select 'values', 999 + place, '2025-03-03Z',
	jsonb_build_object('samples', jsonb_build_array(sample::jsonb))
from unnest(array[
	'{"is":"R 300090","value":"0.30008999999999997","unit":"kWh"}',
	'{"is":"R 1500500","value":1500.4999999999999}',
	'{"is":"R 1500500","value":"1500.5","unit":" WH\t"}',
	'{"is":"R -12346","value":" -12.3456 ","unit":"wh"}',
	'{"is":"R 1500000000","value":"+1.5e3","unit":"kwh"}',
	'{"is":"R 1500","value":"15E-1","unit":""}',
	'{"is":"R 1","value":"0.0005"}',
	'{"is":"R -1","value":"-0.0005"}',
	'{"is":"R 0","value":"0.00049999999999999999999999999999999999999999999"}',
	'{"is":"R 1000000000000000","value":"1e12"}',
	'{"is":"R 1000000000000000","value":"1000000000000.0004"}',
	'{"is":"R -","value":"1000000000000.0005"}',
	'{"is":"R 1000000000000000","value":"1e9","unit":"kWh"}',
	'{"is":"R -","value":"1.0001e9","unit":"kWh"}',
	'{"is":"R -","value":"1e999999999999999999999"}',
	'{"is":"R 0","value":"1e-999999999999999999999"}',
	'{"is":"R 0","value":"0e999999999999999999999"}',
	'{"is":"R -","value":1e300}',
	'{"is":"R 10000","value":"0.00000000000000000000000000001e30"}',
	'{"is":"R 500","value":".5"}',
	'{"is":"R 5000","value":"5."}',
	'{"is":"R -","value":"."}',
	'{"is":"R -","value":""}',
	'{"is":"R -","value":"NaN"}',
	'{"is":"R -","value":"Infinity"}',
	'{"is":"R -","value":"12,5"}',
	'{"is":"R -","value":"null"}',
	'{"is":"R -","value":null}',
	'{"is":"R -","value":true}',
	'{"is":"R -","value":{"a":1}}',
	'{"is":"R -","unit":"Wh"}',
	'{"is":"R -","value":"1e"}',
	'{"is":"R -","value":"1 2"}',
	'{"is":"R -","value":"--1"}',
	'{"is":"R -","value":"0x10"}',
	'{"is":"R 10000","value":"\u0031\u0030"}',
	'{"is":"R -","value":"\u00a010"}',
	'{"is":"R -","value":"10","unit":"varh"}',
	'{"is":"R -","value":"10","unit":5}',
	'{"is":"R 10000","value":"10","unit":null}',
	'{"is":"R 10000","value":"10","measurand":" energy.active.import.REGISTER "}',
	'{"is":"I 10000","value":"10","measurand":"Energy.Active.Import.Interval"}',
	'{"is":"- -","value":"10","measurand":"Energy.Active.Export.Register"}',
	'{"is":"R 10000","value":"10","measurand":""}',
	'{"is":"R 10000","value":"10","measurand":null}']) with ordinality s (sample, place);

-- Many more of the ordinary kind.
insert into sessions (session_id, charge_point_id, connector_id,
	transaction_id, started_at, ended_at, meter_start_wh, meter_stop_wh,
	created_at, updated_at)
select md5('session ' || n)::uuid, 'depot/ü 3', n % 2, 10000 + n / 2,
	timestamptz '2025-04-01Z' + n / 2 * interval '1 h',
	case when n % 3 > 0
		then timestamptz '2025-04-01 00:50Z' + n / 2 * interval '1 h'
	end,
	n, n + 1000, now(), now()
from generate_series(1, 400) n;
insert into meter_samples (session_id, charge_point_id, transaction_id, ts,
	samples_json)
select session_id, charge_point_id, transaction_id,
	started_at + n * interval '1 min', jsonb_build_object('samples',
	jsonb_build_array(jsonb_build_object('value', n::text)))
from sessions, generate_series(1, 5) n
where charge_point_id = 'depot/ü 3';
insert into gateway_events (charge_point_id, event_type, ts, payload,
	received_at)
select charge_point_id, 'MeterSample', ts, samples_json, ts
from meter_samples
where charge_point_id = 'depot/ü 3';
