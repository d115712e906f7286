#include "event_query.h"

#include "page.h"

static const struct db_stmt events_list = { "events_list",
    "SELECT id, event_type, ts, received_at, payload::text AS payload"
    " FROM gateway_events WHERE charge_point_id = $1::text"
    " AND id < $2::bigint ORDER BY id DESC LIMIT $3::bigint" };

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

enum fault
store_events_list(struct ctx *cx, const char *charger, int64_t before,
    int64_t limit, struct event_record **out, size_t *n, bool *more)
{
	struct db_value v[] = {
		db_text(charger), db_i64(&cx->arena, before),
		db_i64(&cx->arena, limit + 1)
	};
	int id, type, ts, received, payload;
	struct rows *r;
	enum fault f;
	size_t i;

	if ((f = db_run(cx, &events_list, v, countof(v), &r)))
		return f;
	id = rows_column(r, "id");
	type = rows_column(r, "event_type");
	ts = rows_column(r, "ts");
	received = rows_column(r, "received_at");
	payload = rows_column(r, "payload");
	*n = page_rows(r, limit, more);
	*out = arena_calloc(&cx->arena, *n * sizeof(**out));
	for (i = 0; i < *n; i++)
		(*out)[i] = (struct event_record){
			.id = rows_i64(r, i, id),
			.charger = charger,
			.type = rows_text(r, i, type),
			.ts = rows_time(r, i, ts),
			.received_at = rows_time(r, i, received),
			.payload = rows_text(r, i, payload),
		};
	return FAULT_NONE;
}

static void
waiting_read(const struct rows *r, struct waiting_record *w, size_t n)
{
	int charger = rows_column(r, "charge_point_id"),
	    transaction = rows_column(r, "transaction_id"),
	    first = rows_column(r, "first_received_at"),
	    last = rows_column(r, "last_received_at"),
	    samples = rows_column(r, "samples"),
	    ends = rows_column(r, "ends");
	size_t i;

	for (i = 0; i < n; i++)
		w[i] = (struct waiting_record){
			.of = {
				rows_text(r, i, charger),
				rows_i32(r, i, transaction)
			},
			.first_received_at = rows_time(r, i, first),
			.last_received_at = rows_time(r, i, last),
			.samples = rows_i64(r, i, samples),
			.ends = rows_i64(r, i, ends),
		};
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
	*out = arena_calloc(&cx->arena, *n * sizeof(**out));
	waiting_read(r, *out, *n);
	return FAULT_NONE;
}
