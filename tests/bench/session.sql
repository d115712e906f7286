-- pgbench -M prepared: a session, with what is shown of it.
\set cp random(1, :chargers)
\set transaction random(1, 50)
select s.session_id, s.charge_point_id, s.connector_id, s.transaction_id, s.id_tag, s.has_start, s.start_conflict, s.started_at, s.meter_start_wh, s.end_kind, s.stale, s.ended_at, s.meter_stop_wh, s.reason, s.energy_wh, s.energy_source, s.is_estimated, s.needs_review, array_to_string(s.review_reasons, ',') as review_reasons, s.correction_wh, s.finalized_at, s.duplicate_of, s.site_id, s.billing, s.unpriced_reason, s.tariff_id, s.cost_amount, s.cost_currency, s.priced_at, s.created_at, s.updated_at from sessions s where charge_point_id = 'CP-' || lpad(:cp::text, 5, '0') and transaction_id = :transaction limit 1;
