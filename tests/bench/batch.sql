-- pgbench -M prepared: the rows of :size events, in two statements and nothing
-- else: what the database alone could take of them.
\set n random(1, 2000000000)
begin;
insert into gateway_events (charge_point_id, event_type, ts, payload, digest) select cp, 'MeterSample', clock_timestamp(), p, md5(p::text)::uuid from (select 'CP-' || lpad((1 + (g * 7919 + :n::bigint) % :chargers)::text, 5, '0') as cp, ('{"type":"MeterSample","chargePointId":"CP-00001","ts":"2026-01-01T12:00:00.123456Z","transactionId":12345678,"samples":[{"measurand":"Energy.Active.Import.Register","unit":"Wh","value":"' || :n::text || '"}]}')::jsonb as p from generate_series(1, :size) g) e order by cp on conflict do nothing;
insert into meter_samples (charge_point_id, transaction_id, ts, event_id, item, received_at, kind, value_text, unit, value_mwh) select cp, g, clock_timestamp(), g, 0, now(), 'R', '12345678', 'Wh', 12345678000 from (select g, 'CP-' || lpad((1 + (g * 7919 + :n::bigint) % :chargers)::text, 5, '0') as cp from generate_series(1, :size * 7 / 10) g) e order by cp;
commit;
