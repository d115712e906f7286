#include "large_session.h"

#include "columns.h"

static const struct db_stmt large_due = { "large_due",
    "INSERT INTO large_sessions AS l (session_id, charge_point_id, cause,"
    " made_by, why, anew)"
    " VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::text, $6::bool)"
    " ON CONFLICT (session_id, charge_point_id) DO UPDATE"
    " SET version = excluded.version, due_since = coalesce(l.due_since, now()),"
    " (cause, made_by, why, anew) = (SELECT d.* FROM (VALUES"
    "  (l.cause, l.made_by, l.why, l.anew)) AS d"
    "  WHERE l.due_since IS NOT NULL AND NOT excluded.anew"
    "  UNION ALL SELECT excluded.cause, excluded.made_by, excluded.why,"
    "  excluded.anew WHERE l.due_since IS NULL OR excluded.anew)" };

/*
 * The time that it is left alone is for whoever was killed while deciding it,
 * and for what nobody can decide.  The session by its id alone: on a young
 * table the planner might go through all those of the charger.
 */
static const struct db_stmt large_take = { "large_take",
    "UPDATE large_sessions l SET tries = l.tries + 1,"
    " not_before = clock_timestamp()"
    " + interval '3 s' * (1 << least(l.tries, 8))"
    " FROM sessions s WHERE (l.session_id, l.charge_point_id) = ("
    "  SELECT d.session_id, d.charge_point_id FROM large_sessions d"
    "  WHERE d.due_since IS NOT NULL AND d.not_before <= clock_timestamp()"
    "  ORDER BY d.not_before LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)"
    " AND s.session_id = l.session_id"
    " RETURNING l.session_id, l.charge_point_id, s.transaction_id,"
    " l.version, l.cause, l.made_by, l.why, l.anew" };

static const struct column taken_list[] = {
	{ "session_id", COL_UUID, AT(large_session, id) },
	{ "charge_point_id", COL_TEXT, AT(large_session, charger) },
	{ "transaction_id", COL_I32, AT(large_session, transaction) },
	{ 0 }
};
static const struct columns taken_columns = {
	taken_list, sizeof(struct large_session)
};

static const struct column large_list[] = {
	{ "version", COL_I64, AT(large_session, version) },
	{ "cause", COL_TEXT, AT(large_session, cause) },
	{ "made_by", COL_TEXT, AT(large_session, by) },
	{ "why", COL_TEXT, AT(large_session, why) },
	{ "anew", COL_BOOL, AT(large_session, anew) },
	{ 0 }
};
static const struct columns large_columns = {
	large_list, sizeof(struct large_session)
};

#define OF_SESSION \
	" WHERE session_id = $1::uuid AND charge_point_id = $2::text"

static const struct db_stmt large_find = { "large_find",
    "SELECT version, cause, made_by, why, anew FROM large_sessions"
    OF_SESSION };

static const struct db_stmt large_again = { "large_again",
    "UPDATE large_sessions SET tries = 0, cause = 'Late', made_by = NULL,"
    " why = NULL, anew = false, not_before = clock_timestamp()"
    " + interval '1 us' * $3::bigint" OF_SESSION };

static const struct db_stmt large_decided = { "large_decided",
    "UPDATE large_sessions SET tries = 0, due_since = NULL,"
    " not_before = clock_timestamp() + interval '1 us' * $3::bigint"
    OF_SESSION };

static const struct db_stmt large_remove = { "large_remove",
    "DELETE FROM large_sessions" OF_SESSION };

/* Whoever saw it finalizing finds it among the changed sessions. */
static const struct db_stmt session_touch = { "large_touch",
    "UPDATE sessions SET updated_at = now()" OF_SESSION };

enum fault
store_large_due(struct ctx *cx, const struct large_session *l)
{
	return db_queue(cx, &large_due, (struct db_value[]){
	    db_uuid(&l->id), db_text(l->charger), db_text(l->cause),
	    db_text(l->by), db_text(l->why), db_bool(l->anew) }, 6, NULL);
}

enum fault
store_large_take(struct ctx *cx, struct large_session *l, bool *any)
{
	struct rows *r;
	enum fault f;

	*any = false;
	if ((f = db_run(cx, &large_take, NULL, 0, &r)))
		return f;
	*any = rows_count(r) > 0;
	*l = (struct large_session){ .next = NULL };
	columns_read(&taken_columns, r, l, *any);
	columns_read(&large_columns, r, l, *any);
	return FAULT_NONE;
}

static enum fault
large_queue(struct ctx *cx, const struct db_stmt *st,
    const struct large_session *l, struct rows **slot)
{
	return db_queue(cx, st, (struct db_value[]){
	    db_uuid(&l->id), db_text(l->charger) }, 2, slot);
}

enum fault
store_large_find(struct ctx *cx, const struct large_session *l,
    struct rows **slot)
{
	return large_queue(cx, &large_find, l, slot);
}

void
store_large_read(const struct rows *r, struct large_session *l)
{
	l->version = 0;
	if (rows_count(r) > 0)
		columns_read_one(&large_columns, r, 0, l);
}

static enum fault
large_rest(struct ctx *cx, const struct db_stmt *st,
    const struct large_session *l, usec_t rest)
{
	return db_queue(cx, st, (struct db_value[]){
	    db_uuid(&l->id), db_text(l->charger),
	    db_i64(&cx->arena, rest) }, 3, NULL);
}

enum fault
store_large_again(struct ctx *cx, const struct large_session *l, usec_t rest)
{
	return large_rest(cx, &large_again, l, rest);
}

enum fault
store_large_decided(struct ctx *cx, const struct large_session *l,
    usec_t rest)
{
	enum fault f;

	if ((f = large_rest(cx, &large_decided, l, rest)))
		return f;
	return large_queue(cx, &session_touch, l, NULL);
}

enum fault
store_large_remove(struct ctx *cx, const struct large_session *l)
{
	enum fault f;

	if ((f = large_queue(cx, &large_remove, l, NULL)))
		return f;
	return large_queue(cx, &session_touch, l, NULL);
}
