#include "price.h"

#include "store/session.h"

enum fault
price_find(struct price_work *p, struct ctx *cx, struct session *const *s,
    size_t n)
{
	enum fault f;
	size_t i;

	*p = (struct price_work){
		.cx = cx, .sessions = s, .n = n,
		.starts = arena_calloc(&cx->arena, n * sizeof(usec_t)),
	};
	for (i = 0; i < n; i++)
		p->starts[i] = s[i]->started_at;
	if ((f = store_bases_find(cx, s, n, NULL, &p->bases)))
		return f;
	return store_settlements_of(cx, s, n, &p->settlements);
}

/* A startless session begins with its first reading: a late one moves it. */
static enum fault
bases_again(struct price_work *p, struct tariff_basis *b)
{
	bool *moved = arena_calloc(&p->cx->arena, p->n), any = false;
	enum fault f;
	size_t i;

	for (i = 0; i < p->n; i++)
		any |= moved[i] = p->starts[i] != p->sessions[i]->started_at;
	if (!any)
		return FAULT_NONE;
	if ((f = store_bases_find(p->cx, p->sessions, p->n, moved,
	    &p->bases)) ||
	    (f = db_sync(p->cx)))
		return f;
	store_bases_read(p->bases, b, p->n);
	return FAULT_NONE;
}

static const struct settlement *
settlement_of_id(const struct settlement_rows *of, const struct uuid *id)
{
	size_t i;

	for (i = 0; i < of->n; i++)
		if (uuid_equal(&of->list[i].id, id))
			return &of->list[i];
	return NULL;
}

static void
price_reconcile(struct price_work *p, size_t at, const struct tariff_basis *b,
    const struct settlement_rows *of)
{
	const struct session *s = p->sessions[at];
	struct session_settlements *o = &p->outcomes[at];
	struct session_due due = {
		.session = s->id, .charger = s->charger,
		.revision = s->revision, .priced = s->has_cost,
		.amount = s->cost,
		.hold = s->needs_review || !s->finalized,
		.site = b->site, .tariff = b->tariff,
		.currency = s->cost_currency,
	};
	struct settlement *out;
	size_t i, n;

	n = settlement_reconcile(&p->cx->arena, &due, of->list, of->n, &out);
	*o = (struct session_settlements){
		.list = of->list, .n = of->n, .n_changes = n,
		.changes = arena_calloc(&p->cx->arena,
		    n * sizeof(*o->changes)),
	};
	for (i = 0; i < n; i++) {
		o->changes[i].before = settlement_of_id(of, &out[i].id);
		o->changes[i].after = &out[i];
		if (uuid_is_nil(&out[i].id)) {
			uuid_new(&out[i].id);
			p->added[p->n_added++] = &out[i];
		} else
			p->changed[p->n_changed++] = &out[i];
	}
}

static void
rows_of(struct price_work *p, const struct settlement_rows *of)
{
	size_t i, room = p->n;

	for (i = 0; i < p->n; i++)
		room += of[i].n;
	p->outcomes = arena_calloc(&p->cx->arena, p->n *
	    sizeof(*p->outcomes));
	p->added = arena_calloc(&p->cx->arena, room *
	    sizeof(struct settlement *));
	p->changed = arena_calloc(&p->cx->arena, room *
	    sizeof(struct settlement *));
}

enum fault
price_decide(struct price_work *p, const bool *raise, bool *repriced)
{
	struct settlement_rows *of;
	struct tariff_basis *bases;
	enum pricing was;
	enum fault f;
	size_t i;

	of = arena_calloc(&p->cx->arena, p->n * sizeof(*of));
	bases = arena_calloc(&p->cx->arena, p->n * sizeof(*bases));
	store_bases_read(p->bases, bases, p->n);
	store_settlements_of_read(p->cx, p->settlements, of, p->n);
	if ((f = bases_again(p, bases)))
		return f;
	rows_of(p, of);
	for (i = 0; i < p->n; i++) {
		struct session *s = p->sessions[i];

		if (s->finalizing)
			continue;
		was = session_price(s, &bases[i], p->cx->now);
		repriced[i] = was == PRICING_CHANGED;
		if (was == PRICING_TOO_LARGE && raise[i]) {
			s->needs_review = true;
			s->review_reasons |= FLAG_COST_TOO_LARGE;
			repriced[i] = true;
		}
		repriced[i] |= session_bill(s, &bases[i]);
		price_reconcile(p, i, &bases[i], &of[i]);
	}
	return FAULT_NONE;
}

enum fault
price_queue(struct price_work *p)
{
	enum fault f;

	if ((f = store_settlements_follow(p->cx, p->changed, p->n_changed)))
		return f;
	return store_settlements_add(p->cx, p->added, p->n_added);
}

enum fault
price_sessions(struct price_work *p, struct ctx *cx, struct session *const *s,
    size_t n)
{
	struct arena *a = &cx->arena;
	bool *raise = arena_calloc(a, n), *repriced = arena_calloc(a, n);
	struct session **changed = arena_calloc(a, n * sizeof(*changed));
	struct rows *revisions;
	size_t i, n_changed = 0;
	enum fault f;

	if ((f = store_revisions_find(cx, s, n, &revisions)) ||
	    (f = price_find(p, cx, s, n)) ||
	    (f = db_sync(cx)))
		return f;
	store_revisions_read(revisions, s, n);
	if ((f = price_decide(p, raise, repriced)))
		return f;
	for (i = 0; i < n; i++)
		if (repriced[i])
			changed[n_changed++] = s[i];
	if ((f = store_sessions_save(cx, changed, n_changed)))
		return f;
	return price_queue(p);
}
