#include "tariff.h"

#include <string.h>

#include "base/time.h"
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
    " + interval '1 microsecond') AS at, count(*) AS before,"
    " max(valid_to) AS ended"
    " FROM tariffs WHERE site_id = $1::uuid" };

static const struct db_stmt close_open = { "tariff_close",
    "UPDATE tariffs SET valid_to = $2::timestamptz, is_active = false,"
    " updated_at = $3::timestamptz"
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

static const struct db_stmt by_id = { "tariff_by_id",
    "SELECT " COLUMNS " FROM tariffs t WHERE t.site_id = $1::uuid"
    " AND t.tariff_id = $2::uuid" };

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

/* A site's tariffs behind its lock. */
struct tariffs {
	struct rows *site, *next, *open, *known;
};

static enum fault
tariffs_lock(struct ctx *cx, const struct tariff *t, struct tariffs *r)
{
	struct db_value v[] = { db_uuid(&t->site), db_uuid(&t->id) };
	enum fault f;

	if ((f = db_queue(cx, &db_begin, NULL, 0, NULL)) ||
	    (f = db_queue(cx, &site_lock, v, 1, &r->site)) ||
	    (f = db_queue(cx, &next, v, 1, &r->next)) ||
	    (f = db_queue(cx, &open_one, v, 1, &r->open)) ||
	    (f = db_run(cx, &by_id, v, 2, &r->known)))
		return f;
	return rows_count(r->site) == 0 ? not_found(cx) : FAULT_NONE;
}

/* The one it repeats, by its id or else the one in force; false: none. */
static bool
tariff_repeats(const struct tariffs *r, struct tariff *t)
{
	const struct rows *old = uuid_is_nil(&t->id) ? r->open : r->known;
	struct tariff was = { .currency = NULL };

	if (rows_count(old) == 0)
		return false;
	columns_read_one(&tariff_columns, old, 0, &was);
	if (was.price_per_kwh != t->price_per_kwh || was.currency == NULL ||
	    strcmp(was.currency, t->currency) != 0)
		return false;
	if (t->valid_from_given && (uuid_is_nil(&t->id) ?
	    t->valid_from < was.valid_from : t->valid_from != was.valid_from))
		return false;
	*t = was;
	return true;
}

/* When it begins: behind what the site had. */
static enum fault
tariff_begin(struct ctx *cx, const struct tariffs *r, struct tariff *t)
{
	const struct rows *open = r->open;
	char text[TIME_TEXT];
	usec_t from = INT64_MIN;
	int ended = rows_column(r->next, "ended");

	if (!t->valid_from_given) {
		t->valid_from = rows_i64(r->next, 0, rows_column(r->next,
		    "before")) == 0 ? INT64_MIN : t->created_at;
		return FAULT_NONE;
	}
	if (rows_count(open) > 0)
		from = rows_time(open, 0, rows_column(open, "valid_from"));
	if (t->valid_from <= from)
		return ctx_fail(cx, FAULT_CONFLICT, "validFrom must be after "
		    "%s, when the tariff in force began",
		    time_text(text, from));
	if (rows_count(open) > 0 || rows_null(r->next, 0, ended) ||
	    t->valid_from >= rows_time(r->next, 0, ended))
		return FAULT_NONE;
	return ctx_fail(cx, FAULT_CONFLICT, "validFrom must not be before %s, "
	    "when the site's last tariff ended",
	    time_text(text, rows_time(r->next, 0, ended)));
}

static enum fault
tariff_follow(struct ctx *cx, const struct tariffs *r, struct tariff *t)
{
	enum fault f;

	uuid_new(&t->id);
	t->created_at = rows_time(r->next, 0, rows_column(r->next, "at"));
	t->has_end = false;
	if ((f = tariff_begin(cx, r, t)) ||
	    (f = db_queue(cx, &close_open, (struct db_value[]){
	    db_uuid(&t->site), db_time(&cx->arena, t->valid_from),
	    db_time(&cx->arena, t->created_at) }, 3, NULL)) ||
	    (f = columns_queue(cx, &add, &(struct column_rows){
	    &tariff_columns, t, 1, false, ADD }, 1, NULL)) ||
	    (f = db_queue(cx, &db_commit, NULL, 0, NULL)))
		return f;
	return db_sync(cx);
}

enum fault
store_tariff_add(struct ctx *cx, struct tariff *t, bool *added)
{
	struct tariffs r;
	enum fault f;

	*added = false;
	if ((f = tariffs_lock(cx, t, &r)) == FAULT_NONE) {
		if (tariff_repeats(&r, t)) {
			db_rollback(cx);
			return FAULT_NONE;
		}
		*added = uuid_is_nil(&t->id);
		f = *added ? tariff_follow(cx, &r, t) : ctx_fail(cx,
		    FAULT_CONFLICT, "the site has no tariff of this "
		    "tariffId, price, currency and validFrom");
	}
	if (f)
		db_rollback(cx);
	return f;
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
