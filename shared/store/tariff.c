#include "tariff.h"

#include "columns.h"
#include "page.h"

#define COLUMNS \
	"t.tariff_id, t.site_id, t.price_per_kwh, t.currency, t.valid_from," \
	" t.valid_to, t.created_at"

enum { ADD = 1 };

static const struct column tariff_list[] = {
	{ "tariff_id", COL_UUID, AT(tariff, id), .in = ADD },
	{ "site_id", COL_UUID, AT(tariff, site), .in = ADD },
	{ "price_per_kwh", COL_AMOUNT, AT(tariff, price_per_kwh), .in = ADD },
	{ "currency", COL_TEXT, AT(tariff, currency), .in = ADD },
	{ "valid_from", COL_TIME, AT(tariff, valid_from), .in = ADD },
	{ "valid_to", COL_TIME, AT(tariff, valid_to), HAS(tariff, has_end) },
	{ "created_at", COL_TIME, AT(tariff, created_at), .in = ADD },
	{ 0 }
};
static const struct columns tariff_columns = {
	tariff_list, sizeof(struct tariff)
};

static const struct db_stmt site_lock = { "tariff_site_lock",
    "SELECT 1 FROM sites WHERE site_id = $1::uuid FOR NO KEY UPDATE" };

/* Behind the lock; a tariff is in force for a moment at least. */
static const struct db_stmt next = { "tariff_next",
    "SELECT greatest(clock_timestamp(), max(valid_from)"
    " + interval '1 microsecond') AS at, count(*) AS before"
    " FROM tariffs WHERE site_id = $1::uuid" };

static const struct db_stmt close_open = { "tariff_close",
    "UPDATE tariffs SET valid_to = $2::timestamptz, is_active = false,"
    " updated_at = $2::timestamptz"
    " WHERE site_id = $1::uuid AND valid_to IS NULL" };

static const struct db_stmt add = { "tariff_add",
    "INSERT INTO tariffs (tariff_id, site_id, price_per_kwh, currency,"
    " is_active, created_at, updated_at, valid_from)"
    " SELECT tariff_id, site_id, price_per_kwh, currency, true, created_at,"
    " created_at, valid_from"
    " FROM unnest($1::uuid[], $2::uuid[], $3::numeric[], $4::text[],"
    " $5::timestamptz[], $6::timestamptz[])"
    " AS t (tariff_id, site_id, price_per_kwh, currency, valid_from,"
    " created_at)" };

static const struct db_stmt open_one = { "tariff_open",
    "SELECT " COLUMNS " FROM tariffs t WHERE t.site_id = $1::uuid"
    " AND t.valid_to IS NULL" };

static const struct db_stmt list = { "tariff_list",
    "SELECT " COLUMNS " FROM sites s LEFT JOIN LATERAL (SELECT * FROM"
    "  tariffs t WHERE t.site_id = s.site_id"
    "  AND (t.created_at, t.tariff_id) < ($2::timestamptz, $3::uuid)"
    "  ORDER BY t.created_at DESC, t.tariff_id DESC LIMIT $4::bigint) t"
    " ON true WHERE s.site_id = $1::uuid"
    " ORDER BY t.created_at DESC, t.tariff_id DESC" };

static enum fault
not_found(struct ctx *cx)
{
	return ctx_fail(cx, FAULT_NOT_FOUND, "no such site");
}

static enum fault
follow(struct ctx *cx, struct tariff *t)
{
	struct db_value site = db_uuid(&t->site);
	struct rows *found, *at;
	enum fault f;

	if ((f = db_queue(cx, &db_begin, NULL, 0, NULL)) ||
	    (f = db_queue(cx, &site_lock, &site, 1, &found)) ||
	    (f = db_run(cx, &next, &site, 1, &at)))
		return f;
	if (rows_count(found) == 0)
		return not_found(cx);
	t->created_at = rows_time(at, 0, rows_column(at, "at"));
	t->valid_from = rows_i64(at, 0, rows_column(at, "before")) == 0 ?
	    INT64_MIN : t->created_at;
	t->has_end = false;
	if ((f = db_queue(cx, &close_open, (struct db_value[]){ site,
	    db_time(&cx->arena, t->created_at) }, 2, NULL)) ||
	    (f = columns_queue(cx, &add, &(struct column_rows){
	    &tariff_columns, t, 1, false, ADD }, 1, NULL)) ||
	    (f = db_queue(cx, &db_commit, NULL, 0, NULL)))
		return f;
	return db_sync(cx);
}

enum fault
store_tariff_add(struct ctx *cx, struct tariff *t)
{
	enum fault f;

	if ((f = follow(cx, t)))
		db_rollback(cx);
	return f;
}

enum fault
store_tariff_open(struct ctx *cx, const struct uuid *site, struct tariff *t,
    bool *found)
{
	struct db_value v = db_uuid(site);
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &open_one, &v, 1, &r)))
		return f;
	*found = rows_count(r) > 0;
	if (*found)
		columns_read_one(&tariff_columns, r, 0, t);
	return FAULT_NONE;
}

enum fault
store_tariff_list(struct ctx *cx, const struct uuid *site, usec_t last_at,
    const struct uuid *last_id, int64_t limit, struct tariff **out,
    size_t *n, bool *more)
{
	struct db_value v[] = {
		db_uuid(site), db_time(&cx->arena, last_at),
		db_uuid(last_id), db_i64(&cx->arena, limit + 1)
	};
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &list, v, countof(v), &r)))
		return f;
	if (rows_count(r) == 0)
		return not_found(cx);
	*n = page_rows(r, limit, more);
	if (rows_null(r, 0, rows_column(r, "tariff_id")))
		*n = 0;		/* the site alone */
	*out = columns_read_first(cx, &tariff_columns, r, *n);
	return FAULT_NONE;
}
