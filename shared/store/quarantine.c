#include "quarantine.h"

#include "columns.h"
#include "page.h"

/* Bounded by its slots: the newest takes the place of the oldest. */
static const struct db_stmt quarantine_add = { "quarantine_add",
    "INSERT INTO quarantine AS q (slot, seq, received_at, reason, body)"
    " SELECT seq % 1000, seq, $1::timestamptz, $2::text, $3::bytea"
    " FROM nextval('quarantine_seq') AS seq"
    " ON CONFLICT (slot) DO UPDATE SET seq = excluded.seq,"
    " received_at = excluded.received_at, reason = excluded.reason,"
    " body = excluded.body WHERE q.seq < excluded.seq" };

/* The first 64 KB of each body are shown. */
static const struct db_stmt quarantine_list = { "quarantine_list",
    "SELECT seq, received_at, reason, size, past,"
    " CASE WHEN NOT past THEN substr(body, 1, 65536) END AS body"
    " FROM (SELECT *, sum(least(size, 65536)) OVER (ORDER BY seq DESC)"
    "   - least(size, 65536) >= " PAGE_BYTES " AS past"
    "  FROM (SELECT seq, received_at, reason, body,"
    "    octet_length(body)::bigint AS size"
    "   FROM quarantine WHERE seq < $1::bigint"
    "   ORDER BY seq DESC LIMIT $2::bigint) q) page"
    " ORDER BY seq DESC" };

static const struct column quarantine_columns_list[] = {
	{ "seq", COL_I64, AT(quarantine_record, id) },
	{ "received_at", COL_TIME, AT(quarantine_record, received_at) },
	{ "reason", COL_TEXT, AT(quarantine_record, reason) },
	{ "size", COL_I64, AT(quarantine_record, size) },
	{ 0 }
};
static const struct columns quarantine_columns = {
	quarantine_columns_list, sizeof(struct quarantine_record)
};

enum fault
store_quarantine_add(struct ctx *cx, const char *reason, const char *body,
    size_t len)
{
	return db_run(cx, &quarantine_add, (struct db_value[]){
	    db_time(&cx->arena, cx->now), db_text(reason),
	    db_bytes(body, len) }, 3, NULL);
}

enum fault
store_quarantine_list(struct ctx *cx, int64_t before, int64_t limit,
    struct quarantine_record **out, size_t *n, bool *more)
{
	const char *body;
	struct rows *r;
	enum fault f;
	size_t i, len;

	if ((f = db_run(cx, &quarantine_list, (struct db_value[]){
	    db_i64(&cx->arena, before), db_i64(&cx->arena, limit + 1) }, 2,
	    &r)))
		return f;
	*n = page_rows_that_fit(r, limit, more);
	*out = columns_read_first(cx, &quarantine_columns, r, *n);
	for (i = 0; i < *n; i++) {
		body = rows_bytes(r, i, rows_column(r, "body"), &len);
		(*out)[i].body = quarantine_text(&cx->arena, body, len);
		(*out)[i].is_cut = (size_t)(*out)[i].size > len;
	}
	return FAULT_NONE;
}
