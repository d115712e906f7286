#include "finalize.h"

#include "base/log.h"
#include "base/time.h"
#include "large.h"
#include "price.h"
#include "store/upkeep.h"

enum { PATIENCE = 30, UNPRICED_BATCH = 100 };

/* The charger's lock and all sessions of these transactions. */
static enum fault
locked_open(struct timeline *b, struct ctx *cx, const struct transaction *of,
    size_t n)
{
	struct rows *sessions;
	enum fault f;

	if ((f = db_queue(cx, &db_begin, NULL, 0, NULL)) ||
	    (f = store_charger_lock(cx, of[0].charger)) ||
	    (f = store_sessions_find(cx, of, n, NULL, 0, &sessions)) ||
	    (f = db_sync(cx)))
		return f;
	sessions_open(b, cx, of, n, sessions);
	return FAULT_NONE;
}

static struct session *
timeline_session(struct timeline *b, const struct uuid *id)
{
	size_t i, k;

	for (i = 0; i < b->n; i++)
		for (k = 0; k < b->transactions[i].n; k++)
			if (uuid_equal(&b->transactions[i].slots[k].session->id,
			    id))
				return b->transactions[i].slots[k].session;
	return NULL;
}

static enum fault
finalize_locked(struct ctx *cx, const struct energy_policy *policy,
    const struct session *s, bool force, struct large_session **later)
{
	struct evaluator v = { .cx = cx, .policy = policy, .later = later };
	struct transaction of = { s->charger, s->transaction };
	struct session *now;
	struct timeline b;
	enum fault f;

	if ((f = locked_open(&b, cx, &of, 1)))
		return f;
	if ((now = timeline_session(&b, &s->id)) == NULL)
		return ctx_fail(cx, FAULT_NOT_FOUND, "no such session");
	v.price_only = !force && !now->finalizing;
	if (!now->finalized || !now->priced || !v.price_only)
		timeline_mark(timeline_find(&b, of.charger, of.id), &s->id);
	if ((f = sessions_evaluate(&v, &b, "Forced")))
		return f;
	if (now->end == END_NONE)
		return ctx_fail(cx, FAULT_CONFLICT, "the session is running");
	if ((f = db_queue(cx, &db_commit, NULL, 0, NULL)))
		return f;
	return db_sync(cx);
}

enum fault
finalize_session(struct ctx *cx, const struct energy_policy *policy,
    const struct uuid *id, bool force, struct session *s)
{
	struct large_session *later = NULL;
	char text[UUID_TEXT];
	enum fault f;

	if ((f = store_session_load(cx, id, s)))
		return f;
	if (!uuid_is_nil(&s->duplicate_of))
		return ctx_fail(cx, FAULT_CONFLICT,
		    "the session is a duplicate of %s",
		    uuid_text(text, &s->duplicate_of));
	if (!s->has_transaction)
		return ctx_fail(cx, FAULT_CONFLICT,
		    "the session has no transactionId, so nothing is its");
	if ((f = finalize_locked(cx, policy, s, force, &later))) {
		db_rollback(cx);
		return f;
	}
	large_sessions_now(cx, policy, later);
	return store_session_load(cx, id, s);
}

static void
mark_stale(struct timeline *b)
{
	size_t i, k;

	for (i = 0; i < b->n; i++)
		for (k = 0; k < b->transactions[i].n; k++)
			if (b->transactions[i].slots[k].session->stale)
				b->transactions[i].slots[k].marked = true;
}

/* One pass over chargers. */
struct pass {
	struct ctx *cx;
	const struct energy_policy *policy;
	bool dry_run;
	const struct pass_report *report;
	usec_t cutoff;
	struct unpriced_scope unpriced;
	enum fault (*chargers)(const struct pass *, struct ctx *,
	    const char *after, const char ***, size_t *n);
	enum fault (*visit)(struct pass *, const char *charger);
	struct outcomes *outcomes;	/* of the batch */
	struct large_session *later;	/* what the batch left */
	bool stopped;
};

static void
batch_begin(struct pass *p)
{
	usec_t deadline = time_monotonic() + PATIENCE * SECOND;

	if (p->unpriced.until != 0 && p->unpriced.until < deadline)
		deadline = p->unpriced.until;
	ctx_reset(p->cx, time_now(), deadline);
	p->outcomes = NULL;
	p->later = NULL;
}

static enum fault
batch_commit(struct pass *p)
{
	struct ctx *cx = p->cx;
	enum fault f;

	if (p->dry_run) {
		/* Everything is tried in the database before it is undone. */
		f = db_sync(cx);
		db_rollback(cx);
		return f;
	}
	if ((f = db_queue(cx, &db_commit, NULL, 0, NULL)))
		return f;
	return db_sync(cx);
}

static enum fault
batch_end(struct pass *p)
{
	const struct pass_report *r = p->report;
	const struct large_session *l;
	const struct outcomes *o;
	enum fault f;
	size_t i;

	if ((f = batch_commit(p)))
		return f;
	for (o = p->outcomes; o != NULL && r->session != NULL; o = o->next)
		for (i = 0; i < o->n; i++)
			r->session(r->arg, &o->list[i]);
	for (l = p->later; l != NULL; l = l->next)
		if ((f = large_session_decide(p->cx, p->policy, l, p->dry_run,
		    r->session, r->arg)))
			return f;
	p->stopped = !r->batch(r->arg);
	return FAULT_NONE;
}

static struct evaluator
pass_evaluator(struct pass *p)
{
	return (struct evaluator){
		.cx = p->cx, .policy = p->policy, .outcomes = &p->outcomes,
		.later = &p->later,
	};
}

/* A dry run undoes the silence too, so that nothing can be left to later. */
static struct evaluator
stale_evaluator(struct pass *p)
{
	struct evaluator v = pass_evaluator(p);

	if (p->dry_run)
		v.later = NULL;
	return v;
}

/* The names have a context of their own: each visit empties cx's arena. */
static enum fault
pass_run(struct pass *p)
{
	const char **chargers, *after = NULL;
	struct ctx list;
	enum fault f;
	size_t i, n;

	ctx_init(&list);
	list.pool = p->cx->pool;
	do {
		list.now = time_now();
		list.deadline = time_monotonic() + PATIENCE * SECOND;
		f = p->chargers(p, &list, after, &chargers, &n);
		db_release(&list);
		for (i = 0; f == FAULT_NONE && i < n && !p->stopped; i++) {
			batch_begin(p);
			f = p->visit(p, chargers[i]);
			if (f != FAULT_NONE)
				db_rollback(p->cx);
			db_release(p->cx);
			after = chargers[i];
		}
	} while (f == FAULT_NONE && n > 0 && !p->stopped);
	arena_free(&list.arena);
	return f;
}

static enum fault
stale_chargers(const struct pass *p, struct ctx *cx, const char *after,
    const char ***out, size_t *n)
{
	return store_stale_chargers(cx, p->cutoff, after, out, n);
}

/* Each pending transaction becomes a startless session. */
static enum fault
close_waiting(struct pass *p, const struct transaction *waiting,
    const usec_t *since, size_t n)
{
	const struct evaluator v = stale_evaluator(p);
	struct transaction_sessions *g;
	struct timeline b;
	struct uuid id;
	enum fault f;
	size_t i;

	sessions_open(&b, p->cx, waiting, n, NULL);
	for (i = 0; i < n; i++) {
		g = timeline_find(&b, waiting[i].charger, waiting[i].id);
		if (g->n > 0)
			continue;
		uuid_new(&id);
		timeline_startless(&b, g, &id, since[i], p->cx->now);
	}
	if ((f = sessions_queue_starts(p->cx, &b)))
		return f;
	return sessions_evaluate(&v, &b, "Stale");
}

static enum fault
close_running(struct pass *p, const struct transaction *of, size_t n)
{
	const struct evaluator v = stale_evaluator(p);
	struct timeline b;
	struct rows *r;
	enum fault f;

	if ((f = store_sessions_find(p->cx, of, n, NULL, 0, &r)) ||
	    (f = db_sync(p->cx)))
		return f;
	sessions_open(&b, p->cx, of, n, r);
	mark_stale(&b);
	return sessions_evaluate(&v, &b, "Stale");
}

static enum fault
close_stale_of(struct pass *p, const char *charger)
{
	struct transaction *of, *waiting;
	size_t n, n_waiting;
	usec_t *since;
	enum fault f;

	if ((f = db_queue(p->cx, &db_begin, NULL, 0, NULL)) ||
	    (f = store_charger_lock(p->cx, charger)) ||
	    (f = store_stale_take(p->cx, charger, p->cutoff, &of, &n,
	    &waiting, &since, &n_waiting)) ||
	    (n > 0 && (f = close_running(p, of, n))) ||
	    (n_waiting > 0 && (f = close_waiting(p, waiting, since,
	    n_waiting))))
		return f;
	return batch_end(p);
}

enum fault
close_stale(struct ctx *cx, const struct energy_policy *policy, usec_t cutoff,
    bool dry_run, const struct pass_report *report)
{
	return pass_run(&(struct pass){
		.cx = cx, .policy = policy, .dry_run = dry_run,
		.report = report, .cutoff = cutoff,
		.chargers = stale_chargers, .visit = close_stale_of,
	});
}

static enum fault
refinalize_some(struct pass *p, const struct transaction *of, size_t n)
{
	const struct evaluator v = pass_evaluator(p);
	struct timeline b;
	enum fault f;
	size_t i, k;

	if ((f = locked_open(&b, p->cx, of, n)))
		return f;
	for (i = 0; i < b.n; i++)
		for (k = 0; k < b.transactions[i].n; k++)
			b.transactions[i].slots[k].marked = true;
	if ((f = sessions_evaluate(&v, &b, "Refinalized")))
		return f;
	return batch_end(p);
}

static enum fault
refinalize_charger(struct pass *p, const char *charger)
{
	struct transaction *of;
	int64_t after = 0;
	enum fault f;
	size_t n;

	while ((f = store_transactions(p->cx, charger, after, &of, &n)) ==
	    FAULT_NONE && n > 0) {
		after = of[n - 1].id;
		if ((f = refinalize_some(p, of, n)) || p->stopped)
			return f;
		batch_begin(p);
	}
	return f;
}

static enum fault
all_chargers(const struct pass *p, struct ctx *cx, const char *after,
    const char ***out, size_t *n)
{
	(void)p;
	return store_session_chargers(cx, after, out, n);
}

enum fault
refinalize_all(struct ctx *cx, const struct energy_policy *policy, bool dry_run,
    const struct pass_report *report)
{
	return pass_run(&(struct pass){
		.cx = cx, .policy = policy, .dry_run = dry_run,
		.report = report,
		.chargers = all_chargers, .visit = refinalize_charger,
	});
}

static enum fault
unpriced_chargers(const struct pass *p, struct ctx *cx, const char *after,
    const char ***out, size_t *n)
{
	if (p->unpriced.charger == NULL)
		return store_unpriced_chargers(cx, p->unpriced.site, after,
		    out, n);
	*out = arena_calloc(&cx->arena, sizeof(**out));
	(*out)[0] = p->unpriced.charger;
	*n = after == NULL ? 1 : 0;
	return FAULT_NONE;
}

static struct outcomes *
price_some(struct pass *p, struct session *s, size_t n, enum fault *f)
{
	struct arena *a = &p->cx->arena;
	struct session **list = arena_calloc(a, n * sizeof(*list));
	struct outcomes *o = arena_calloc(a, sizeof(*o));
	struct price_work w;
	size_t i;

	o->n = n;
	o->list = arena_calloc(a, n * sizeof(*o->list));
	for (i = 0; i < n; i++) {
		list[i] = &s[i];
		o->list[i].before = s[i];
	}
	if ((*f = price_sessions(&w, p->cx, list, n)))
		return NULL;
	for (i = 0; i < n; i++) {
		o->list[i].after = &s[i];
		o->list[i].settlements = &w.outcomes[i];
	}
	return o;
}

static enum fault
price_unpriced_of(struct pass *p, const char *charger)
{
	struct session_place last = { .at = INT64_MIN };
	struct session *s;
	enum fault f;
	size_t n;

	for (;;) {
		if ((f = db_queue(p->cx, &db_begin, NULL, 0, NULL)) ||
		    (f = store_charger_lock(p->cx, charger)) ||
		    (f = store_unpriced_find(p->cx, charger, &last,
		    UNPRICED_BATCH, &s, &n)))
			return f;
		if (n > 0) {
			last.at = s[n - 1].started_at;
			last.id = s[n - 1].id;
			p->outcomes = price_some(p, s, n, &f);
		}
		if (f != FAULT_NONE || (f = batch_end(p)) || p->stopped ||
		    n < UNPRICED_BATCH)
			return f;
		batch_begin(p);
	}
}

enum fault
price_unpriced(struct ctx *cx, const struct unpriced_scope *u,
    bool dry_run, const struct pass_report *report)
{
	return pass_run(&(struct pass){
		.cx = cx, .dry_run = dry_run, .report = report,
		.unpriced = *u,
		.chargers = unpriced_chargers, .visit = price_unpriced_of,
	});
}

static bool
time_left(void *until)
{
	return time_monotonic() < *(usec_t *)until;
}

void
price_unpriced_now(struct ctx *cx, const char *charger,
    const struct uuid *site)
{
	usec_t now = time_monotonic();
	struct unpriced_scope u = {
		charger, site, now + (cx->deadline - now) / 4 * 3
	};
	const struct pass_report report = { NULL, time_left, &u.until };
	struct ctx own;
	enum fault f;

	db_release(cx);
	ctx_init(&own);
	own.pool = cx->pool;
	if ((f = price_unpriced(&own, &u, false, &report)))
		log_line(LOG_WARNING_LINE, "sessions without a price are left "
		    "to close-stale: %s", own.detail == NULL ? "no details" :
		    own.detail);
	db_release(&own);
	arena_free(&own.arena);
}
