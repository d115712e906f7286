#include "charger.h"

#include <string.h>

#include "page.h"

#define COLUMNS \
	"charge_point_id, is_active, vendor, model, firmware_version," \
	" ocpp_version, site_id, last_seen_at, created_at, updated_at "

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

static const struct db_stmt secret = {
	"charger_secret",
	"SELECT secret_hash, is_active, ocpp_version FROM chargers"
	" WHERE charge_point_id = $1::text"
};

static const struct db_stmt rehash = {
	"charger_rehash",
	"UPDATE chargers SET secret_hash = $3::text, updated_at = now()"
	" WHERE charge_point_id = $1::text AND secret_hash = $2::text"
};

/* Site $7 stands in a statement of its own, as it has an index. */
#define LIST(where) \
	"SELECT " COLUMNS "FROM chargers WHERE charge_point_id > $1::text" \
	" AND ($3::bool IS NULL OR is_active = $3::bool)" \
	" AND ($4::bool IS NULL OR (last_seen_at IS NOT NULL) = $4::bool)" \
	" AND ($5::timestamptz IS NULL OR last_seen_at >= $5::timestamptz)" \
	" AND ($6::timestamptz IS NULL OR last_seen_at < $6::timestamptz)" \
	where " ORDER BY charge_point_id LIMIT $2::bigint"

static const struct db_stmt lists[] = {
	{ "charger_list", LIST("") },
	{ "charger_list_of_site", LIST(" AND site_id = $7::uuid") },
};

static const struct db_stmt seed = {
	"charger_seed",
	"INSERT INTO chargers (charge_point_id, secret_hash, is_active,"
	" vendor, model, ocpp_version)"
	" SELECT $1::text, coalesce($2::text, ''), coalesce($3::bool, true),"
	" $4::text, $5::text, coalesce($6::text, '1.6J')"
	" WHERE $2::text IS NOT NULL OR EXISTS (SELECT FROM chargers"
	" WHERE charge_point_id = $1::text)"
	" ON CONFLICT (charge_point_id) DO UPDATE SET"
	" secret_hash = coalesce($2::text, chargers.secret_hash),"
	" is_active = coalesce($3::bool, chargers.is_active),"
	" vendor = coalesce($4::text, chargers.vendor),"
	" model = coalesce($5::text, chargers.model),"
	" ocpp_version = coalesce($6::text, chargers.ocpp_version),"
	" updated_at = now()"
	" RETURNING xmax = 0 AS added, " COLUMNS
};

static void
read_row(const struct rows *r, size_t i, struct charger *c)
{
	int site = rows_column(r, "site_id");
	int seen = rows_column(r, "last_seen_at");

	memset(c, 0, sizeof(*c));
	c->id = rows_text(r, i, rows_column(r, "charge_point_id"));
	c->active = rows_bool(r, i, rows_column(r, "is_active"));
	c->vendor = rows_text(r, i, rows_column(r, "vendor"));
	c->model = rows_text(r, i, rows_column(r, "model"));
	c->firmware = rows_text(r, i, rows_column(r, "firmware_version"));
	c->ocpp_version = rows_text(r, i, rows_column(r, "ocpp_version"));
	c->has_site = !rows_null(r, i, site);
	rows_uuid(r, i, site, &c->site);
	c->has_seen = !rows_null(r, i, seen);
	c->last_seen_at = rows_time(r, i, seen);
	c->created_at = rows_time(r, i, rows_column(r, "created_at"));
	c->updated_at = rows_time(r, i, rows_column(r, "updated_at"));
}

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
	read_row(r, 0, c);
	return FAULT_NONE;
}

enum fault
store_connector_list(struct ctx *cx, const char *charger,
    struct connector **out, size_t *n)
{
	struct db_value v = db_text(charger);
	struct connector *c;
	struct rows *r;
	enum fault f;
	size_t i;
	int id;

	if ((f = db_run(cx, &connectors, &v, 1, &r)))
		return f;
	if ((*n = rows_count(r)) == 0)
		return not_found(cx);
	id = rows_column(r, "connector_id");
	if (rows_null(r, 0, id))	/* the charger alone */
		*n = 0;
	*out = c = arena_calloc(&cx->arena, (*n + 1) * sizeof(*c));
	for (i = 0; i < *n; i++, c++) {
		c->charger = charger;
		c->id = rows_i32(r, i, id);
		c->status = rows_text(r, i, rows_column(r, "status"));
		c->error_code = rows_text(r, i,
		    rows_column(r, "error_code"));
		c->updated_at = rows_time(r, i,
		    rows_column(r, "updated_at"));
	}
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
	*s = (struct charger_secret){ "", false, "" };
	if (rows_count(r) == 0)
		return FAULT_NONE;
	s->hash = rows_text(r, 0, rows_column(r, "secret_hash"));
	s->active = rows_bool(r, 0, rows_column(r, "is_active"));
	s->ocpp_version = rows_text(r, 0, rows_column(r, "ocpp_version"));
	return FAULT_NONE;
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

enum fault
store_charger_seed(struct ctx *cx, const struct charger_seed *s,
    struct charger *c, bool *added)
{
	struct db_value v[] = {
		db_text(s->id), db_text(s->secret_hash),
		s->active == NULL ? db_null() : db_bool(*s->active),
		db_text(s->vendor), db_text(s->model),
		db_text(s->ocpp_version)
	};
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &seed, v, countof(v), &r)))
		return f;
	if (rows_count(r) == 0)
		return not_found(cx);
	read_row(r, 0, c);
	*added = rows_bool(r, 0, rows_column(r, "added"));
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
		db_uuid(q->site)
	};
	struct rows *r;
	enum fault f;
	size_t i;

	if ((f = db_run(cx, &lists[q->site != NULL], v,
	    q->site != NULL ? 7 : 6, &r)))
		return f;
	*n = page_rows(r, q->limit, more);
	*out = arena_calloc(&cx->arena, *n * sizeof(**out));
	for (i = 0; i < *n; i++)
		read_row(r, i, &(*out)[i]);
	return FAULT_NONE;
}
