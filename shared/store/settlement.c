#include "settlement.h"

#include <string.h>

#include "page.h"
#include "session_columns.h"

#define COLUMNS \
	"t.settlement_id, t.session_id, t.charge_point_id, t.site_id," \
	" t.ordinal, t.adjusts, t.revision, t.tariff_id, t.amount," \
	" t.currency, t.status," \
	" CASE WHEN t.frozen_at IS NOT NULL THEN t.payout_wallet ELSE" \
	"  (SELECT w.payout_wallet FROM sites w WHERE w.site_id = t.site_id)" \
	"  END AS wallet, t.chain, t.tx_hash, t.external_ref, t.error," \
	" t.worker, t.lease_token, t.lease_until, t.frozen_at, t.site_seq," \
	" t.statement, t.statement_sha256, " FINALIZING("t") " AS finalizing," \
	" t.created_at, t.updated_at," \
	" clock_timestamp() AS read_at"

/* Statements that write settlements; KEY looks something up. */
enum { KEY = 1 << 0, FOLLOW = 1 << 1, SAVE = 1 << 2 };

static const struct column settlement_list[] = {
	{ "settlement_id", COL_UUID, AT(settlement, id),
	    .in = KEY | FOLLOW | SAVE },
	{ "session_id", COL_UUID, AT(settlement, session), .in = FOLLOW },
	{ "charge_point_id", COL_TEXT, AT(settlement, charger), .in = FOLLOW },
	{ "site_id", COL_UUID, AT(settlement, site), .in = FOLLOW },
	{ "ordinal", COL_I32, AT(settlement, ordinal), .in = FOLLOW },
	{ "adjusts", COL_UUID, AT(settlement, adjusts), .in = FOLLOW },
	{ "revision", COL_I32, AT(settlement, revision),
	    HAS(settlement, has_revision), .in = FOLLOW },
	{ "tariff_id", COL_UUID, AT(settlement, tariff), .in = FOLLOW },
	{ "amount", COL_AMOUNT, AT(settlement, amount),
	    HAS(settlement, has_amount), .in = FOLLOW },
	{ "currency", COL_TEXT, AT(settlement, currency), .in = FOLLOW },
	{ "status", COL_WORD, AT(settlement, status),
	    .words = settlement_status_names, .in = FOLLOW | SAVE },
	{ "wallet", COL_TEXT, AT(settlement, wallet), .in = SAVE },
	{ "chain", COL_TEXT, AT(settlement, network), .in = SAVE },
	{ "tx_hash", COL_TEXT, AT(settlement, tx_hash), .in = SAVE },
	{ "external_ref", COL_TEXT, AT(settlement, external_ref), .in = SAVE },
	{ "error", COL_TEXT, AT(settlement, error), .in = SAVE },
	{ "worker", COL_TEXT, AT(settlement, worker), .in = SAVE },
	{ "lease_token", COL_UUID, AT(settlement, lease), .in = SAVE },
	{ "lease_until", COL_TIME, AT(settlement, lease_until), .in = SAVE },
	{ "frozen_at", COL_TIME, AT(settlement, frozen_at),
	    HAS(settlement, frozen), .in = SAVE },
	{ "site_seq", COL_I64, AT(settlement, site_seq),
	    HAS(settlement, has_statement), .in = SAVE },
	{ "statement", COL_TEXT, AT(settlement, statement), .in = SAVE },
	{ "statement_sha256", COL_TEXT, AT(settlement, sha256), .in = SAVE },
	{ "finalizing", COL_BOOL, AT(settlement, finalizing) },
	{ "created_at", COL_TIME, AT(settlement, created_at) },
	{ "updated_at", COL_TIME, AT(settlement, updated_at) },
	{ "read_at", COL_TIME, AT(settlement, read_at) },
	{ 0 }
};
static const struct columns settlement_columns = {
	settlement_list, sizeof(struct settlement)
};

#define PRICE(t)	t ".tariff_id, " t ".price_per_kwh, " t ".currency"

static const struct db_stmt bases_find = { "bases_find",
    "SELECT u.n::int AS n, b.* FROM unnest($1::text[], $2::timestamptz[],"
    " $3::uuid[]) WITH ORDINALITY AS u (charge_point_id, at, tariff_id, n)"
    " CROSS JOIN LATERAL (SELECT k.site_id, " PRICE("k")
    "  FROM tariffs k WHERE k.tariff_id = u.tariff_id"
    "  AND k.price_per_kwh IS NOT NULL"
    "  UNION ALL SELECT c.site_id, f.* FROM"
    "  (SELECT c.site_id FROM charger_sites c"
    "   WHERE u.tariff_id IS NULL"
    "   AND c.charge_point_id = u.charge_point_id"
    "   AND c.since <= u.at ORDER BY c.since DESC LIMIT 1) c"
    "  LEFT JOIN LATERAL (SELECT " PRICE("f") " FROM tariffs f"
    "   WHERE f.site_id = c.site_id AND f.valid_from <= u.at"
    "   AND (f.valid_to IS NULL OR f.valid_to > u.at)"
    "   AND f.price_per_kwh IS NOT NULL"
    "   ORDER BY f.valid_from DESC LIMIT 1) f ON true) b" };

struct basis_key {
	const char *charger;
	usec_t at;
	struct uuid tariff;	/* nil: not fixed yet */
};
static const struct column basis_key_list[] = {
	{ "charge_point_id", COL_TEXT, AT(basis_key, charger), .in = 1 },
	{ "at", COL_TIME, AT(basis_key, at), .in = 1 },
	{ "tariff_id", COL_UUID, AT(basis_key, tariff), .in = 1 },
	{ 0 }
};
static const struct columns basis_key_columns = {
	basis_key_list, sizeof(struct basis_key)
};

static const struct column basis_list[] = {
	{ "site_id", COL_UUID, AT(tariff_basis, site) },
	{ "tariff_id", COL_UUID, AT(tariff_basis, tariff) },
	{ "price_per_kwh", COL_AMOUNT, AT(tariff_basis, price_per_kwh) },
	{ "currency", COL_TEXT, AT(tariff_basis, currency) },
	{ 0 }
};
static const struct columns basis_columns = {
	basis_list, sizeof(struct tariff_basis)
};

static const struct db_stmt settlements_of = { "settlements_of",
    "SELECT u.n::int AS n, " COLUMNS
    " FROM unnest($1::uuid[], $2::text[])"
    " WITH ORDINALITY AS u (session_id, charge_point_id, n)"
    " JOIN settlements t ON t.session_id = u.session_id"
    "  AND t.charge_point_id = u.charge_point_id"
    " ORDER BY u.n, t.ordinal FOR NO KEY UPDATE OF t" };

static const struct db_stmt settlements_add = { "settlements_add",
    "INSERT INTO settlements (settlement_id, session_id, charge_point_id,"
    " site_id, kind, ordinal, adjusts, revision, tariff_id, amount,"
    " currency, status)"
    " SELECT settlement_id, session_id, charge_point_id, site_id,"
    " CASE ordinal WHEN 1 THEN 'Settlement' ELSE 'Adjustment' END, ordinal,"
    " adjusts, revision, tariff_id, amount, currency, status"
    " FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::int[],"
    " $6::uuid[], $7::int[], $8::uuid[], $9::numeric[], $10::text[],"
    " $11::text[]) AS t (settlement_id, session_id, charge_point_id,"
    " site_id, ordinal, adjusts, revision, tariff_id, amount, currency,"
    " status)" };

static const struct db_stmt settlements_follow = { "settlements_follow",
    "UPDATE settlements s SET site_id = t.site_id, revision = t.revision,"
    " tariff_id = t.tariff_id, amount = t.amount, currency = t.currency,"
    " status = t.status, updated_at = clock_timestamp()"
    " FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::int[],"
    " $6::uuid[], $7::int[], $8::uuid[], $9::numeric[], $10::text[],"
    " $11::text[]) AS t (settlement_id, session_id, charge_point_id,"
    " site_id, ordinal, adjusts, revision, tariff_id, amount, currency,"
    " status)"
    " WHERE s.settlement_id = t.settlement_id AND s.frozen_at IS NULL" };

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
    " AND (t.frozen_at IS NOT NULL OR " FINALIZING("t") " IS NOT TRUE)"
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

static const struct column head_list[] = {
	{ "site_id", COL_UUID, AT(site_head, site) },
	{ "payout_wallet", COL_TEXT, AT(site_head, wallet) },
	{ "site_seq", COL_I64, AT(site_head, seq) },
	{ "statement_sha256", COL_TEXT, AT(site_head, sha256) },
	{ "now", COL_TIME, AT(site_head, now) },
	{ 0 }
};
static const struct columns head_columns = {
	head_list, sizeof(struct site_head)
};

static const struct db_stmt facts_find = { "facts_find",
    "SELECT u.n::int AS n, r.connector_id, r.started_at, r.ended_at,"
    " r.energy_wh, r.energy_source, r.is_estimated,"
    " encode(sha256(convert_to(r.explanation::text, 'UTF8')), 'hex')"
    "  AS explanation_sha256,"
    " f.price_per_kwh, f.currency"
    " FROM unnest($1::uuid[]) WITH ORDINALITY AS u (settlement_id, n)"
    " JOIN settlements t ON t.settlement_id = u.settlement_id"
    " JOIN session_revisions r ON r.session_id = t.session_id"
    "  AND r.revision = t.revision AND r.charge_point_id = t.charge_point_id"
    " LEFT JOIN tariffs f ON f.tariff_id = t.tariff_id" };

static const struct column facts_list[] = {
	{ "connector_id", COL_I32, AT(statement_facts, connector),
	    HAS(statement_facts, has_connector) },
	{ "started_at", COL_TIME, AT(statement_facts, started_at) },
	{ "ended_at", COL_TIME, AT(statement_facts, ended_at),
	    HAS(statement_facts, has_end) },
	{ "energy_wh", COL_I64, AT(statement_facts, energy_wh),
	    HAS(statement_facts, has_energy) },
	{ "energy_source", COL_TEXT, AT(statement_facts, energy_source) },
	{ "is_estimated", COL_BOOL, AT(statement_facts, estimated) },
	{ "explanation_sha256", COL_TEXT,
	    AT(statement_facts, explanation_sha256) },
	{ "price_per_kwh", COL_AMOUNT, AT(statement_facts, price_per_kwh) },
	{ "currency", COL_TEXT, AT(statement_facts, tariff_currency) },
	{ 0 }
};
static const struct columns facts_columns = {
	facts_list, sizeof(struct statement_facts)
};

static const struct db_stmt settlements_save = { "settlements_save",
    "UPDATE settlements s SET status = t.status,"
    " payout_wallet = CASE WHEN t.frozen_at IS NOT NULL THEN t.wallet END,"
    " chain = t.chain, tx_hash = t.tx_hash, external_ref = t.external_ref,"
    " error = t.error, worker = t.worker, lease_token = t.lease_token,"
    " lease_until = CASE WHEN t.lease_token IS NOT NULL"
    "  THEN t.lease_until END,"
    " frozen_at = t.frozen_at, site_seq = t.site_seq,"
    " statement = t.statement, statement_sha256 = t.statement_sha256,"
    " updated_at = clock_timestamp()"
    " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[],"
    " $5::text[], $6::text[], $7::text[], $8::text[], $9::uuid[],"
    " $10::timestamptz[], $11::timestamptz[], $12::bigint[], $13::text[],"
    " $14::text[]) AS t (settlement_id, status, wallet, chain, tx_hash,"
    " external_ref, error, worker, lease_token, lease_until, frozen_at,"
    " site_seq, statement, statement_sha256)"
    " WHERE s.settlement_id = t.settlement_id" };

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

static const struct column history_list[] = {
	{ "seq", COL_I32, AT(settlement_event, seq) },
	{ "from_status", COL_TEXT, AT(settlement_event, from) },
	{ "to_status", COL_TEXT, AT(settlement_event, to) },
	{ "at", COL_TIME, AT(settlement_event, at) },
	{ "data", COL_TEXT, AT(settlement_event, data) },
	{ 0 }
};
static const struct columns history_columns = {
	history_list, sizeof(struct settlement_event)
};

enum fault
store_bases_find(struct ctx *cx, struct session *const *s, size_t n,
    const bool *moved, struct rows **slot)
{
	struct basis_key *k = arena_calloc(&cx->arena, n * sizeof(*k));
	size_t i;

	for (i = 0; i < n; i++) {
		k[i].charger = s[i]->charger;
		k[i].at = s[i]->started_at;
		if (s[i]->has_start || moved == NULL || !moved[i])
			k[i].tariff = s[i]->tariff;
	}
	return columns_queue(cx, &bases_find, &(struct column_rows){
	    &basis_key_columns, k, n, false, 1 }, 1, slot);
}

void
store_bases_read(const struct rows *r, struct tariff_basis *b, size_t n)
{
	memset(b, 0, n * sizeof(*b));
	columns_read_numbered(&(struct column_rows){
	    &basis_columns, b, n, false, 0 }, r);
}

enum fault
store_settlements_of(struct ctx *cx, struct session *const *s, size_t n,
    struct rows **slot)
{
	return columns_queue(cx, &settlements_of, &(struct column_rows){
	    &session_columns, s, n, true, SESSION_KEY }, 1, slot);
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
	all = columns_read_all(cx, &settlement_columns, r, &rows);
	for (i = 0; i < rows; i++) {
		struct settlement_rows *x = &of[rows_i32(r, i, at) - 1];

		if (x->n++ == 0)
			x->list = &all[i];
	}
}

enum fault
store_settlements_add(struct ctx *cx, struct settlement *const *s, size_t n)
{
	return columns_queue(cx, &settlements_add, &(struct column_rows){
	    &settlement_columns, s, n, true, FOLLOW }, 1, NULL);
}

enum fault
store_settlements_follow(struct ctx *cx, struct settlement *const *s,
    size_t n)
{
	return columns_queue(cx, &settlements_follow, &(struct column_rows){
	    &settlement_columns, s, n, true, FOLLOW }, 1, NULL);
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
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, st, &v, 1, &r)))
		return f;
	if (rows_count(r) == 0)
		return not_found(cx);
	columns_read_one(&settlement_columns, r, 0, s);
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
	*out = columns_read_all(cx, &settlement_columns, r, n);
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

enum fault
store_statement_facts(struct ctx *cx, const struct settlement *s, size_t n,
    struct statement_facts **facts, struct site_head **heads,
    size_t *n_sites)
{
	struct db_value sites = sites_of(cx, s, n);
	struct rows *sites_found, *facts_found;
	enum fault f;

	if ((f = db_queue(cx, &sites_lock, &sites, 1, NULL)) ||
	    (f = db_queue(cx, &site_heads, &sites, 1, &sites_found)) ||
	    (f = columns_queue(cx, &facts_find, &(struct column_rows){
	    &settlement_columns, s, n, false, KEY }, 1, &facts_found)) ||
	    (f = db_sync(cx)))
		return f;
	*heads = columns_read_all(cx, &head_columns, sites_found, n_sites);
	*facts = arena_calloc(&cx->arena, n * sizeof(**facts));
	columns_read_numbered(&(struct column_rows){
	    &facts_columns, *facts, n, false, 0 }, facts_found);
	return FAULT_NONE;
}

enum fault
store_settlements_save(struct ctx *cx, const struct settlement *s, size_t n)
{
	return columns_queue(cx, &settlements_save, &(struct column_rows){
	    &settlement_columns, s, n, false, SAVE }, 1, NULL);
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
	*n = page_rows(r, q->limit, more);
	*out = columns_read_first(cx, &settlement_columns, r, *n);
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
	struct rows *r;
	enum fault f;

	if ((f = db_run(cx, &history, v, countof(v), &r)))
		return f;
	if (rows_count(r) == 0)
		return not_found(cx);
	*n = page_rows(r, limit, more);
	if (rows_null(r, 0, rows_column(r, "seq")))
		*n = 0;		/* the settlement alone */
	*out = columns_read_first(cx, &history_columns, r, *n);
	return FAULT_NONE;
}
