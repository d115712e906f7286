#include "continuity.h"

#include "columns.h"

/* The baseline and what step 2 gave stand in the latest explanation. */
static const struct db_stmt links_list = { "links_list",
    "SELECT s.session_id, s.connector_id, s.started_at, s.ended_at,"
    " s.has_start, s.start_unreadable, s.meter_start_wh, s.meter_stop_wh,"
    " s.energy_wh, s.energy_source, x.baseline_wh, x.register_wh,"
    " coalesce(x.restarted, false) AS restarted"
    " FROM sessions s LEFT JOIN LATERAL (SELECT"
    " (r.explanation #>> '{baseline,meterWh}')::numeric AS baseline_wh,"
    " (r.explanation #>> '{steps,MeterValues.Register,energyWh}')::numeric"
    " AS register_wh,"
    " r.explanation->'flags' @> '[\"MeterRestart\"]' AS restarted"
    " FROM session_revisions r WHERE r.session_id = s.session_id"
    " AND r.charge_point_id = s.charge_point_id"
    " ORDER BY r.revision DESC LIMIT 1) x ON true"
    " WHERE s.charge_point_id = $1::text"
    " AND s.started_at >= $2::timestamptz AND s.started_at < $3::timestamptz"
    " AND s.finalized_at IS NOT NULL AND s.ended_at IS NOT NULL"
    " AND s.connector_id IS NOT NULL AND s.duplicate_of IS NULL"
    " LIMIT $4::bigint" };

static const struct column link_list[] = {
	{ "session_id", COL_UUID, AT(link, session) },
	{ "connector_id", COL_I32, AT(link, connector) },
	{ "started_at", COL_TIME, AT(link, started_at) },
	{ "ended_at", COL_TIME, AT(link, ended_at) },
	{ "has_start", COL_BOOL, AT(link, has_start) },
	{ "start_unreadable", COL_BOOL, AT(link, start_unreadable) },
	{ "meter_start_wh", COL_MWH, AT(link, meter_start),
	    HAS(link, has_meter_start) },
	{ "meter_stop_wh", COL_MWH, AT(link, meter_stop),
	    HAS(link, has_meter_stop) },
	{ "energy_wh", COL_I64, AT(link, energy_wh), HAS(link, has_energy) },
	{ "energy_source", COL_TEXT, AT(link, energy_source) },
	{ "baseline_wh", COL_MWH, AT(link, baseline),
	    HAS(link, has_baseline) },
	{ "register_wh", COL_MWH, AT(link, register_mwh),
	    HAS(link, has_register) },
	{ "restarted", COL_BOOL, AT(link, restarted) },
	{ 0 }
};
static const struct columns link_columns = {
	link_list, sizeof(struct link)
};

enum fault
store_links_list(struct ctx *cx, const char *charger, usec_t from, usec_t to,
    int64_t limit, struct link **out, size_t *n)
{
	struct db_value v[] = {
		db_text(charger), db_time(&cx->arena, from),
		db_time(&cx->arena, to), db_i64(&cx->arena, limit)
	};
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &links_list, v, countof(v), &r)))
		return f;
	*out = columns_read_all(cx, &link_columns, r, n);
	return FAULT_NONE;
}
