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

/*
 * AT_ONCE: readings that one transaction decides of, while that leaves each
 * session FEW.  LATEST, FIRST: readings of a running session.  ENDS: of a
 * session; the first counts, and whether another differs.
 */
enum { AT_ONCE = 50000, FEW = 100, LATEST = 1000, FIRST = 100, ENDS = 50 };

/* A marked session with all that decides it. */
struct evaluation {
	struct transaction_sessions *group;
	size_t at;		/* in the group */
	struct session *session;
	struct end_list ends;
	struct time_span span;
	struct reading_list readings;
	struct surroundings around;
	bool large;		/* not all of its readings are here */
	bool left;		/* to be decided later */
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

/* How many readings of a session are decided of at once. */
static int64_t
room_at_once(const struct evaluator *v, size_t n)
{
	int64_t room = AT_ONCE / (int64_t)n;

	if (room < FEW)
		room = FEW;
	return room < v->policy->large_session ? room :
	    v->policy->large_session;
}

static bool
known_as_large(const struct session *s)
{
	return s->large && s->end != END_NONE;
}

/* One row more than there is room for tells that a session is large. */
static int64_t
rows_asked(const struct evaluator *v, const struct session *s, int64_t room)
{
	if (v->decided != NULL || (v->price_only && s->finalized))
		return 0;
	if (v->later == NULL)
		return INT64_MAX;
	return known_as_large(s) ? 0 : room + 1;
}

/* Of a transaction with one session all is that session's. */
static void
spans_set(const struct evaluator *v, struct evaluations *w)
{
	int64_t room = room_at_once(v, w->n);
	struct evaluation *e;

	for (e = w->list; e < w->list + w->n; e++) {
		e->span.of = e->group->of;
		reading_range(e->group->starts, e->group->n, e->at,
		    &e->span.lo, &e->span.hi);
		e->span.room = rows_asked(v, e->session, room);
	}
}

static struct time_span
end_span(const struct evaluation *e)
{
	struct time_span s = { .of = e->group->of, .room = ENDS };

	end_range(e->group->starts, e->group->n, e->at, &s.lo, &s.hi);
	return s;
}

/*
 * One round trip: the ends, the surroundings, the readings and the revisions
 * of each session.
 */
static enum fault
evaluations_load(struct ctx *cx, struct evaluations *w)
{
	struct rows *found_ends, *found_around, *readings, *revisions;
	struct time_span *spans, *end_spans;
	struct end_list *ends;
	struct reading_list *lists;
	struct surroundings *around;
	enum fault f;
	size_t i;

	spans = arena_calloc(&cx->arena, w->n * sizeof(*spans));
	end_spans = arena_calloc(&cx->arena, w->n * sizeof(*end_spans));
	ends = arena_calloc(&cx->arena, w->n * sizeof(*ends));
	lists = arena_calloc(&cx->arena, w->n * sizeof(*lists));
	around = arena_calloc(&cx->arena, w->n * sizeof(*around));
	for (i = 0; i < w->n; i++) {
		spans[i] = w->list[i].span;
		end_spans[i] = end_span(&w->list[i]);
	}
	if ((f = store_ends_find(cx, end_spans, w->n, &found_ends)) ||
	    (f = store_surroundings_find(cx, w->sessions, w->n,
	    &found_around)) ||
	    (f = store_latest_readings_find(cx, spans, w->n, &readings)) ||
	    (f = store_revisions_find(cx, w->sessions, w->n, &revisions)) ||
	    (f = db_sync(cx)))
		return f;
	store_ends_read(cx, found_ends, ends, w->n);
	store_surroundings_read(found_around, around, w->n);
	store_latest_readings_read(cx, readings, lists, w->n);
	store_revisions_read(revisions, w->sessions, w->n);
	for (i = 0; i < w->n; i++) {
		struct evaluation *e = &w->list[i];

		e->ends = ends[i];
		e->readings = lists[i];
		e->around = around[i];
		e->large = e->readings.rows > 0 &&
		    e->readings.rows == e->span.room;
	}
	return FAULT_NONE;
}

static bool
same_span(const struct time_span *a, const struct time_span *b)
{
	return a->lo == b->lo && a->hi == b->hi;
}

/* What is to be decided at once, or was decided already. */
static enum fault
evaluations_read(const struct evaluator *v, struct evaluations *w)
{
	struct evaluation *e;
	enum fault f;

	spans_set(v, w);
	if ((f = evaluations_load(v->cx, w)))
		return f;
	for (e = w->list; e < w->list + w->n; e++) {
		if (v->later != NULL && known_as_large(e->session) &&
		    !(v->price_only && e->session->finalized))
			e->large = true;
		if (v->decided == NULL)
			continue;
		e->readings = v->decided->readings;
		v->decided->outdated |= !same_span(&e->span,
		    &v->decided->span);
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
    bool so_far, struct session_facts *k, struct decision *d)
{
	const struct evidence evidence = {
		.ends = w->ends.list, .n_ends = w->ends.n,
		.has_next_start = w->around.has_next_start,
		.next_start = w->around.next_start,
		.next_session = w->around.next_session,
		.max_power_kw = w->around.max_power_kw,
		.readings = w->readings.list, .n_readings = w->readings.n,
		.so_far = so_far,
	};
	struct session_end end = timeline_facts(w->group, w->at, &evidence, k);

	if (v->decided != NULL) {
		v->decided->outdated |= !session_facts_equal(k,
		    &v->decided->facts);
		*d = v->decided->decision;
	} else
		energy_decide(&v->cx->arena, k, v->policy, d);
	return end;
}

/* Has ended, and is decided later.  True: the end is among the outcome. */
static bool
evaluation_leave(const struct evaluator *v, struct evaluation *w,
    const struct session_facts *k, const struct session_end *end,
    const struct decision *d, const char *cause, struct outcome *out)
{
	struct large_session *l = arena_calloc(&v->cx->arena, sizeof(*l));
	struct session *s = w->session;
	bool ends = s->end == END_NONE;

	*l = (struct large_session){
		.id = s->id, .charger = s->charger,
		.transaction = s->transaction, .cause = cause,
		.by = v->by, .why = v->why, .anew = v->anew,
		.next = *v->later,
	};
	*v->later = l;
	w->left = s->finalizing = true;
	if (ends) {
		session_set_end(s, k, end, d);
		out->changed[out->n_changed++] = s;
	}
	return ends;
}

static const char *
evaluation_explain(const struct evaluator *v, const struct evaluation *w,
    const struct session_facts *k, const struct decision *d)
{
	if (v->decided != NULL)
		return v->decided->explanation;
	return wire_explanation(v->cx, k, d, &(struct judged){
		k->readings, w->readings.items, d->verdicts, k->n_readings,
		w->span.lo, w->span.hi
	});
}

static bool
same_as_before(const struct evaluator *v, const struct session *before,
    const char *fingerprint)
{
	return before->finalized && !v->anew &&
	    strcmp(fingerprint, before->fingerprint) == 0;
}

/* True: it came out differently, and is among the outcome. */
static bool
evaluation_run(const struct evaluator *v, struct evaluation *w,
    const char *cause, struct outcome *out)
{
	struct session *s = w->session;
	struct session before = *s;
	struct session_end end;
	struct session_facts k;
	struct decision d;
	const char *print;

	if (v->price_only && before.finalized)
		return false;
	end = evaluation_decide(v, w, false, &k, &d);
	if (end.kind == END_NONE && s->end == END_NONE)
		return false;
	if (w->large && end.kind != END_NONE)
		return evaluation_leave(v, w, &k, &end, &d, cause, out);
	session_set_decision(s, &k, &end, &d);
	if (end.kind == END_NONE) {
		s->finalized = s->finalizing = false;
		out->changed[out->n_changed++] = s;
		return true;
	}
	print = session_fingerprint(&v->cx->arena, s, &k, &d);
	if (same_as_before(v, &before, print)) {
		*s = before;
		return false;
	}
	session_keep_correction(s, session_chain_result(&v->cx->arena, &d));
	s->fingerprint = print;
	s->revision++;
	s->finalized = true;
	s->finalized_at = v->cx->now;
	out->revisions[out->n_revisions++] = (struct revision){
		.session = s,
		.cause = before.finalized ? cause : "Ended",
		.accepted_by = v->by, .accepted_why = v->why,
		.explanation = evaluation_explain(v, w, &k, &d),
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

/* Of those that were decided. */
static void
outcomes_end(const struct evaluator *v, struct outcomes *o,
    const struct evaluations *w, const struct price_work *p,
    const bool *changed)
{
	struct outcomes **last = v->outcomes;
	struct session_outcome *x;
	size_t i;

	if (o == NULL)
		return;
	x = o->list;
	for (i = 0; i < w->n; i++) {
		if (w->list[i].left)
			continue;
		*x++ = (struct session_outcome){
			.before = o->list[i].before,
			.after = p->sessions[i], .decided = changed[i],
			.settlements = &p->outcomes[i],
		};
	}
	o->n = (size_t)(x - o->list);
	while (*last != NULL)
		last = &(*last)->next;
	*last = o;
}

static enum fault
evaluations_due(const struct evaluator *v, const struct large_session *before)
{
	const struct large_session *l;
	enum fault f;

	if (v->later == NULL)
		return FAULT_NONE;
	for (l = *v->later; l != before; l = l->next)
		if ((f = store_large_due(v->cx, l)))
			return f;
	return FAULT_NONE;
}

enum fault
session_decide(const struct evaluator *v, const struct timeline *t,
    struct decided *out)
{
	struct evaluations w;
	struct evaluation *e;
	enum fault f;

	evaluations_of(v->cx, t, &w);
	if (w.n != 1)
		return ctx_fail(v->cx, FAULT_BUG, "not one session");
	if ((f = evaluations_read(v, &w)))
		return f;
	e = w.list;
	out->span = e->span;
	out->readings = e->readings;
	evaluation_decide(v, e, false, &out->facts, &out->decision);
	out->explanation = evaluation_explain(v, e, &out->facts,
	    &out->decision);
	return FAULT_NONE;
}

enum fault
sessions_evaluate(const struct evaluator *v, const struct timeline *t,
    const char *cause)
{
	const struct large_session *before = v->later != NULL ? *v->later :
	    NULL;
	struct ctx *cx = v->cx;
	struct arena *a = &cx->arena;
	struct outcome out = { 0 };
	struct outcomes *outcomes;
	struct price_work p;
	struct evaluations w;
	bool *changed;
	enum fault f;
	size_t i;

	evaluations_of(cx, t, &w);
	if (w.n == 0)
		return FAULT_NONE;
	changed = arena_calloc(a, w.n * sizeof(*changed));
	out.changed = arena_calloc(a, w.n * sizeof(struct session *));
	out.revisions = arena_calloc(a, w.n * sizeof(*out.revisions));
	if ((f = price_find(&p, cx, w.sessions, w.n)) ||
	    (f = evaluations_read(v, &w)))
		return f;
	outcomes = outcomes_begin(v, &w);
	for (i = 0; i < w.n; i++)
		changed[i] = evaluation_run(v, &w.list[i], cause, &out);
	if ((f = outcome_price(&p, cause, changed, &out)) ||
	    (f = store_sessions_save(cx, out.changed, out.n_changed)) ||
	    (f = store_revisions_add(cx, out.revisions, out.n_revisions)) ||
	    (f = evaluations_due(v, before)))
		return f;
	outcomes_end(v, outcomes, &w, &p, changed);
	return price_queue(&p);
}

/*
 * Of some of the readings the register alone tells, by the first and the
 * latest of them.
 */
static void
session_set_so_far(const struct evaluator *v, const struct evaluation *w,
    struct session *s)
{
	struct session_facts k;
	struct decision d;

	evaluation_decide(v, w, true, &k, &d);
	s->has_so_far = d.has_energy &&
	    (!w->large || d.source == SOURCE_REGISTER);
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

/* The second list behind the first, in its place. */
static void
readings_join(struct ctx *cx, const struct reading_list *first,
    struct reading_list *l)
{
	struct reading *all = arena_alloc(&cx->arena,
	    (first->n + l->n) * sizeof(*all));

	memcpy(all, first->list, first->n * sizeof(*all));
	memcpy(all + first->n, l->list, l->n * sizeof(*all));
	l->list = all;
	l->items = NULL;
	l->n += first->n;
}

/* Puts the first readings of large sessions before the latest. */
static enum fault
first_load(struct ctx *cx, struct evaluation **e, size_t n)
{
	struct time_span *spans = arena_calloc(&cx->arena,
	    n * sizeof(*spans));
	struct reading_list *lists = arena_calloc(&cx->arena,
	    n * sizeof(*lists));
	struct rows *r;
	enum fault f;
	size_t i;

	for (i = 0; i < n; i++) {
		spans[i] = e[i]->span;
		spans[i].hi = e[i]->readings.from;
		spans[i].room = FIRST;
	}
	if ((f = store_first_readings_find(cx, spans, n, &r)) ||
	    (f = db_sync(cx)))
		return f;
	store_readings_read(cx, r, lists, n);
	for (i = 0; i < n; i++)
		readings_join(cx, &lists[i], &e[i]->readings);
	return FAULT_NONE;
}

static enum fault
so_far_load(const struct evaluator *v, struct evaluations *w)
{
	struct ctx *cx = v->cx;
	struct evaluation **large = arena_calloc(&cx->arena,
	    w->n * sizeof(*large));
	size_t i, n = 0;
	enum fault f;

	spans_set(v, w);
	for (i = 0; i < w->n; i++)
		w->list[i].span.room = LATEST;
	if ((f = evaluations_load(cx, w)))
		return f;
	for (i = 0; i < w->n; i++)
		if (w->list[i].large)
			large[n++] = &w->list[i];
	return n == 0 ? FAULT_NONE : first_load(cx, large, n);
}

static enum fault
few_so_far(struct ctx *cx, const struct energy_policy *policy,
    struct session *s, size_t n)
{
	const struct evaluator v = { .cx = cx, .policy = policy };
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
	if ((f = so_far_load(&v, &w)))
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
	enum { AT_A_TIME = 8 };
	enum fault f = FAULT_NONE;
	struct ctx own;
	size_t i;

	ctx_init(&own);
	own.pool = cx->pool;
	own.db = cx->db;
	for (i = 0; i < n && f == FAULT_NONE; i += AT_A_TIME) {
		ctx_reset(&own, cx->now, cx->deadline);
		own.caller = cx->caller;
		f = few_so_far(&own, policy, s + i,
		    n - i < AT_A_TIME ? n - i : AT_A_TIME);
	}
	cx->db = own.db;
	if (own.detail != NULL)
		cx->detail = arena_strdup(&cx->arena, own.detail);
	arena_free(&own.arena);
	return f;
}
