-- pgbench -M prepared: one event a transaction, as a plain program would do.
\set cp random(1, :chargers)
\set n random(1, 2000000000)
begin;
insert into gateway_events (charge_point_id, event_type, ts, payload, digest) values ('CP-' || lpad(:cp::text, 5, '0'), 'MeterSample', clock_timestamp(), ('{"type":"MeterSample","chargePointId":"CP-00001","ts":"2026-01-01T12:00:00.123456Z","transactionId":12345678,"samples":[{"measurand":"Energy.Active.Import.Register","unit":"Wh","value":"' || :n::text || '"}]}')::jsonb, gen_random_uuid());
insert into meter_samples (charge_point_id, transaction_id, ts, event_id, item, received_at, kind, value_text, unit, value_mwh) values ('CP-' || lpad(:cp::text, 5, '0'), :cp, clock_timestamp(), :n, 0, now(), 'R', :n::text, 'Wh', :n::bigint * 1000);
update chargers set last_seen_at = greatest(last_seen_at, clock_timestamp()) where charge_point_id = 'CP-' || lpad(:cp::text, 5, '0');
commit;
