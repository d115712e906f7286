#include "event.h"

#include <stdlib.h>
#include <string.h>

#include "table.h"

static const struct db_stmt chargers_touch = { "chargers_touch",
    "UPDATE chargers c SET last_seen_at = greatest(c.last_seen_at, t.seen)"
    " FROM unnest($1::text[], $2::timestamptz[]) AS t (cp, seen)"
    " WHERE c.charge_point_id = t.cp RETURNING c.charge_point_id" };

static const struct db_stmt chargers_add = { "chargers_add",
    "INSERT INTO chargers AS c (charge_point_id, is_active, last_seen_at)"
    " SELECT cp, false, seen"
    " FROM unnest($1::text[], $2::timestamptz[]) AS t (cp, seen)"
    " ON CONFLICT (charge_point_id) DO UPDATE"
    " SET last_seen_at = greatest(c.last_seen_at, excluded.last_seen_at)" };

/*
 * mode: enum event_identity.  Ids are taken before the insert, in the order
 * of the arrays.  Several unnest() in one select list walk their arrays side
 * by side, which in FROM would be copied first.
 *
 * Rows are made in one order everywhere: two batches that hold the same events
 * wait for each other's, and each must not have what the other waits for.
 */
#define IN_ORDER " ORDER BY cp, ts, digest, id"
#define ITEM \
	"SELECT nextval('gateway_events_id_seq') AS id, cp, type, ts," \
	" payload::jsonb AS payload, received, mode, event_id" \
	" FROM (SELECT unnest($1::text[]) AS cp, unnest($2::text[]) AS type," \
	"  unnest($3::timestamptz[]) AS ts, unnest($4::text[]) AS payload," \
	"  unnest($5::timestamptz[]) AS received," \
	"  unnest($6::smallint[]) AS mode, unnest($7::text[]) AS event_id) t"
#define DIGEST \
	"CASE mode WHEN 1 THEN gen_random_uuid()" \
	" ELSE md5(payload::text)::uuid END"
#define WHICH_ARE_NEW \
	" SELECT id, false AS is_new FROM item" \
	" UNION ALL SELECT id, true FROM fresh"

static const struct db_stmt new_events_add = { "new_events_add",
    "INSERT INTO gateway_events (id, charge_point_id, event_type, ts,"
    " payload, received_at, digest)"
    " SELECT id, cp, type, ts, payload, received, " DIGEST " AS digest"
    " FROM (" ITEM ") item" IN_ORDER
    " RETURNING id, true AS is_new" };

/* A repetition within the arrays conflicts like one of before. */
static const struct db_stmt events_add = { "events_add",
    "WITH item AS MATERIALIZED (" ITEM "), fresh AS ("
    "  INSERT INTO gateway_events (id, charge_point_id, event_type, ts,"
    "   payload, received_at, digest)"
    "  SELECT id, cp, type, ts, payload, received, " DIGEST " AS digest"
    "  FROM item" IN_ORDER
    "  ON CONFLICT (charge_point_id, ts, digest) DO NOTHING"
    "  RETURNING id)"
    WHICH_ARE_NEW };

/* For arrays in which some event is known by a key. */
static const struct db_stmt keyed_events_add = { "keyed_events_add",
    "WITH item AS MATERIALIZED (" ITEM "), keyed AS MATERIALIZED ("
    "  SELECT item.*, " DIGEST " AS digest,"
    "   CASE WHEN event_id IS NOT NULL THEN 'id:' || md5(event_id)"
    "    WHEN mode = 2 THEN 'undated:' || md5(payload::text) END AS key"
    "  FROM item),"
    " known AS ("
    "  INSERT INTO event_keys (charge_point_id, key, received_at)"
    "  SELECT cp, key, min(received) FROM keyed WHERE key IS NOT NULL"
    "  GROUP BY cp, key ORDER BY cp, key"
    "  ON CONFLICT DO NOTHING RETURNING charge_point_id, key),"
    " fresh AS ("
    "  INSERT INTO gateway_events (id, charge_point_id, event_type, ts,"
    "   payload, received_at, digest)"
    "  SELECT id, cp, type, ts, payload, received, digest FROM ("
    "   SELECT DISTINCT ON (cp, coalesce(key, id::text)) * FROM keyed k"
    "   WHERE key IS NULL OR (cp, key) IN (TABLE known)"
    "   ORDER BY cp, coalesce(key, id::text), id) f" IN_ORDER
    "  ON CONFLICT (charge_point_id, ts, digest) DO NOTHING"
    "  RETURNING id)"
    WHICH_ARE_NEW };

static const struct db_stmt samples_add = { "samples_add",
    "INSERT INTO meter_samples (charge_point_id, transaction_id, ts,"
    " event_id, item, received_at, kind, value_text, unit, context, phase,"
    " location, format, value_mwh)"
    " SELECT unnest($1::text[]), unnest($2::int[]),"
    " unnest($3::timestamptz[]), unnest($4::bigint[]),"
    " unnest($5::smallint[]), unnest($6::timestamptz[]),"
    " unnest($7::text[]), unnest($8::text[]), unnest($9::text[]),"
    " unnest($10::text[]), unnest($11::text[]), unnest($12::text[]),"
    " unnest($13::text[]), unnest($14::bigint[])" };

static const struct db_stmt ends_add = { "ends_add",
    "INSERT INTO transaction_ends (charge_point_id, transaction_id, ts,"
    " meter_stop_wh, reason, event_id, received_at)"
    " SELECT cp, tx, ts, trim_scale(mwh::numeric / 1000), reason, id,"
    " received"
    " FROM unnest($1::text[], $2::int[], $3::timestamptz[], $4::bigint[],"
    " $5::text[], $6::bigint[], $7::timestamptz[])"
    " AS t (cp, tx, ts, mwh, reason, id, received)"
    " ON CONFLICT DO NOTHING" };

static const struct db_stmt statuses_set = { "statuses_set",
    "INSERT INTO connector_state AS c (charge_point_id, connector_id,"
    " status, error_code, updated_at)"
    " SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[],"
    " $5::timestamptz[])"
    " ON CONFLICT (charge_point_id, connector_id) DO UPDATE"
    " SET status = excluded.status, error_code = excluded.error_code,"
    " updated_at = excluded.updated_at"
    " WHERE c.updated_at IS NULL OR c.updated_at <= excluded.updated_at" };

static const struct db_stmt boots_set = { "boots_set",
    "UPDATE chargers c SET vendor = coalesce(b.vendor, c.vendor),"
    " model = coalesce(b.model, c.model),"
    " firmware_version = coalesce(b.firmware, c.firmware_version),"
    " ocpp_version = coalesce(b.ocpp, c.ocpp_version),"
    " booted_at = b.at, updated_at = now()"
    " FROM unnest($1::text[], $2::text[], $3::text[], $4::text[],"
    " $5::text[], $6::timestamptz[])"
    " AS b (cp, vendor, model, firmware, ocpp, at)"
    " WHERE c.charge_point_id = b.cp"
    " AND (c.booted_at IS NULL OR c.booted_at <= b.at)" };

static const struct db_stmt waiting_add = { "waiting_add",
    "INSERT INTO waiting_transactions AS w (charge_point_id,"
    " transaction_id, first_received_at, last_received_at)"
    " SELECT cp, tx, $3::timestamptz, $3::timestamptz"
    " FROM unnest($1::text[], $2::int[]) AS t (cp, tx)"
    " ON CONFLICT (charge_point_id, transaction_id) DO UPDATE"
    " SET last_received_at = greatest(w.last_received_at,"
    " excluded.last_received_at)" };

static const struct db_stmt waiting_remove = { "waiting_remove",
    "DELETE FROM waiting_transactions w"
    " USING unnest($1::text[], $2::int[]) AS t (cp, tx)"
    " WHERE w.charge_point_id = t.cp AND w.transaction_id = t.tx" };

/* Bounded by its slots: the newest takes the place of the oldest. */
static const struct db_stmt quarantine_add = { "quarantine_add",
    "INSERT INTO quarantine AS q (slot, seq, received_at, reason, body)"
    " SELECT seq % 1000, seq, $1::timestamptz, $2::text, $3::bytea"
    " FROM nextval('quarantine_seq') AS seq"
    " ON CONFLICT (slot) DO UPDATE SET seq = excluded.seq,"
    " received_at = excluded.received_at, reason = excluded.reason,"
    " body = excluded.body WHERE q.seq < excluded.seq" };

/* One row a charger, in the order of the events. */
static void
chargers_of(struct table *t, struct ctx *cx, struct event *const *e, size_t n)
{
	static const enum db_type types[] = { DB_TEXT, DB_TIME };
	usec_t seen = 0;
	size_t i;

	table_init(t, cx, types, 2, n);
	for (i = 0; i < n; i++) {
		usec_t at = event_effective(e[i]);

		if (i == 0 || strcmp(e[i]->charger, e[i - 1]->charger) != 0) {
			t->column[0][t->rows++] = db_text(e[i]->charger);
			seen = at;
		} else if (at > seen)
			seen = at;
		t->column[1][t->rows - 1] = db_time(t->arena, seen);
	}
}

enum fault
store_chargers_touch(struct ctx *cx, struct event *const *e, size_t n,
    struct rows **slot)
{
	struct table t;

	chargers_of(&t, cx, e, n);
	return table_queue(cx, &chargers_touch, &t, NULL, 0, slot);
}

bool
store_chargers_touched(const struct rows *r, struct event *const *e,
    size_t n)
{
	size_t i, chargers = 0;

	for (i = 0; i < n; i++)
		chargers += i == 0 ||
		    strcmp(e[i]->charger, e[i - 1]->charger) != 0;
	return rows_count(r) == chargers;
}

enum fault
store_chargers_add(struct ctx *cx, struct event *const *e, size_t n)
{
	struct table t;

	chargers_of(&t, cx, e, n);
	return table_queue(cx, &chargers_add, &t, NULL, 0, NULL);
}

enum fault
store_events_add(struct ctx *cx, struct event *const *e, size_t n,
    bool repeats, struct rows **slot)
{
	static const enum db_type types[] = {
		DB_TEXT, DB_TEXT, DB_TIME, DB_TEXT, DB_TIME, DB_I16, DB_TEXT
	};
	bool keyed = false;
	struct table t;
	size_t i;

	table_init(&t, cx, types, 7, n);
	for (i = 0; i < n; i++) {
		keyed |= event_identity(e[i]) == IDENTITY_KEY;
		t.column[0][i] = db_text(e[i]->charger);
		t.column[1][i] = db_text(e[i]->type_name);
		t.column[2][i] = db_time(t.arena, e[i]->ts);
		t.column[3][i] = db_text(e[i]->payload);
		t.column[4][i] = db_time(t.arena, e[i]->received);
		t.column[5][i] = db_i16(t.arena,
		    (int16_t)event_identity(e[i]));
		t.column[6][i] = db_text(e[i]->event_id);
	}
	t.rows = n;
	return table_queue(cx, keyed ? &keyed_events_add : repeats ?
	    &events_add : &new_events_add, &t, NULL, 0, slot);
}

/* The row of the first n, whose ids rise, that has this id. */
static size_t
row_of(const struct rows *r, int column, size_t n, int64_t id)
{
	size_t lo = 0, hi = n, mid;

	while (hi - lo > 1) {
		mid = lo + (hi - lo) / 2;
		if (rows_i64(r, mid, column) <= id)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static int
id_order(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* They rose with the arrays, and came back in another order. */
static void
ids_of_new(struct ctx *cx, const struct rows *r, int column,
    struct event *const *e, size_t n)
{
	int64_t *id = arena_calloc(&cx->arena, n * sizeof(*id));
	size_t i;

	for (i = 0; i < n; i++)
		id[i] = rows_i64(r, i, column);
	qsort(id, n, sizeof(*id), id_order);
	for (i = 0; i < n; i++)
		e[i]->id = id[i];
}

/*
 * From new_events_add the ids of all; from the others first all ids in the
 * order of the arrays, then those of the new.
 */
void
store_events_added(struct ctx *cx, const struct rows *r,
    struct event *const *e, size_t n)
{
	int column = rows_column(r, "id");
	int64_t id;
	size_t i;

	if (n > 0 && rows_bool(r, 0, rows_column(r, "is_new"))) {
		ids_of_new(cx, r, column, e, n);
		return;
	}
	for (i = 0; i < n; i++)
		e[i]->id = 0;
	for (i = n; i < rows_count(r); i++) {
		id = rows_i64(r, i, column);
		e[row_of(r, column, n, id)]->id = id;
	}
}

static void
sample_row(struct table *t, const struct event *e, size_t i)
{
	const struct reading *r = i < e->n_readings ? &e->readings[i] : NULL;
	size_t k = t->rows++;

	t->column[0][k] = db_text(e->charger);
	t->column[1][k] = db_i32(t->arena, e->transaction);
	t->column[2][k] = db_time(t->arena, e->ts);
	t->column[3][k] = db_i64(t->arena, e->id);
	t->column[4][k] = db_i16(t->arena, (int16_t)(r == NULL ? 0 : e->items[i]));
	t->column[5][k] = db_time(t->arena, e->received);
	if (r == NULL)
		return;
	t->column[6][k] = db_text(reading_kind_letter(r->kind));
	t->column[7][k] = db_text(r->value);
	t->column[8][k] = db_text(r->unit);
	t->column[9][k] = db_text(r->context);
	t->column[10][k] = db_text(r->phase);
	t->column[11][k] = db_text(r->location);
	t->column[12][k] = db_text(r->format);
	t->column[13][k] = r->usable ? db_i64(t->arena, r->mwh) : db_null();
}

enum fault
store_samples_add(struct ctx *cx, struct event *const *e, size_t n)
{
	static const enum db_type types[] = {
		DB_TEXT, DB_I32, DB_TIME, DB_I64, DB_I16, DB_TIME, DB_TEXT,
		DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_I64
	};
	struct table t;
	size_t i, k, room = 0;

	for (i = 0; i < n; i++)
		if (e[i]->type == EVENT_SAMPLE && e[i]->id != 0)
			room += e[i]->n_readings + 1;
	table_init(&t, cx, types, 14, room);
	for (i = 0; i < n; i++) {
		if (e[i]->type != EVENT_SAMPLE || e[i]->id == 0)
			continue;
		k = 0;
		do
			sample_row(&t, e[i], k++);
		while (k < e[i]->n_readings);
	}
	return table_queue(cx, &samples_add, &t, NULL, 0, NULL);
}

enum fault
store_ends_add(struct ctx *cx, struct event *const *e, size_t n)
{
	static const enum db_type types[] = {
		DB_TEXT, DB_I32, DB_TIME, DB_I64, DB_TEXT, DB_I64, DB_TIME
	};
	struct table t;
	size_t i, k;

	table_init(&t, cx, types, 7, n);
	for (i = 0; i < n; i++) {
		if (e[i]->type != EVENT_ENDED || e[i]->transaction <= 0)
			continue;
		k = t.rows++;
		t.column[0][k] = db_text(e[i]->charger);
		t.column[1][k] = db_i32(t.arena, e[i]->transaction);
		t.column[2][k] = db_time(t.arena, e[i]->ts);
		t.column[3][k] = e[i]->has_meter ?
		    db_i64(t.arena, e[i]->meter) : db_null();
		t.column[4][k] = db_text(e[i]->reason);
		t.column[5][k] = db_i64(t.arena, e[i]->id);
		t.column[6][k] = db_time(t.arena, e[i]->received);
	}
	return table_queue(cx, &ends_add, &t, NULL, 0, NULL);
}

/* Whether a later event of the batch speaks of the same connector. */
static bool
overtaken(struct event *const *e, size_t n, size_t i)
{
	size_t k;

	for (k = 0; k < n; k++)
		if (k != i && e[k]->type == EVENT_STATUS &&
		    e[k]->status != NULL &&
		    e[k]->connector == e[i]->connector &&
		    strcmp(e[k]->charger, e[i]->charger) == 0 &&
		    (event_effective(e[k]) > event_effective(e[i]) ||
		    (event_effective(e[k]) == event_effective(e[i]) &&
		    k > i)))
			return true;
	return false;
}

/* The events of e[i]'s charger: the batch is sorted. */
static size_t
charger_end(struct event *const *e, size_t n, size_t i)
{
	size_t end = i + 1;

	while (end < n && strcmp(e[end]->charger, e[i]->charger) == 0)
		end++;
	return end;
}

enum fault
store_statuses_set(struct ctx *cx, struct event *const *e, size_t n)
{
	static const enum db_type types[] = {
		DB_TEXT, DB_I32, DB_TEXT, DB_TEXT, DB_TIME
	};
	size_t i, k, from = 0, to = 0;
	struct table t;

	table_init(&t, cx, types, 5, n);
	for (i = 0; i < n; i++) {
		if (i == to) {
			from = i;
			to = charger_end(e, n, i);
		}
		if (e[i]->type != EVENT_STATUS || e[i]->status == NULL ||
		    overtaken(e + from, to - from, i - from))
			continue;
		k = t.rows++;
		t.column[0][k] = db_text(e[i]->charger);
		t.column[1][k] = db_i32(t.arena, e[i]->connector);
		t.column[2][k] = db_text(e[i]->status);
		t.column[3][k] = db_text(e[i]->error_code == NULL ?
		    "NoError" : e[i]->error_code);
		t.column[4][k] = db_time(t.arena, event_effective(e[i]));
	}
	return table_queue(cx, &statuses_set, &t, NULL, 0, NULL);
}

/* An update takes each row once, so the last boot of a charger speaks. */
enum fault
store_boots_set(struct ctx *cx, struct event *const *e, size_t n)
{
	static const enum db_type types[] = {
		DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TIME
	};
	const struct event *last = NULL;
	struct table t;
	size_t i, k;

	table_init(&t, cx, types, 6, n);
	for (i = 0; i < n; i++) {
		if (e[i]->type == EVENT_BOOTED && (last == NULL ||
		    event_effective(e[i]) >= event_effective(last)))
			last = e[i];
		if (last == NULL || (i + 1 < n &&
		    strcmp(e[i]->charger, e[i + 1]->charger) == 0))
			continue;
		k = t.rows++;
		t.column[0][k] = db_text(last->charger);
		t.column[1][k] = db_text(last->vendor);
		t.column[2][k] = db_text(last->model);
		t.column[3][k] = db_text(last->firmware);
		t.column[4][k] = db_text(last->ocpp_version);
		t.column[5][k] = db_time(t.arena, event_effective(last));
		last = NULL;
	}
	return table_queue(cx, &boots_set, &t, NULL, 0, NULL);
}

static void
transactions(struct table *t, struct ctx *cx, const struct transaction *x,
    size_t n)
{
	static const enum db_type types[] = { DB_TEXT, DB_I32 };
	size_t i;

	table_init(t, cx, types, 2, n);
	for (i = 0; i < n; i++) {
		t->column[0][i] = db_text(x[i].charger);
		t->column[1][i] = db_i32(t->arena, x[i].id);
	}
	t->rows = n;
}

enum fault
store_waiting_add(struct ctx *cx, const struct transaction *x, size_t n,
    usec_t received)
{
	struct db_value at = db_time(&cx->arena, received);
	struct table t;

	transactions(&t, cx, x, n);
	return table_queue(cx, &waiting_add, &t, &at, 1, NULL);
}

enum fault
store_waiting_remove(struct ctx *cx, const struct transaction *x, size_t n)
{
	struct table t;

	transactions(&t, cx, x, n);
	return table_queue(cx, &waiting_remove, &t, NULL, 0, NULL);
}

enum fault
store_quarantine(struct ctx *cx, const char *reason, const char *body,
    size_t len)
{
	return db_run(cx, &quarantine_add, (struct db_value[]){
	    db_time(&cx->arena, cx->now), db_text(reason),
	    db_bytes(body, len) }, 3, NULL);
}
