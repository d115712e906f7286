-- Is every event of the load :'name' that was acknowledged (temp table record,
-- made from what the load program wrote) stored once, with its effects?  One
-- row a wrong thing; no row when all is right.
create temp table stored as
select id, charge_point_id as charger, event_type as type, ts, received_at,
	payload, payload->>'seq' as seq
from gateway_events
where charge_point_id like :'name' || '-%';
create index on stored (seq);
create index on stored (id);
analyze stored;

select 'acknowledged, not stored' as wrong, r.seq
from record r
where r.status between 200 and 299
and not exists (select from stored s where s.seq = r.seq)
union all
select 'stored ' || count(*) || ' times', seq
from stored group by seq having count(*) > 1
union all
select 'a sample with ' || count(m.id) || ' readings', s.seq
from stored s
left join meter_samples m on m.charge_point_id = s.charger
	and m.event_id = s.id
where s.type = 'MeterSample'
group by s.seq having count(m.id) <> 1
union all
select 'a start with ' || count(x.session_id) || ' sessions', s.seq
from stored s
left join sessions x on x.charge_point_id = s.charger
	and x.transaction_id = (s.payload->>'transactionId')::int
where s.type = 'TransactionStarted'
group by s.seq having count(x.session_id) <> 1
union all
select 'a session of ' || coalesce(x.energy_wh::text, 'no') || ' Wh by ' ||
	coalesce(x.energy_source, 'nothing'), e.seq
from stored e
join stored b on b.charger = e.charger and b.type = 'TransactionStarted'
	and b.payload->'transactionId' = e.payload->'transactionId'
join sessions x on x.charge_point_id = e.charger
	and x.transaction_id = (e.payload->>'transactionId')::int
where e.type = 'TransactionEnded'
and (x.energy_wh, x.energy_source, x.end_kind) is distinct from
	((e.payload->>'meterStopWh')::bigint
	- coalesce(b.payload->>'meterStartWh', '0')::bigint,
	'StopTransaction', 'Reported')
union all
select 'a session that nothing told of', x.session_id::text
from sessions x
where x.charge_point_id like :'name' || '-%'
and not exists (select from stored s where s.charger = x.charge_point_id
	and s.type = 'TransactionStarted'
	and (s.payload->>'transactionId')::int = x.transaction_id)
union all
select 'an older status', l.seq
from (select distinct on (charger) * from stored
	where type = 'ConnectorStatusChanged' order by charger, ts desc) l
left join connector_state c on c.charge_point_id = l.charger
	and c.connector_id = 1
where c.status is distinct from l.payload->>'status'
union all
select 'an older lastSeenAt', l.charger
from (select charger, max(received_at) as seen from stored
	group by charger) l
join chargers c on c.charge_point_id = l.charger
where c.last_seen_at < l.seen;
