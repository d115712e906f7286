#include "command.h"

#include <string.h>

#include "columns.h"
#include "page.h"

#define COLUMNS \
	"command_id, charge_point_id, type, idempotency_key," \
	" payload::text AS payload, status," \
	" coalesce(response_text, response::text) AS response, error," \
	" http_status, ack_unique_id IS NOT NULL AS acked, deadline_at," \
	" created_at, updated_at," \
	" clock_timestamp() AS read_at "

static const struct column command_list[] = {
	{ "command_id", COL_UUID, AT(command, id) },
	{ "charge_point_id", COL_TEXT, AT(command, charger) },
	{ "type", COL_TEXT, AT(command, type) },
	{ "idempotency_key", COL_TEXT, AT(command, key) },
	{ "payload", COL_TEXT, AT(command, payload) },
	{ "status", COL_WORD, AT(command, status),
	    .words = command_status_names },
	{ "response", COL_TEXT, AT(command, response) },
	{ "error", COL_TEXT, AT(command, error) },
	{ "http_status", COL_I32, AT(command, answer) },
	{ "acked", COL_BOOL, AT(command, acked) },
	{ "deadline_at", COL_TIME, AT(command, deadline),
	    HAS(command, has_deadline) },
	{ "created_at", COL_TIME, AT(command, created_at) },
	{ "updated_at", COL_TIME, AT(command, updated_at) },
	{ "read_at", COL_TIME, AT(command, read_at) },
	{ 0 }
};
static const struct columns command_columns = {
	command_list, sizeof(struct command)
};

/* The caller's own text becomes jsonb: its numbers stay what they are. */
static const struct db_stmt add = {
	"command_add",
	"INSERT INTO commands (command_id, charge_point_id, type,"
	" idempotency_key, payload, status)"
	" SELECT $1::uuid, charge_point_id, $3::text, $4::text,"
	" $5::text::jsonb, 'Queued'"
	" FROM chargers WHERE charge_point_id = $2::text"
	" ON CONFLICT (charge_point_id, idempotency_key) DO NOTHING"
};

static const struct db_stmt by_key = {
	"command_by_key",
	"SELECT type = $3::text"
	" AND payload = $4::text::jsonb AS same, " COLUMNS
	"FROM commands WHERE charge_point_id = $1::text"
	" AND idempotency_key = $2::text"
};

static const struct db_stmt by_id = {
	"command_by_id",
	"SELECT " COLUMNS "FROM commands WHERE command_id = $1::uuid"
};

/* As command_expire() has it. */
#define EXPIRED \
	"(c.status IN ('Queued', 'Sent') AND clock_timestamp() >" \
	" coalesce(c.deadline_at, c.created_at + interval '15 s'))"
#define PAGE \
	" AND (c.created_at, c.command_id) < ($2::timestamptz, $3::uuid)" \
	" AND ($4::text IS NULL OR $4::text = CASE WHEN NOT " EXPIRED \
	"  THEN c.status WHEN c.ack_unique_id IS NULL THEN 'Unknown'" \
	"  ELSE 'Acked' END)" \
	" AND ($5::bool IS NOT TRUE OR" \
	"  (" EXPIRED " AND c.ack_unique_id IS NULL))" \
	" ORDER BY c.created_at DESC, c.command_id DESC LIMIT $6::bigint"

static const struct db_stmt list_of_charger = {
	"command_list_of_charger",
	"SELECT " COLUMNS "FROM commands c WHERE c.charge_point_id = $1::text"
	PAGE
};

/* The index is by status: a page of each, and the page of those. */
static const struct db_stmt list = {
	"command_list",
	"SELECT " COLUMNS "FROM unnest($1::text[]) AS w (word)"
	" CROSS JOIN LATERAL (SELECT * FROM commands c"
	" WHERE c.status = w.word" PAGE ") c"
	" ORDER BY created_at DESC, command_id DESC LIMIT $6::bigint"
};

/* What waited in vain must not go out after it reads as Unknown. */
static const struct db_stmt mark = {
	"command_mark",
	"UPDATE commands SET status = 'Sent', updated_at = clock_timestamp(),"
	" deadline_at = clock_timestamp() + interval '15 s'"
	" WHERE charge_point_id = $1::text AND command_id = $2::uuid"
	" AND status = 'Queued'"
	" AND created_at > clock_timestamp() - interval '12 s'"
};

static const struct db_stmt settle = {
	"command_settle",
	"UPDATE commands SET response_text = $4::text,"
	" (status, error, http_status) = (SELECT"
	" CASE WHEN saved THEN 'Acked' ELSE $3::text END,"
	" CASE WHEN NOT saved THEN $5::text END,"
	" CASE WHEN saved THEN 200 ELSE $6::int END"
	" FROM (SELECT $3::text = 'Unknown' AND ack_unique_id IS NOT NULL"
	" AS saved) a),"
	" updated_at = clock_timestamp()"
	" WHERE charge_point_id = $1::text AND command_id = $2::uuid"
	" AND status = 'Sent'"
};

enum fault
store_command_open(struct ctx *cx, const struct command_order *o,
    const struct uuid *id, struct command *c, bool *same)
{
	struct db_value added[] = {
		db_uuid(id), db_text(o->charger), db_text(o->type),
		db_text(o->key), db_text(o->payload)
	};
	struct db_value wanted[] = {
		db_text(o->charger), db_text(o->key), db_text(o->type),
		db_text(o->payload)
	};
	struct rows *r;
	enum fault f;

	if ((f = db_queue(cx, &add, added, countof(added), NULL)) ||
	    (f = db_run(cx, &by_key, wanted, countof(wanted), &r)))
		return f;
	if (rows_count(r) == 0)
		return ctx_fail(cx, FAULT_NOT_FOUND, "no such charger");
	columns_read_one(&command_columns, r, 0, c);
	*same = rows_bool(r, 0, rows_column(r, "same"));
	return FAULT_NONE;
}

/* One change and a look at what it left, in one transaction. */
static enum fault
change(struct ctx *cx, const struct db_stmt *st,
    const struct db_value *values, int n, struct command *c)
{
	struct uuid id = c->id;
	struct db_value key = db_uuid(&id);
	struct rows *r;
	enum fault f;

	if ((f = db_queue(cx, st, values, n, NULL)) ||
	    (f = db_run(cx, &by_id, &key, 1, &r)))
		return f;
	if (rows_count(r) == 0)
		return ctx_fail(cx, FAULT_BUG, "the command is gone");
	columns_read_one(&command_columns, r, 0, c);
	return FAULT_NONE;
}

enum fault
store_command_send(struct ctx *cx, struct command *c)
{
	struct db_value v[] = { db_text(c->charger), db_uuid(&c->id) };

	return change(cx, &mark, v, countof(v), c);
}

enum fault
store_command_settle(struct ctx *cx, struct command *c)
{
	struct db_value v[] = {
		db_text(c->charger), db_uuid(&c->id),
		db_text(command_status_name(c->status)),
		db_text(c->response), db_text(c->error),
		db_i32(&cx->arena, c->answer)
	};

	return change(cx, &settle, v, countof(v), c);
}

enum fault
store_command_load(struct ctx *cx, const struct uuid *id, struct command *c)
{
	struct db_value v = db_uuid(id);
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &by_id, &v, 1, &r)))
		return f;
	if (rows_count(r) == 0)
		return ctx_fail(cx, FAULT_NOT_FOUND, "no such command");
	columns_read_one(&command_columns, r, 0, c);
	return FAULT_NONE;
}

/* The words under which rows are stored that read as the filter's status. */
static struct db_value
stored_statuses(struct ctx *cx, const struct command_filter *q)
{
	const char *const *w = command_status_names;
	struct db_value v[8];
	size_t n = 0;

	bool any = q->status == NULL && !q->stuck,
	    expires = q->stuck || (q->status != NULL &&
	    (strcmp(q->status, "Unknown") == 0 ||
	    strcmp(q->status, "Acked") == 0));

	for (; *w != NULL; w++)
		if (any || (!q->stuck && strcmp(*w, q->status) == 0) ||
		    (expires && (strcmp(*w, "Queued") == 0 ||
		    strcmp(*w, "Sent") == 0)))
			v[n++] = db_text(*w);
	return db_array(&cx->arena, DB_TEXT, v, n);
}

enum fault
store_command_list(struct ctx *cx, const struct command_filter *q,
    struct command **out, size_t *n, bool *more)
{
	static const struct uuid last = { .byte = { [0] = 0xff } };
	struct db_value v[] = {
		q->charger != NULL ? db_text(q->charger) :
		    stored_statuses(cx, q),
		db_time(&cx->arena, q->has_last ? q->last_at : INT64_MAX),
		db_uuid(q->has_last ? &q->last_id : &last),
		db_text(q->status), db_bool(q->stuck),
		db_i64(&cx->arena, q->limit + 1),
	};
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, q->charger != NULL ? &list_of_charger : &list, v,
	    countof(v), &r)))
		return f;
	*n = page_rows(r, q->limit, more);
	*out = columns_read_first(cx, &command_columns, r, *n);
	return FAULT_NONE;
}
