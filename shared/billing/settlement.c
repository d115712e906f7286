#include "settlement.h"

#include <string.h>

#include "adapter/hash.h"
#include "store/settlement.h"
#include "wire/statement.h"

static struct site_head *
head_of(struct site_head *heads, size_t n, const struct uuid *site)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (uuid_equal(&heads[i].site, site))
			return &heads[i];
	return NULL;
}

static void
freeze_one(struct ctx *cx, struct settlement *s,
    struct statement_facts *facts, struct site_head *h)
{
	char hex[HASH_SHA256_TEXT];

	facts->previous_sha256 = h->sha256;
	s->frozen = true;
	s->frozen_at = h->now;
	s->wallet = h->wallet;
	s->site_seq = ++h->seq;
	s->statement = wire_statement(cx, s, facts);
	s->has_statement = true;
	hash_sha256(hex, s->statement, strlen(s->statement));
	s->sha256 = h->sha256 = arena_strdup(&cx->arena, hex);
}

/* Those of the settlements that are not frozen yet; they are locked. */
static enum fault
settlements_freeze(struct ctx *cx, struct settlement *s, size_t n)
{
	struct statement_facts *facts;
	struct site_head *heads, *h;
	size_t i, n_sites, open = 0;
	enum fault f;

	for (i = 0; i < n; i++)
		open += !s[i].frozen;
	if (open == 0)
		return FAULT_NONE;
	if ((f = store_statement_facts(cx, s, n, &facts, &heads, &n_sites)))
		return f;
	for (i = 0; i < n; i++) {
		if (s[i].frozen)
			continue;
		if ((h = head_of(heads, n_sites, &s[i].site)) == NULL ||
		    facts[i].explanation_sha256 == NULL)
			return ctx_fail(cx, FAULT_BUG,
			    "a settlement without its site or revision");
		freeze_one(cx, &s[i], &facts[i], h);
	}
	return FAULT_NONE;
}

static enum fault
settlements_commit(struct ctx *cx, const struct settlement *s, size_t n)
{
	enum fault f;

	if ((f = store_settlements_save(cx, s, n)) ||
	    (f = db_queue(cx, &db_commit, NULL, 0, NULL)))
		return f;
	return db_sync(cx);
}

static enum fault
step_run(struct ctx *cx, const struct uuid *id, const struct settlement_step *p,
    struct settlement *s)
{
	const char *why, *status;
	enum fault f;

	if ((f = db_queue(cx, &db_begin, NULL, 0, NULL)) ||
	    (f = db_sync(cx)) ||
	    (f = store_settlement_lock(cx, id, s)))
		return f;
	status = settlement_status_name(s->status);
	switch (settlement_move(s, p, &why)) {
	case SETTLEMENT_REPEATED:
		db_rollback(cx);
		return FAULT_NONE;
	case SETTLEMENT_REFUSED:
		return ctx_fail(cx, FAULT_CONFLICT,
		    "the settlement is %s: %s", status, why);
	case SETTLEMENT_MOVED:
		break;
	}
	if ((f = settlements_freeze(cx, s, 1)))
		return f;
	return settlements_commit(cx, s, 1);
}

enum fault
settlement_apply(struct ctx *cx, const struct uuid *id,
    const struct settlement_step *p, struct settlement *s)
{
	enum fault f;

	if ((f = step_run(cx, id, p, s)))
		db_rollback(cx);
	return f;
}

static enum fault
claim_run(struct ctx *cx, const struct settlement_claim *c,
    struct settlement **out, size_t *n)
{
	struct settlement *s;
	struct uuid lease;
	enum fault f;
	size_t i;

	if ((f = db_queue(cx, &db_begin, NULL, 0, NULL)) ||
	    (f = db_sync(cx)) ||
	    (f = store_settlements_claim(cx, c->limit, out, n)) ||
	    (f = settlements_freeze(cx, *out, *n)))
		return f;
	uuid_new(&lease);
	for (i = 0, s = *out; i < *n; i++, s++) {
		s->worker = c->worker;
		s->lease = lease;
		s->lease_until = s->read_at + c->lease_seconds * SECOND;
	}
	return settlements_commit(cx, *out, *n);
}

enum fault
settlements_claim(struct ctx *cx, const struct settlement_claim *c,
    struct settlement **out, size_t *n)
{
	enum fault f;

	if ((f = claim_run(cx, c, out, n)))
		db_rollback(cx);
	return f;
}
