#include "charger.h"

#include "columns.h"
#include "page.h"
#include "site.h"

enum {
	SEEN_SECONDS = 10,	/* as in the SQL */
	PUT = 1			/* the statement that writes chargers */
};

#define COLUMNS \
	"charge_point_id, is_active, vendor, model, firmware_version," \
	" ocpp_version, max_power_kw::bigint AS max_power_kw, site_id," \
	" last_seen_at, clock_skew_seconds, created_at, updated_at "

static const struct column charger_list[] = {
	{ "charge_point_id", COL_TEXT, AT(charger, id), .in = PUT },
	{ "is_active", COL_BOOL, AT(charger, active),
	    HAS(charger, has_active), .in = PUT },
	{ "vendor", COL_TEXT, AT(charger, vendor), .in = PUT },
	{ "model", COL_TEXT, AT(charger, model), .in = PUT },
	{ "firmware_version", COL_TEXT, AT(charger, firmware), .in = PUT },
	{ "ocpp_version", COL_TEXT, AT(charger, ocpp_version), .in = PUT },
	{ "max_power_kw", COL_I64, AT(charger, max_power_kw),
	    HAS(charger, has_max_power), .in = PUT },
	{ "secret_hash", COL_TEXT, AT(charger, secret_hash), .in = PUT,
	    .unread = true },
	{ "site_id", COL_UUID, AT(charger, site), HAS(charger, has_site) },
	{ "last_seen_at", COL_TIME, AT(charger, last_seen_at),
	    HAS(charger, has_seen) },
	{ "clock_skew_seconds", COL_I64, AT(charger, clock_skew_seconds),
	    HAS(charger, has_clock_skew) },
	{ "created_at", COL_TIME, AT(charger, created_at) },
	{ "updated_at", COL_TIME, AT(charger, updated_at) },
	{ 0 }
};
static const struct columns charger_columns = {
	charger_list, sizeof(struct charger)
};

static const struct db_stmt load = {
	"charger_load",
	"SELECT " COLUMNS "FROM chargers WHERE charge_point_id = $1::text"
};

static const struct db_stmt connectors = {
	"connector_list",
	"SELECT s.connector_id, s.status, s.error_code, s.updated_at"
	" FROM chargers c LEFT JOIN connector_state s"
	" ON s.charge_point_id = c.charge_point_id"
	" WHERE c.charge_point_id = $1::text ORDER BY s.connector_id"
};

static const struct column connector_list[] = {
	{ "connector_id", COL_I32, AT(connector, id) },
	{ "status", COL_TEXT, AT(connector, status) },
	{ "error_code", COL_TEXT, AT(connector, error_code) },
	{ "updated_at", COL_TIME, AT(connector, updated_at) },
	{ 0 }
};
static const struct columns connector_columns = {
	connector_list, sizeof(struct connector)
};

static const struct db_stmt secret = {
	"charger_secret",
	"SELECT secret_hash, is_active, ocpp_version, last_seen_at"
	" FROM chargers"
	" WHERE charge_point_id = $1::text"
};

static const struct column secret_list[] = {
	{ "secret_hash", COL_TEXT, AT(charger_secret, hash) },
	{ "is_active", COL_BOOL, AT(charger_secret, active) },
	{ "ocpp_version", COL_TEXT, AT(charger_secret, ocpp_version) },
	{ "last_seen_at", COL_TIME, AT(charger_secret, last_seen_at),
	    HAS(charger_secret, has_seen) },
	{ 0 }
};
static const struct columns secret_columns = {
	secret_list, sizeof(struct charger_secret)
};

/* A row that is locked is of a charger that is heard in another way too. */
static const struct db_stmt seen = {
	"charger_seen",
	"UPDATE chargers SET last_seen_at = $2::timestamptz"
	" WHERE charge_point_id IN (SELECT charge_point_id FROM chargers"
	" WHERE charge_point_id = $1::text AND (last_seen_at IS NULL"
	" OR last_seen_at <= $2::timestamptz - interval '10 s')"
	" FOR NO KEY UPDATE SKIP LOCKED)"
};

static const struct db_stmt rehash = {
	"charger_rehash",
	"UPDATE chargers SET secret_hash = $3::text, updated_at = now()"
	" WHERE charge_point_id = $1::text AND secret_hash = $2::text"
};

/* As charger_state_names says; gauge_chargers counts them so. */
#define STATE \
	"CASE WHEN last_seen_at > $8::timestamptz AND is_active THEN 'online'" \
	" WHEN is_active THEN 'offline' WHEN secret_hash = '' THEN 'unknown'" \
	" ELSE 'disabled' END"

/* Site $9 stands in a statement of its own, as it has an index. */
#define LIST(where) \
	"SELECT " COLUMNS "FROM chargers WHERE charge_point_id > $1::text" \
	" AND ($3::bool IS NULL OR is_active = $3::bool)" \
	" AND ($4::bool IS NULL OR (last_seen_at IS NOT NULL) = $4::bool)" \
	" AND ($5::timestamptz IS NULL OR last_seen_at >= $5::timestamptz)" \
	" AND ($6::timestamptz IS NULL OR last_seen_at < $6::timestamptz)" \
	" AND ($7::text IS NULL OR " STATE " = $7::text)" \
	where " ORDER BY charge_point_id LIMIT $2::bigint"

static const struct db_stmt lists[] = {
	{ "charger_list", LIST("") },
	{ "charger_list_of_site", LIST(" AND site_id = $9::uuid") },
};

/* What is null stays as it is, and updated_at where nothing changes. */
static const struct db_stmt put = {
	"charger_put",
	"WITH t AS (SELECT * FROM unnest($1::text[], $2::bool[], $3::text[],"
	" $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[])"
	" AS t (charge_point_id, is_active, vendor, model, firmware_version,"
	" ocpp_version, max_power_kw, secret_hash))"
	" INSERT INTO chargers AS c (charge_point_id, is_active, vendor,"
	" model, firmware_version, ocpp_version, max_power_kw, secret_hash)"
	" SELECT charge_point_id, coalesce(is_active, true), vendor, model,"
	" firmware_version, coalesce(ocpp_version, '1.6J'), max_power_kw,"
	" coalesce(secret_hash, '') FROM t"
	" WHERE secret_hash IS NOT NULL OR EXISTS (SELECT FROM chargers k"
	" WHERE k.charge_point_id = t.charge_point_id)"
	" ON CONFLICT (charge_point_id) DO UPDATE SET (is_active, vendor,"
	" model, firmware_version, ocpp_version, max_power_kw, secret_hash,"
	" updated_at) ="
	" (SELECT n.*, CASE WHEN n IS DISTINCT FROM (c.is_active, c.vendor,"
	" c.model, c.firmware_version, c.ocpp_version, c.max_power_kw,"
	" c.secret_hash) THEN now() ELSE c.updated_at END"
	" FROM (SELECT coalesce(t.is_active, c.is_active),"
	" coalesce(t.vendor, c.vendor), coalesce(t.model, c.model),"
	" coalesce(t.firmware_version, c.firmware_version),"
	" coalesce(t.ocpp_version, c.ocpp_version),"
	" coalesce(t.max_power_kw, c.max_power_kw)::int,"
	" coalesce(t.secret_hash, c.secret_hash) FROM t) n)"
	" RETURNING xmax = 0 AS added, " COLUMNS
};

static enum fault
not_found(struct ctx *cx)
{
	return ctx_fail(cx, FAULT_NOT_FOUND, "no such charger");
}

enum fault
store_charger_load(struct ctx *cx, const char *id, struct charger *c)
{
	struct db_value v = db_text(id);
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &load, &v, 1, &r)))
		return f;
	if (rows_count(r) == 0)
		return not_found(cx);
	columns_read_one(&charger_columns, r, 0, c);
	return FAULT_NONE;
}

enum fault
store_connector_list(struct ctx *cx, const char *charger,
    struct connector **out, size_t *n)
{
	struct db_value v = db_text(charger);
	struct rows *r;
	enum fault f;
	size_t i;

	if ((f = db_run(cx, &connectors, &v, 1, &r)))
		return f;
	if ((*n = rows_count(r)) == 0)
		return not_found(cx);
	if (rows_null(r, 0, rows_column(r, "connector_id")))
		*n = 0;		/* the charger alone */
	*out = columns_read_first(cx, &connector_columns, r, *n);
	for (i = 0; i < *n; i++)
		(*out)[i].charger = charger;
	return FAULT_NONE;
}

enum fault
store_charger_secret(struct ctx *cx, const char *id,
    struct charger_secret *s)
{
	struct db_value v = db_text(id);
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &secret, &v, 1, &r)))
		return f;
	*s = (struct charger_secret){ .hash = "", .ocpp_version = "" };
	if (rows_count(r) > 0)
		columns_read_one(&secret_columns, r, 0, s);
	return FAULT_NONE;
}

enum fault
store_charger_seen(struct ctx *cx, const char *id,
    const struct charger_secret *s)
{
	struct db_value v[] = { db_text(id), db_time(&cx->arena, cx->now) };

	if (s->has_seen && s->last_seen_at > cx->now - SEEN_SECONDS * SECOND)
		return FAULT_NONE;
	return db_run(cx, &seen, v, countof(v), NULL);
}

enum fault
store_charger_rehash(struct ctx *cx, const char *id, const char *old_hash,
    const char *new_hash)
{
	struct db_value v[] = {
		db_text(id), db_text(old_hash), db_text(new_hash)
	};

	return db_run(cx, &rehash, v, countof(v), NULL);
}

/* Queues all of it, in a transaction. */
static enum fault
put_queue(struct ctx *cx, const struct charger *c, struct rows **r)
{
	enum fault f;

	if ((f = db_queue(cx, &db_begin, NULL, 0, NULL)) ||
	    (f = columns_queue(cx, &put, &(struct column_rows){
	    &charger_columns, c, 1, false, PUT }, 1, r)))
		return f;
	if (c->has_site &&
	    (f = store_charger_move(cx, c->id, &c->site, NULL)))
		return f;
	return db_queue(cx, &db_commit, NULL, 0, NULL);
}

enum fault
store_charger_put(struct ctx *cx, const struct charger *want,
    struct charger *c, bool *added)
{
	struct rows *r;
	enum fault f;

	if ((f = put_queue(cx, want, &r)) || (f = db_sync(cx)))
		return f;
	*added = rows_count(r) == 0 ||
	    rows_bool(r, 0, rows_column(r, "added"));
	if (rows_count(r) == 0 || want->has_site)
		return store_charger_load(cx, want->id, c);
	columns_read_one(&charger_columns, r, 0, c);
	return FAULT_NONE;
}

static struct db_value
bool_or_null(const bool *b)
{
	return b == NULL ? db_null() : db_bool(*b);
}

static struct db_value
time_or_null(struct ctx *cx, const usec_t *t)
{
	return t == NULL ? db_null() : db_time(&cx->arena, *t);
}

enum fault
store_charger_list(struct ctx *cx, const struct charger_filter *q,
    struct charger **out, size_t *n, bool *more)
{
	struct db_value v[] = {
		db_text(q->after == NULL ? "" : q->after),
		db_i64(&cx->arena, q->limit + 1),
		bool_or_null(q->active), bool_or_null(q->seen),
		time_or_null(cx, q->seen_since),
		time_or_null(cx, q->seen_before),
		db_text(q->state), db_time(&cx->arena, q->online_since),
		db_uuid(q->site)
	};
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &lists[q->site != NULL], v,
	    q->site != NULL ? 9 : 8, &r)))
		return f;
	*n = page_rows(r, q->limit, more);
	*out = columns_read_first(cx, &charger_columns, r, *n);
	return FAULT_NONE;
}
