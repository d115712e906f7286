/* For statements whose rows store_sessions_read() takes. */
#ifndef CPMS_STORE_SESSION_COLUMNS_H
#define CPMS_STORE_SESSION_COLUMNS_H

/* Thousandths of a Wh; what no meter shows stays out of range. */
#define MWH(column) \
	"CASE WHEN " column " > 9e15 THEN 9000000000000000000" \
	" WHEN " column " < -9e15 THEN -9000000000000000000" \
	" ELSE (" column " * 1000)::bigint END"

/* Of sessions s. */
#define SESSION_COLUMNS \
	"s.session_id, s.charge_point_id, s.connector_id, s.transaction_id," \
	" s.id_tag, s.has_start, s.start_conflict, s.started_at, " \
	MWH("s.meter_start_wh") " AS meter_start, s.end_kind, s.stale," \
	" s.ended_at, " MWH("s.meter_stop_wh") " AS meter_stop, s.reason," \
	" s.energy_wh, s.energy_source, s.is_estimated, s.needs_review," \
	" s.finalized_at, s.duplicate_of, s.tariff_id," \
	" (s.cost_amount * 10000)::bigint AS cost_amount, s.cost_currency, s.priced_at," \
	" s.created_at, s.updated_at"

/* Of meter_samples m, for store_readings_read(), which wants n too. */
#define READING_COLUMNS \
	"m.id, m.event_id, m.item::int AS item, m.ts, m.kind::text AS kind," \
	" m.value_text, m.unit, m.context, m.phase, m.location, m.format," \
	" m.value_mwh"

#endif
