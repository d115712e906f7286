#include "evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "price.h"
#include "wire/explanation.h"

/* Also of struct transaction_sessions, which begins with its transaction. */
static int
transaction_order(const void *a, const void *b)
{
	const struct transaction *x = a, *y = b;
	int c = strcmp(x->charger, y->charger);

	return c != 0 ? c : (x->id > y->id) - (x->id < y->id);
}

static int
slot_order(const void *a, const void *b)
{
	const struct session *x = ((const struct slot *)a)->session;
	const struct session *y = ((const struct slot *)b)->session;

	if (x->started_at != y->started_at)
		return x->started_at < y->started_at ? -1 : 1;
	if (x->connector != y->connector)
		return x->connector < y->connector ? -1 : 1;
	return memcmp(&x->id, &y->id, sizeof(x->id));
}

static void
transaction_sort(struct timeline *b, struct transaction_sessions *g)
{
	size_t i;

	qsort(g->slots, g->n, sizeof(*g->slots), slot_order);
	g->starts = arena_calloc(&b->cx->arena, g->n * sizeof(*g->starts));
	for (i = 0; i < g->n; i++)
		g->starts[i] = (struct start){
			.at = g->slots[i].session->started_at,
			.connector = g->slots[i].session->connector,
			.has_connector = g->slots[i].session->has_connector,
		};
}

static struct slot *
transaction_add(struct timeline *b, struct transaction_sessions *g,
    struct session *s)
{
	struct slot *grown;

	if (g->n == g->room) {
		g->room = g->room == 0 ? 2 : g->room * 2;
		grown = arena_calloc(&b->cx->arena,
		    g->room * sizeof(*grown));
		if (g->n > 0)
			memcpy(grown, g->slots, g->n * sizeof(*grown));
		g->slots = grown;
	}
	g->slots[g->n] = (struct slot){ .session = s };
	return &g->slots[g->n++];
}

struct transaction_sessions *
timeline_find(struct timeline *b, const char *charger, int32_t id)
{
	struct transaction key = { charger, id };

	return b->n == 0 ? NULL : bsearch(&key, b->transactions, b->n,
	    sizeof(*b->transactions), transaction_order);
}

static void
groups_make(struct timeline *b, const struct transaction *x, size_t n,
    struct session *s, size_t n_sessions)
{
	size_t i, k = 0, all = n + n_sessions;

	b->transactions = arena_calloc(&b->cx->arena,
	    all * sizeof(*b->transactions));
	for (i = 0; i < n; i++) {
		b->transactions[i].of = x[i];
		b->transactions[i].touched = true;
	}
	for (i = 0; i < n_sessions; i++)
		b->transactions[n + i].of = (struct transaction){
			s[i].charger, s[i].transaction
		};
	if (all > 0)
		qsort(b->transactions, all, sizeof(*b->transactions),
		    transaction_order);
	for (i = 0; i < all; i++) {
		if (k > 0 && transaction_order(&b->transactions[k - 1],
		    &b->transactions[i]) == 0)
			b->transactions[k - 1].touched |=
			    b->transactions[i].touched;
		else
			b->transactions[k++] = b->transactions[i];
	}
	b->n = k;
}

void
timeline_open(struct timeline *b, struct ctx *cx,
    const struct energy_policy *policy, const struct transaction *x, size_t n,
    const struct rows *r)
{
	struct session *s = NULL;
	size_t i, n_sessions = 0;
	struct transaction_sessions *g;

	*b = (struct timeline){ .cx = cx, .policy = policy };
	if (r != NULL)
		store_sessions_read(cx, r, &s, &n_sessions);
	groups_make(b, x, n, s, n_sessions);
	for (i = 0; i < n_sessions; i++) {
		g = timeline_find(b, s[i].charger, s[i].transaction);
		transaction_add(b, g, &s[i]);
		g->was_known = true;
	}
	for (i = 0; i < b->n; i++)
		transaction_sort(b, &b->transactions[i]);
}

/* Marks i and every session that a chain of near starts ties to it. */
static void
mark(struct transaction_sessions *g, size_t i)
{
	size_t k;

	g->slots[i].marked = true;
	for (k = i; k > 0 && g->starts[k].at - g->starts[k - 1].at <=
	    ATTRIBUTION_SLACK; k--)
		g->slots[k - 1].marked = true;
	for (k = i; k + 1 < g->n && g->starts[k + 1].at - g->starts[k].at <=
	    ATTRIBUTION_SLACK; k++)
		g->slots[k + 1].marked = true;
}

void
timeline_mark_end(struct transaction_sessions *g, usec_t at)
{
	if (g->n > 0)
		mark(g, attribute(g->starts, g->n, at));
}

/* A running session's samples wait for its end. */
void
timeline_mark_sample(struct transaction_sessions *g, usec_t at)
{
	size_t i;

	if (g->n == 0)
		return;
	i = attribute(g->starts, g->n, at);
	if (g->slots[i].session->end != END_NONE)
		mark(g, i);
}

void
timeline_mark(struct transaction_sessions *g, const struct uuid *id)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		if (uuid_equal(&g->slots[i].session->id, id))
			mark(g, i);
}

/*
 * The session before a start on its connector may now end with it.  Marked
 * when no end was ever reported for it.
 */
static void
mark_before(struct timeline *b, const struct session *s)
{
	struct slot *before = NULL, *e;
	struct transaction_sessions *g, *of = NULL;
	size_t i, k;

	for (i = 0; i < b->n; i++) {
		g = &b->transactions[i];
		if (strcmp(g->of.charger, s->charger) != 0)
			continue;
		for (k = 0; k < g->n; k++) {
			e = &g->slots[k];
			if (!e->session->has_start ||
			    e->session->connector != s->connector ||
			    e->session->started_at > s->started_at ||
			    (e->session->started_at == s->started_at &&
			    e->session->transaction >= s->transaction))
				continue;
			if (before == NULL || e->session->started_at >
			    before->session->started_at ||
			    (e->session->started_at ==
			    before->session->started_at &&
			    e->session->transaction >
			    before->session->transaction)) {
				before = e;
				of = g;
			}
		}
	}
	if (before != NULL && before->session->end != END_REPORTED &&
	    before->session->end != END_AMBIGUOUS)
		mark(of, (size_t)(before - of->slots));
}

static void
mark_around(struct transaction_sessions *g, const struct session *s)
{
	size_t i;

	for (i = 0; i < g->n && g->slots[i].session != s; i++)
		continue;
	mark(g, i);
	if (i > 0)
		mark(g, i - 1);
	if (i + 1 < g->n)
		mark(g, i + 1);
}

static struct slot *
same_start(struct transaction_sessions *g, const struct session *s)
{
	size_t i;

	for (i = 0; i < g->n; i++) {
		const struct session *x = g->slots[i].session;

		if (x->has_start && x->started_at == s->started_at &&
		    x->has_connector && x->connector == s->connector)
			return &g->slots[i];
	}
	return NULL;
}

/* What waited too long for its start and became a session has it now. */
static struct slot *
take_over(struct transaction_sessions *g, const struct session *s)
{
	struct session *x;

	if (g->n != 1 || g->slots[0].session->has_start)
		return NULL;
	x = g->slots[0].session;
	x->has_start = true;
	x->has_connector = true;
	x->connector = s->connector;
	x->started_at = s->started_at;
	x->id_tag = s->id_tag;
	x->has_meter_start = s->has_meter_start;
	x->meter_start = s->meter_start;
	x->stale = false;
	x->tariff = (struct uuid){ { 0 } };	/* that of the new start */
	g->slots[0].changed = true;
	return &g->slots[0];
}

void
timeline_start(struct timeline *b, struct transaction_sessions *g,
    const struct session *s)
{
	struct slot *e = same_start(g, s);
	struct session *made;

	if (e != NULL) {
		if (session_merge_start(e->session, s->id_tag,
		    s->has_meter_start, s->meter_start))
			e->changed = e->marked = true;
		return;
	}
	if ((e = take_over(g, s)) == NULL) {
		made = arena_calloc(&b->cx->arena, sizeof(*made));
		*made = *s;
		uuid_new(&made->id);
		e = transaction_add(b, g, made);
		e->added = true;
	}
	made = e->session;
	transaction_sort(b, g);
	mark_around(g, made);
	mark_before(b, made);
}

void
timeline_startless(struct timeline *b, struct transaction_sessions *g,
    usec_t at)
{
	struct session *s = arena_calloc(&b->cx->arena, sizeof(*s));
	struct slot *e;

	*s = (struct session){
		.charger = g->of.charger,
		.has_transaction = true, .transaction = g->of.id,
		.stale = true, .started_at = at,
		.created_at = b->cx->now,
		.fingerprint = "",
	};
	uuid_new(&s->id);
	e = transaction_add(b, g, s);
	e->added = true;
	transaction_sort(b, g);
	g->slots[0].marked = true;
}

enum fault
timeline_queue_starts(struct timeline *b)
{
	struct session **added, **changed;
	size_t i, k, n_added = 0, n_changed = 0, n = 0;
	enum fault f;

	for (i = 0; i < b->n; i++)
		n += b->transactions[i].n;
	added = arena_calloc(&b->cx->arena, n * sizeof(struct session *));
	changed = arena_calloc(&b->cx->arena, n * sizeof(struct session *));
	for (i = 0; i < b->n; i++)
		for (k = 0; k < b->transactions[i].n; k++) {
			struct slot *e = &b->transactions[i].slots[k];

			if (e->added)
				added[n_added++] = e->session;
			else if (e->changed)
				changed[n_changed++] = e->session;
		}
	if ((f = store_sessions_add(b->cx, added, n_added)))
		return f;
	return store_sessions_save(b->cx, changed, n_changed);
}

size_t
timeline_marked(const struct timeline *b)
{
	size_t i, k, n = 0;

	for (i = 0; i < b->n; i++)
		for (k = 0; k < b->transactions[i].n; k++)
			n += b->transactions[i].slots[k].marked;
	return n;
}

/* A marked session with all that decides it. */
struct evaluation {
	struct transaction_sessions *group;
	size_t at;		/* in the group */
	struct session *session;
	struct reading_list readings;
	usec_t next_start;
};

struct evaluations {
	struct evaluation *list;
	struct session **sessions;
	size_t n;
};

static void
evaluations_of(struct timeline *b, struct evaluations *w)
{
	struct arena *a = &b->cx->arena;
	size_t i, k, n = timeline_marked(b);

	w->list = arena_calloc(a, n * sizeof(*w->list));
	w->sessions = arena_calloc(a, n * sizeof(struct session *));
	w->n = 0;
	for (i = 0; i < b->n; i++)
		for (k = 0; k < b->transactions[i].n; k++) {
			struct transaction_sessions *g = &b->transactions[i];

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
 * One round trip: the ends of each work's transaction, the next starts, the
 * readings, the revisions.
 */
static enum fault
evaluations_load(struct timeline *b, struct evaluations *w, struct ends *ends,
    struct rows **results)
{
	struct ctx *cx = b->cx;
	struct reading_span *spans;
	struct transaction *of;
	struct reading_list *lists;
	usec_t *next;
	enum fault f;
	size_t i;
	int at = db_position(cx);

	spans = arena_calloc(&cx->arena, w->n * sizeof(*spans));
	of = arena_calloc(&cx->arena, w->n * sizeof(*of));
	lists = arena_calloc(&cx->arena, w->n * sizeof(*lists));
	next = arena_calloc(&cx->arena, w->n * sizeof(*next));
	for (i = 0; i < w->n; i++) {
		span_of(&w->list[i], &spans[i]);
		of[i] = w->list[i].group->of;
	}
	if ((f = store_ends_find(cx, of, w->n)) ||
	    (f = store_next_starts_find(cx, w->sessions, w->n)) ||
	    (f = store_readings_find(cx, spans, w->n)) ||
	    (f = store_revisions_find(cx, w->sessions, w->n)) ||
	    (f = db_sync(cx, results)))
		return f;
	store_next_starts_read(results[at + 1], next, w->n);
	store_readings_read(cx, results[at + 2], lists, w->n);
	store_revisions_read(results[at + 3], w->sessions, w->n);
	for (i = 0; i < w->n; i++) {
		store_ends_read(cx, results[at], i, &ends[i].list,
		    &ends[i].n);
		w->list[i].readings = lists[i];
		w->list[i].next_start = next[i];
	}
	return FAULT_NONE;
}

static void
facts_of(const struct evaluation *w, const struct ends *ends,
    struct session_facts *k, const char **reason)
{
	const struct transaction_sessions *g = w->group;
	const struct session *s = w->session;
	struct chosen_end end = choose_end(g->starts, g->n, w->at,
	    ends->list, ends->n);
	bool ambiguous = start_ambiguous(g->starts, g->n, w->at);

	*k = (struct session_facts){
		.started = s->has_start,
		.started_at = s->started_at,
		.has_meter_start = s->has_meter_start,
		.meter_start = s->meter_start,
		.start_conflict = s->start_conflict,
		.readings = w->readings.list,
		.n_readings = w->readings.n,
	};
	*reason = NULL;
	if (end.any) {
		k->end = ambiguous ? END_AMBIGUOUS : END_REPORTED;
		k->reported_end_at = end.end->at;
		k->has_meter_stop = end.end->has_stop && !ambiguous;
		k->meter_stop = end.end->stop;
		k->end_conflict = end.conflict;
		*reason = end.end->reason;
	} else if (w->next_start != INT64_MAX) {
		k->end = END_SUPERSEDED;
		k->next_start = w->next_start;
		*reason = "Superseded";
	} else if (s->stale) {
		k->end = END_STALE;
		*reason = "Stale";
	}
}

/*
 * Nothing is attributed to a session that can't be told from another; one
 * that the next start or silence ends has no reading to end with.
 */
static void
evaluation_decide(struct timeline *b, const struct evaluation *w,
    struct session_facts *k, struct decision *d)
{
	bool ambiguous = start_ambiguous(w->group->starts, w->group->n, w->at);

	if (ambiguous && k->end == END_NONE)
		k->n_readings = 0;
	else if (ambiguous && k->end != END_AMBIGUOUS) {
		k->end = END_AMBIGUOUS;
		k->reported_end_at = k->started_at;
	}
	energy_decide(&b->cx->arena, k, b->policy, d);
}

static void
session_set(struct session *s, const struct session_facts *k, enum end_kind end,
    const struct decision *d, const char *reason)
{
	bool final = end != END_NONE;

	if (!s->has_start)
		s->started_at = d->started_at;
	s->end = end;
	s->ended_at = d->ended_at;
	s->has_meter_stop = final && k->has_meter_stop;
	s->meter_stop = k->meter_stop;
	s->reason = reason;
	s->has_energy = final && d->has_energy;
	s->energy_wh = d->energy_wh;
	s->energy_source = final ? energy_source_name(d->source) : NULL;
	s->estimated = final && d->estimated;
	s->needs_review = final && d->needs_review;
}

/* Two decisions with the same words here are the same result. */
static char *
fingerprint(struct arena *a, const struct session *s,
    const struct decision *d)
{
	char *p = arena_printf(a, "%d %s %d %lld %d %x %lld %lld %s",
	    RULE_VERSION, s->energy_source, s->has_energy,
	    s->has_energy ? (long long)s->energy_wh : 0LL, s->estimated,
	    d->flags, (long long)s->started_at, (long long)s->ended_at,
	    s->reason == NULL ? "" : s->reason);
	int i;

	for (i = 0; i < STEPS; i++)
		p = d->steps[i].usable ? arena_printf(a, "%s %lld", p,
		    (long long)d->steps[i].mwh) : arena_printf(a, "%s -", p);
	if (s->has_meter_start)
		p = arena_printf(a, "%s start %lld", p,
		    (long long)s->meter_start);
	if (s->has_meter_stop)
		p = arena_printf(a, "%s stop %lld", p,
		    (long long)s->meter_stop);
	return p;
}

struct outcome {
	struct session **changed;
	size_t n_changed;
	struct revision *revisions;
	size_t n_revisions;
};

static void
tell(const struct timeline *b, const struct session *before,
    const struct session *after)
{
	if (b->report != NULL)
		b->report->change(b->report->arg, before, after);
}

/* True: it came out differently, and is among the outcome. */
static bool
evaluation_run(struct timeline *b, const struct evaluation *w,
    const struct ends *ends, const char *cause, struct outcome *out)
{
	struct session *s = w->session;
	struct session before = *s;
	struct decision d;
	struct session_facts k;
	const char *reason, *print;
	enum end_kind end;

	if (b->price_only && before.finalized)
		return false;
	facts_of(w, ends, &k, &reason);
	end = k.end;
	if (end == END_NONE && s->end == END_NONE)
		return false;
	evaluation_decide(b, w, &k, &d);
	session_set(s, &k, end, &d, reason);
	if (end == END_NONE) {
		s->finalized = false;
		out->changed[out->n_changed++] = s;
		tell(b, &before, s);
		return true;
	}
	print = fingerprint(&b->cx->arena, s, &d);
	if (before.finalized && strcmp(print, s->fingerprint) == 0) {
		*s = before;
		return false;
	}
	s->fingerprint = print;
	s->revision++;
	s->finalized = true;
	s->finalized_at = b->cx->now;
	out->changed[out->n_changed++] = s;
	out->revisions[out->n_revisions++] = (struct revision){
		.session = s,
		.cause = before.finalized ? cause : "Ended",
		.explanation = wire_explanation(b->cx, &k, &d,
		    w->readings.items),
	};
	tell(b, &before, s);
	return true;
}

/* What didn't come out differently can still get a price. */
static enum fault
price(struct price_work *p, struct rows *const *results, const char *cause,
    bool *changed, struct outcome *out)
{
	struct arena *a = &p->cx->arena;
	bool forced = strcmp(cause, "Forced") == 0;
	bool *raise = arena_calloc(a, p->n), *repriced = arena_calloc(a, p->n);
	enum fault f;
	size_t i;

	for (i = 0; i < p->n; i++)
		raise[i] = changed[i] || forced;
	if ((f = price_decide(p, results, raise, repriced)))
		return f;
	for (i = 0; i < p->n; i++)
		if (repriced[i] && !changed[i])
			out->changed[out->n_changed++] = p->sessions[i];
	return FAULT_NONE;
}

enum fault
sessions_evaluate(struct timeline *b, const char *cause)
{
	struct arena *a = &b->cx->arena;
	struct rows *results[DB_RESULTS];
	struct outcome out = { 0 };
	struct price_work p;
	struct evaluations w;
	struct ends *ends;
	bool *changed;
	enum fault f;
	size_t i;

	evaluations_of(b, &w);
	if (w.n == 0)
		return FAULT_NONE;
	ends = arena_calloc(a, w.n * sizeof(*ends));
	changed = arena_calloc(a, w.n * sizeof(*changed));
	out.changed = arena_calloc(a, w.n * sizeof(struct session *));
	out.revisions = arena_calloc(a, w.n * sizeof(*out.revisions));
	if ((f = price_find(&p, b->cx, w.sessions, w.n)) ||
	    (f = evaluations_load(b, &w, ends, results)))
		return f;
	for (i = 0; i < w.n; i++)
		changed[i] = evaluation_run(b, &w.list[i], &ends[i], cause,
		    &out);
	if ((f = price(&p, results, cause, changed, &out)) ||
	    (f = store_sessions_save(b->cx, out.changed, out.n_changed)) ||
	    (f = store_revisions_add(b->cx, out.revisions, out.n_revisions)))
		return f;
	return price_queue(&p);
}

static void
so_far(struct timeline *b, const struct evaluation *w, const struct ends *none,
    struct session *s)
{
	const char *reason;
	struct decision d;
	struct session_facts k;

	facts_of(w, none, &k, &reason);
	k.end = END_NONE;
	evaluation_decide(b, w, &k, &d);
	s->has_so_far = d.has_energy;
	s->so_far_wh = d.energy_wh;
	s->has_last_reading = d.has_last_reading;
	s->last_reading_at = d.last_reading_at;
}

static struct session *
by_id(struct session *s, size_t n, const struct uuid *id)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (uuid_equal(&s[i].id, id))
			return &s[i];
	return NULL;
}

static enum fault
running_open(struct timeline *b, struct ctx *cx,
    const struct energy_policy *policy, const struct session *s, size_t n)
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
	*b = (struct timeline){ .cx = cx };
	if (k == 0)
		return FAULT_NONE;
	if ((f = store_sessions_find(cx, of, k, NULL, 0)) ||
	    (f = db_sync(cx, &r)))
		return f;
	timeline_open(b, cx, policy, of, k, r);
	return FAULT_NONE;
}

static enum fault
some_so_far(struct ctx *cx, const struct energy_policy *policy,
    struct session *s, size_t n)
{
	struct ends none = { 0 }, *ends;
	struct rows *results[DB_RESULTS];
	struct session *x;
	struct evaluations w;
	struct timeline b;
	enum fault f;
	size_t i;

	if ((f = running_open(&b, cx, policy, s, n)) || b.n == 0)
		return f;
	for (i = 0; i < n; i++)
		if (s[i].end == END_NONE && s[i].has_transaction)
			timeline_mark(timeline_find(&b, s[i].charger,
			    s[i].transaction), &s[i].id);
	evaluations_of(&b, &w);
	if (w.n == 0)
		return FAULT_NONE;
	ends = arena_calloc(&cx->arena, w.n * sizeof(*ends));
	if ((f = evaluations_load(&b, &w, ends, results)))
		return f;
	for (i = 0; i < w.n; i++)
		if ((x = by_id(s, n, &w.list[i].session->id)) != NULL)
			so_far(&b, &w.list[i], &none, x);
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
		f = some_so_far(&own, policy, s + i,
		    n - i < FEW ? n - i : FEW);
	}
	cx->db = own.db;
	if (own.detail != NULL)
		cx->detail = arena_strdup(&cx->arena, own.detail);
	arena_free(&own.arena);
	return f;
}
