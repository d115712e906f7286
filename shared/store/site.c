#include "site.h"

#include "base/time.h"
#include "charger.h"
#include "columns.h"
#include "page.h"
#include "session.h"

#define COLUMNS \
	"s.site_id, s.name, s.time_zone, s.payout_wallet, s.created_at"

static const struct column site_list[] = {
	{ "site_id", COL_UUID, AT(site, id) },
	{ "name", COL_TEXT, AT(site, name) },
	{ "time_zone", COL_TEXT, AT(site, time_zone) },
	{ "payout_wallet", COL_TEXT, AT(site, wallet) },
	{ "created_at", COL_TIME, AT(site, created_at) },
	{ 0 }
};
static const struct columns site_columns = {
	site_list, sizeof(struct site)
};

static const struct db_stmt zone_known = { "zone_known",
    "SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = $1::text)"
    " AS known" };

static const struct db_stmt add = { "site_add",
    "INSERT INTO sites AS s (site_id, name, time_zone)"
    " VALUES ($1::uuid, $2::text, $3::text)"
    " ON CONFLICT (name) DO UPDATE"
    " SET time_zone = coalesce(excluded.time_zone, s.time_zone)"
    " RETURNING s.xmax = 0 AS added, " COLUMNS };

static const struct db_stmt load = { "site_load",
    "SELECT " COLUMNS " FROM sites s WHERE s.site_id = $1::uuid" };

static const struct db_stmt list = { "site_list",
    "SELECT " COLUMNS " FROM sites s"
    " WHERE (s.created_at, s.site_id) > ($1::timestamptz, $2::uuid)"
    " ORDER BY s.created_at, s.site_id LIMIT $3::bigint" };

static const struct db_stmt lock = { "site_lock",
    "SELECT " COLUMNS " FROM sites s WHERE s.site_id = $1::uuid"
    " FOR NO KEY UPDATE" };

/* The clock is read behind the lock, and never stands still. */
static const struct db_stmt wallet_add = { "site_wallet_add",
    "INSERT INTO site_wallets (site_id, since, wallet)"
    " SELECT s.site_id, greatest(clock_timestamp(), (SELECT max(since)"
    "  FROM site_wallets w WHERE w.site_id = s.site_id)"
    "  + interval '1 microsecond'), $2::text"
    " FROM sites s WHERE s.site_id = $1::uuid"
    " AND s.payout_wallet IS DISTINCT FROM $2::text" };

static const struct db_stmt wallet_set = { "site_wallet_set",
    "UPDATE sites SET payout_wallet = $2::text WHERE site_id = $1::uuid"
    " AND payout_wallet IS DISTINCT FROM $2::text" };

static const struct db_stmt present = { "charger_site_present",
    "SELECT c.site_id, (SELECT max(since) FROM charger_sites h"
    "  WHERE h.charge_point_id = c.charge_point_id) AS since"
    " FROM chargers c WHERE c.charge_point_id = $1::text" };

static const struct db_stmt moved = { "charger_site_add",
    "INSERT INTO charger_sites (charge_point_id, since, site_id)"
    " SELECT c.charge_point_id, CASE"
    "  WHEN $3::timestamptz IS NOT NULL THEN $3::timestamptz"
    "  WHEN l.since IS NULL THEN '-infinity'"
    "  ELSE greatest(clock_timestamp(), l.since + interval"
    "  '1 microsecond') END, $2::uuid"
    " FROM chargers c LEFT JOIN LATERAL (SELECT since FROM charger_sites h"
    "  WHERE h.charge_point_id = c.charge_point_id"
    "  ORDER BY since DESC LIMIT 1) l ON true"
    " WHERE c.charge_point_id = $1::text"
    " AND c.site_id IS DISTINCT FROM $2::uuid" };

static const struct db_stmt move = { "charger_site_set",
    "UPDATE chargers SET site_id = $2::uuid, updated_at = now()"
    " WHERE charge_point_id = $1::text"
    " AND site_id IS DISTINCT FROM $2::uuid" };

static enum fault
not_found(struct ctx *cx)
{
	return ctx_fail(cx, FAULT_NOT_FOUND, "no such site");
}

enum fault
store_time_zone_known(struct ctx *cx, const char *zone, bool *known)
{
	struct db_value v = db_text(zone);
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &zone_known, &v, 1, &r)))
		return f;
	*known = rows_bool(r, 0, rows_column(r, "known"));
	return FAULT_NONE;
}

enum fault
store_site_add(struct ctx *cx, struct site *s, bool *added)
{
	struct uuid id = s->id;
	struct db_value v[] = {
		db_uuid(&id), db_text(s->name), db_text(s->time_zone)
	};
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &add, v, countof(v), &r)))
		return f;
	columns_read_one(&site_columns, r, 0, s);
	*added = rows_bool(r, 0, rows_column(r, "added"));
	return FAULT_NONE;
}

enum fault
store_site_load(struct ctx *cx, const struct uuid *id, struct site *s)
{
	struct db_value v = db_uuid(id);
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &load, &v, 1, &r)))
		return f;
	if (rows_count(r) == 0)
		return not_found(cx);
	columns_read_one(&site_columns, r, 0, s);
	return FAULT_NONE;
}

enum fault
store_site_list(struct ctx *cx, usec_t last_at, const struct uuid *last_id,
    int64_t limit, struct site **out, size_t *n, bool *more)
{
	struct db_value v[] = {
		db_time(&cx->arena, last_at), db_uuid(last_id),
		db_i64(&cx->arena, limit + 1)
	};
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &list, v, countof(v), &r)))
		return f;
	*n = page_rows(r, limit, more);
	*out = columns_read_first(cx, &site_columns, r, *n);
	return FAULT_NONE;
}

enum fault
store_site_wallet(struct ctx *cx, const struct uuid *id, const char *wallet)
{
	struct db_value v[] = { db_uuid(id), db_text(wallet) };
	struct rows *found;
	enum fault f;

	if ((f = db_queue(cx, &db_begin, NULL, 0, NULL)) ||
	    (f = db_queue(cx, &lock, v, 1, &found)) ||
	    (f = db_queue(cx, &wallet_add, v, 2, NULL)) ||
	    (f = db_queue(cx, &wallet_set, v, 2, NULL)) ||
	    (f = db_queue(cx, &db_commit, NULL, 0, NULL)) ||
	    (f = db_sync(cx)))
		return f;
	return rows_count(found) == 0 ? not_found(cx) : FAULT_NONE;
}

enum fault
store_charger_move(struct ctx *cx, const char *charger,
    const struct uuid *site, const usec_t *since)
{
	struct db_value v[] = {
		db_text(charger),
		uuid_is_nil(site) ? db_null() : db_uuid(site),
		since == NULL ? db_null() : db_time(&cx->arena, *since)
	};
	enum fault f;

	if ((f = db_queue(cx, &moved, v, 3, NULL)))
		return f;
	return db_queue(cx, &move, v, 2, NULL);
}

/* Behind its lock: whether it can have moved at that time. */
static enum fault
move_check(struct ctx *cx, const char *charger, const struct uuid *site,
    usec_t since)
{
	struct db_value v = db_text(charger);
	char text[TIME_TEXT];
	struct uuid now = { { 0 } };
	struct rows *r;
	enum fault f;
	usec_t begin;
	int at;

	if ((f = db_run(cx, &present, &v, 1, &r)))
		return f;
	if (rows_count(r) == 0 ||
	    rows_null(r, 0, at = rows_column(r, "since")))
		return FAULT_NONE;
	begin = rows_time(r, 0, at);
	if (!rows_null(r, 0, rows_column(r, "site_id")))
		rows_uuid(r, 0, rows_column(r, "site_id"), &now);
	if (since > begin || (since == begin && uuid_equal(&now, site)))
		return FAULT_NONE;
	return ctx_fail(cx, FAULT_CONFLICT, "since must be after %s, when the "
	    "charger came to where it is", time_text(text, begin));
}

static enum fault
move_run(struct ctx *cx, const char *charger, const struct uuid *site,
    const usec_t *since)
{
	enum fault f;

	if ((f = db_queue(cx, &db_begin, NULL, 0, NULL)) ||
	    (f = store_charger_lock(cx, charger)) ||
	    (since != NULL && (f = move_check(cx, charger, site, *since))) ||
	    (f = store_charger_move(cx, charger, site, since)) ||
	    (f = db_queue(cx, &db_commit, NULL, 0, NULL)))
		return f;
	return db_sync(cx);
}

enum fault
store_charger_site(struct ctx *cx, const char *charger,
    const struct uuid *site, const usec_t *since, struct charger *c)
{
	struct site s;
	enum fault f;

	if (!uuid_is_nil(site) && (f = store_site_load(cx, site, &s)))
		return f;
	if ((f = move_run(cx, charger, site, since))) {
		db_rollback(cx);
		return f;
	}
	return store_charger_load(cx, charger, c);
}
