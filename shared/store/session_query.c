#include "session_query.h"

#include <string.h>

#include "page.h"
#include "session_columns.h"

/*
 * A filter that leaves out few rows ($5, $6) can be a parameter; one that
 * leaves few over stands in the statement, so that its index serves.
 */
#define LIST(from, where) \
	"SELECT " SESSION_COLUMNS " FROM " from " s" \
	" WHERE (s.started_at, s.session_id) < ($1::timestamptz, $2::uuid)" \
	" AND s.started_at >= $3::timestamptz" \
	" AND ($5::bool IS NULL OR (s.ended_at IS NULL) = $5::bool)" \
	" AND ($6::bool IS NULL OR s.needs_review = $6::bool)" where \
	" ORDER BY s.started_at DESC, s.session_id DESC LIMIT $4::bigint"
#define OF_CHARGER	" AND s.charge_point_id = $7::text"
#define IN_REVIEW	" AND s.needs_review"
#define RUNNING		" AND s.ended_at IS NULL"

/* Few run at a time: all of them are read and sorted. */
#define ALL_RUNNING \
	"(SELECT * FROM sessions WHERE ended_at IS NULL OFFSET 0)"

enum { LISTS = 3 };

static const struct db_stmt all_lists[LISTS] = {
	{ "sessions_list", LIST("sessions", "") },
	{ "sessions_running", LIST(ALL_RUNNING, "") },
	{ "sessions_review", LIST("sessions", IN_REVIEW) },
};

static const struct db_stmt charger_lists[LISTS] = {
	{ "charger_sessions_list", LIST("sessions", OF_CHARGER) },
	{ "charger_sessions_running",
	    LIST("sessions", OF_CHARGER RUNNING) },
	{ "charger_sessions_review",
	    LIST("sessions", OF_CHARGER IN_REVIEW) },
};

static const struct db_stmt revisions_list = { "revisions_list",
    "SELECT r.revision, r.made_at, r.cause, r.rule_version, r.energy_wh,"
    " r.energy_source, r.is_estimated, r.needs_review, r.started_at,"
    " r.ended_at, r.meter_start_wh, r.meter_stop_wh, r.reason,"
    " r.accepted_by, r.accepted_why,"
    " (r.explanation - 'ruleVersion' - 'meterStopWh')::text AS explanation"
    " FROM session_revisions r WHERE r.session_id = $1::uuid"
    " AND r.charge_point_id = $2::text AND r.revision < $3::bigint"
    " ORDER BY r.revision DESC LIMIT $4::bigint" };

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
list_for(const struct session_filter *q)
{
	const struct db_stmt *lists = q->charger != NULL ? charger_lists :
	    all_lists;

	if (q->review == REVIEW_NEEDED)
		return &lists[2];
	return &lists[q->status == SESSION_RUNNING];
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

enum fault
store_sessions_list(struct ctx *cx, const struct session_filter *q,
    struct session **out, size_t *n, bool *more)
{
	struct uuid id;
	struct db_value v[] = {
		upper_bound(cx, q, &id),
		db_uuid(&id),
		db_time(&cx->arena, q->from),
		db_i64(&cx->arena, q->limit + 1),
		q->status == SESSION_ANY ? db_null() :
		    db_bool(q->status == SESSION_RUNNING),
		q->review == REVIEW_ANY ? db_null() :
		    db_bool(q->review == REVIEW_NEEDED),
		db_text(q->charger),
	};
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, list_for(q), v, q->charger != NULL ? 7 : 6, &r)))
		return f;
	store_sessions_read(cx, r, out, n);
	*n = page_rows(r, q->limit, more);
	return FAULT_NONE;
}

enum fault
store_revisions_list(struct ctx *cx, const struct session *s, int64_t before,
    int64_t limit, struct revision_record **out, size_t *n, bool *more)
{
	struct db_value v[] = {
		db_uuid(&s->id), db_text(s->charger),
		db_i64(&cx->arena, before), db_i64(&cx->arena, limit + 1)
	};
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &revisions_list, v, countof(v), &r)))
		return f;
	*n = page_rows(r, limit, more);
	*out = columns_read_first(cx, &revision_columns, r, *n);
	return FAULT_NONE;
}

enum fault
store_samples_list(struct ctx *cx, const struct reading_span *span,
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
