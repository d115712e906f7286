#include "session_query.h"

#include <string.h>

#include "page.h"
#include "session_columns.h"

/*
 * Every filter is a parameter of every statement.  The one that leaves fewest
 * rows over stands in the statement once more, so that its index serves.
 */
#define FILTERS \
	" AND ($5::bool IS NULL OR (s.ended_at IS NULL) = $5::bool)" \
	" AND ($6::bool IS NULL OR s.needs_review = $6::bool)" \
	" AND ($7::text IS NULL OR s.charge_point_id = $7::text)" \
	" AND ($8::text IS NULL OR $8::text IN (s.billing," \
	"  s.unpriced_reason))" \
	" AND ($9::text IS NULL OR $9::text = ANY (s.review_reasons))" \
	" AND ($10::text IS NULL OR s.energy_source = $10::text)" \
	" AND ($11::uuid IS NULL OR s.site_id = $11::uuid)" \
	" AND ($12::int IS NULL OR s.transaction_id = $12::int)" \
	" AND ($13::text IS NULL OR s.id_tag = $13::text)" \
	" AND s.started_at >= $3::timestamptz"
#define LIST(from, where) \
	"SELECT " SESSION_COLUMNS " FROM " from " s" \
	" WHERE (s.started_at, s.session_id) < ($1::timestamptz, $2::uuid)" \
	FILTERS where \
	" ORDER BY s.started_at DESC, s.session_id DESC LIMIT $4::bigint"
#define OF_CHARGER	" AND s.charge_point_id = $7::text"
#define IN_REVIEW	" AND s.needs_review"
#define RUNNING		" AND s.ended_at IS NULL"

/* Few run at a time: all of them are read and sorted. */
#define ALL_RUNNING \
	"(SELECT * FROM sessions WHERE ended_at IS NULL OFFSET 0)"

static const struct db_stmt sessions_list = { "sessions_list",
    LIST("sessions", "") };
static const struct db_stmt sessions_running = { "sessions_running",
    LIST(ALL_RUNNING, "") };
static const struct db_stmt sessions_review = { "sessions_review",
    LIST("sessions", IN_REVIEW) };
static const struct db_stmt charger_list = { "charger_sessions_list",
    LIST("sessions", OF_CHARGER) };
static const struct db_stmt charger_running = { "charger_sessions_running",
    LIST("sessions", OF_CHARGER RUNNING) };
static const struct db_stmt charger_review = { "charger_sessions_review",
    LIST("sessions", OF_CHARGER IN_REVIEW) };
static const struct db_stmt billing_list = { "sessions_of_billing",
    LIST("sessions", " AND s.billing = $8::text") };
static const struct db_stmt unpriced_list = { "sessions_unpriced",
    LIST("sessions", " AND s.billing = 'Unpriced'") };
static const struct db_stmt reason_list = { "sessions_of_reason",
    LIST("sessions", " AND s.review_reasons <> '{}'") };
static const struct db_stmt source_list = { "sessions_of_source",
    LIST("sessions", " AND s.energy_source = $10::text") };
static const struct db_stmt site_list = { "sessions_of_site",
    LIST("sessions", " AND s.site_id = $11::uuid") };
static const struct db_stmt transaction_list = { "sessions_of_transaction",
    LIST("sessions", " AND s.transaction_id = $12::int") };
static const struct db_stmt id_tag_list = { "sessions_of_id_tag",
    LIST("sessions", " AND s.id_tag = $13::text") };

/* $14: updated since; the cursor is of that time too. */
static const struct db_stmt updated_list = { "sessions_updated",
    "SELECT " SESSION_COLUMNS " FROM sessions s"
    " WHERE (s.updated_at, s.session_id) > ($1::timestamptz, $2::uuid)"
    " AND s.updated_at >= $14::timestamptz"
    " AND s.started_at < $15::timestamptz" FILTERS
    " ORDER BY s.updated_at, s.session_id LIMIT $4::bigint" };

/*
 * How many readings a revision has, for the size of a page.  A large
 * explanation copies them, and is not looked into for that.
 */
#define READINGS \
	"CASE WHEN pg_column_size(r.explanation) > 32768 THEN $7::bigint" \
	" ELSE coalesce((r.explanation #>> '{judgement,count}')::bigint," \
	" jsonb_array_length(r.explanation->'readingsUsed')" \
	" + jsonb_array_length(r.explanation->'readingsLeftOut'), 0) END"
#define SLICE(list, from, to) \
	"CASE WHEN e.x ? 'readingsUsed' THEN" \
	" jsonb_path_query_array(e.x, '$." list "[$a to $b]'," \
	" jsonb_build_object('a', " from ", 'b', " to "))::text END"

/* Adding nothing to a large explanation unpacks it once for all. */
static const struct db_stmt revisions_list = { "revisions_list",
    "WITH page AS MATERIALIZED (SELECT r.revision, " READINGS " AS n"
    "  FROM session_revisions r WHERE r.session_id = $1::uuid"
    "  AND r.charge_point_id = $2::text AND r.revision < $3::bigint"
    "  ORDER BY r.revision DESC LIMIT $4::bigint),"
    " placed AS MATERIALIZED (SELECT revision,"
    "  row_number() OVER (ORDER BY revision DESC) AS place,"
    "  sum(n) OVER (ORDER BY revision DESC) AS n,"
    "  count(*) OVER () AS found FROM page)"
    " SELECT r.revision, r.made_at, r.cause, r.rule_version, r.energy_wh,"
    " r.energy_source, r.is_estimated, r.needs_review,"
    " array_to_string(r.review_reasons, ',') AS review_reasons,"
    " r.corrected, r.started_at,"
    " r.ended_at, r.meter_start_wh, r.meter_stop_wh, r.reason,"
    " r.accepted_by, r.accepted_why,"
    " (e.x - ARRAY['ruleVersion', 'meterStopWh', 'judgement',"
    "  'readingsUsed', 'readingsLeftOut'])::text AS explanation,"
    " (e.x->'judgement')::text AS judgement,"
    " c.used + c.left_out AS copied, c.used AS copied_used,"
    " " SLICE("readingsUsed", "$5::bigint", "$5::bigint + $6::bigint - 1")
    " AS page_used,"
    " " SLICE("readingsLeftOut", "greatest($5::bigint - c.used, 0)",
    "$5::bigint + $6::bigint - 1 - c.used") " AS page_left, p.found"
    " FROM placed p JOIN session_revisions r ON r.session_id = $1::uuid"
    " AND r.charge_point_id = $2::text AND r.revision = p.revision"
    " CROSS JOIN LATERAL (SELECT r.explanation || '{}'::jsonb AS x"
    "  OFFSET 0) e"
    " CROSS JOIN LATERAL (SELECT"
    "  coalesce(jsonb_array_length(e.x->'readingsUsed'), 0)"
    "   ::bigint AS used,"
    "  coalesce(jsonb_array_length(e.x->'readingsLeftOut'), 0)"
    "   ::bigint AS left_out OFFSET 0) c"
    " WHERE p.place = 1"
    " OR (p.place < $4::bigint AND p.n <= $7::bigint)"
    " ORDER BY r.revision DESC" };

static const struct db_stmt readings_page = { "readings_page",
    "SELECT t.n::int AS n, m.* FROM"
    " unnest($1::text[], $2::int[], $3::timestamptz[], $4::timestamptz[],"
    " $5::timestamptz[], $6::bigint[], $7::bigint[], $8::bigint[])"
    " WITH ORDINALITY AS t (charge_point_id, transaction_id, lo, hi,"
    " after_ts, after_id, last_id, most, n)"
    " CROSS JOIN LATERAL (SELECT " READING_COLUMNS
    "  FROM meter_samples m"
    "  WHERE m.charge_point_id = t.charge_point_id"
    "  AND m.transaction_id = t.transaction_id"
    "  AND m.ts >= greatest(t.lo, t.after_ts) AND m.ts < t.hi"
    "  AND (m.ts, m.id) > (t.after_ts, t.after_id)"
    "  AND m.id <= t.last_id AND m.kind IS NOT NULL"
    "  ORDER BY m.ts, m.id LIMIT t.most) m"
    " ORDER BY t.n, m.ts, m.id" };

static const struct column page_list[] = {
	{ "charge_point_id", COL_TEXT, AT(reading_page, span.of.charger),
	    .in = 1 },
	{ "transaction_id", COL_I32, AT(reading_page, span.of.id), .in = 1 },
	{ "lo", COL_TIME, AT(reading_page, span.lo), .in = 1 },
	{ "hi", COL_TIME, AT(reading_page, span.hi), .in = 1 },
	{ "after_ts", COL_TIME, AT(reading_page, after.ts), .in = 1 },
	{ "after_id", COL_I64, AT(reading_page, after.id), .in = 1 },
	{ "last_id", COL_I64, AT(reading_page, last_id), .in = 1 },
	{ "most", COL_I64, AT(reading_page, limit), .in = 1 },
	{ 0 }
};
static const struct columns page_columns = {
	page_list, sizeof(struct reading_page)
};

/* A sample is a reading with the time at which it was received. */
static const struct column received_list[] = {
	{ "received_at", COL_TIME, AT(sample_record, received_at) },
	{ 0 }
};
static const struct columns received_columns = {
	received_list, sizeof(struct sample_record)
};

static const struct db_stmt samples_list = { "samples_list",
    "SELECT " READING_COLUMNS ", m.received_at"
    " FROM meter_samples m WHERE m.charge_point_id = $1::text"
    " AND m.transaction_id = $2::int AND m.ts >= $3::timestamptz"
    " AND m.ts < $4::timestamptz"
    " AND (m.ts, m.id) > ($3::timestamptz, $5::bigint)"
    " AND m.kind IS NOT NULL ORDER BY m.ts, m.id LIMIT $6::bigint" };

static const struct db_stmt *
list_of_charger(const struct session_filter *q)
{
	if (q->review == REVIEW_NEEDED)
		return &charger_review;
	return q->status == SESSION_RUNNING ? &charger_running :
	    &charger_list;
}

static bool
is_reason(const char *billing)
{
	size_t i;

	for (i = 1; unpriced_names[i] != NULL; i++)
		if (strcmp(unpriced_names[i], billing) == 0)
			return true;
	return false;
}

static const struct db_stmt *
list_for(const struct session_filter *q)
{
	if (q->charger != NULL)
		return list_of_charger(q);
	if (q->id_tag != NULL)
		return &id_tag_list;
	if (q->transaction != 0)
		return &transaction_list;
	if (q->review_reason != NULL)
		return &reason_list;
	if (q->review == REVIEW_NEEDED)
		return &sessions_review;
	if (q->status == SESSION_RUNNING)
		return &sessions_running;
	if (!uuid_is_nil(&q->site))
		return &site_list;
	if (q->billing != NULL)
		return is_reason(q->billing) ? &unpriced_list : &billing_list;
	return q->energy_source != NULL ? &source_list : &sessions_list;
}

/* The page begins below its last row or the end of time, what is earlier. */
static struct db_value
upper_bound(struct ctx *cx, const struct session_filter *q,
    struct uuid *id)
{
	bool has_to = q->to != INT64_MAX;

	if (q->has_last && (!has_to || q->last_at < q->to)) {
		*id = q->last_id;
		return db_time(&cx->arena, q->last_at);
	}
	memset(id, has_to ? 0 : 0xff, sizeof(*id));
	return db_time(&cx->arena, q->to);
}

enum { FILTER_VALUES = 13 };

/* From $3 on. */
static void
filter_values(struct ctx *cx, const struct session_filter *q,
    struct db_value *v)
{
	v[2] = db_time(&cx->arena, q->from);
	v[3] = db_i64(&cx->arena, q->limit + 1);
	v[4] = q->status == SESSION_ANY ? db_null() :
	    db_bool(q->status == SESSION_RUNNING);
	v[5] = q->review == REVIEW_ANY ? db_null() :
	    db_bool(q->review == REVIEW_NEEDED);
	v[6] = db_text(q->charger);
	v[7] = db_text(q->billing);
	v[8] = db_text(q->review_reason);
	v[9] = db_text(q->energy_source);
	v[10] = uuid_is_nil(&q->site) ? db_null() : db_uuid(&q->site);
	v[11] = q->transaction == 0 ? db_null() :
	    db_i32(&cx->arena, (int32_t)q->transaction);
	v[12] = db_text(q->id_tag);
}

enum fault
store_sessions_list(struct ctx *cx, const struct session_filter *q,
    struct session **out, size_t *n, bool *more)
{
	struct db_value v[FILTER_VALUES + 2];
	const struct db_stmt *st = list_for(q);
	int n_values = FILTER_VALUES;
	struct uuid id;
	struct rows *r;
	enum fault f;

	filter_values(cx, q, v);
	if (q->updated_since == NULL)
		v[0] = upper_bound(cx, q, &id);
	else {
		id = q->last_id;
		v[0] = db_time(&cx->arena, q->has_last ? q->last_at :
		    INT64_MIN);
		v[n_values++] = db_time(&cx->arena, *q->updated_since);
		v[n_values++] = db_time(&cx->arena, q->to);
		st = &updated_list;
	}
	v[1] = db_uuid(&id);
	if ((f = db_run(cx, st, v, n_values, &r)))
		return f;
	store_sessions_read(cx, r, out, n);
	*n = page_rows(r, q->limit, more);
	return FAULT_NONE;
}

enum fault
store_revisions_list(struct ctx *cx, const struct session *s,
    const struct revision_query *q, struct revision_record **out, size_t *n,
    bool *more)
{
	struct arena *a = &cx->arena;
	struct db_value v[] = {
		db_uuid(&s->id), db_text(s->charger), db_i64(a, q->before),
		db_i64(a, q->limit + 1), db_i64(a, q->copied_from),
		db_i64(a, READINGS_PAGE), db_i64(a, READINGS_AT_ONCE)
	};
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &revisions_list, v, countof(v), &r)))
		return f;
	*out = columns_read_all(cx, &revision_columns, r, n);
	*more = *n > 0 &&
	    rows_i64(r, 0, rows_column(r, "found")) > (int64_t)*n;
	return FAULT_NONE;
}

enum fault
store_readings_page(struct ctx *cx, const struct reading_page *p, size_t n,
    struct rows **slot)
{
	return columns_queue(cx, &readings_page, &(struct column_rows){
	    &page_columns, p, n, false, 1 }, 1, slot);
}

enum fault
store_samples_list(struct ctx *cx, const struct time_span *span,
    usec_t last_at, int64_t last_id, int64_t limit,
    struct sample_record **out, size_t *n, bool *more)
{
	bool behind = last_id != INT64_MIN && last_at >= span->lo;
	struct db_value v[] = {
		db_text(span->of.charger),
		db_i32(&cx->arena, span->of.id),
		db_time(&cx->arena, behind ? last_at : span->lo),
		db_time(&cx->arena, span->hi),
		db_i64(&cx->arena, behind ? last_id : INT64_MIN),
		db_i64(&cx->arena, limit + 1),
	};
	struct reading *readings;
	struct rows *r;
	enum fault f;
	size_t i;

	if ((f = db_run(cx, &samples_list, v, countof(v), &r)))
		return f;
	*n = page_rows(r, limit, more);
	readings = columns_read_first(cx, &reading_columns, r, *n);
	*out = columns_read_first(cx, &received_columns, r, *n);
	for (i = 0; i < *n; i++)
		(*out)[i].reading = readings[i];
	return FAULT_NONE;
}
