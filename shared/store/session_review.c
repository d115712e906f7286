#include "session_review.h"

#include "columns.h"

/*
 * What the fallback chain gave, of a revision r: as session_chain_result()
 * says it.
 */
#define CHAIN_RESULT \
	"coalesce((r.explanation->>'step') || ' ' || coalesce(round((" \
	"r.explanation->'steps'->(r.explanation->>'step')->>'energyWh'" \
	")::numeric)::text, '-'), '')"

/* The latest revision of the session $1 of charger $2. */
#define LATEST \
	"(SELECT * FROM session_revisions WHERE session_id = $1::uuid" \
	" AND charge_point_id = $2::text ORDER BY revision DESC LIMIT 1) r"

#define REVISION(cause, energy, corrected) \
	"INSERT INTO session_revisions (session_id, charge_point_id," \
	" revision, made_at, cause, rule_version, energy_wh, energy_source," \
	" is_estimated, needs_review, review_reasons, corrected, started_at," \
	" ended_at, meter_start_wh, meter_stop_wh, reason, fingerprint," \
	" explanation, connector_id, accepted_by, accepted_why)" \
	" SELECT session_id, charge_point_id, revision + 1, now(), " cause "," \
	" rule_version, " energy ", energy_source, is_estimated, false," \
	" review_reasons, " corrected ", started_at, ended_at," \
	" meter_start_wh, meter_stop_wh, reason, fingerprint, explanation," \
	" connector_id, $3::text, $4::text FROM " LATEST

/* The same result: coming to it again makes no further revision. */
static const struct db_stmt accept_revision = { "accept_revision",
    REVISION("'Accepted'", "energy_wh", "corrected") };

static const struct db_stmt accept_session = { "accept_session",
    "UPDATE sessions s SET needs_review = false, updated_at = now(),"
    " correction_basis = CASE WHEN s.correction_wh IS NOT NULL"
    "  THEN " CHAIN_RESULT " END"
    " FROM " LATEST " WHERE s.session_id = $1::uuid"
    " AND s.charge_point_id = $2::text" };

static const struct db_stmt correct_revision = { "correct_revision",
    REVISION("'Corrected'", "$5::bigint", "true") };

static const struct db_stmt correct_session = { "correct_session",
    "UPDATE sessions s SET needs_review = false, updated_at = now(),"
    " energy_wh = $3::bigint, correction_wh = $3::bigint,"
    " correction_basis = " CHAIN_RESULT
    " FROM " LATEST " WHERE s.session_id = $1::uuid"
    " AND s.charge_point_id = $2::text" };

static const struct db_stmt correction_add = { "correction_add",
    "INSERT INTO session_corrections (session_id, charge_point_id, seq,"
    " idempotency_key, energy_wh, made_by, why)"
    " SELECT $1::uuid, $2::text, 1 + count(*), $3::text, $4::bigint,"
    " $5::text, $6::text FROM session_corrections"
    " WHERE session_id = $1::uuid AND charge_point_id = $2::text" };

static const struct db_stmt correction_clear = { "correction_clear",
    "UPDATE sessions SET correction_wh = NULL, correction_basis = NULL,"
    " updated_at = now() WHERE session_id = $1::uuid"
    " AND charge_point_id = $2::text" };

static const struct column correction_columns_list[] = {
	{ "seq", COL_I32, AT(correction, seq) },
	{ "idempotency_key", COL_TEXT, AT(correction, key) },
	{ "energy_wh", COL_I64, AT(correction, energy_wh),
	    HAS(correction, has_energy) },
	{ "made_by", COL_TEXT, AT(correction, by) },
	{ "why", COL_TEXT, AT(correction, why) },
	{ "made_at", COL_TIME, AT(correction, made_at) },
	{ 0 }
};
static const struct columns correction_columns = {
	correction_columns_list, sizeof(struct correction)
};

static const struct db_stmt correction_list = { "correction_list",
    "SELECT seq, idempotency_key, energy_wh, made_by, why, made_at"
    " FROM session_corrections WHERE session_id = $1::uuid"
    " AND charge_point_id = $2::text ORDER BY seq" };

enum fault
store_session_accept(struct ctx *cx, const struct session *s, const char *by,
    const char *why)
{
	struct db_value v[] = {
		db_uuid(&s->id), db_text(s->charger), db_text(by),
		db_text(why)
	};
	enum fault f;

	if ((f = db_queue(cx, &accept_session, v, 2, NULL)))
		return f;
	return db_queue(cx, &accept_revision, v, 4, NULL);
}

static enum fault
correction_queue(struct ctx *cx, const struct session *s,
    const struct correction *c)
{
	return db_queue(cx, &correction_add, (struct db_value[]){
	    db_uuid(&s->id), db_text(s->charger), db_text(c->key),
	    c->has_energy ? db_i64(&cx->arena, c->energy_wh) : db_null(),
	    db_text(c->by), db_text(c->why) }, 6, NULL);
}

enum fault
store_session_correct(struct ctx *cx, const struct session *s,
    const struct correction *c)
{
	struct db_value energy = db_i64(&cx->arena, c->energy_wh);
	struct db_value id = db_uuid(&s->id), charger = db_text(s->charger);
	enum fault f;

	if ((f = correction_queue(cx, s, c)) ||
	    (f = db_queue(cx, &correct_session, (struct db_value[]){
	    id, charger, energy }, 3, NULL)))
		return f;
	return db_queue(cx, &correct_revision, (struct db_value[]){
	    id, charger, db_text(c->by), db_text(c->why), energy }, 5, NULL);
}

enum fault
store_correction_withdraw(struct ctx *cx, const struct session *s,
    const struct correction *c)
{
	enum fault f;

	if ((f = correction_queue(cx, s, c)))
		return f;
	return db_queue(cx, &correction_clear, (struct db_value[]){
	    db_uuid(&s->id), db_text(s->charger) }, 2, NULL);
}

enum fault
store_correction_list(struct ctx *cx, const struct session *s,
    struct correction **out, size_t *n)
{
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &correction_list, (struct db_value[]){
	    db_uuid(&s->id), db_text(s->charger) }, 2, &r)))
		return f;
	*out = columns_read_all(cx, &correction_columns, r, n);
	return FAULT_NONE;
}
