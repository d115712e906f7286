#include "session.h"

#include <string.h>

#include "core/record.h"
#include "session_columns.h"

/* Statements that write sessions, beside SESSION_KEY. */
enum { ADD = 1 << 1, SAVE = 1 << 2, REVISION = 1 << 3 };

static const struct column session_list[] = {
	{ "session_id", COL_UUID, AT(session, id),
	    .in = SESSION_KEY | ADD | SAVE | REVISION },
	{ "charge_point_id", COL_TEXT, AT(session, charger),
	    .in = SESSION_KEY | ADD | SAVE | REVISION },
	{ "connector_id", COL_I32, AT(session, connector),
	    HAS(session, has_connector), .in = ADD | SAVE | REVISION },
	{ "transaction_id", COL_I32, AT(session, transaction),
	    HAS(session, has_transaction), .in = ADD },
	{ "id_tag", COL_TEXT, AT(session, id_tag), .in = ADD | SAVE },
	{ "has_start", COL_BOOL, AT(session, has_start), .in = ADD | SAVE },
	{ "start_conflict", COL_BOOL, AT(session, start_conflict),
	    .in = ADD | SAVE },
	{ "started_at", COL_TIME, AT(session, started_at), .in = ADD | SAVE },
	{ "meter_start_wh", COL_MWH, AT(session, meter_start),
	    HAS(session, has_meter_start), .in = ADD | SAVE },
	{ "start_unreadable", COL_BOOL, AT(session, start_unreadable),
	    .in = ADD | SAVE },
	{ "start_received_at", COL_TIME, AT(session, start_received_at),
	    HAS(session, has_start_received), .in = ADD | SAVE },
	{ "end_kind", COL_WORD, AT(session, end), .words = end_kind_names,
	    .in = SAVE },
	{ "stale", COL_BOOL, AT(session, stale), .in = ADD | SAVE },
	{ "ended_at", COL_TIME, AT(session, ended_at), .in = SAVE },
	{ "meter_stop_wh", COL_MWH, AT(session, meter_stop),
	    HAS(session, has_meter_stop), .in = SAVE },
	{ "reason", COL_TEXT, AT(session, reason), .in = SAVE },
	{ "energy_wh", COL_I64, AT(session, energy_wh),
	    HAS(session, has_energy), .in = SAVE },
	{ "energy_source", COL_TEXT, AT(session, energy_source), .in = SAVE },
	{ "is_estimated", COL_BOOL, AT(session, estimated), .in = SAVE },
	{ "needs_review", COL_BOOL, AT(session, needs_review), .in = SAVE },
	{ "review_reasons", COL_SET, AT(session, review_reasons),
	    .words = flag_names, .in = SAVE },
	{ "correction_wh", COL_I64, AT(session, correction_wh),
	    HAS(session, corrected), .in = SAVE },
	{ "correction_basis", COL_TEXT, AT(session, correction_basis),
	    .in = SAVE },
	{ "finalizing", COL_BOOL, AT(session, finalizing),
	    HAS(session, large) },
	{ "finalized_at", COL_TIME, AT(session, finalized_at),
	    HAS(session, finalized), .in = SAVE },
	{ "legacy_energy_wh", COL_I64, AT(session, legacy.energy_wh),
	    HAS(session, legacy.any) },
	{ "legacy_energy_source", COL_WORD, AT(session, legacy.source),
	    .words = energy_source_names },
	{ "legacy_is_estimated", COL_BOOL, AT(session, legacy.estimated) },
	{ "duplicate_of", COL_UUID, AT(session, duplicate_of) },
	{ "site_id", COL_UUID, AT(session, site), .in = SAVE },
	{ "billing", COL_WORD, AT(session, billing), .words = billing_names,
	    .in = SAVE },
	{ "unpriced_reason", COL_WORD, AT(session, unpriced),
	    .words = unpriced_names, .in = SAVE },
	{ "tariff_id", COL_UUID, AT(session, tariff), .in = SAVE },
	{ "cost_amount", COL_AMOUNT, AT(session, cost),
	    HAS(session, has_cost), .in = SAVE },
	{ "cost_currency", COL_TEXT, AT(session, cost_currency), .in = SAVE },
	{ "priced_at", COL_TIME, AT(session, priced_at),
	    HAS(session, priced), .in = SAVE },
	{ "created_at", COL_TIME, AT(session, created_at), .in = ADD },
	{ "updated_at", COL_TIME, AT(session, updated_at) },
	{ "fingerprint", COL_TEXT, AT(session, fingerprint), .in = REVISION,
	    .unread = true },
	{ 0 }
};
const struct columns session_columns = {
	session_list, sizeof(struct session)
};

static const struct column transaction_list[] = {
	{ "charge_point_id", COL_TEXT, AT(transaction, charger), .in = 1 },
	{ "transaction_id", COL_I32, AT(transaction, id), .in = 1 },
	{ 0 }
};
const struct columns transaction_columns = {
	transaction_list, sizeof(struct transaction)
};

static const struct column start_list[] = {
	{ "charge_point_id", COL_TEXT, AT(start_key, charger), .in = 1 },
	{ "connector_id", COL_I32, AT(start_key, connector), .in = 1 },
	{ "transaction_id", COL_I32, AT(start_key, transaction), .in = 1 },
	{ "at", COL_TIME, AT(start_key, at), .in = 1 },
	{ 0 }
};
static const struct columns start_columns = {
	start_list, sizeof(struct start_key)
};

static const struct column surroundings_list[] = {
	{ "max_power_kw", COL_I32, AT(surroundings, max_power_kw) },
	{ "started_at", COL_TIME, AT(surroundings, next_start),
	    HAS(surroundings, has_next_start) },
	{ "session_id", COL_UUID, AT(surroundings, next_session) },
	{ 0 }
};
static const struct columns surroundings_columns = {
	surroundings_list, sizeof(struct surroundings)
};

static const struct column span_list[] = {
	{ "charge_point_id", COL_TEXT, AT(time_span, of.charger), .in = 1 },
	{ "transaction_id", COL_I32, AT(time_span, of.id), .in = 1 },
	{ "lo", COL_TIME, AT(time_span, lo), .in = 1 },
	{ "hi", COL_TIME, AT(time_span, hi), .in = 1 },
	{ "room", COL_I64, AT(time_span, room), .in = 1 },
	{ 0 }
};
static const struct columns span_columns = {
	span_list, sizeof(struct time_span)
};

static const struct column end_list[] = {
	{ "ts", COL_TIME, AT(end, at) },
	{ "meter_stop_wh", COL_MWH, AT(end, stop), HAS(end, has_stop) },
	{ "reason", COL_TEXT, AT(end, reason) },
	{ 0 }
};
static const struct columns end_columns = { end_list, sizeof(struct end) };

static const struct column reading_list[] = {
	{ "id", COL_I64, AT(reading, id) },
	{ "event_id", COL_I64, AT(reading, event_id) },
	{ "ts", COL_TIME, AT(reading, ts) },
	{ "kind", COL_WORD, AT(reading, kind), .words = reading_kind_letters,
	    .in = 1 },
	{ "value_text", COL_TEXT, AT(reading, value), .in = 1 },
	{ "unit", COL_TEXT, AT(reading, unit), .in = 1 },
	{ "context", COL_TEXT, AT(reading, context), .in = 1 },
	{ "phase", COL_TEXT, AT(reading, phase), .in = 1 },
	{ "location", COL_TEXT, AT(reading, location), .in = 1 },
	{ "format", COL_TEXT, AT(reading, format), .in = 1 },
	{ "value_mwh", COL_I64, AT(reading, mwh), HAS(reading, usable),
	    .in = 1 },
	{ 0 }
};
const struct columns reading_columns = {
	reading_list, sizeof(struct reading)
};

static const struct column revision_list[] = {
	{ "revision", COL_I32, AT(revision_record, number), .in = 1 },
	{ "made_at", COL_TIME, AT(revision_record, made_at) },
	{ "cause", COL_TEXT, AT(revision_record, cause), .in = 1 },
	{ "rule_version", COL_I32, AT(revision_record, rule_version),
	    .in = 1 },
	{ "energy_wh", COL_I64, AT(revision_record, energy_wh),
	    HAS(revision_record, has_energy), .in = 1 },
	{ "energy_source", COL_TEXT, AT(revision_record, energy_source),
	    .in = 1 },
	{ "is_estimated", COL_BOOL, AT(revision_record, estimated), .in = 1 },
	{ "needs_review", COL_BOOL, AT(revision_record, needs_review),
	    .in = 1 },
	{ "review_reasons", COL_SET, AT(revision_record, review_reasons),
	    .words = flag_names, .in = 1 },
	{ "corrected", COL_BOOL, AT(revision_record, corrected), .in = 1 },
	{ "started_at", COL_TIME, AT(revision_record, started_at),
	    HAS(revision_record, has_started), .in = 1 },
	{ "ended_at", COL_TIME, AT(revision_record, ended_at),
	    HAS(revision_record, has_ended), .in = 1 },
	{ "meter_start_wh", COL_MWH, AT(revision_record, meter_start),
	    HAS(revision_record, has_meter_start), .in = 1 },
	{ "meter_stop_wh", COL_MWH, AT(revision_record, meter_stop),
	    HAS(revision_record, has_meter_stop), .in = 1 },
	{ "reason", COL_TEXT, AT(revision_record, reason), .in = 1 },
	{ "accepted_by", COL_TEXT, AT(revision_record, accepted_by), .in = 1 },
	{ "accepted_why", COL_TEXT, AT(revision_record, accepted_why),
	    .in = 1 },
	{ "explanation", COL_TEXT, AT(revision_record, explanation), .in = 1 },
	{ "judgement", COL_TEXT, AT(revision_record, judgement) },
	{ "copied", COL_I64, AT(revision_record, n_copied) },
	{ "copied_used", COL_I64, AT(revision_record, n_copied_used) },
	{ "page_used", COL_TEXT, AT(revision_record, used) },
	{ "page_left", COL_TEXT, AT(revision_record, left) },
	{ 0 }
};
const struct columns revision_columns = {
	revision_list, sizeof(struct revision_record)
};

/* Of a session, from its latest revision. */
static const struct column latest_list[] = {
	{ "revision", COL_I32, AT(session, revision) },
	{ "fingerprint", COL_TEXT, AT(session, fingerprint) },
	{ 0 }
};
static const struct columns latest_columns = {
	latest_list, sizeof(struct session)
};

static const struct db_stmt sessions_find = { "sessions_find",
    "WITH g (cp, tx) AS ("
    " SELECT charge_point_id, transaction_id"
    " FROM unnest($1::text[], $2::int[])"
    " AS t (charge_point_id, transaction_id)"
    " UNION"
    " SELECT n.charge_point_id, p.transaction_id"
    " FROM unnest($3::text[], $4::int[], $5::int[], $6::timestamptz[])"
    " AS n (charge_point_id, connector_id, transaction_id, at)"
    " CROSS JOIN LATERAL (SELECT s.transaction_id FROM sessions s"
    "  WHERE s.charge_point_id = n.charge_point_id"
    "  AND s.connector_id = n.connector_id AND s.started_at <= n.at"
    "  AND (s.started_at, s.transaction_id) < (n.at, n.transaction_id)"
    "  AND s.has_start AND s.duplicate_of IS NULL"
    "  ORDER BY s.started_at DESC, s.transaction_id DESC LIMIT 1) p)"
    " SELECT s.* FROM g CROSS JOIN LATERAL (SELECT " SESSION_COLUMNS
    "  FROM sessions s WHERE s.charge_point_id = g.cp"
    "  AND s.transaction_id = g.tx AND s.duplicate_of IS NULL"
    "  AND s.has_start"
    "  UNION ALL SELECT " SESSION_COLUMNS
    "  FROM sessions s WHERE s.charge_point_id = g.cp"
    "  AND s.transaction_id = g.tx AND s.duplicate_of IS NULL"
    "  AND NOT s.has_start OFFSET 0) s" };

/* What has no start of its own is missing here. */
static const struct db_stmt running_find = { "running_find",
    "SELECT t.n::int AS n, s.runs FROM unnest($1::text[], $2::int[])"
    " WITH ORDINALITY AS t (charge_point_id, transaction_id, n)"
    " CROSS JOIN LATERAL (SELECT s.end_kind IS NULL AS runs"
    "  FROM sessions s WHERE s.charge_point_id = t.charge_point_id"
    "  AND s.transaction_id = t.transaction_id AND s.duplicate_of IS NULL"
    "  AND s.has_start OFFSET 0) s" };

static const struct db_stmt session_load = { "session_load",
    "SELECT " SESSION_COLUMNS " FROM sessions s"
    " WHERE s.session_id = $1::uuid" };

static const struct db_stmt charger_lock = { "charger_lock",
    "SELECT 1 FROM chargers WHERE charge_point_id = $1::text"
    " FOR NO KEY UPDATE" };

static const struct db_stmt sessions_add = { "sessions_add",
    "INSERT INTO sessions (session_id, charge_point_id, connector_id,"
    " transaction_id, id_tag, has_start, start_conflict, started_at,"
    " meter_start_wh, start_unreadable, start_received_at, stale, created_at,"
    " updated_at)"
    " SELECT session_id, charge_point_id, connector_id, transaction_id,"
    " id_tag, has_start, start_conflict, started_at, meter_start_wh,"
    " start_unreadable, start_received_at, stale, created_at, created_at"
    " FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::text[],"
    " $6::bool[], $7::bool[], $8::timestamptz[], $9::numeric[],"
    " $10::bool[], $11::timestamptz[], $12::bool[], $13::timestamptz[])"
    " AS t (session_id, charge_point_id, connector_id, transaction_id,"
    " id_tag, has_start, start_conflict, started_at, meter_start_wh,"
    " start_unreadable, start_received_at, stale, created_at)" };

static const struct db_stmt sessions_save = { "sessions_save",
    "UPDATE sessions s SET connector_id = t.connector_id,"
    " started_at = t.started_at, has_start = t.has_start,"
    " start_conflict = t.start_conflict, id_tag = t.id_tag,"
    " meter_start_wh = t.meter_start_wh,"
    " start_unreadable = t.start_unreadable,"
    " start_received_at = t.start_received_at,"
    " end_kind = t.end_kind, stale = t.stale,"
    " ended_at = CASE WHEN t.end_kind IS NOT NULL THEN t.ended_at END,"
    " meter_stop_wh = t.meter_stop_wh, reason = t.reason,"
    " energy_wh = t.energy_wh, energy_source = t.energy_source,"
    " is_estimated = t.is_estimated, needs_review = t.needs_review,"
    " review_reasons = string_to_array(t.review_reasons, ','),"
    " correction_wh = t.correction_wh,"
    " correction_basis = t.correction_basis,"
    " finalized_at = t.finalized_at, site_id = t.site_id,"
    " billing = t.billing, unpriced_reason = t.unpriced_reason,"
    " tariff_id = t.tariff_id,"
    " cost_amount = t.cost_amount, cost_currency = t.cost_currency,"
    " priced_at = t.priced_at, updated_at = now()"
    " FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[],"
    " $5::bool[], $6::bool[], $7::timestamptz[], $8::numeric[], $9::bool[],"
    " $10::timestamptz[], $11::text[], $12::bool[], $13::timestamptz[],"
    " $14::numeric[], $15::text[], $16::bigint[], $17::text[], $18::bool[],"
    " $19::bool[], $20::text[], $21::bigint[], $22::text[],"
    " $23::timestamptz[], $24::uuid[], $25::text[], $26::text[],"
    " $27::uuid[], $28::numeric[], $29::text[], $30::timestamptz[])"
    " AS t (session_id, charge_point_id, connector_id, id_tag, has_start,"
    " start_conflict, started_at, meter_start_wh, start_unreadable,"
    " start_received_at, end_kind, stale, ended_at, meter_stop_wh, reason,"
    " energy_wh, energy_source, is_estimated, needs_review, review_reasons,"
    " correction_wh, correction_basis, finalized_at, site_id, billing,"
    " unpriced_reason, tariff_id, cost_amount, cost_currency, priced_at)"
    " WHERE s.session_id = t.session_id"
    " AND s.charge_point_id = t.charge_point_id" };

static const struct db_stmt ends_find = { "ends_find",
    "SELECT t.n::int AS n, e.* FROM"
    " unnest($1::text[], $2::int[], $3::timestamptz[], $4::timestamptz[],"
    " $5::bigint[]) WITH ORDINALITY"
    " AS t (charge_point_id, transaction_id, lo, hi, room, n)"
    " CROSS JOIN LATERAL (SELECT ts, meter_stop_wh, reason"
    "  FROM transaction_ends e"
    "  WHERE e.charge_point_id = t.charge_point_id"
    "  AND e.transaction_id = t.transaction_id"
    "  AND e.ts >= t.lo AND e.ts < t.hi"
    "  ORDER BY e.ts, e.meter_stop_wh, e.reason LIMIT t.room) e" };

static const struct db_stmt surroundings_find = { "surroundings_find",
    "SELECT t.n::int AS n, c.max_power_kw, s.started_at, s.session_id FROM"
    " unnest($1::text[], $2::int[], $3::int[], $4::timestamptz[])"
    " WITH ORDINALITY"
    " AS t (charge_point_id, connector_id, transaction_id, at, n)"
    " JOIN chargers c ON c.charge_point_id = t.charge_point_id"
    " LEFT JOIN LATERAL (SELECT s.started_at, s.session_id FROM sessions s"
    "  WHERE s.charge_point_id = t.charge_point_id"
    "  AND s.connector_id = t.connector_id AND s.started_at >= t.at"
    "  AND (s.started_at, s.transaction_id) > (t.at, t.transaction_id)"
    "  AND s.has_start AND s.duplicate_of IS NULL"
    "  ORDER BY s.started_at, s.transaction_id LIMIT 1) s ON true" };

static const struct db_stmt latest_readings = { "latest_readings_find",
    "SELECT t.n::int AS n, m.* FROM"
    " unnest($1::text[], $2::int[], $3::timestamptz[], $4::timestamptz[],"
    " $5::bigint[]) WITH ORDINALITY"
    " AS t (charge_point_id, transaction_id, lo, hi, room, n)"
    " CROSS JOIN LATERAL (SELECT " READING_COLUMNS
    "  FROM meter_samples m"
    "  WHERE m.charge_point_id = t.charge_point_id"
    "  AND m.transaction_id = t.transaction_id"
    "  AND m.ts >= t.lo AND m.ts < t.hi"
    "  ORDER BY m.ts DESC LIMIT t.room) m" };

static const struct db_stmt first_readings = { "first_readings_find",
    "SELECT t.n::int AS n, m.* FROM"
    " unnest($1::text[], $2::int[], $3::timestamptz[], $4::timestamptz[],"
    " $5::bigint[]) WITH ORDINALITY"
    " AS t (charge_point_id, transaction_id, lo, hi, room, n)"
    " CROSS JOIN LATERAL (SELECT " READING_COLUMNS
    "  FROM meter_samples m"
    "  WHERE m.charge_point_id = t.charge_point_id"
    "  AND m.transaction_id = t.transaction_id"
    "  AND m.ts >= t.lo AND m.ts < t.hi"
    "  ORDER BY m.ts LIMIT t.room) m" };

static const struct db_stmt revisions_find = { "revisions_find",
    "SELECT t.n::int AS n, r.* FROM unnest($1::uuid[], $2::text[])"
    " WITH ORDINALITY AS t (session_id, charge_point_id, n)"
    " CROSS JOIN LATERAL (SELECT r.revision, r.fingerprint"
    "  FROM session_revisions r WHERE r.session_id = t.session_id"
    "  AND r.charge_point_id = t.charge_point_id"
    "  ORDER BY r.revision DESC LIMIT 1) r" };

static const struct db_stmt revisions_add = { "revisions_add",
    "INSERT INTO session_revisions (session_id, charge_point_id,"
    " connector_id, fingerprint, revision, made_at, cause, rule_version,"
    " energy_wh, energy_source, is_estimated, needs_review,"
    " review_reasons, corrected, started_at, ended_at, meter_start_wh,"
    " meter_stop_wh, reason, accepted_by, accepted_why, explanation)"
    " SELECT session_id, charge_point_id, connector_id, fingerprint,"
    " revision, now(), cause, rule_version, energy_wh, energy_source,"
    " is_estimated, needs_review, string_to_array(review_reasons, ','),"
    " corrected, started_at, ended_at, meter_start_wh, meter_stop_wh,"
    " reason, accepted_by, accepted_why, explanation::jsonb"
    " FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::int[],"
    " $6::text[], $7::int[], $8::bigint[], $9::text[], $10::bool[],"
    " $11::bool[], $12::text[], $13::bool[], $14::timestamptz[],"
    " $15::timestamptz[], $16::numeric[], $17::numeric[], $18::text[],"
    " $19::text[], $20::text[], $21::text[])"
    " AS t (session_id, charge_point_id, connector_id, fingerprint,"
    " revision, cause, rule_version, energy_wh, energy_source,"
    " is_estimated, needs_review, review_reasons, corrected, started_at,"
    " ended_at, meter_start_wh, meter_stop_wh, reason, accepted_by,"
    " accepted_why, explanation)" };

static enum fault
transactions_queue(struct ctx *cx, const struct db_stmt *st,
    const struct transaction *x, size_t n, struct rows **slot)
{
	return columns_queue(cx, st, &(struct column_rows){
	    &transaction_columns, x, n, false, 1 }, 1, slot);
}

enum fault
store_sessions_find(struct ctx *cx, const struct transaction *x, size_t n,
    const struct start_key *k, size_t n_starts, struct rows **slot)
{
	const struct column_rows sets[] = {
		{ &transaction_columns, x, n, false, 1 },
		{ &start_columns, k, n_starts, false, 1 },
	};

	return columns_queue(cx, &sessions_find, sets, countof(sets), slot);
}

enum fault
store_running_find(struct ctx *cx, const struct transaction *x, size_t n,
    struct rows **slot)
{
	return transactions_queue(cx, &running_find, x, n, slot);
}

size_t
store_running_read(const struct rows *r, struct transaction *x, size_t n)
{
	size_t i, k = 0, left = 0;
	int at, runs;

	if (n == 0)
		return 0;
	at = rows_column(r, "n");
	runs = rows_column(r, "runs");
	for (i = 0; i < n; i++) {
		bool any = false, all = true;

		for (; k < rows_count(r) &&
		    (size_t)rows_i32(r, k, at) == i + 1; k++) {
			any = true;
			all = all && rows_bool(r, k, runs);
		}
		if (!any || !all)
			x[left++] = x[i];
	}
	return left;
}

void
store_sessions_read(struct ctx *cx, const struct rows *r,
    struct session **out, size_t *n)
{
	size_t i;

	*out = columns_read_all(cx, &session_columns, r, n);
	for (i = 0; i < *n; i++)
		(*out)[i].fingerprint = "";
}

enum fault
store_session_load(struct ctx *cx, const struct uuid *id, struct session *s)
{
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &session_load,
	    (struct db_value[]){ db_uuid(id) }, 1, &r)))
		return f;
	if (rows_count(r) == 0)
		return ctx_fail(cx, FAULT_NOT_FOUND, "no such session");
	*s = (struct session){ .fingerprint = "" };
	columns_read_one(&session_columns, r, 0, s);
	return FAULT_NONE;
}

enum fault
store_charger_lock(struct ctx *cx, const char *charger)
{
	return db_queue(cx, &charger_lock,
	    (struct db_value[]){ db_text(charger) }, 1, NULL);
}

enum fault
store_sessions_add(struct ctx *cx, struct session *const *s, size_t n)
{
	return columns_queue(cx, &sessions_add, &(struct column_rows){
	    &session_columns, s, n, true, ADD }, 1, NULL);
}

enum fault
store_sessions_save(struct ctx *cx, struct session *const *s, size_t n)
{
	return columns_queue(cx, &sessions_save, &(struct column_rows){
	    &session_columns, s, n, true, SAVE }, 1, NULL);
}

/* A session that has no connector is asked for on one that no charger has. */
enum fault
store_surroundings_find(struct ctx *cx, struct session *const *s, size_t n,
    struct rows **slot)
{
	struct start_key *k = arena_calloc(&cx->arena, n * sizeof(*k));
	size_t i;

	for (i = 0; i < n; i++)
		k[i] = (struct start_key){
			.charger = s[i]->charger,
			.connector = s[i]->has_connector && s[i]->has_start ?
			    s[i]->connector : -1,
			.transaction = s[i]->transaction,
			.at = s[i]->started_at,
		};
	return columns_queue(cx, &surroundings_find, &(struct column_rows){
	    &start_columns, k, n, false, 1 }, 1, slot);
}

void
store_surroundings_read(const struct rows *r, struct surroundings *list,
    size_t n)
{
	columns_read_numbered(&(struct column_rows){
	    &surroundings_columns, list, n, false, 0 }, r);
}

static enum fault
spans_queue(struct ctx *cx, const struct db_stmt *st,
    const struct time_span *span, size_t n, struct rows **slot)
{
	return columns_queue(cx, st, &(struct column_rows){
	    &span_columns, span, n, false, 1 }, 1, slot);
}

enum fault
store_ends_find(struct ctx *cx, const struct time_span *span, size_t n,
    struct rows **slot)
{
	return spans_queue(cx, &ends_find, span, n, slot);
}

/* The rows of a span follow each other. */
void
store_ends_read(struct ctx *cx, const struct rows *r, struct end_list *lists,
    size_t n)
{
	int at = rows_column(r, "n");
	struct end *all;
	size_t i, rows;

	memset(lists, 0, n * sizeof(*lists));
	all = columns_read_all(cx, &end_columns, r, &rows);
	for (i = 0; i < rows; i++) {
		struct end_list *l = &lists[rows_i32(r, i, at) - 1];

		if (l->n++ == 0)
			l->list = &all[i];
	}
}

enum fault
store_latest_readings_find(struct ctx *cx, const struct time_span *span,
    size_t n, struct rows **slot)
{
	return spans_queue(cx, &latest_readings, span, n, slot);
}

enum fault
store_first_readings_find(struct ctx *cx, const struct time_span *span,
    size_t n, struct rows **slot)
{
	return spans_queue(cx, &first_readings, span, n, slot);
}

static void
lists_open(struct ctx *cx, const struct rows *r, struct reading_list *lists,
    size_t n)
{
	int at = rows_column(r, "n");
	size_t i;

	for (i = 0; i < n; i++)
		lists[i] = (struct reading_list){ .list = NULL };
	for (i = 0; i < rows_count(r); i++)
		lists[rows_i32(r, i, at) - 1].rows++;
	for (i = 0; i < n; i++) {
		size_t rows = (size_t)lists[i].rows;

		lists[i].list = arena_alloc(&cx->arena,
		    rows * sizeof(*lists[i].list));
		lists[i].items = arena_alloc(&cx->arena,
		    rows * sizeof(*lists[i].items));
		lists[i].rows = 0;
	}
}

/* `first`: by ts already, not backwards. */
static void
lists_read(struct ctx *cx, const struct rows *r, struct reading_list *lists,
    size_t n, bool first)
{
	int at = rows_column(r, "n"), item = rows_column(r, "item");
	struct reading *all;
	size_t i, k, rows;

	all = columns_read_all(cx, &reading_columns, r, &rows);
	lists_open(cx, r, lists, n);
	for (i = 0; i < rows; i++) {
		struct reading_list *l;

		k = first ? i : rows - 1 - i;
		l = &lists[rows_i32(r, k, at) - 1];
		if (l->rows++ == 0)
			l->from = all[k].ts;
		if (all[k].kind == READING_OTHER)
			continue;
		l->list[l->n] = all[k];
		l->items[l->n++] = rows_i16(r, k, item);
	}
}

void
store_latest_readings_read(struct ctx *cx, const struct rows *r,
    struct reading_list *lists, size_t n)
{
	lists_read(cx, r, lists, n, false);
}

void
store_readings_read(struct ctx *cx, const struct rows *r,
    struct reading_list *lists, size_t n)
{
	lists_read(cx, r, lists, n, true);
}

enum fault
store_revisions_find(struct ctx *cx, struct session *const *s, size_t n,
    struct rows **slot)
{
	return columns_queue(cx, &revisions_find, &(struct column_rows){
	    &session_columns, s, n, true, SESSION_KEY }, 1, slot);
}

void
store_revisions_read(const struct rows *r, struct session *const *s,
    size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		s[i]->revision = 0;
		s[i]->fingerprint = "";
	}
	columns_read_numbered(&(struct column_rows){
	    &latest_columns, s, n, true, 0 }, r);
}

static struct revision_record
revision_of(const struct revision *v)
{
	const struct session *s = v->session;

	return (struct revision_record){
		.number = s->revision,
		.cause = v->cause,
		.rule_version = RULE_VERSION,
		.has_energy = s->has_energy, .energy_wh = s->energy_wh,
		.energy_source = s->energy_source,
		.estimated = s->estimated, .needs_review = s->needs_review,
		.review_reasons = s->review_reasons,
		.corrected = s->corrected,
		.has_started = true, .started_at = s->started_at,
		.has_ended = s->end != END_NONE, .ended_at = s->ended_at,
		.has_meter_start = s->has_meter_start,
		.meter_start = s->meter_start,
		.has_meter_stop = s->has_meter_stop,
		.meter_stop = s->meter_stop,
		.reason = s->reason,
		.accepted_by = v->accepted_by,
		.accepted_why = v->accepted_why,
		.explanation = v->explanation,
	};
}

enum fault
store_revisions_add(struct ctx *cx, const struct revision *v, size_t n)
{
	struct revision_record *records;
	const struct session **sessions;
	size_t i;

	records = arena_alloc(&cx->arena, n * sizeof(*records));
	sessions = arena_alloc(&cx->arena, n * sizeof(struct session *));
	for (i = 0; i < n; i++) {
		sessions[i] = v[i].session;
		records[i] = revision_of(&v[i]);
	}
	return columns_queue(cx, &revisions_add, (struct column_rows[]){
	    { &session_columns, sessions, n, true, REVISION },
	    { &revision_columns, records, n, false, 1 } }, 2, NULL);
}
