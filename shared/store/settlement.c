#include "settlement.h"

#include <string.h>

#include "page.h"
#include "table.h"

#define COLUMNS \
	"t.settlement_id, t.session_id, t.charge_point_id, t.site_id," \
	" t.ordinal, t.adjusts, t.revision, t.tariff_id," \
	" (t.amount * 10000)::bigint AS amount, t.currency, t.status," \
	" CASE WHEN t.frozen_at IS NOT NULL THEN t.payout_wallet ELSE" \
	"  (SELECT w.payout_wallet FROM sites w WHERE w.site_id = t.site_id)" \
	"  END AS wallet, t.chain, t.tx_hash, t.external_ref, t.error," \
	" t.worker, t.lease_token, t.lease_until, t.frozen_at, t.site_seq," \
	" t.statement, t.statement_sha256, t.created_at, t.updated_at," \
	" clock_timestamp() AS read_at"

#define PRICE(t) \
	t ".tariff_id, (" t ".price_per_kwh * 10000)::bigint AS price, " \
	t ".currency"

static const struct db_stmt bases_find = { "bases_find",
    "SELECT u.n::int AS n, b.* FROM unnest($1::text[], $2::timestamptz[],"
    " $3::uuid[]) WITH ORDINALITY AS u (cp, at, known, n)"
    " CROSS JOIN LATERAL (SELECT k.site_id, " PRICE("k")
    "  FROM tariffs k WHERE k.tariff_id = u.known"
    "  AND k.price_per_kwh IS NOT NULL"
    "  UNION ALL SELECT c.site_id, f.* FROM"
    "  (SELECT c.site_id FROM charger_sites c"
    "   WHERE u.known IS NULL AND c.charge_point_id = u.cp"
    "   AND c.since <= u.at ORDER BY c.since DESC LIMIT 1) c"
    "  LEFT JOIN LATERAL (SELECT " PRICE("f") " FROM tariffs f"
    "   WHERE f.site_id = c.site_id AND f.valid_from <= u.at"
    "   AND (f.valid_to IS NULL OR f.valid_to > u.at)"
    "   AND f.price_per_kwh IS NOT NULL"
    "   ORDER BY f.valid_from DESC LIMIT 1) f ON true) b" };

static const struct db_stmt settlements_of = { "settlements_of",
    "SELECT u.n::int AS n, " COLUMNS
    " FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS u (id, cp, n)"
    " JOIN settlements t ON t.session_id = u.id AND t.charge_point_id = u.cp"
    " ORDER BY u.n, t.ordinal FOR NO KEY UPDATE OF t" };

static const struct db_stmt settlements_add = { "settlements_add",
    "INSERT INTO settlements (settlement_id, session_id, charge_point_id,"
    " site_id, kind, ordinal, adjusts, revision, tariff_id, amount,"
    " currency, status)"
    " SELECT id, session, cp, site, CASE ordinal WHEN 1 THEN 'Settlement'"
    " ELSE 'Adjustment' END, ordinal, adjusts, revision, tariff,"
    " amount::numeric / 10000, currency, status"
    " FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::int[],"
    " $6::uuid[], $7::int[], $8::uuid[], $9::bigint[], $10::text[],"
    " $11::text[]) AS t (id, session, cp, site, ordinal, adjusts, revision,"
    " tariff, amount, currency, status)" };

static const struct db_stmt settlements_follow = { "settlements_follow",
    "UPDATE settlements s SET site_id = t.site, revision = t.revision,"
    " tariff_id = t.tariff, amount = t.amount::numeric / 10000,"
    " currency = t.currency, status = t.status,"
    " updated_at = clock_timestamp()"
    " FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::int[],"
    " $6::uuid[], $7::int[], $8::uuid[], $9::bigint[], $10::text[],"
    " $11::text[]) AS t (id, session, cp, site, ordinal, adjusts, revision,"
    " tariff, amount, currency, status)"
    " WHERE s.settlement_id = t.id AND s.frozen_at IS NULL" };

static const struct db_stmt load = { "settlement_load",
    "SELECT " COLUMNS " FROM settlements t"
    " WHERE t.settlement_id = $1::uuid" };

static const struct db_stmt lock = { "settlement_lock",
    "SELECT " COLUMNS " FROM settlements t"
    " WHERE t.settlement_id = $1::uuid FOR NO KEY UPDATE OF t" };

static const struct db_stmt claim = { "settlements_claim",
    "SELECT " COLUMNS " FROM settlements t WHERE t.status = 'Pending'"
    " AND (t.lease_until IS NULL OR t.lease_until <= clock_timestamp())"
    " AND t.amount IS NOT NULL AND t.currency IS NOT NULL"
    " AND t.site_id IS NOT NULL AND t.session_id IS NOT NULL"
    " AND t.revision IS NOT NULL"
    " ORDER BY t.created_at, t.settlement_id LIMIT $1::bigint"
    " FOR UPDATE OF t SKIP LOCKED" };

static const struct db_stmt sites_lock = { "sites_lock",
    "SELECT site_id FROM sites WHERE site_id = ANY ($1::uuid[])"
    " ORDER BY site_id FOR NO KEY UPDATE" };

/* After the locks, so that it sees what those before left. */
static const struct db_stmt site_heads = { "site_heads",
    "SELECT s.site_id, s.payout_wallet, l.site_seq, l.statement_sha256,"
    " clock_timestamp() AS now FROM sites s"
    " LEFT JOIN LATERAL (SELECT t.site_seq, t.statement_sha256"
    "  FROM settlements t WHERE t.site_id = s.site_id"
    "  AND t.site_seq IS NOT NULL ORDER BY t.site_seq DESC LIMIT 1) l"
    " ON true WHERE s.site_id = ANY ($1::uuid[])" };

static const struct db_stmt facts_find = { "facts_find",
    "SELECT u.n::int AS n, r.connector_id, r.started_at, r.ended_at,"
    " r.energy_wh, r.energy_source, r.is_estimated,"
    " encode(sha256(convert_to(r.explanation::text, 'UTF8')), 'hex')"
    "  AS explanation_sha256,"
    " (f.price_per_kwh * 10000)::bigint AS price, f.currency"
    " FROM unnest($1::uuid[]) WITH ORDINALITY AS u (id, n)"
    " JOIN settlements t ON t.settlement_id = u.id"
    " JOIN session_revisions r ON r.session_id = t.session_id"
    "  AND r.revision = t.revision AND r.charge_point_id = t.charge_point_id"
    " LEFT JOIN tariffs f ON f.tariff_id = t.tariff_id" };

static const struct db_stmt settlements_save = { "settlements_save",
    "UPDATE settlements s SET status = t.status, chain = t.chain,"
    " tx_hash = t.tx_hash, external_ref = t.external_ref, error = t.error,"
    " worker = t.worker, lease_token = t.lease,"
    " lease_until = t.lease_until, frozen_at = t.frozen_at,"
    " payout_wallet = t.wallet, site_seq = t.seq, statement = t.statement,"
    " statement_sha256 = t.sha256, updated_at = clock_timestamp()"
    " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[],"
    " $5::text[], $6::text[], $7::text[], $8::uuid[], $9::timestamptz[],"
    " $10::timestamptz[], $11::text[], $12::bigint[], $13::text[],"
    " $14::text[]) AS t (id, status, chain, tx_hash, external_ref, error,"
    " worker, lease, lease_until, frozen_at, wallet, seq, statement, sha256)"
    " WHERE s.settlement_id = t.id" };

#define LIST(where) \
	"SELECT " COLUMNS " FROM settlements t" \
	" WHERE (t.created_at, t.settlement_id) >" \
	" ($1::timestamptz, $2::uuid)" where \
	" ORDER BY t.created_at, t.settlement_id LIMIT $3::bigint"

/* One each, so that each has its index. */
static const struct db_stmt lists[2][2] = {
	{ { "settlements_list", LIST("") },
	{ "settlements_of_site", LIST(" AND t.site_id = $4::uuid") } },
	{ { "settlements_in_status", LIST(" AND t.status = $4::text") },
	{ "settlements_of_site_in_status", LIST(" AND t.status = $4::text"
	    " AND t.site_id = $5::uuid") } },
};

static const struct db_stmt history = { "settlement_history",
    "SELECT h.seq, h.from_status, h.to_status, h.at, h.data::text AS data"
    " FROM settlements t LEFT JOIN LATERAL (SELECT * FROM settlement_history"
    "  h WHERE h.settlement_id = t.settlement_id AND h.seq > $2::bigint"
    "  ORDER BY h.seq LIMIT $3::bigint) h ON true"
    " WHERE t.settlement_id = $1::uuid ORDER BY h.seq" };

enum fault
store_bases_find(struct ctx *cx, struct session *const *s, size_t n,
    struct rows **slot)
{
	static const enum db_type types[] = { DB_TEXT, DB_TIME, DB_UUID };
	struct table t;
	size_t i;

	table_init(&t, cx, types, 3, n);
	for (i = 0; i < n; i++) {
		t.column[0][i] = db_text(s[i]->charger);
		t.column[1][i] = db_time(t.arena, s[i]->started_at);
		t.column[2][i] = s[i]->has_start &&
		    !uuid_is_nil(&s[i]->tariff) ? db_uuid(&s[i]->tariff) :
		    db_null();
	}
	t.rows = n;
	return table_queue(cx, &bases_find, &t, NULL, 0, slot);
}

void
store_bases_read(const struct rows *r, struct session *const *s,
    struct tariff_basis *b, size_t n)
{
	int at = rows_column(r, "n"), site = rows_column(r, "site_id"),
	    tariff = rows_column(r, "tariff_id"),
	    price = rows_column(r, "price"),
	    currency = rows_column(r, "currency");
	size_t i;

	for (i = 0; i < n; i++)
		b[i] = (struct tariff_basis){ .at = s[i]->started_at };
	for (i = 0; i < rows_count(r); i++) {
		struct tariff_basis *x = &b[rows_i32(r, i, at) - 1];

		rows_uuid(r, i, site, &x->site);
		rows_uuid(r, i, tariff, &x->tariff);
		x->price_per_kwh = rows_i64(r, i, price);
		x->currency = rows_text(r, i, currency);
	}
}

struct columns {
	int id, session, charger, site, ordinal, adjusts, revision, tariff,
	    amount, currency, status, wallet, network, tx_hash, external_ref,
	    error, worker, lease, lease_until, frozen, seq, statement, sha256,
	    created, updated, read;
};

static struct columns
columns_of(const struct rows *r)
{
	return (struct columns){
		.id = rows_column(r, "settlement_id"),
		.session = rows_column(r, "session_id"),
		.charger = rows_column(r, "charge_point_id"),
		.site = rows_column(r, "site_id"),
		.ordinal = rows_column(r, "ordinal"),
		.adjusts = rows_column(r, "adjusts"),
		.revision = rows_column(r, "revision"),
		.tariff = rows_column(r, "tariff_id"),
		.amount = rows_column(r, "amount"),
		.currency = rows_column(r, "currency"),
		.status = rows_column(r, "status"),
		.wallet = rows_column(r, "wallet"),
		.network = rows_column(r, "chain"),
		.tx_hash = rows_column(r, "tx_hash"),
		.external_ref = rows_column(r, "external_ref"),
		.error = rows_column(r, "error"),
		.worker = rows_column(r, "worker"),
		.lease = rows_column(r, "lease_token"),
		.lease_until = rows_column(r, "lease_until"),
		.frozen = rows_column(r, "frozen_at"),
		.seq = rows_column(r, "site_seq"),
		.statement = rows_column(r, "statement"),
		.sha256 = rows_column(r, "statement_sha256"),
		.created = rows_column(r, "created_at"),
		.updated = rows_column(r, "updated_at"),
		.read = rows_column(r, "read_at"),
	};
}

static void
row_read(const struct rows *r, size_t i, const struct columns *c,
    struct settlement *s)
{
	*s = (struct settlement){
		.charger = rows_text(r, i, c->charger),
		.ordinal = rows_i32(r, i, c->ordinal),
		.has_revision = !rows_null(r, i, c->revision),
		.revision = rows_i32(r, i, c->revision),
		.has_amount = !rows_null(r, i, c->amount),
		.amount = rows_i64(r, i, c->amount),
		.currency = rows_text(r, i, c->currency),
		.wallet = rows_text(r, i, c->wallet),
		.network = rows_text(r, i, c->network),
		.tx_hash = rows_text(r, i, c->tx_hash),
		.external_ref = rows_text(r, i, c->external_ref),
		.error = rows_text(r, i, c->error),
		.worker = rows_text(r, i, c->worker),
		.lease_until = rows_time(r, i, c->lease_until),
		.frozen = !rows_null(r, i, c->frozen),
		.frozen_at = rows_time(r, i, c->frozen),
		.has_statement = !rows_null(r, i, c->statement),
		.site_seq = rows_i64(r, i, c->seq),
		.statement = rows_text(r, i, c->statement),
		.sha256 = rows_text(r, i, c->sha256),
		.created_at = rows_time(r, i, c->created),
		.updated_at = rows_time(r, i, c->updated),
		.read_at = rows_time(r, i, c->read),
	};
	rows_uuid(r, i, c->id, &s->id);
	rows_uuid(r, i, c->session, &s->session);
	rows_uuid(r, i, c->site, &s->site);
	rows_uuid(r, i, c->adjusts, &s->adjusts);
	rows_uuid(r, i, c->tariff, &s->tariff);
	rows_uuid(r, i, c->lease, &s->lease);
	settlement_status_of(rows_text(r, i, c->status), &s->status);
}

static void
rows_read(struct ctx *cx, const struct rows *r, struct settlement **out,
    size_t *n)
{
	struct columns c = columns_of(r);
	size_t i;

	*n = rows_count(r);
	*out = arena_calloc(&cx->arena, *n * sizeof(**out));
	for (i = 0; i < *n; i++)
		row_read(r, i, &c, &(*out)[i]);
}

enum fault
store_settlements_of(struct ctx *cx, struct session *const *s, size_t n,
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
	return table_queue(cx, &settlements_of, &t, NULL, 0, slot);
}

/* The rows come in the order of n. */
void
store_settlements_of_read(struct ctx *cx, const struct rows *r,
    struct settlement_rows *of, size_t n)
{
	int at = rows_column(r, "n");
	struct settlement *all;
	size_t i, rows;

	memset(of, 0, n * sizeof(*of));
	rows_read(cx, r, &all, &rows);
	for (i = 0; i < rows; i++) {
		struct settlement_rows *x = &of[rows_i32(r, i, at) - 1];

		if (x->n++ == 0)
			x->list = &all[i];
	}
}

static struct db_value
uuid_or_null(const struct uuid *u)
{
	return uuid_is_nil(u) ? db_null() : db_uuid(u);
}

static enum fault
write_all(struct ctx *cx, const struct db_stmt *st,
    struct settlement *const *s, size_t n)
{
	static const enum db_type types[] = {
		DB_UUID, DB_UUID, DB_TEXT, DB_UUID, DB_I32, DB_UUID, DB_I32,
		DB_UUID, DB_I64, DB_TEXT, DB_TEXT
	};
	struct table t;
	size_t i, k;

	table_init(&t, cx, types, countof(types), n);
	for (i = 0; i < n; i++) {
		const struct db_value v[] = {
			db_uuid(&s[i]->id),
			db_uuid(&s[i]->session),
			db_text(s[i]->charger),
			uuid_or_null(&s[i]->site),
			db_i32(t.arena, s[i]->ordinal),
			uuid_or_null(&s[i]->adjusts),
			s[i]->has_revision ? db_i32(t.arena, s[i]->revision) :
			    db_null(),
			uuid_or_null(&s[i]->tariff),
			db_i64(t.arena, s[i]->amount),
			db_text(s[i]->currency),
			db_text(settlement_status_name(s[i]->status)),
		};

		for (k = 0; k < countof(v); k++)
			t.column[k][i] = v[k];
	}
	t.rows = n;
	return table_queue(cx, st, &t, NULL, 0, NULL);
}

enum fault
store_settlements_add(struct ctx *cx, struct settlement *const *s, size_t n)
{
	return write_all(cx, &settlements_add, s, n);
}

enum fault
store_settlements_follow(struct ctx *cx, struct settlement *const *s,
    size_t n)
{
	return write_all(cx, &settlements_follow, s, n);
}

static enum fault
not_found(struct ctx *cx)
{
	return ctx_fail(cx, FAULT_NOT_FOUND, "no such settlement");
}

static enum fault
get(struct ctx *cx, const struct db_stmt *st, const struct uuid *id,
    struct settlement *s)
{
	struct db_value v = db_uuid(id);
	struct columns c;
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, st, &v, 1, &r)))
		return f;
	if (rows_count(r) == 0)
		return not_found(cx);
	c = columns_of(r);
	row_read(r, 0, &c, s);
	return FAULT_NONE;
}

enum fault
store_settlement_load(struct ctx *cx, const struct uuid *id,
    struct settlement *s)
{
	return get(cx, &load, id, s);
}

enum fault
store_settlement_lock(struct ctx *cx, const struct uuid *id,
    struct settlement *s)
{
	return get(cx, &lock, id, s);
}

enum fault
store_settlements_claim(struct ctx *cx, int64_t limit,
    struct settlement **out, size_t *n)
{
	struct db_value v = db_i64(&cx->arena, limit);
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &claim, &v, 1, &r)))
		return f;
	rows_read(cx, r, out, n);
	return FAULT_NONE;
}

static struct db_value
sites_of(struct ctx *cx, const struct settlement *s, size_t n)
{
	struct db_value *v = arena_calloc(&cx->arena, n * sizeof(*v));
	size_t i;

	for (i = 0; i < n; i++)
		v[i] = db_uuid(&s[i].site);
	return db_array(&cx->arena, DB_UUID, v, n);
}

static void
facts_read(const struct rows *r, struct statement_facts *facts)
{
	int n = rows_column(r, "n"),
	    connector = rows_column(r, "connector_id"),
	    started = rows_column(r, "started_at"),
	    ended = rows_column(r, "ended_at"),
	    energy = rows_column(r, "energy_wh"),
	    source = rows_column(r, "energy_source"),
	    estimated = rows_column(r, "is_estimated"),
	    explanation = rows_column(r, "explanation_sha256"),
	    price = rows_column(r, "price"),
	    currency = rows_column(r, "currency");
	size_t i;

	for (i = 0; i < rows_count(r); i++)
		facts[rows_i32(r, i, n) - 1] = (struct statement_facts){
			.has_connector = !rows_null(r, i, connector),
			.connector = rows_i32(r, i, connector),
			.started_at = rows_time(r, i, started),
			.has_end = !rows_null(r, i, ended),
			.ended_at = rows_time(r, i, ended),
			.has_energy = !rows_null(r, i, energy),
			.energy_wh = rows_i64(r, i, energy),
			.energy_source = rows_text(r, i, source),
			.estimated = rows_bool(r, i, estimated),
			.explanation_sha256 = rows_text(r, i, explanation),
			.price_per_kwh = rows_i64(r, i, price),
			.tariff_currency = rows_text(r, i, currency),
		};
}

static void
heads_read(const struct rows *r, struct site_head *heads)
{
	int site = rows_column(r, "site_id"),
	    wallet = rows_column(r, "payout_wallet"),
	    seq = rows_column(r, "site_seq"),
	    sha256 = rows_column(r, "statement_sha256"),
	    now = rows_column(r, "now");
	size_t i;

	for (i = 0; i < rows_count(r); i++) {
		heads[i] = (struct site_head){
			.wallet = rows_text(r, i, wallet),
			.seq = rows_i64(r, i, seq),
			.sha256 = rows_text(r, i, sha256),
			.now = rows_time(r, i, now),
		};
		rows_uuid(r, i, site, &heads[i].site);
	}
}

enum fault
store_statement_facts(struct ctx *cx, const struct settlement *s, size_t n,
    struct statement_facts **facts, struct site_head **heads,
    size_t *n_sites)
{
	struct db_value sites = sites_of(cx, s, n), all, *ids;
	struct rows *sites_found, *facts_found;
	enum fault f;
	size_t i;

	ids = arena_calloc(&cx->arena, n * sizeof(*ids));
	for (i = 0; i < n; i++)
		ids[i] = db_uuid(&s[i].id);
	all = db_array(&cx->arena, DB_UUID, ids, n);
	if ((f = db_queue(cx, &sites_lock, &sites, 1, NULL)) ||
	    (f = db_queue(cx, &site_heads, &sites, 1, &sites_found)) ||
	    (f = db_run(cx, &facts_find, &all, 1, &facts_found)))
		return f;
	*n_sites = rows_count(sites_found);
	*heads = arena_calloc(&cx->arena, *n_sites * sizeof(**heads));
	*facts = arena_calloc(&cx->arena, n * sizeof(**facts));
	heads_read(sites_found, *heads);
	facts_read(facts_found, *facts);
	return FAULT_NONE;
}

enum fault
store_settlements_save(struct ctx *cx, const struct settlement *s, size_t n)
{
	static const enum db_type types[] = {
		DB_UUID, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT,
		DB_UUID, DB_TIME, DB_TIME, DB_TEXT, DB_I64, DB_TEXT, DB_TEXT
	};
	struct table t;
	size_t i, k;

	table_init(&t, cx, types, countof(types), n);
	for (i = 0; i < n; i++, s++) {
		const struct db_value v[] = {
			db_uuid(&s->id),
			db_text(settlement_status_name(s->status)),
			db_text(s->network),
			db_text(s->tx_hash),
			db_text(s->external_ref),
			db_text(s->error),
			db_text(s->worker),
			uuid_or_null(&s->lease),
			uuid_is_nil(&s->lease) ? db_null() :
			    db_time(t.arena, s->lease_until),
			s->frozen ? db_time(t.arena, s->frozen_at) :
			    db_null(),
			s->frozen ? db_text(s->wallet) : db_null(),
			s->has_statement ? db_i64(t.arena, s->site_seq) :
			    db_null(),
			db_text(s->statement),
			db_text(s->sha256),
		};

		for (k = 0; k < countof(v); k++)
			t.column[k][i] = v[k];
	}
	t.rows = n;
	return table_queue(cx, &settlements_save, &t, NULL, 0, NULL);
}

enum fault
store_settlement_list(struct ctx *cx, const struct settlement_filter *q,
    struct settlement **out, size_t *n, bool *more)
{
	struct db_value v[5] = {
		db_time(&cx->arena, q->has_last ? q->last_at : INT64_MIN),
		db_uuid(&q->last_id),
		db_i64(&cx->arena, q->limit + 1),
	};
	int k = 3;
	struct rows *r;
	enum fault f;

	if (q->has_status)
		v[k++] = db_text(settlement_status_name(q->status));
	if (q->has_site)
		v[k++] = db_uuid(&q->site);
	if ((f = db_run(cx, &lists[q->has_status][q->has_site], v, k, &r)))
		return f;
	rows_read(cx, r, out, n);
	*n = page_rows(r, q->limit, more);
	return FAULT_NONE;
}

enum fault
store_settlement_history(struct ctx *cx, const struct uuid *id,
    int64_t after, int64_t limit, struct settlement_event **out, size_t *n,
    bool *more)
{
	struct db_value v[] = {
		db_uuid(id), db_i64(&cx->arena, after),
		db_i64(&cx->arena, limit + 1)
	};
	struct settlement_event *e;
	struct rows *r;
	enum fault f;
	size_t i;
	int seq;

	if ((f = db_run(cx, &history, v, countof(v), &r)))
		return f;
	if (rows_count(r) == 0)
		return not_found(cx);
	seq = rows_column(r, "seq");
	*n = page_rows(r, limit, more);
	if (rows_null(r, 0, seq))	/* the settlement alone */
		*n = 0;
	*out = e = arena_calloc(&cx->arena, (*n + 1) * sizeof(*e));
	for (i = 0; i < *n; i++, e++) {
		e->seq = rows_i32(r, i, seq);
		e->from = rows_text(r, i, rows_column(r, "from_status"));
		e->to = rows_text(r, i, rows_column(r, "to_status"));
		e->at = rows_time(r, i, rows_column(r, "at"));
		e->data = rows_text(r, i, rows_column(r, "data"));
	}
	return FAULT_NONE;
}
