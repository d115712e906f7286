-- Prints what the chargers s<seed>-NAME have that o-NAME has not (+), and the
-- other way round (-).  All that order and repetition must not change.

create temporary table line as
select charge_point_id as charger,
	regexp_replace(charge_point_id, '^(o|s[0-9]+)-', '') as name, line
from (
	select charge_point_id, 'session ' || jsonb_build_object(
		'connector', connector_id, 'transaction', transaction_id,
		'idTag', id_tag, 'started', started_at,
		'hasStart', has_start, 'startConflict', start_conflict,
		'meterStart', meter_start_wh, 'ended', ended_at,
		'endKind', end_kind, 'meterStop', meter_stop_wh,
		'reason', reason, 'energy', energy_wh,
		'source', energy_source, 'estimated', is_estimated,
		'review', needs_review, 'final', finalized_at is not null,
		'decision', case when finalized_at is not null then (
			select fingerprint from session_revisions r
			where r.session_id = s.session_id
			and r.charge_point_id = s.charge_point_id
			order by revision desc limit 1) end)::text as line
	from sessions s
	union all
	select charge_point_id, 'revisions of a final session differ from it'
	from sessions s
	where finalized_at is not null and not exists (
		select from session_revisions r
		where r.session_id = s.session_id
		and r.charge_point_id = s.charge_point_id
		and (r.energy_wh, r.energy_source, r.ended_at, r.needs_review)
			is not distinct from (s.energy_wh, s.energy_source,
			s.ended_at, s.needs_review)
		and r.revision = (
			select count(*) from session_revisions n
			where n.session_id = s.session_id
			and n.charge_point_id = s.charge_point_id))
	union all
	select charge_point_id, 'reading ' || jsonb_build_object(
		'transaction', transaction_id, 'ts', ts, 'item', item,
		'kind', kind, 'value', value_text, 'mwh', value_mwh,
		'phase', phase, 'context', context)::text
	from meter_samples
	union all
	select charge_point_id, 'end ' || jsonb_build_object(
		'transaction', transaction_id, 'ts', ts,
		'stop', meter_stop_wh, 'reason', reason)::text
	from transaction_ends
	union all
	select charge_point_id, 'waiting ' || transaction_id
	from waiting_transactions
	union all
	select charge_point_id, 'status ' || connector_id || ' '
		|| coalesce(status, '') || ' ' || updated_at
	from connector_state
	union all
	select charge_point_id, 'charger ' || concat_ws(' ', vendor, model,
		firmware_version, booted_at)
	from chargers
	union all
	select charge_point_id, 'event ' || (payload - 'chargePointId')::text
	from gateway_events) l
where charge_point_id ~ '^(o|s[0-9]+)-';

create index on line (charger);
create index on line (name);
analyze line;

-- Each line with its count, for several readings may be alike.
create temporary table counted as
select charger, name, line, count(*) as n from line group by 1, 2, 3;
analyze counted;

with shuffled as (
	select distinct charger, name from line where charger like 's%'),
different as (
	select s.charger, '+ ' || c.line as line from shuffled s
	join counted c on c.charger = s.charger
	where not exists (
		select from counted o where o.charger = 'o-' || s.name
		and o.line = c.line and o.n = c.n)
	union all
	select s.charger, '- ' || o.line from shuffled s
	join counted o on o.charger = 'o-' || s.name
	where not exists (
		select from counted c where c.charger = s.charger
		and o.line = c.line and o.n = c.n))
select 'seed ' || substring(charger from 's([0-9]+)-') || ', ' || charger
	|| ': ' || line
from different
order by substring(charger from 's([0-9]+)-')::int, charger,
	substr(line, 3), line
limit 200;
