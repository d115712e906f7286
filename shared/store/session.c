#include "session.h"

#include <string.h>

#include "session_columns.h"
#include "table.h"

static const struct db_stmt sessions_find = { "sessions_find",
    "WITH g (cp, tx) AS ("
    " SELECT cp, tx FROM unnest($1::text[], $2::int[]) AS t (cp, tx)"
    " UNION"
    " SELECT n.cp, p.transaction_id"
    " FROM unnest($3::text[], $4::int[], $5::int[], $6::timestamptz[])"
    " AS n (cp, connector, tx, at)"
    " CROSS JOIN LATERAL (SELECT s.transaction_id FROM sessions s"
    "  WHERE s.charge_point_id = n.cp AND s.connector_id = n.connector"
    "  AND s.started_at <= n.at"
    "  AND (s.started_at, s.transaction_id) < (n.at, n.tx)"
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
    " WITH ORDINALITY AS t (cp, tx, n)"
    " CROSS JOIN LATERAL (SELECT s.end_kind IS NULL AS runs"
    "  FROM sessions s WHERE s.charge_point_id = t.cp"
    "  AND s.transaction_id = t.tx AND s.duplicate_of IS NULL"
    "  AND s.has_start OFFSET 0) s" };

static const struct db_stmt session_load = { "session_load",
    "SELECT " SESSION_COLUMNS " FROM sessions s"
    " WHERE s.session_id = $1::uuid" };

static const struct db_stmt charger_lock = { "charger_lock",
    "SELECT 1 FROM chargers WHERE charge_point_id = $1::text"
    " FOR NO KEY UPDATE" };

#define SAVE_ROW \
	"(id, cp, connector, started_at, has_start, start_conflict, id_tag," \
	" meter_start, end_kind, stale, ended_at, meter_stop, reason," \
	" energy_wh, energy_source, is_estimated, needs_review," \
	" finalized_at, tx, created_at, tariff, cost, currency, priced_at)"
#define SAVE_ARRAYS \
	"unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[]," \
	" $5::bool[], $6::bool[], $7::text[], $8::bigint[], $9::text[]," \
	" $10::bool[], $11::timestamptz[], $12::bigint[], $13::text[]," \
	" $14::bigint[], $15::text[], $16::bool[], $17::bool[]," \
	" $18::timestamptz[], $19::int[], $20::timestamptz[], $21::uuid[]," \
	" $22::bigint[], $23::text[], $24::timestamptz[])"

static const struct db_stmt sessions_add = { "sessions_add",
    "INSERT INTO sessions (session_id, charge_point_id, connector_id,"
    " transaction_id, id_tag, has_start, start_conflict, started_at,"
    " meter_start_wh, stale, created_at, updated_at)"
    " SELECT id, cp, connector, tx, id_tag, has_start, start_conflict,"
    " started_at, trim_scale(meter_start::numeric / 1000), stale,"
    " created_at, created_at FROM " SAVE_ARRAYS " AS t " SAVE_ROW };

static const struct db_stmt sessions_save = { "sessions_save",
    "UPDATE sessions s SET connector_id = t.connector,"
    " started_at = t.started_at, has_start = t.has_start,"
    " start_conflict = t.start_conflict, id_tag = t.id_tag,"
    " meter_start_wh = trim_scale(t.meter_start::numeric / 1000),"
    " end_kind = t.end_kind, stale = t.stale, ended_at = t.ended_at,"
    " meter_stop_wh = trim_scale(t.meter_stop::numeric / 1000),"
    " reason = t.reason, energy_wh = t.energy_wh,"
    " energy_source = t.energy_source, is_estimated = t.is_estimated,"
    " needs_review = t.needs_review, finalized_at = t.finalized_at,"
    " tariff_id = t.tariff, cost_amount = t.cost::numeric / 10000,"
    " cost_currency = t.currency, priced_at = t.priced_at,"
    " updated_at = now()"
    " FROM " SAVE_ARRAYS " AS t " SAVE_ROW
    " WHERE s.session_id = t.id AND s.charge_point_id = t.cp" };

static const struct db_stmt ends_find = { "ends_find",
    "SELECT g.n::int AS n, e.* FROM unnest($1::text[], $2::int[])"
    " WITH ORDINALITY AS g (cp, tx, n)"
    " CROSS JOIN LATERAL (SELECT ts, " MWH("meter_stop_wh") " AS stop,"
    "  reason FROM transaction_ends e WHERE e.charge_point_id = g.cp"
    "  AND e.transaction_id = g.tx OFFSET 0) e" };

static const struct db_stmt next_starts_find = { "next_starts_find",
    "SELECT t.n::int AS n, s.started_at FROM"
    " unnest($1::text[], $2::int[], $3::int[], $4::timestamptz[])"
    " WITH ORDINALITY AS t (cp, connector, tx, at, n)"
    " CROSS JOIN LATERAL (SELECT s.started_at FROM sessions s"
    "  WHERE s.charge_point_id = t.cp AND s.connector_id = t.connector"
    "  AND s.started_at >= t.at"
    "  AND (s.started_at, s.transaction_id) > (t.at, t.tx)"
    "  AND s.has_start AND s.duplicate_of IS NULL"
    "  ORDER BY s.started_at, s.transaction_id LIMIT 1) s" };

static const struct db_stmt readings_find = { "readings_find",
    "SELECT t.n::int AS n, m.* FROM"
    " unnest($1::text[], $2::int[], $3::timestamptz[], $4::timestamptz[])"
    " WITH ORDINALITY AS t (cp, tx, lo, hi, n)"
    " CROSS JOIN LATERAL (SELECT " READING_COLUMNS
    "  FROM meter_samples m"
    "  WHERE m.charge_point_id = t.cp AND m.transaction_id = t.tx"
    "  AND m.ts >= t.lo AND m.ts < t.hi AND m.kind IS NOT NULL"
    "  OFFSET 0) m" };

static const struct db_stmt revisions_find = { "revisions_find",
    "SELECT t.n::int AS n, r.* FROM unnest($1::uuid[], $2::text[])"
    " WITH ORDINALITY AS t (id, cp, n)"
    " CROSS JOIN LATERAL (SELECT r.revision, r.fingerprint"
    "  FROM session_revisions r WHERE r.session_id = t.id"
    "  AND r.charge_point_id = t.cp"
    "  ORDER BY r.revision DESC LIMIT 1) r" };

static const struct db_stmt revisions_add = { "revisions_add",
    "INSERT INTO session_revisions (session_id, charge_point_id, revision,"
    " made_at, cause, rule_version, energy_wh, energy_source, is_estimated,"
    " needs_review, started_at, ended_at, meter_start_wh, meter_stop_wh,"
    " reason, fingerprint, explanation, accepted_by, accepted_why,"
    " connector_id)"
    " SELECT id, cp, revision, now(), cause, $19::int, energy_wh,"
    " energy_source, is_estimated, needs_review, started_at, ended_at,"
    " trim_scale(meter_start::numeric / 1000),"
    " trim_scale(meter_stop::numeric / 1000), reason, fingerprint,"
    " explanation::jsonb, accepted_by, accepted_why, connector"
    " FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[],"
    " $5::bigint[], $6::text[], $7::bool[], $8::bool[], $9::timestamptz[],"
    " $10::timestamptz[], $11::bigint[], $12::bigint[], $13::text[],"
    " $14::text[], $15::text[], $16::text[], $17::text[], $18::int[])"
    " AS t (id, cp, revision, cause, energy_wh, energy_source,"
    " is_estimated, needs_review, started_at, ended_at, meter_start,"
    " meter_stop, reason, fingerprint, explanation, accepted_by,"
    " accepted_why, connector)" };

enum fault
store_sessions_find(struct ctx *cx, const struct transaction *x, size_t n,
    const struct start_key *k, size_t n_starts, struct rows **slot)
{
	static const enum db_type types[] = {
		DB_TEXT, DB_I32, DB_TEXT, DB_I32, DB_I32, DB_TIME
	};
	struct db_value v[6];
	struct table of, starts;
	size_t i;

	*slot = NULL;
	if (n == 0 && n_starts == 0)
		return FAULT_NONE;
	table_init(&of, cx, types, 2, n);
	for (i = 0; i < n; i++) {
		of.column[0][i] = db_text(x[i].charger);
		of.column[1][i] = db_i32(of.arena, x[i].id);
	}
	table_init(&starts, cx, types + 2, 4, n_starts);
	for (i = 0; i < n_starts; i++) {
		starts.column[0][i] = db_text(k[i].charger);
		starts.column[1][i] = db_i32(of.arena, k[i].connector);
		starts.column[2][i] = db_i32(of.arena, k[i].transaction);
		starts.column[3][i] = db_time(of.arena, k[i].at);
	}
	for (i = 0; i < 6; i++)
		v[i] = db_array(of.arena, types[i], i < 2 ? of.column[i] :
		    starts.column[i - 2], i < 2 ? n : n_starts);
	return db_queue(cx, &sessions_find, v, 6, slot);
}

enum fault
store_running_find(struct ctx *cx, const struct transaction *x, size_t n,
    struct rows **slot)
{
	static const enum db_type types[] = { DB_TEXT, DB_I32 };
	struct table t;
	size_t i;

	table_init(&t, cx, types, 2, n);
	for (i = 0; i < n; i++) {
		t.column[0][i] = db_text(x[i].charger);
		t.column[1][i] = db_i32(t.arena, x[i].id);
	}
	t.rows = n;
	return table_queue(cx, &running_find, &t, NULL, 0, slot);
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

struct columns {
	int id, charger, connector, transaction, id_tag, has_start, conflict,
	    started, meter_start, end_kind, stale, ended, meter_stop, reason,
	    energy, source, estimated, review, finalized, duplicate, tariff,
	    cost, currency, priced, created, updated;
};

static struct columns
columns_of(const struct rows *r)
{
	return (struct columns){
		.id = rows_column(r, "session_id"),
		.charger = rows_column(r, "charge_point_id"),
		.connector = rows_column(r, "connector_id"),
		.transaction = rows_column(r, "transaction_id"),
		.id_tag = rows_column(r, "id_tag"),
		.has_start = rows_column(r, "has_start"),
		.conflict = rows_column(r, "start_conflict"),
		.started = rows_column(r, "started_at"),
		.meter_start = rows_column(r, "meter_start"),
		.end_kind = rows_column(r, "end_kind"),
		.stale = rows_column(r, "stale"),
		.ended = rows_column(r, "ended_at"),
		.meter_stop = rows_column(r, "meter_stop"),
		.reason = rows_column(r, "reason"),
		.energy = rows_column(r, "energy_wh"),
		.source = rows_column(r, "energy_source"),
		.estimated = rows_column(r, "is_estimated"),
		.review = rows_column(r, "needs_review"),
		.finalized = rows_column(r, "finalized_at"),
		.duplicate = rows_column(r, "duplicate_of"),
		.tariff = rows_column(r, "tariff_id"),
		.cost = rows_column(r, "cost_amount"),
		.currency = rows_column(r, "cost_currency"),
		.priced = rows_column(r, "priced_at"),
		.created = rows_column(r, "created_at"),
		.updated = rows_column(r, "updated_at"),
	};
}

static void
session_read(const struct rows *r, size_t i, const struct columns *c,
    struct session *s)
{
	*s = (struct session){
		.charger = rows_text(r, i, c->charger),
		.has_connector = !rows_null(r, i, c->connector),
		.connector = rows_i32(r, i, c->connector),
		.has_transaction = !rows_null(r, i, c->transaction),
		.transaction = rows_i32(r, i, c->transaction),
		.id_tag = rows_text(r, i, c->id_tag),
		.has_start = rows_bool(r, i, c->has_start),
		.start_conflict = rows_bool(r, i, c->conflict),
		.started_at = rows_time(r, i, c->started),
		.has_meter_start = !rows_null(r, i, c->meter_start),
		.meter_start = rows_i64(r, i, c->meter_start),
		.end = end_kind_of(rows_text(r, i, c->end_kind)),
		.stale = rows_bool(r, i, c->stale),
		.ended_at = rows_time(r, i, c->ended),
		.has_meter_stop = !rows_null(r, i, c->meter_stop),
		.meter_stop = rows_i64(r, i, c->meter_stop),
		.reason = rows_text(r, i, c->reason),
		.has_energy = !rows_null(r, i, c->energy),
		.energy_wh = rows_i64(r, i, c->energy),
		.energy_source = rows_text(r, i, c->source),
		.estimated = rows_bool(r, i, c->estimated),
		.needs_review = rows_bool(r, i, c->review),
		.finalized = !rows_null(r, i, c->finalized),
		.finalized_at = rows_time(r, i, c->finalized),
		.has_cost = !rows_null(r, i, c->cost),
		.cost = rows_i64(r, i, c->cost),
		.cost_currency = rows_text(r, i, c->currency),
		.priced = !rows_null(r, i, c->priced),
		.priced_at = rows_time(r, i, c->priced),
		.created_at = rows_time(r, i, c->created),
		.updated_at = rows_time(r, i, c->updated),
		.fingerprint = "",
	};
	rows_uuid(r, i, c->id, &s->id);
	rows_uuid(r, i, c->tariff, &s->tariff);
	rows_uuid(r, i, c->duplicate, &s->duplicate_of);
}

void
store_sessions_read(struct ctx *cx, const struct rows *r,
    struct session **out, size_t *n)
{
	struct columns c;
	size_t i;

	*n = rows_count(r);
	*out = arena_calloc(&cx->arena, *n * sizeof(**out));
	if (*n > 0)
		c = columns_of(r);
	for (i = 0; i < *n; i++)
		session_read(r, i, &c, &(*out)[i]);
}

enum fault
store_session_load(struct ctx *cx, const struct uuid *id, struct session *s)
{
	struct columns c;
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &session_load,
	    (struct db_value[]){ db_uuid(id) }, 1, &r)))
		return f;
	if (rows_count(r) == 0)
		return ctx_fail(cx, FAULT_NOT_FOUND, "no such session");
	c = columns_of(r);
	session_read(r, 0, &c, s);
	return FAULT_NONE;
}

enum fault
store_charger_lock(struct ctx *cx, const char *charger)
{
	return db_queue(cx, &charger_lock,
	    (struct db_value[]){ db_text(charger) }, 1, NULL);
}

static struct db_value
time_or_null(struct arena *a, bool has, usec_t t)
{
	return has ? db_time(a, t) : db_null();
}

static struct db_value
i64_or_null(struct arena *a, bool has, int64_t n)
{
	return has ? db_i64(a, n) : db_null();
}

static void
save_row(struct table *t, const struct session *s)
{
	struct arena *a = t->arena;
	struct db_value v[] = {
		db_uuid(&s->id),
		db_text(s->charger),
		s->has_connector ? db_i32(a, s->connector) : db_null(),
		db_time(a, s->started_at),
		db_bool(s->has_start),
		db_bool(s->start_conflict),
		db_text(s->id_tag),
		i64_or_null(a, s->has_meter_start, s->meter_start),
		db_text(end_kind_name(s->end)),
		db_bool(s->stale),
		time_or_null(a, s->end != END_NONE, s->ended_at),
		i64_or_null(a, s->has_meter_stop, s->meter_stop),
		db_text(s->reason),
		i64_or_null(a, s->has_energy, s->energy_wh),
		db_text(s->energy_source),
		db_bool(s->estimated),
		db_bool(s->needs_review),
		time_or_null(a, s->finalized, s->finalized_at),
		s->has_transaction ? db_i32(a, s->transaction) : db_null(),
		db_time(a, s->created_at),
		uuid_is_nil(&s->tariff) ? db_null() : db_uuid(&s->tariff),
		i64_or_null(a, s->has_cost, s->cost),
		db_text(s->cost_currency),
		time_or_null(a, s->priced, s->priced_at),
	};
	size_t i;

	for (i = 0; i < countof(v); i++)
		t->column[i][t->rows] = v[i];
	t->rows++;
}

static enum fault
save(struct ctx *cx, const struct db_stmt *st, struct session *const *s,
    size_t n)
{
	static const enum db_type types[] = {
		DB_UUID, DB_TEXT, DB_I32, DB_TIME, DB_BOOL, DB_BOOL, DB_TEXT,
		DB_I64, DB_TEXT, DB_BOOL, DB_TIME, DB_I64, DB_TEXT, DB_I64,
		DB_TEXT, DB_BOOL, DB_BOOL, DB_TIME, DB_I32, DB_TIME, DB_UUID,
		DB_I64, DB_TEXT, DB_TIME
	};
	struct table t;
	size_t i;

	table_init(&t, cx, types, countof(types), n);
	for (i = 0; i < n; i++)
		save_row(&t, s[i]);
	return table_queue(cx, st, &t, NULL, 0, NULL);
}

enum fault
store_sessions_add(struct ctx *cx, struct session *const *s, size_t n)
{
	return save(cx, &sessions_add, s, n);
}

enum fault
store_sessions_save(struct ctx *cx, struct session *const *s, size_t n)
{
	return save(cx, &sessions_save, s, n);
}

enum fault
store_ends_find(struct ctx *cx, const struct transaction *x, size_t n,
    struct rows **slot)
{
	static const enum db_type types[] = { DB_TEXT, DB_I32 };
	struct table t;
	size_t i;

	table_init(&t, cx, types, 2, n);
	for (i = 0; i < n; i++) {
		t.column[0][i] = db_text(x[i].charger);
		t.column[1][i] = db_i32(t.arena, x[i].id);
	}
	t.rows = n;
	return table_queue(cx, &ends_find, &t, NULL, 0, slot);
}

void
store_ends_read(struct ctx *cx, const struct rows *r, size_t which,
    struct end **out, size_t *n)
{
	int at = rows_column(r, "n"), ts = rows_column(r, "ts"),
	    stop = rows_column(r, "stop"), reason = rows_column(r, "reason");
	size_t i, rows = rows_count(r);

	*out = arena_calloc(&cx->arena, rows * sizeof(**out));
	*n = 0;
	for (i = 0; i < rows; i++) {
		if ((size_t)rows_i32(r, i, at) != which + 1)
			continue;
		(*out)[(*n)++] = (struct end){
			.at = rows_time(r, i, ts),
			.has_stop = !rows_null(r, i, stop),
			.stop = rows_i64(r, i, stop),
			.reason = rows_text(r, i, reason),
		};
	}
}

/* A session that has no connector is asked for on one that no charger has. */
enum fault
store_next_starts_find(struct ctx *cx, struct session *const *s, size_t n,
    struct rows **slot)
{
	static const enum db_type types[] = {
		DB_TEXT, DB_I32, DB_I32, DB_TIME
	};
	struct table t;
	size_t i;

	table_init(&t, cx, types, 4, n);
	for (i = 0; i < n; i++) {
		t.column[0][i] = db_text(s[i]->charger);
		t.column[1][i] = db_i32(t.arena, s[i]->has_connector &&
		    s[i]->has_start ? s[i]->connector : -1);
		t.column[2][i] = db_i32(t.arena, s[i]->transaction);
		t.column[3][i] = db_time(t.arena, s[i]->started_at);
	}
	t.rows = n;
	return table_queue(cx, &next_starts_find, &t, NULL, 0, slot);
}

void
store_next_starts_read(const struct rows *r, usec_t *next, size_t n)
{
	int at = rows_column(r, "n"), start = rows_column(r, "started_at");
	size_t i;

	for (i = 0; i < n; i++)
		next[i] = INT64_MAX;
	for (i = 0; i < rows_count(r); i++)
		next[rows_i32(r, i, at) - 1] = rows_time(r, i, start);
}

enum fault
store_readings_find(struct ctx *cx, const struct reading_span *span,
    size_t n, struct rows **slot)
{
	static const enum db_type types[] = {
		DB_TEXT, DB_I32, DB_TIME, DB_TIME
	};
	struct table t;
	size_t i;

	table_init(&t, cx, types, 4, n);
	for (i = 0; i < n; i++) {
		t.column[0][i] = db_text(span[i].of.charger);
		t.column[1][i] = db_i32(t.arena, span[i].of.id);
		t.column[2][i] = db_time(t.arena, span[i].lo);
		t.column[3][i] = db_time(t.arena, span[i].hi);
	}
	t.rows = n;
	return table_queue(cx, &readings_find, &t, NULL, 0, slot);
}

struct reading_columns {
	int n, id, event, item, ts, kind, value, unit, context, phase,
	    location, format, mwh;
};

static void
reading_read(const struct rows *r, size_t i, const struct reading_columns *c,
    struct reading_list *l)
{
	l->items[l->n] = (int16_t)rows_i32(r, i, c->item);
	l->list[l->n++] = (struct reading){
		.id = rows_i64(r, i, c->id),
		.event_id = rows_i64(r, i, c->event),
		.ts = rows_time(r, i, c->ts),
		.kind = reading_kind_of_letter(rows_text(r, i, c->kind)),
		.value = rows_text(r, i, c->value),
		.unit = rows_text(r, i, c->unit),
		.context = rows_text(r, i, c->context),
		.phase = rows_text(r, i, c->phase),
		.location = rows_text(r, i, c->location),
		.format = rows_text(r, i, c->format),
		.usable = !rows_null(r, i, c->mwh),
		.mwh = rows_i64(r, i, c->mwh),
	};
}

void
store_readings_read(struct ctx *cx, const struct rows *r,
    struct reading_list *lists, size_t n)
{
	struct reading_columns c = {
		rows_column(r, "n"), rows_column(r, "id"),
		rows_column(r, "event_id"), rows_column(r, "item"),
		rows_column(r, "ts"), rows_column(r, "kind"),
		rows_column(r, "value_text"), rows_column(r, "unit"),
		rows_column(r, "context"), rows_column(r, "phase"),
		rows_column(r, "location"), rows_column(r, "format"),
		rows_column(r, "value_mwh"),
	};
	size_t i, rows = rows_count(r), *count;

	count = arena_calloc(&cx->arena, n * sizeof(*count));
	for (i = 0; i < rows; i++)
		count[rows_i32(r, i, c.n) - 1]++;
	for (i = 0; i < n; i++) {
		lists[i].n = 0;
		lists[i].list = arena_calloc(&cx->arena,
		    count[i] * sizeof(*lists[i].list));
		lists[i].items = arena_calloc(&cx->arena,
		    count[i] * sizeof(*lists[i].items));
	}
	for (i = 0; i < rows; i++)
		reading_read(r, i, &c, &lists[rows_i32(r, i, c.n) - 1]);
}

enum fault
store_revisions_find(struct ctx *cx, struct session *const *s, size_t n,
    struct rows **slot)
{
	static const enum db_type types[] = { DB_UUID, DB_TEXT };
	struct table t;
	size_t i;

	table_init(&t, cx, types, 2, n);
	for (i = 0; i < n; i++) {
		t.column[0][i] = db_uuid(&s[i]->id);
		t.column[1][i] = db_text(s[i]->charger);
	}
	t.rows = n;
	return table_queue(cx, &revisions_find, &t, NULL, 0, slot);
}

void
store_revisions_read(const struct rows *r, struct session *const *s,
    size_t n)
{
	int at = rows_column(r, "n"), rev = rows_column(r, "revision"),
	    print = rows_column(r, "fingerprint");
	size_t i;

	for (i = 0; i < n; i++) {
		s[i]->revision = 0;
		s[i]->fingerprint = "";
	}
	for (i = 0; i < rows_count(r); i++) {
		struct session *x = s[rows_i32(r, i, at) - 1];

		x->revision = rows_i32(r, i, rev);
		x->fingerprint = rows_text(r, i, print);
	}
}

static void
revision_row(struct table *t, const struct revision *v)
{
	const struct session *s = v->session;
	struct arena *a = t->arena;
	struct db_value row[] = {
		db_uuid(&s->id),
		db_text(s->charger),
		db_i32(a, s->revision),
		db_text(v->cause),
		i64_or_null(a, s->has_energy, s->energy_wh),
		db_text(s->energy_source),
		db_bool(s->estimated),
		db_bool(s->needs_review),
		db_time(a, s->started_at),
		time_or_null(a, s->end != END_NONE, s->ended_at),
		i64_or_null(a, s->has_meter_start, s->meter_start),
		i64_or_null(a, s->has_meter_stop, s->meter_stop),
		db_text(s->reason),
		db_text(s->fingerprint),
		db_text(v->explanation),
		db_text(v->accepted_by),
		db_text(v->accepted_why),
		s->has_connector ? db_i32(a, s->connector) : db_null(),
	};
	size_t i;

	for (i = 0; i < countof(row); i++)
		t->column[i][t->rows] = row[i];
	t->rows++;
}

enum fault
store_revisions_add(struct ctx *cx, const struct revision *v, size_t n)
{
	static const enum db_type types[] = {
		DB_UUID, DB_TEXT, DB_I32, DB_TEXT, DB_I64, DB_TEXT, DB_BOOL,
		DB_BOOL, DB_TIME, DB_TIME, DB_I64, DB_I64, DB_TEXT, DB_TEXT,
		DB_TEXT, DB_TEXT, DB_TEXT, DB_I32
	};
	struct db_value rule = db_i32(&cx->arena, RULE_VERSION);
	struct table t;
	size_t i;

	table_init(&t, cx, types, countof(types), n);
	for (i = 0; i < n; i++)
		revision_row(&t, &v[i]);
	return table_queue(cx, &revisions_add, &t, &rule, 1, NULL);
}
