#include "event.h"

#include <stdlib.h>
#include <string.h>

#include "core/charger.h"
#include "core/record.h"
#include "session_columns.h"

static const struct db_stmt chargers_touch = { "chargers_touch",
    "UPDATE chargers c SET last_seen_at = greatest(c.last_seen_at,"
    " t.last_seen_at)"
    " FROM unnest($1::text[], $2::timestamptz[])"
    " AS t (charge_point_id, last_seen_at)"
    " WHERE c.charge_point_id = t.charge_point_id"
    " RETURNING c.charge_point_id, c.clock_run_ts,"
    " c.clock_run_received_at, c.clock_skew_seconds" };

static const struct db_stmt chargers_add = { "chargers_add",
    "INSERT INTO chargers AS c (charge_point_id, is_active, last_seen_at)"
    " SELECT charge_point_id, false, last_seen_at"
    " FROM unnest($1::text[], $2::timestamptz[])"
    " AS t (charge_point_id, last_seen_at)"
    " ON CONFLICT (charge_point_id) DO UPDATE"
    " SET last_seen_at = greatest(c.last_seen_at, excluded.last_seen_at)" };

struct seen_charger {
	const char *id;
	usec_t at;
};
static const struct column seen_list[] = {
	{ "charge_point_id", COL_TEXT, AT(seen_charger, id), .in = 1 },
	{ "last_seen_at", COL_TIME, AT(seen_charger, at), .in = 1 },
	{ 0 }
};
static const struct columns seen_columns = {
	seen_list, sizeof(struct seen_charger)
};

/* An event that is not live leaves the skew as it is. */
static const struct db_stmt clocks_set = { "clocks_set",
    "UPDATE chargers c SET clock_run_ts = t.clock_run_ts,"
    " clock_run_received_at = t.clock_run_received_at,"
    " clock_skew_seconds = coalesce(t.clock_skew_seconds,"
    " c.clock_skew_seconds)"
    " FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[],"
    " $4::bigint[]) AS t (charge_point_id, clock_run_ts,"
    " clock_run_received_at, clock_skew_seconds)"
    " WHERE c.charge_point_id = t.charge_point_id" };

static const struct column clock_list[] = {
	{ "charge_point_id", COL_TEXT, AT(charger_clock, charger), .in = 1 },
	{ "clock_run_ts", COL_TIME, AT(charger_clock, run_ts),
	    HAS(charger_clock, has_run), .in = 1 },
	{ "clock_run_received_at", COL_TIME, AT(charger_clock, run_received),
	    .in = 1 },
	{ "clock_skew_seconds", COL_I64, AT(charger_clock, skew_seconds),
	    HAS(charger_clock, has_skew), .in = 1 },
	{ 0 }
};
static const struct columns clock_columns = {
	clock_list, sizeof(struct charger_clock)
};

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

struct new_event {
	const char *charger, *type, *payload, *key;
	usec_t ts, received;
	int16_t mode;
};
static const struct column new_event_list[] = {
	{ "cp", COL_TEXT, AT(new_event, charger), .in = 1 },
	{ "type", COL_TEXT, AT(new_event, type), .in = 1 },
	{ "ts", COL_TIME, AT(new_event, ts), .in = 1 },
	{ "payload", COL_TEXT, AT(new_event, payload), .in = 1 },
	{ "received", COL_TIME, AT(new_event, received), .in = 1 },
	{ "mode", COL_I16, AT(new_event, mode), .in = 1 },
	{ "event_id", COL_TEXT, AT(new_event, key), .in = 1 },
	{ 0 }
};
static const struct columns new_event_columns = {
	new_event_list, sizeof(struct new_event)
};

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
    " SELECT unnest($1::text[]) AS charge_point_id,"
    " unnest($2::int[]) AS transaction_id, unnest($3::timestamptz[]) AS ts,"
    " unnest($4::bigint[]) AS event_id, unnest($5::smallint[]) AS item,"
    " unnest($6::timestamptz[]) AS received_at, unnest($7::text[]) AS kind,"
    " unnest($8::text[]) AS value_text, unnest($9::text[]) AS unit,"
    " unnest($10::text[]) AS context, unnest($11::text[]) AS phase,"
    " unnest($12::text[]) AS location, unnest($13::text[]) AS format,"
    " unnest($14::bigint[]) AS value_mwh" };

/* The columns of a sample before those of its reading. */
struct sample_key {
	const char *charger;
	int32_t transaction;
	usec_t ts, received;
	int64_t event;
	int16_t item;
};
static const struct column sample_list[] = {
	{ "charge_point_id", COL_TEXT, AT(sample_key, charger), .in = 1 },
	{ "transaction_id", COL_I32, AT(sample_key, transaction), .in = 1 },
	{ "ts", COL_TIME, AT(sample_key, ts), .in = 1 },
	{ "event_id", COL_I64, AT(sample_key, event), .in = 1 },
	{ "item", COL_I16, AT(sample_key, item), .in = 1 },
	{ "received_at", COL_TIME, AT(sample_key, received), .in = 1 },
	{ 0 }
};
static const struct columns sample_columns = {
	sample_list, sizeof(struct sample_key)
};

static const struct db_stmt ends_add = { "ends_add",
    "INSERT INTO transaction_ends (charge_point_id, transaction_id, ts,"
    " meter_stop_wh, reason, event_id, received_at)"
    " SELECT charge_point_id, transaction_id, ts, meter_stop_wh, reason,"
    " event_id, received_at"
    " FROM unnest($1::text[], $2::int[], $3::timestamptz[], $4::numeric[],"
    " $5::text[], $6::bigint[], $7::timestamptz[])"
    " AS t (charge_point_id, transaction_id, ts, meter_stop_wh, reason,"
    " event_id, received_at)"
    " ON CONFLICT DO NOTHING" };

static const struct column end_list[] = {
	{ "charge_point_id", COL_TEXT, AT(event, charger), .in = 1 },
	{ "transaction_id", COL_I32, AT(event, transaction), .in = 1 },
	{ "ts", COL_TIME, AT(event, ts), .in = 1 },
	{ "meter_stop_wh", COL_MWH, AT(event, meter), HAS(event, has_meter),
	    .in = 1 },
	{ "reason", COL_TEXT, AT(event, reason), .in = 1 },
	{ "event_id", COL_I64, AT(event, id), .in = 1 },
	{ "received_at", COL_TIME, AT(event, received), .in = 1 },
	{ 0 }
};
static const struct columns end_columns = { end_list, sizeof(struct event) };

static const struct db_stmt statuses_set = { "statuses_set",
    "INSERT INTO connector_state AS c (charge_point_id, connector_id,"
    " status, error_code, updated_at)"
    " SELECT charge_point_id, connector_id, status, error_code, updated_at"
    " FROM unnest($1::text[], $2::int[], $3::text[], $4::text[],"
    " $5::timestamptz[])"
    " AS t (charge_point_id, connector_id, status, error_code, updated_at)"
    " ON CONFLICT (charge_point_id, connector_id) DO UPDATE"
    " SET status = excluded.status, error_code = excluded.error_code,"
    " updated_at = excluded.updated_at"
    " WHERE c.updated_at IS NULL OR c.updated_at <= excluded.updated_at" };

static const struct column status_list[] = {
	{ "charge_point_id", COL_TEXT, AT(connector, charger), .in = 1 },
	{ "connector_id", COL_I32, AT(connector, id), .in = 1 },
	{ "status", COL_TEXT, AT(connector, status), .in = 1 },
	{ "error_code", COL_TEXT, AT(connector, error_code), .in = 1 },
	{ "updated_at", COL_TIME, AT(connector, updated_at), .in = 1 },
	{ 0 }
};
static const struct columns status_columns = {
	status_list, sizeof(struct connector)
};

static const struct db_stmt boots_set = { "boots_set",
    "UPDATE chargers c SET vendor = coalesce(t.vendor, c.vendor),"
    " model = coalesce(t.model, c.model),"
    " firmware_version = coalesce(t.firmware_version, c.firmware_version),"
    " ocpp_version = coalesce(t.ocpp_version, c.ocpp_version),"
    " booted_at = t.booted_at, updated_at = now()"
    " FROM unnest($1::text[], $2::text[], $3::text[], $4::text[],"
    " $5::text[], $6::timestamptz[])"
    " AS t (charge_point_id, vendor, model, firmware_version, ocpp_version,"
    " booted_at)"
    " WHERE c.charge_point_id = t.charge_point_id"
    " AND (c.booted_at IS NULL OR c.booted_at <= t.booted_at)" };

/* The gateway's time for an answer twice, and what an event may wait. */
#define OF_LATE "o.created_at > now() - interval '60 s'"
static const struct db_stmt acks_set = { "acks_set",
    "UPDATE commands c SET ack_unique_id = k.unique_id, (status, error,"
    " http_status) = (SELECT CASE WHEN lost THEN 'Acked' ELSE c.status END,"
    " CASE WHEN NOT lost THEN c.error END,"
    " CASE WHEN lost THEN 200 ELSE c.http_status END"
    " FROM (SELECT c.status = 'Unknown' AS lost) l),"
    " updated_at = clock_timestamp()"
    " FROM (SELECT a.charge_point_id, a.unique_id, s.command_id"
    " FROM unnest($1::text[], $2::text[], $3::text[])"
    " AS a (charge_point_id, type, unique_id)"
    " CROSS JOIN LATERAL (SELECT (array_agg(o.command_id))[1] AS command_id"
    " FROM commands o WHERE o.charge_point_id = a.charge_point_id"
    " AND " OF_LATE " AND o.type = a.type AND o.ack_unique_id IS NULL"
    " AND o.status IN ('Sent', 'Unknown') HAVING count(*) = 1) s"
    " WHERE NOT EXISTS (SELECT FROM commands o"
    " WHERE o.charge_point_id = a.charge_point_id AND " OF_LATE
    " AND (o.ack_unique_id = a.unique_id"
    " OR strpos(o.response_text, a.unique_id) > 0))) k"
    " WHERE c.charge_point_id = k.charge_point_id"
    " AND c.command_id = k.command_id AND c.ack_unique_id IS NULL"
    " AND c.status IN ('Sent', 'Unknown')" };

static const struct column ack_list[] = {
	{ "charge_point_id", COL_TEXT, AT(event, charger), .in = 1 },
	{ "type", COL_TEXT, AT(event, command_type), .in = 1 },
	{ "unique_id", COL_TEXT, AT(event, unique_id), .in = 1 },
	{ 0 }
};
static const struct columns ack_columns = { ack_list, sizeof(struct event) };

struct boot {
	struct event event;
	usec_t at;
};
static const struct column boot_list[] = {
	{ "charge_point_id", COL_TEXT, AT(boot, event.charger), .in = 1 },
	{ "vendor", COL_TEXT, AT(boot, event.vendor), .in = 1 },
	{ "model", COL_TEXT, AT(boot, event.model), .in = 1 },
	{ "firmware_version", COL_TEXT, AT(boot, event.firmware), .in = 1 },
	{ "ocpp_version", COL_TEXT, AT(boot, event.ocpp_version), .in = 1 },
	{ "booted_at", COL_TIME, AT(boot, at), .in = 1 },
	{ 0 }
};
static const struct columns boot_columns = { boot_list, sizeof(struct boot) };

static const struct db_stmt waiting_add = { "waiting_add",
    "INSERT INTO waiting_transactions AS w (charge_point_id,"
    " transaction_id, first_received_at, last_received_at)"
    " SELECT charge_point_id, transaction_id, last_received_at,"
    " last_received_at"
    " FROM unnest($1::text[], $2::int[], $3::timestamptz[])"
    " AS t (charge_point_id, transaction_id, last_received_at)"
    " ON CONFLICT (charge_point_id, transaction_id) DO UPDATE"
    " SET last_received_at = greatest(w.last_received_at,"
    " excluded.last_received_at)" };

static const struct column waiting_list[] = {
	{ "charge_point_id", COL_TEXT, AT(waiting_record, of.charger),
	    .in = 1 },
	{ "transaction_id", COL_I32, AT(waiting_record, of.id), .in = 1 },
	{ "last_received_at", COL_TIME, AT(waiting_record, last_received_at),
	    .in = 1 },
	{ 0 }
};
static const struct columns waiting_columns = {
	waiting_list, sizeof(struct waiting_record)
};

static const struct db_stmt waiting_remove = { "waiting_remove",
    "DELETE FROM waiting_transactions w"
    " USING unnest($1::text[], $2::int[])"
    " AS t (charge_point_id, transaction_id)"
    " WHERE w.charge_point_id = t.charge_point_id"
    " AND w.transaction_id = t.transaction_id" };

/* One row a charger, in the order of the events. */
static enum fault
chargers_queue(struct ctx *cx, const struct db_stmt *st,
    struct event *const *e, size_t n, struct rows **slot)
{
	struct seen_charger *seen = arena_calloc(&cx->arena,
	    n * sizeof(*seen));
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		usec_t at = e[i]->received;

		if (i == 0 || strcmp(e[i]->charger, e[i - 1]->charger) != 0)
			seen[k++] = (struct seen_charger){
				e[i]->charger, at
			};
		else if (at > seen[k - 1].at)
			seen[k - 1].at = at;
	}
	return columns_queue(cx, st, &(struct column_rows){
	    &seen_columns, seen, k, false, 1 }, 1, slot);
}

enum fault
store_chargers_touch(struct ctx *cx, struct event *const *e, size_t n,
    struct rows **slot)
{
	return chargers_queue(cx, &chargers_touch, e, n, slot);
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
	return chargers_queue(cx, &chargers_add, e, n, NULL);
}

struct charger_clock *
store_clocks_read(struct ctx *cx, const struct rows *r, size_t *n)
{
	return columns_read_all(cx, &clock_columns, r, n);
}

enum fault
store_clocks_set(struct ctx *cx, const struct charger_clock *c, size_t n)
{
	return columns_queue(cx, &clocks_set, &(struct column_rows){
	    &clock_columns, c, n, false, 1 }, 1, NULL);
}

enum fault
store_events_add(struct ctx *cx, struct event *const *e, size_t n,
    bool repeats, struct rows **slot)
{
	struct new_event *list = arena_alloc(&cx->arena, n * sizeof(*list));
	bool keyed = false;
	size_t i;

	for (i = 0; i < n; i++) {
		enum event_identity identity = event_identity(e[i]);

		keyed |= identity == IDENTITY_KEY;
		list[i] = (struct new_event){
			.charger = e[i]->charger, .type = e[i]->type_name,
			.payload = e[i]->payload, .key = e[i]->event_id,
			.ts = e[i]->ts, .received = e[i]->received,
			.mode = (int16_t)identity,
		};
	}
	return columns_queue(cx, keyed ? &keyed_events_add : repeats ?
	    &events_add : &new_events_add, &(struct column_rows){
	    &new_event_columns, list, n, false, 1 }, 1, slot);
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

/* An event without an energy reading leaves a row without one. */
static size_t
samples_of(const struct event *e, struct sample_key *keys,
    const struct reading **readings)
{
	static const struct reading none = { .kind = READING_OTHER };
	size_t i, n = e->n_readings > 0 ? e->n_readings : 1;

	for (i = 0; i < n; i++) {
		keys[i] = (struct sample_key){
			.charger = e->charger, .transaction = e->transaction,
			.ts = e->ts, .received = e->received, .event = e->id,
			.item = (int16_t)(i < e->n_readings ?
			    e->items[i] : 0),
		};
		readings[i] = i < e->n_readings ? &e->readings[i] : &none;
	}
	return n;
}

enum fault
store_samples_add(struct ctx *cx, struct event *const *e, size_t n)
{
	const struct reading **readings;
	struct sample_key *keys;
	size_t i, k = 0, room = 0;

	for (i = 0; i < n; i++)
		if (e[i]->type == EVENT_SAMPLE && e[i]->id != 0)
			room += e[i]->n_readings + 1;
	keys = arena_alloc(&cx->arena, room * sizeof(*keys));
	readings = arena_alloc(&cx->arena, room * sizeof(struct reading *));
	for (i = 0; i < n; i++)
		if (e[i]->type == EVENT_SAMPLE && e[i]->id != 0)
			k += samples_of(e[i], keys + k, readings + k);
	return columns_queue(cx, &samples_add, (struct column_rows[]){
	    { &sample_columns, keys, k, false, 1 },
	    { &reading_columns, readings, k, true, 1 } }, 2, NULL);
}

enum fault
store_ends_add(struct ctx *cx, struct event *const *e, size_t n)
{
	const struct event **ends = arena_alloc(&cx->arena,
	    n * sizeof(struct event *));
	size_t i, k = 0;

	for (i = 0; i < n; i++)
		if (e[i]->type == EVENT_ENDED && e[i]->transaction > 0)
			ends[k++] = e[i];
	return columns_queue(cx, &ends_add, &(struct column_rows){
	    &end_columns, ends, k, true, 1 }, 1, NULL);
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
	struct connector *list = arena_alloc(&cx->arena, n * sizeof(*list));
	size_t i, k = 0, from = 0, to = 0;

	for (i = 0; i < n; i++) {
		if (i == to) {
			from = i;
			to = charger_end(e, n, i);
		}
		if (e[i]->type != EVENT_STATUS || e[i]->status == NULL ||
		    overtaken(e + from, to - from, i - from))
			continue;
		list[k++] = (struct connector){
			.charger = e[i]->charger, .id = e[i]->connector,
			.status = e[i]->status,
			.error_code = e[i]->error_code == NULL ? "NoError" :
			    e[i]->error_code,
			.updated_at = event_effective(e[i]),
		};
	}
	return columns_queue(cx, &statuses_set, &(struct column_rows){
	    &status_columns, list, k, false, 1 }, 1, NULL);
}

enum fault
store_acks_set(struct ctx *cx, struct event *const *e, size_t n)
{
	const struct event **list = arena_alloc(&cx->arena,
	    n * sizeof(*list));
	size_t i, k = 0;

	for (i = 0; i < n; i++)
		if (e[i]->type == EVENT_ACK && e[i]->command_type != NULL &&
		    e[i]->unique_id != NULL)
			list[k++] = e[i];
	return columns_queue(cx, &acks_set, &(struct column_rows){
	    &ack_columns, list, k, true, 1 }, 1, NULL);
}

/* An update takes each row once, so the last boot of a charger speaks. */
enum fault
store_boots_set(struct ctx *cx, struct event *const *e, size_t n)
{
	const struct event *last = NULL;
	struct boot *list;
	size_t i, k = 0;

	for (i = 0; i < n; i++)
		k += e[i]->type == EVENT_BOOTED;
	list = arena_alloc(&cx->arena, k * sizeof(*list));
	for (i = k = 0; i < n; i++) {
		if (e[i]->type == EVENT_BOOTED && (last == NULL ||
		    event_effective(e[i]) >= event_effective(last)))
			last = e[i];
		if (last == NULL || (i + 1 < n &&
		    strcmp(e[i]->charger, e[i + 1]->charger) == 0))
			continue;
		list[k++] = (struct boot){ *last, event_effective(last) };
		last = NULL;
	}
	return columns_queue(cx, &boots_set, &(struct column_rows){
	    &boot_columns, list, k, false, 1 }, 1, NULL);
}

enum fault
store_waiting_add(struct ctx *cx, const struct transaction *x, size_t n,
    usec_t received)
{
	struct waiting_record *w = arena_calloc(&cx->arena, n * sizeof(*w));
	size_t i;

	for (i = 0; i < n; i++)
		w[i] = (struct waiting_record){
			.of = x[i], .last_received_at = received
		};
	return columns_queue(cx, &waiting_add, &(struct column_rows){
	    &waiting_columns, w, n, false, 1 }, 1, NULL);
}

enum fault
store_waiting_remove(struct ctx *cx, const struct transaction *x, size_t n)
{
	return columns_queue(cx, &waiting_remove, &(struct column_rows){
	    &transaction_columns, x, n, false, 1 }, 1, NULL);
}
