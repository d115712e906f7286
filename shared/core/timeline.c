#include "timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

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
slots_sort(struct timeline *t, struct transaction_sessions *g)
{
	size_t i;

	if (g->n > 1)
		qsort(g->slots, g->n, sizeof(*g->slots), slot_order);
	g->starts = arena_calloc(t->arena, g->n * sizeof(*g->starts));
	for (i = 0; i < g->n; i++)
		g->starts[i] = (struct start){
			.at = g->slots[i].session->started_at,
			.connector = g->slots[i].session->connector,
			.has_connector = g->slots[i].session->has_connector,
		};
}

static struct slot *
slot_add(struct timeline *t, struct transaction_sessions *g,
    struct session *s)
{
	struct slot *grown;

	if (g->n == g->room) {
		g->room = g->room == 0 ? 2 : g->room * 2;
		grown = arena_calloc(t->arena, g->room * sizeof(*grown));
		if (g->n > 0)
			memcpy(grown, g->slots, g->n * sizeof(*grown));
		g->slots = grown;
	}
	g->slots[g->n] = (struct slot){ .session = s };
	return &g->slots[g->n++];
}

/* A session that is not stored yet. */
static struct session *
slot_add_new(struct timeline *t, struct transaction_sessions *g,
    const struct session *s)
{
	struct session *added = arena_calloc(t->arena, sizeof(*added));

	*added = *s;
	slot_add(t, g, added)->added = true;
	return added;
}

static struct session *
slot_session(const struct transaction_sessions *g, size_t i)
{
	return g->slots[i].session;
}

struct transaction_sessions *
timeline_find(const struct timeline *t, const char *charger, int32_t id)
{
	struct transaction key = { charger, id };

	return t->n == 0 ? NULL : bsearch(&key, t->transactions, t->n,
	    sizeof(*t->transactions), transaction_order);
}

/* In order, each transaction once. */
static void
transactions_sort(struct timeline *t)
{
	struct transaction_sessions *g = t->transactions;
	size_t i, k = 0;

	if (t->n > 0)
		qsort(g, t->n, sizeof(*g), transaction_order);
	for (i = 0; i < t->n; i++) {
		if (k > 0 && transaction_order(&g[k - 1], &g[i]) == 0)
			g[k - 1].touched |= g[i].touched;
		else
			g[k++] = g[i];
	}
	t->n = k;
}

void
timeline_open(struct timeline *t, struct arena *arena,
    const struct transaction *x, size_t n, struct session *s,
    size_t n_sessions)
{
	struct transaction_sessions *g;
	size_t i;

	*t = (struct timeline){ .arena = arena, .n = n + n_sessions };
	t->transactions = g = arena_calloc(arena, t->n * sizeof(*g));
	for (i = 0; i < n; i++)
		g[i] = (struct transaction_sessions){
			.of = x[i], .touched = true
		};
	for (i = 0; i < n_sessions; i++)
		g[n + i].of = (struct transaction){
			s[i].charger, s[i].transaction
		};
	transactions_sort(t);
	for (i = 0; i < n_sessions; i++) {
		g = timeline_find(t, s[i].charger, s[i].transaction);
		slot_add(t, g, &s[i]);
		g->was_known = true;
	}
	for (i = 0; i < t->n; i++)
		slots_sort(t, &t->transactions[i]);
}

/* Marks a session and every one that a row of near starts ties to it. */
static void
mark_near(struct transaction_sessions *g, size_t i)
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
		mark_near(g, attribute(g->starts, g->n, at));
}

void
timeline_mark_sample(struct transaction_sessions *g, usec_t at)
{
	size_t i;

	if (g->n == 0)
		return;
	i = attribute(g->starts, g->n, at);
	if (slot_session(g, i)->end != END_NONE)
		mark_near(g, i);
}

void
timeline_mark(struct transaction_sessions *g, const struct uuid *id)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		if (uuid_equal(&slot_session(g, i)->id, id))
			mark_near(g, i);
}

size_t
timeline_marked(const struct timeline *t)
{
	size_t i, k, n = 0;

	for (i = 0; i < t->n; i++)
		for (k = 0; k < t->transactions[i].n; k++)
			n += t->transactions[i].slots[k].marked;
	return n;
}

/* Two starts on one connector, by time, then transaction. */
static bool
starts_before(const struct session *a, const struct session *b)
{
	if (a->started_at != b->started_at)
		return a->started_at < b->started_at;
	return a->transaction < b->transaction;
}

/* The latest start before this one on its connector; -1: none. */
static ptrdiff_t
start_before(const struct transaction_sessions *g, const struct session *s,
    const struct session *latest)
{
	ptrdiff_t found = -1;
	size_t i;

	for (i = 0; i < g->n; i++) {
		const struct session *x = slot_session(g, i);

		if (!x->has_start || x->connector != s->connector ||
		    !starts_before(x, s) ||
		    (latest != NULL && !starts_before(latest, x)))
			continue;
		latest = x;
		found = (ptrdiff_t)i;
	}
	return found;
}

/* Whether the next start on its connector decides anything of a session. */
static bool
next_start_matters(const struct session *s, usec_t next)
{
	switch (s->end) {
	case END_NONE:
	case END_SUPERSEDED:
	case END_STALE:
		return true;
	case END_REPORTED:
		return s->ended_at - ATTRIBUTION_SLACK > next;
	case END_AMBIGUOUS:
		break;
	}
	return false;
}

/*
 * The session before a start on its connector may now end with it, or have
 * ended behind it.
 */
static void
mark_before(struct timeline *t, const struct session *s)
{
	const struct session *latest = NULL;
	struct transaction_sessions *g, *of = NULL;
	ptrdiff_t k, at = 0;
	size_t i;

	for (i = 0; i < t->n; i++) {
		g = &t->transactions[i];
		if (strcmp(g->of.charger, s->charger) != 0 ||
		    (k = start_before(g, s, latest)) < 0)
			continue;
		latest = slot_session(g, (size_t)k);
		of = g;
		at = k;
	}
	if (latest != NULL && next_start_matters(latest, s->started_at))
		mark_near(of, (size_t)at);
}

/* A new start takes its readings and ends from its neighbours. */
static void
mark_around(struct transaction_sessions *g, const struct session *s)
{
	size_t i;

	for (i = 0; i < g->n && slot_session(g, i) != s; i++)
		continue;
	mark_near(g, i);
	if (i > 0)
		mark_near(g, i - 1);
	if (i + 1 < g->n)
		mark_near(g, i + 1);
}

static struct slot *
slot_of_start(struct transaction_sessions *g, const struct session *s)
{
	size_t i;

	for (i = 0; i < g->n; i++) {
		const struct session *x = slot_session(g, i);

		if (x->has_start && x->started_at == s->started_at &&
		    x->has_connector && x->connector == s->connector)
			return &g->slots[i];
	}
	return NULL;
}

/* NULL: there is no startless session to take over. */
static struct session *
take_over(struct transaction_sessions *g, const struct session *s)
{
	struct session *x;

	if (g->n != 1 || slot_session(g, 0)->has_start)
		return NULL;
	x = slot_session(g, 0);
	session_set_start(x, s);
	g->slots[0].changed = true;
	return x;
}

void
timeline_start(struct timeline *t, struct transaction_sessions *g,
    const struct session *s)
{
	struct slot *known = slot_of_start(g, s);
	struct session *x;

	if (known != NULL) {
		if (session_merge_start(known->session, s))
			known->changed = known->marked = true;
		return;
	}
	if ((x = take_over(g, s)) == NULL)
		x = slot_add_new(t, g, s);
	slots_sort(t, g);
	mark_around(g, x);
	mark_before(t, x);
}

void
timeline_startless(struct timeline *t, struct transaction_sessions *g,
    const struct uuid *id, usec_t at, usec_t now)
{
	slot_add_new(t, g, &(struct session){
		.id = *id,
		.charger = g->of.charger,
		.has_transaction = true, .transaction = g->of.id,
		.stale = true, .started_at = at,
		.created_at = now,
		.fingerprint = "",
	});
	slots_sort(t, g);
	g->slots[0].marked = true;
}

static struct session_end
end_of(const struct session *s, const struct evidence *e, bool ambiguous,
    const struct chosen_end *chosen)
{
	if (e->so_far)
		return (struct session_end){ END_NONE, NULL };
	if (chosen->any)
		return (struct session_end){
			ambiguous ? END_AMBIGUOUS : END_REPORTED,
			chosen->end->reason
		};
	if (e->has_next_start)
		return (struct session_end){ END_SUPERSEDED, "Superseded" };
	if (s->stale)
		return (struct session_end){ END_STALE, "Stale" };
	return (struct session_end){ END_NONE, NULL };
}

static void
set_ambiguous(struct session_facts *k)
{
	if (k->end == END_NONE) {
		k->n_readings = 0;
	} else if (k->end != END_AMBIGUOUS) {
		k->end = END_AMBIGUOUS;
		k->reported_end_at = k->started_at;
	}
}

struct session_end
timeline_facts(const struct transaction_sessions *g, size_t at,
    const struct evidence *e, struct session_facts *k)
{
	const struct session *s = slot_session(g, at);
	bool ambiguous = start_ambiguous(g->starts, g->n, at);
	struct chosen_end chosen = choose_end(g->starts, g->n, at, e->ends,
	    e->n_ends);
	struct session_end end = end_of(s, e, ambiguous, &chosen);

	*k = (struct session_facts){
		.started = s->has_start,
		.started_at = s->started_at,
		.has_meter_start = s->has_meter_start,
		.meter_start = s->meter_start,
		.start_unreadable = s->start_unreadable,
		.has_start_received = s->has_start_received,
		.start_received_at = s->start_received_at,
		.start_conflict = s->start_conflict,
		.end = end.kind,
		.has_next_start = e->has_next_start,
		.next_start = e->next_start,
		.next_session = e->next_session,
		.max_power_kw = e->max_power_kw,
		.readings = e->readings,
		.n_readings = e->n_readings,
		.legacy = s->legacy,
	};
	if (chosen.any && !e->so_far) {
		k->reported_end_at = chosen.end->at;
		k->has_meter_stop = chosen.end->has_stop && !ambiguous;
		k->meter_stop = chosen.end->stop;
		k->end_conflict = chosen.conflict;
	}
	if (ambiguous)
		set_ambiguous(k);
	return end;
}
