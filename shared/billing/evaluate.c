#include "evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "price.h"
#include "wire/explanation.h"

void
sessions_open(struct timeline *t, struct ctx *cx, const struct transaction *x,
    size_t n, const struct rows *r)
{
	struct session *s = NULL;
	size_t n_sessions = 0;

	if (r != NULL)
		store_sessions_read(cx, r, &s, &n_sessions);
	timeline_open(t, &cx->arena, x, n, s, n_sessions);
}

enum fault
sessions_queue_starts(struct ctx *cx, const struct timeline *t)
{
	struct session **added, **changed;
	size_t i, k, n_added = 0, n_changed = 0, n = 0;
	enum fault f;

	for (i = 0; i < t->n; i++)
		n += t->transactions[i].n;
	added = arena_calloc(&cx->arena, n * sizeof(struct session *));
	changed = arena_calloc(&cx->arena, n * sizeof(struct session *));
	for (i = 0; i < t->n; i++)
		for (k = 0; k < t->transactions[i].n; k++) {
			struct slot *e = &t->transactions[i].slots[k];

			if (e->added)
				added[n_added++] = e->session;
			else if (e->changed)
				changed[n_changed++] = e->session;
		}
	if ((f = store_sessions_add(cx, added, n_added)))
		return f;
	return store_sessions_save(cx, changed, n_changed);
}

/* A marked session with all that decides it. */
struct evaluation {
	struct transaction_sessions *group;
	size_t at;		/* in the group */
	struct session *session;
	struct reading_list readings;
	struct surroundings around;
};

struct evaluations {
	struct evaluation *list;
	struct session **sessions;
	size_t n;
};

static void
evaluations_of(struct ctx *cx, const struct timeline *t, struct evaluations *w)
{
	struct arena *a = &cx->arena;
	size_t i, k, n = timeline_marked(t);

	w->list = arena_calloc(a, n * sizeof(*w->list));
	w->sessions = arena_calloc(a, n * sizeof(struct session *));
	w->n = 0;
	for (i = 0; i < t->n; i++)
		for (k = 0; k < t->transactions[i].n; k++) {
			struct transaction_sessions *g = &t->transactions[i];

			if (!g->slots[k].marked)
				continue;
			w->sessions[w->n] = g->slots[k].session;
			w->list[w->n++] = (struct evaluation){
				.group = g, .at = k,
				.session = g->slots[k].session,
			};
		}
}

/* Of a transaction with one session all is that session's. */
static void
span_of(const struct evaluation *w, struct reading_span *s)
{
	s->of = w->group->of;
	reading_range(w->group->starts, w->group->n, w->at, &s->lo, &s->hi);
}

struct ends {
	struct end *list;
	size_t n;
};

/*
 * One round trip: the ends of each transaction, the surroundings of each
 * session, the readings, the revisions.
 */
static enum fault
evaluations_load(struct ctx *cx, struct evaluations *w, struct ends *ends)
{
	struct rows *found_ends, *found_around, *readings, *revisions;
	struct reading_span *spans;
	struct transaction *of;
	struct reading_list *lists;
	struct surroundings *around;
	enum fault f;
	size_t i;

	spans = arena_calloc(&cx->arena, w->n * sizeof(*spans));
	of = arena_calloc(&cx->arena, w->n * sizeof(*of));
	lists = arena_calloc(&cx->arena, w->n * sizeof(*lists));
	around = arena_calloc(&cx->arena, w->n * sizeof(*around));
	for (i = 0; i < w->n; i++) {
		span_of(&w->list[i], &spans[i]);
		of[i] = w->list[i].group->of;
	}
	if ((f = store_ends_find(cx, of, w->n, &found_ends)) ||
	    (f = store_surroundings_find(cx, w->sessions, w->n,
	    &found_around)) ||
	    (f = store_readings_find(cx, spans, w->n, &readings)) ||
	    (f = store_revisions_find(cx, w->sessions, w->n, &revisions)) ||
	    (f = db_sync(cx)))
		return f;
	store_surroundings_read(found_around, around, w->n);
	store_readings_read(cx, readings, lists, w->n);
	store_revisions_read(revisions, w->sessions, w->n);
	for (i = 0; i < w->n; i++) {
		store_ends_read(cx, found_ends, i, &ends[i].list,
		    &ends[i].n);
		w->list[i].readings = lists[i];
		w->list[i].around = around[i];
	}
	return FAULT_NONE;
}

struct outcome {
	struct session **changed;
	size_t n_changed;
	struct revision *revisions;
	size_t n_revisions;
};

static struct session_end
evaluation_decide(const struct evaluator *v, const struct evaluation *w,
    const struct ends *ends, bool so_far, struct session_facts *k,
    struct decision *d)
{
	const struct evidence evidence = {
		.ends = ends->list, .n_ends = ends->n,
		.has_next_start = w->around.has_next_start,
		.next_start = w->around.next_start,
		.next_session = w->around.next_session,
		.max_power_kw = w->around.max_power_kw,
		.readings = w->readings.list, .n_readings = w->readings.n,
		.so_far = so_far,
	};
	struct session_end end = timeline_facts(w->group, w->at, &evidence, k);

	energy_decide(&v->cx->arena, k, v->policy, d);
	return end;
}

/* True: it came out differently, and is among the outcome. */
static bool
evaluation_run(const struct evaluator *v, const struct evaluation *w,
    const struct ends *ends, const char *cause, struct outcome *out)
{
	struct session *s = w->session;
	struct session before = *s;
	struct session_end end;
	struct session_facts k;
	struct reading_span span;
	struct decision d;
	const char *print;

	if (v->price_only && before.finalized)
		return false;
	end = evaluation_decide(v, w, ends, false, &k, &d);
	if (end.kind == END_NONE && s->end == END_NONE)
		return false;
	session_set_decision(s, &k, &end, &d);
	if (end.kind == END_NONE) {
		s->finalized = false;
		out->changed[out->n_changed++] = s;
		return true;
	}
	print = session_fingerprint(&v->cx->arena, s, &k, &d);
	if (before.finalized && !v->anew &&
	    strcmp(print, s->fingerprint) == 0) {
		*s = before;
		return false;
	}
	session_keep_correction(s, session_chain_result(&v->cx->arena, &d));
	s->fingerprint = print;
	s->revision++;
	s->finalized = true;
	s->finalized_at = v->cx->now;
	span_of(w, &span);
	out->revisions[out->n_revisions++] = (struct revision){
		.session = s,
		.cause = before.finalized ? cause : "Ended",
		.accepted_by = v->by, .accepted_why = v->why,
		.explanation = wire_explanation(v->cx, &k, &d,
		    &(struct judged){ k.readings, w->readings.items,
		    d.verdicts, k.n_readings, span.lo, span.hi }),
	};
	out->changed[out->n_changed++] = s;
	return true;
}

/* A session whose figure stays can still get a price. */
static enum fault
outcome_price(struct price_work *p, const char *cause, const bool *changed,
    struct outcome *out)
{
	struct arena *a = &p->cx->arena;
	bool forced = strcmp(cause, "Forced") == 0;
	bool *raise = arena_calloc(a, p->n), *repriced = arena_calloc(a, p->n);
	enum fault f;
	size_t i;

	for (i = 0; i < p->n; i++)
		raise[i] = changed[i] || forced;
	if ((f = price_decide(p, raise, repriced)))
		return f;
	for (i = 0; i < p->n; i++)
		if (repriced[i] && !changed[i])
			out->changed[out->n_changed++] = p->sessions[i];
	return FAULT_NONE;
}

/* The sessions before they are decided. */
static struct outcomes *
outcomes_begin(const struct evaluator *v, const struct evaluations *w)
{
	struct outcomes *o;
	size_t i;

	if (v->outcomes == NULL)
		return NULL;
	o = arena_calloc(&v->cx->arena, sizeof(*o));
	o->n = w->n;
	o->list = arena_calloc(&v->cx->arena, o->n * sizeof(*o->list));
	for (i = 0; i < o->n; i++)
		o->list[i].before = *w->sessions[i];
	return o;
}

static void
outcomes_end(const struct evaluator *v, struct outcomes *o,
    const struct price_work *p, const bool *changed)
{
	struct outcomes **last = v->outcomes;
	size_t i;

	if (o == NULL)
		return;
	for (i = 0; i < o->n; i++) {
		o->list[i].after = p->sessions[i];
		o->list[i].decided = changed[i];
		o->list[i].settlements = &p->outcomes[i];
	}
	while (*last != NULL)
		last = &(*last)->next;
	*last = o;
}

enum fault
sessions_evaluate(const struct evaluator *v, const struct timeline *t,
    const char *cause)
{
	struct ctx *cx = v->cx;
	struct arena *a = &cx->arena;
	struct outcome out = { 0 };
	struct outcomes *outcomes;
	struct price_work p;
	struct evaluations w;
	struct ends *ends;
	bool *changed;
	enum fault f;
	size_t i;

	evaluations_of(cx, t, &w);
	if (w.n == 0)
		return FAULT_NONE;
	ends = arena_calloc(a, w.n * sizeof(*ends));
	changed = arena_calloc(a, w.n * sizeof(*changed));
	out.changed = arena_calloc(a, w.n * sizeof(struct session *));
	out.revisions = arena_calloc(a, w.n * sizeof(*out.revisions));
	if ((f = price_find(&p, cx, w.sessions, w.n)) ||
	    (f = evaluations_load(cx, &w, ends)))
		return f;
	outcomes = outcomes_begin(v, &w);
	for (i = 0; i < w.n; i++)
		changed[i] = evaluation_run(v, &w.list[i], &ends[i], cause,
		    &out);
	if ((f = outcome_price(&p, cause, changed, &out)) ||
	    (f = store_sessions_save(cx, out.changed, out.n_changed)) ||
	    (f = store_revisions_add(cx, out.revisions, out.n_revisions)))
		return f;
	outcomes_end(v, outcomes, &p, changed);
	return price_queue(&p);
}

static void
session_set_so_far(const struct evaluator *v, const struct evaluation *w,
    struct session *s)
{
	const struct ends none = { 0 };
	struct session_facts k;
	struct decision d;

	evaluation_decide(v, w, &none, true, &k, &d);
	s->has_so_far = d.has_energy;
	s->so_far_wh = d.energy_wh;
	s->has_last_reading = d.has_last_reading;
	s->last_reading_at = d.last_reading_at;
}

static struct session *
session_of_id(struct session *s, size_t n, const struct uuid *id)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (uuid_equal(&s[i].id, id))
			return &s[i];
	return NULL;
}

static enum fault
running_open(struct timeline *t, struct ctx *cx, const struct session *s,
    size_t n)
{
	struct transaction *of = arena_calloc(&cx->arena, n * sizeof(*of));
	struct rows *r;
	size_t i, k = 0;
	enum fault f;

	for (i = 0; i < n; i++)
		if (s[i].end == END_NONE && s[i].has_transaction)
			of[k++] = (struct transaction){
				s[i].charger, s[i].transaction
			};
	*t = (struct timeline){ .n = 0 };
	if (k == 0)
		return FAULT_NONE;
	if ((f = store_sessions_find(cx, of, k, NULL, 0, &r)) ||
	    (f = db_sync(cx)))
		return f;
	sessions_open(t, cx, of, k, r);
	return FAULT_NONE;
}

static enum fault
few_so_far(struct ctx *cx, const struct energy_policy *policy,
    struct session *s, size_t n)
{
	const struct evaluator v = { .cx = cx, .policy = policy };
	struct ends *ends;
	struct session *x;
	struct evaluations w;
	struct timeline t;
	enum fault f;
	size_t i;

	if ((f = running_open(&t, cx, s, n)) || t.n == 0)
		return f;
	for (i = 0; i < n; i++)
		if (s[i].end == END_NONE && s[i].has_transaction)
			timeline_mark(timeline_find(&t, s[i].charger,
			    s[i].transaction), &s[i].id);
	evaluations_of(cx, &t, &w);
	if (w.n == 0)
		return FAULT_NONE;
	ends = arena_calloc(&cx->arena, w.n * sizeof(*ends));
	if ((f = evaluations_load(cx, &w, ends)))
		return f;
	for (i = 0; i < w.n; i++)
		if ((x = session_of_id(s, n, &w.list[i].session->id)) != NULL)
			session_set_so_far(&v, &w.list[i], x);
	return FAULT_NONE;
}

/* A few at a time: of all their readings none is wanted afterwards. */
enum fault
sessions_so_far(struct ctx *cx, const struct energy_policy *policy,
    struct session *s, size_t n)
{
	enum { FEW = 8 };
	enum fault f = FAULT_NONE;
	struct ctx own;
	size_t i;

	ctx_init(&own);
	own.pool = cx->pool;
	own.db = cx->db;
	for (i = 0; i < n && f == FAULT_NONE; i += FEW) {
		ctx_reset(&own, cx->now, cx->deadline);
		own.caller = cx->caller;
		f = few_so_far(&own, policy, s + i,
		    n - i < FEW ? n - i : FEW);
	}
	cx->db = own.db;
	if (own.detail != NULL)
		cx->detail = arena_strdup(&cx->arena, own.detail);
	arena_free(&own.arena);
	return f;
}
