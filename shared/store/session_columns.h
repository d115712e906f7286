/* The columns of sessions and of what decides them, for several files. */
#ifndef CPMS_STORE_SESSION_COLUMNS_H
#define CPMS_STORE_SESSION_COLUMNS_H

#include "columns.h"

/*
 * Of a row with a session's key: whether its decision is due; null when the
 * session is not known to be large.
 */
#define FINALIZING(of) \
	"(SELECT l.due_since IS NOT NULL FROM large_sessions l" \
	" WHERE l.session_id = " of ".session_id" \
	" AND l.charge_point_id = " of ".charge_point_id)"

/* Of sessions s: all that session_columns reads. */
#define SESSION_COLUMNS \
	"s.session_id, s.charge_point_id, s.connector_id, s.transaction_id," \
	" s.id_tag, s.has_start, s.start_conflict, s.started_at," \
	" s.meter_start_wh, s.start_unreadable, s.start_received_at," \
	" s.end_kind, s.stale, s.ended_at," \
	" s.meter_stop_wh, s.reason, s.energy_wh, s.energy_source," \
	" s.is_estimated, s.needs_review," \
	" array_to_string(s.review_reasons, ',') AS review_reasons," \
	" s.correction_wh, s.correction_basis," \
	" " FINALIZING("s") " AS finalizing, s.finalized_at," \
	" s.legacy_energy_wh, s.legacy_energy_source," \
	" s.legacy_is_estimated, s.duplicate_of, s.site_id, s.billing," \
	" s.unpriced_reason," \
	" s.tariff_id, s.cost_amount, s.cost_currency, s.priced_at," \
	" s.created_at, s.updated_at"

/* Of meter_samples m: all that reading_columns reads, and the item. */
#define READING_COLUMNS \
	"m.id, m.event_id, m.ts, m.kind, m.value_text, m.unit, m.context," \
	" m.phase, m.location, m.format, m.value_mwh, m.item"

/* In statements that look for something of each session. */
enum { SESSION_KEY = 1 << 0 };

extern const struct columns session_columns;	/* struct session */
extern const struct columns transaction_columns; /* struct transaction */
extern const struct columns reading_columns;	/* struct reading */
extern const struct columns revision_columns;	/* struct revision_record */

#endif
