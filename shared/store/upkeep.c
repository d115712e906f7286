#include "upkeep.h"

#include "session.h"
#include "session_columns.h"

/*
 * Silent: neither the session's row (its start) nor a sample of its
 * transaction came since $1.  An end would have ended it.
 */
#define SILENT_SESSION \
	" s.ended_at IS NULL AND s.duplicate_of IS NULL" \
	" AND s.transaction_id > 0" \
	" AND greatest(s.created_at, s.updated_at) < $1::timestamptz" \
	" AND NOT EXISTS (SELECT 1 FROM meter_samples m" \
	"  WHERE m.charge_point_id = s.charge_point_id" \
	"  AND m.transaction_id = s.transaction_id" \
	"  AND m.received_at >= $1::timestamptz)"

static const struct db_stmt stale_chargers = { "stale_chargers",
    "SELECT charge_point_id FROM ("
    " (SELECT s.charge_point_id FROM sessions s WHERE" SILENT_SESSION
    "  AND s.charge_point_id > $2::text)"
    " UNION (SELECT w.charge_point_id FROM waiting_transactions w"
    "  WHERE w.last_received_at < $1::timestamptz"
    "  AND w.charge_point_id > $2::text)) c"
    " ORDER BY charge_point_id LIMIT 500" };

static const struct db_stmt stale_mark = { "stale_mark",
    "UPDATE sessions s SET stale = true"
    " WHERE s.charge_point_id = $2::text AND" SILENT_SESSION
    " RETURNING s.transaction_id" };

static const struct db_stmt waiting_take = { "waiting_take",
    "DELETE FROM waiting_transactions w"
    " WHERE w.charge_point_id = $2::text"
    " AND w.last_received_at < $1::timestamptz"
    " RETURNING w.transaction_id, (SELECT min(m.ts) FROM meter_samples m"
    "  WHERE m.charge_point_id = w.charge_point_id"
    "  AND m.transaction_id = w.transaction_id) AS since" };

static const struct db_stmt session_chargers = { "session_chargers",
    "SELECT c.charge_point_id FROM chargers c"
    " WHERE c.charge_point_id > $1::text AND EXISTS (SELECT 1"
    " FROM sessions s WHERE s.charge_point_id = c.charge_point_id)"
    " ORDER BY c.charge_point_id LIMIT 500" };

static const struct db_stmt transactions_find = { "transactions_find",
    "SELECT DISTINCT s.transaction_id FROM sessions s"
    " WHERE s.charge_point_id = $1::text"
    " AND s.transaction_id > $2::bigint"
    " ORDER BY s.transaction_id LIMIT 100" };

/* Those that refinalize visits, and those that it leaves. */
static const struct db_stmt sessions_count = { "sessions_count",
    "SELECT count(*) FILTER (WHERE duplicate_of IS NULL"
    "  AND transaction_id > 0) AS sessions,"
    " count(duplicate_of) AS duplicates FROM sessions" };

/*
 * A charger's sessions s without a price, by sessions_unpriced_idx, that name
 * another site than it was at, or had a tariff there at their start.  Of a
 * site's tariffs, which follow each other, one index entry is read.
 */
#define UNPRICED_DUE(charger) \
	" FROM sessions s CROSS JOIN LATERAL (SELECT h.site_id" \
	"  FROM charger_sites h WHERE h.charge_point_id = s.charge_point_id" \
	"  AND h.since <= s.started_at ORDER BY h.since DESC LIMIT 1) p" \
	" LEFT JOIN LATERAL (SELECT f.valid_to IS NULL" \
	"  OR f.valid_to > s.started_at AS in_force FROM tariffs f" \
	"  WHERE f.site_id = p.site_id AND f.valid_from <= s.started_at" \
	"  AND (f.valid_to IS NULL OR f.valid_to > f.valid_from)" \
	"  AND f.price_per_kwh IS NOT NULL" \
	"  ORDER BY f.valid_from DESC LIMIT 1) f ON true" \
	" WHERE s.charge_point_id = " charger \
	" AND s.unpriced_reason IN ('NoSite', 'NoTariff')" \
	" AND s.finalized_at IS NOT NULL" \
	" AND (s.site_id IS DISTINCT FROM p.site_id OR f.in_force)"

static const struct db_stmt unpriced_chargers = { "unpriced_chargers",
    "SELECT c.charge_point_id FROM chargers c"
    " WHERE c.charge_point_id > $1::text"
    " AND ($2::uuid IS NULL OR EXISTS (SELECT FROM charger_sites o"
    "  WHERE o.charge_point_id = c.charge_point_id"
    "  AND o.site_id = $2::uuid))"
    " AND (SELECT true" UNPRICED_DUE("c.charge_point_id") " LIMIT 1)"
    " ORDER BY c.charge_point_id LIMIT 500" };

static const struct db_stmt unpriced_find = { "unpriced_find",
    "SELECT " SESSION_COLUMNS UNPRICED_DUE("$1::text")
    " AND (s.started_at, s.session_id) > ($2::timestamptz, $3::uuid)"
    " ORDER BY s.started_at, s.session_id LIMIT $4::bigint" };

static void
chargers_read(struct ctx *cx, const struct rows *r, const char ***out,
    size_t *n)
{
	int charger = rows_column(r, "charge_point_id");
	size_t i;

	*n = rows_count(r);
	*out = arena_calloc(&cx->arena, *n * sizeof(const char *));
	for (i = 0; i < *n; i++)
		(*out)[i] = rows_text(r, i, charger);
}

static void
transactions_read(struct ctx *cx, const struct rows *r, const char *charger,
    struct transaction **out, size_t *n)
{
	int id = rows_column(r, "transaction_id");
	size_t i;

	*n = 0;
	*out = arena_calloc(&cx->arena, rows_count(r) * sizeof(**out));
	for (i = 0; i < rows_count(r); i++)
		if (!rows_null(r, i, id))
			(*out)[(*n)++] = (struct transaction){
				charger, rows_i32(r, i, id)
			};
}

enum fault
store_stale_chargers(struct ctx *cx, usec_t cutoff, const char *after,
    const char ***out, size_t *n)
{
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &stale_chargers, (struct db_value[]){
	    db_time(&cx->arena, cutoff), db_text(after == NULL ? "" : after)
	    }, 2, &r)))
		return f;
	chargers_read(cx, r, out, n);
	return FAULT_NONE;
}

enum fault
store_stale_take(struct ctx *cx, const char *charger, usec_t cutoff,
    struct transaction **sessions, size_t *n_sessions,
    struct transaction **waiting, usec_t **since, size_t *n_waiting)
{
	struct db_value v[] = {
		db_time(&cx->arena, cutoff), db_text(charger)
	};
	struct rows *marked, *taken;
	enum fault f;
	size_t i;
	int at;

	if ((f = db_queue(cx, &stale_mark, v, 2, &marked)) ||
	    (f = db_run(cx, &waiting_take, v, 2, &taken)))
		return f;
	transactions_read(cx, marked, charger, sessions, n_sessions);
	transactions_read(cx, taken, charger, waiting, n_waiting);
	*since = arena_calloc(&cx->arena, *n_waiting * sizeof(**since));
	at = rows_column(taken, "since");
	for (i = 0; i < *n_waiting; i++)
		(*since)[i] = rows_null(taken, i, at) ? cx->now :
		    rows_time(taken, i, at);
	return FAULT_NONE;
}

enum fault
store_session_chargers(struct ctx *cx, const char *after,
    const char ***out, size_t *n)
{
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &session_chargers, (struct db_value[]){
	    db_text(after == NULL ? "" : after) }, 1, &r)))
		return f;
	chargers_read(cx, r, out, n);
	return FAULT_NONE;
}

enum fault
store_transactions(struct ctx *cx, const char *charger, int64_t after,
    struct transaction **out, size_t *n)
{
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &transactions_find, (struct db_value[]){
	    db_text(charger), db_i64(&cx->arena, after) }, 2, &r)))
		return f;
	transactions_read(cx, r, charger, out, n);
	return FAULT_NONE;
}

enum fault
store_sessions_count(struct ctx *cx, int64_t *sessions, int64_t *duplicates)
{
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &sessions_count, NULL, 0, &r)))
		return f;
	*sessions = rows_i64(r, 0, rows_column(r, "sessions"));
	*duplicates = rows_i64(r, 0, rows_column(r, "duplicates"));
	return FAULT_NONE;
}

enum fault
store_unpriced_chargers(struct ctx *cx, const struct uuid *site,
    const char *after, const char ***out, size_t *n)
{
	struct db_value v[] = {
		db_text(after == NULL ? "" : after),
		site == NULL ? db_null() : db_uuid(site)
	};
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &unpriced_chargers, v, countof(v), &r)))
		return f;
	chargers_read(cx, r, out, n);
	return FAULT_NONE;
}

enum fault
store_unpriced_find(struct ctx *cx, const char *charger,
    const struct session_place *last, int64_t limit, struct session **s,
    size_t *n)
{
	struct db_value v[] = {
		db_text(charger), db_time(&cx->arena, last->at),
		db_uuid(&last->id), db_i64(&cx->arena, limit)
	};
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &unpriced_find, v, countof(v), &r)))
		return f;
	store_sessions_read(cx, r, s, n);
	return FAULT_NONE;
}
