#include "event_query.h"

#include "columns.h"
#include "page.h"

/*
 * Row by row, for each as much as a page holds: nobody knows how large an event
 * is before it is text.
 */
#define EVENT \
	"SELECT id, event_type, ts, received_at, payload::text AS payload" \
	" FROM gateway_events WHERE charge_point_id = $1::text AND id <"
#define LATEST " ORDER BY id DESC LIMIT 1"
static const struct db_stmt events_list = { "events_list",
    "WITH RECURSIVE page AS ("
    "  (SELECT e.*, 1 AS n, 0::bigint AS before"
    "   FROM (" EVENT " $2::bigint" LATEST ") e)"
    "  UNION ALL"
    "  SELECT e.*, p.n + 1, p.before + octet_length(p.payload)"
    "  FROM page p CROSS JOIN LATERAL (" EVENT " p.id" LATEST ") e"
    "  WHERE p.n < $3::bigint AND p.before < " PAGE_BYTES ")"
    " SELECT id, event_type, ts, received_at, payload,"
    " before >= " PAGE_BYTES " AS past"
    " FROM page ORDER BY id DESC" };

static const struct column event_list[] = {
	{ "id", COL_I64, AT(event_record, id) },
	{ "event_type", COL_TEXT, AT(event_record, type) },
	{ "ts", COL_TIME, AT(event_record, ts) },
	{ "received_at", COL_TIME, AT(event_record, received_at) },
	{ "payload", COL_TEXT, AT(event_record, payload) },
	{ 0 }
};
static const struct columns event_columns = {
	event_list, sizeof(struct event_record)
};

/*
 * Few wait at a time: all of them are sorted, those of the page counted.
 * Samples from before have no event, but the row that was one has the event
 * within.
 */
#define WAITING(where) \
	"SELECT w.charge_point_id, w.transaction_id, w.first_received_at," \
	" w.last_received_at," \
	" (SELECT count(DISTINCT m.event_id) + count(m.samples_json)" \
	"  FROM meter_samples m WHERE m.charge_point_id = w.charge_point_id" \
	"  AND m.transaction_id = w.transaction_id) AS samples," \
	" (SELECT count(*) FROM transaction_ends e" \
	"  WHERE e.charge_point_id = w.charge_point_id" \
	"  AND e.transaction_id = w.transaction_id) AS ends" \
	" FROM (SELECT * FROM waiting_transactions" \
	"  WHERE (first_received_at, charge_point_id, transaction_id)" \
	"   > ($1::timestamptz, $2::text, $3::int)" where \
	"  ORDER BY first_received_at, charge_point_id, transaction_id" \
	"  LIMIT $4::bigint) w" \
	" ORDER BY w.first_received_at, w.charge_point_id, w.transaction_id"

static const struct db_stmt waiting_list = {
	"waiting_list", WAITING("")
};
static const struct db_stmt charger_waiting_list = {
	"charger_waiting_list", WAITING(" AND charge_point_id = $5::text")
};

static const struct column waiting_record_list[] = {
	{ "charge_point_id", COL_TEXT, AT(waiting_record, of.charger) },
	{ "transaction_id", COL_I32, AT(waiting_record, of.id) },
	{ "first_received_at", COL_TIME,
	    AT(waiting_record, first_received_at) },
	{ "last_received_at", COL_TIME, AT(waiting_record, last_received_at) },
	{ "samples", COL_I64, AT(waiting_record, samples) },
	{ "ends", COL_I64, AT(waiting_record, ends) },
	{ 0 }
};
static const struct columns waiting_columns = {
	waiting_record_list, sizeof(struct waiting_record)
};

enum fault
store_events_list(struct ctx *cx, const char *charger, int64_t before,
    int64_t limit, struct event_record **out, size_t *n, bool *more)
{
	struct db_value v[] = {
		db_text(charger), db_i64(&cx->arena, before),
		db_i64(&cx->arena, limit + 1)
	};
	struct rows *r;
	enum fault f;
	size_t i;

	if ((f = db_run(cx, &events_list, v, countof(v), &r)))
		return f;
	*n = page_rows_that_fit(r, limit, more);
	*out = columns_read_first(cx, &event_columns, r, *n);
	for (i = 0; i < *n; i++)
		(*out)[i].charger = charger;
	return FAULT_NONE;
}

enum fault
store_waiting_list(struct ctx *cx, const char *charger,
    const struct waiting_record *last, int64_t limit,
    struct waiting_record **out, size_t *n, bool *more)
{
	struct db_value v[] = {
		db_time(&cx->arena, last == NULL ? INT64_MIN :
		    last->first_received_at),
		db_text(last == NULL ? "" : last->of.charger),
		db_i32(&cx->arena, last == NULL ? 0 : last->of.id),
		db_i64(&cx->arena, limit + 1),
		db_text(charger),
	};
	struct rows *r;
	enum fault f;

	if ((f = charger == NULL ?
	    db_run(cx, &waiting_list, v, 4, &r) :
	    db_run(cx, &charger_waiting_list, v, 5, &r)))
		return f;
	*n = page_rows(r, limit, more);
	*out = columns_read_first(cx, &waiting_columns, r, *n);
	return FAULT_NONE;
}
