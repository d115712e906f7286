#include "ingest.h"

#include <stdlib.h>
#include <string.h>

#include "evaluate.h"
#include "store/event.h"

/* MANY: events and their readings. */
enum { MANY = 200, REPEATS_LAST = 1000 };

/* By charger; each charger's events as they were received. */
static int
event_order(const void *a, const void *b)
{
	const struct event *x = *(struct event *const *)a;
	const struct event *y = *(struct event *const *)b;
	int c = strcmp(x->charger, y->charger);

	if (c != 0)
		return c;
	if (x->received != y->received)
		return x->received < y->received ? -1 : 1;
	return (x > y) - (x < y);
}

static bool
is_of_transaction(const struct event *e)
{
	return (e->type == EVENT_STARTED || e->type == EVENT_SAMPLE ||
	    e->type == EVENT_ENDED) && e->transaction > 0;
}

/* Events and the transactions that they name; `sampled`: by samples only. */
struct batch {
	struct ctx *cx;
	struct event **events;
	size_t n;
	struct transaction *of, *sampled;
	size_t n_of, n_sampled;
	struct start_key *starts;
	size_t n_starts;
	bool repeats;		/* some of them may be known already */
	bool is_large;
	struct charger_clock *clocks;	/* those that change */
	size_t n_clocks;
	struct timeline timeline;
	struct large_session *later;	/* what is not decided */
};

struct mention {
	struct transaction of;
	bool sampled;
};

/* Of one transaction the samples come last. */
static int
mention_order(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;
	int c = strcmp(x->of.charger, y->of.charger);

	if (c == 0)
		c = (x->of.id > y->of.id) - (x->of.id < y->of.id);
	return c != 0 ? c : x->sampled - y->sampled;
}

static bool
same_transaction(const struct transaction *x, const struct transaction *y)
{
	return x->id == y->id && strcmp(x->charger, y->charger) == 0;
}

static void
batch_mentions(struct batch *b)
{
	struct arena *a = &b->cx->arena;
	struct mention *m = arena_calloc(a, b->n * sizeof(*m));
	size_t i, n = 0;

	for (i = 0; i < b->n; i++)
		if (is_of_transaction(b->events[i]))
			m[n++] = (struct mention){
				{ b->events[i]->charger,
				b->events[i]->transaction },
				b->events[i]->type == EVENT_SAMPLE
			};
	qsort(m, n, sizeof(*m), mention_order);
	b->of = arena_calloc(a, n * sizeof(*b->of));
	b->sampled = arena_calloc(a, n * sizeof(*b->sampled));
	for (i = 0; i < n; i++) {
		if (i > 0 && same_transaction(&m[i].of, &m[i - 1].of))
			continue;
		if (m[i].sampled)
			b->sampled[b->n_sampled++] = m[i].of;
		else
			b->of[b->n_of++] = m[i].of;
	}
}

static void
batch_init(struct batch *b, struct ctx *cx, struct event **e, size_t n)
{
	size_t i, size = n;

	*b = (struct batch){ .cx = cx, .events = e, .n = n };
	for (i = 0; i < n; i++)
		size += e[i]->n_readings;
	b->is_large = size >= MANY;
	qsort(e, n, sizeof(struct event *), event_order);
	batch_mentions(b);
	b->starts = arena_calloc(&cx->arena, n * sizeof(*b->starts));
	for (i = 0; i < n; i++)
		if (e[i]->type == EVENT_STARTED && e[i]->transaction > 0)
			b->starts[b->n_starts++] = (struct start_key){
				e[i]->charger, e[i]->connector,
				e[i]->transaction, e[i]->ts
			};
}

struct batch_rows {
	struct rows *events, *chargers, *running, *sessions;
};

/*
 * Another round trip, for chargers that nobody registered and for the
 * sessions of samples that come after an end.
 */
static enum fault
batch_read_more(struct batch *b, bool unknown, struct batch_rows *r)
{
	struct ctx *cx = b->cx;
	enum fault f;

	if (unknown && (f = store_chargers_add(cx, b->events, b->n)))
		return f;
	b->of = memcpy(arena_calloc(&cx->arena, (b->n_of + b->n_sampled) *
	    sizeof(*b->of)), b->of, b->n_of * sizeof(*b->of));
	memcpy(b->of + b->n_of, b->sampled,
	    b->n_sampled * sizeof(*b->of));
	b->n_of += b->n_sampled;
	if ((f = store_sessions_find(cx, b->of, b->n_of, b->starts,
	    b->n_starts, &r->sessions)))
		return f;
	return db_sync(cx);
}

static enum fault
batch_queue_locks(struct batch *b, struct batch_rows *r)
{
	struct ctx *cx = b->cx;
	enum fault f;

	if ((f = store_chargers_touch(cx, b->events, b->n, &r->chargers)) ||
	    (f = store_running_find(cx, b->sampled, b->n_sampled,
	    &r->running)))
		return f;
	return store_sessions_find(cx, b->of, b->n_of, b->starts,
	    b->n_starts, &r->sessions);
}

/*
 * Many events are stored before their chargers are locked, which lets another
 * batch store its own meanwhile; for few that is a round trip too much.  Their
 * samples come after: a decision holds the highest id of those it saw, and no
 * lower one may become visible later.
 */
static enum fault
batch_store(struct batch *b, struct batch_rows *r)
{
	struct ctx *cx = b->cx;
	enum fault f;

	if ((f = db_queue(cx, &db_begin, NULL, 0, NULL)))
		return f;
	if ((f = store_events_add(cx, b->events, b->n, b->repeats,
	    &r->events)))
		return f;
	if (b->is_large) {
		if ((f = db_sync(cx)))
			return f;
		store_events_added(cx, r->events, b->events, b->n);
	}
	if ((f = batch_queue_locks(b, r)) || (f = db_sync(cx)))
		return f;
	if (!b->is_large)
		store_events_added(cx, r->events, b->events, b->n);
	return FAULT_NONE;
}

static int
clock_order(const void *a, const void *b)
{
	const struct charger_clock *x = a, *y = b;

	return strcmp(x->charger, y->charger);
}

/* Hears the events of one charger, the first of n; returns how many. */
static size_t
batch_hear(struct batch *b, struct event *const *e, size_t n,
    struct charger_clock *c)
{
	bool changed = false;
	size_t i;

	for (i = 0; i < n && strcmp(e[i]->charger, c->charger) == 0; i++)
		if (event_has_clock(e[i]) && clock_hear(c, e[i]))
			changed = true;
	if (changed)
		b->clocks[b->n_clocks++] = *c;
	return i;
}

/* A charger that was not touched is a new one, of which nothing is known. */
static void
batch_clocks(struct batch *b, const struct rows *chargers)
{
	struct charger_clock *known, *c;
	size_t i = 0, n;

	known = store_clocks_read(b->cx, chargers, &n);
	qsort(known, n, sizeof(*known), clock_order);
	b->clocks = arena_alloc(&b->cx->arena, b->n * sizeof(*b->clocks));
	while (i < b->n) {
		struct charger_clock none = {
			.charger = b->events[i]->charger
		};

		c = bsearch(&none, known, n, sizeof(*known), clock_order);
		i += batch_hear(b, b->events + i, b->n - i,
		    c != NULL ? c : &none);
	}
}

/*
 * Locks, raw events, the sessions of their transactions.  A sample of
 * sessions that all run, as most events are, touches none.
 */
static enum fault
batch_read(struct batch *b)
{
	struct batch_rows r;
	enum fault f;
	size_t i, n = 0;
	bool unknown;

	if ((f = batch_store(b, &r)))
		return f;
	unknown = !store_chargers_touched(r.chargers, b->events, b->n);
	if (b->n_sampled > 0 && !unknown)
		b->n_sampled = store_running_read(r.running, b->sampled,
		    b->n_sampled);
	if ((unknown || b->n_sampled > 0) &&
	    (f = batch_read_more(b, unknown, &r)))
		return f;
	sessions_open(&b->timeline, b->cx, b->of, b->n_of, r.sessions);
	for (i = 0; i < b->n; i++)
		if (b->events[i]->id != 0)
			b->events[n++] = b->events[i];
	b->n = n;
	batch_clocks(b, r.chargers);
	return FAULT_NONE;
}

static void
batch_start(struct timeline *timeline, const struct event *e)
{
	struct session s = {
		.charger = e->charger,
		.has_connector = true, .connector = e->connector,
		.has_transaction = true, .transaction = e->transaction,
		.id_tag = e->id_tag,
		.has_start = true, .started_at = e->ts,
		.has_start_received = true, .start_received_at = e->received,
		.has_meter_start = e->has_meter, .meter_start = e->meter,
		.start_unreadable = e->meter_unreadable,
		.created_at = e->received,
		.fingerprint = "",
	};

	uuid_new(&s.id);
	timeline_start(timeline, timeline_find(timeline, e->charger,
	    e->transaction), &s);
}

/* Starts first: an end or a sample goes to a session of the same batch. */
static void
batch_mark(struct batch *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (b->events[i]->type == EVENT_STARTED &&
		    b->events[i]->transaction > 0)
			batch_start(&b->timeline, b->events[i]);
	for (i = 0; i < b->n; i++) {
		const struct event *e = b->events[i];
		struct transaction_sessions *g;

		if (!is_of_transaction(e) || e->type == EVENT_STARTED)
			continue;
		g = timeline_find(&b->timeline, e->charger, e->transaction);
		if (g == NULL)
			continue;
		if (e->type == EVENT_ENDED)
			timeline_mark_end(g, e->ts);
		else
			timeline_mark_sample(g, e->ts);
	}
}

/* A transaction without a session is pending; its first one ends that. */
static enum fault
batch_waiting(struct batch *b)
{
	struct transaction *wait, *done;
	size_t i, n_wait = 0, n_done = 0;
	enum fault f;

	wait = arena_calloc(&b->cx->arena, b->n_of * sizeof(*wait));
	done = arena_calloc(&b->cx->arena, b->n_of * sizeof(*done));
	for (i = 0; i < b->timeline.n; i++) {
		const struct transaction_sessions *g =
		    &b->timeline.transactions[i];

		if (!g->touched)
			continue;
		if (g->n == 0)
			wait[n_wait++] = g->of;
		else if (!g->was_known)
			done[n_done++] = g->of;
	}
	if ((f = store_waiting_add(b->cx, wait, n_wait, b->cx->now)))
		return f;
	return store_waiting_remove(b->cx, done, n_done);
}

static enum fault
batch_write(struct batch *b, const struct energy_policy *policy)
{
	struct ctx *cx = b->cx;
	const struct evaluator v = {
		.cx = cx, .policy = policy, .later = &b->later
	};
	enum fault f;

	if ((f = store_samples_add(cx, b->events, b->n)) ||
	    (f = store_ends_add(cx, b->events, b->n)) ||
	    (f = sessions_queue_starts(cx, &b->timeline)) ||
	    (f = batch_waiting(b)) ||
	    (f = store_statuses_set(cx, b->events, b->n)) ||
	    (f = store_boots_set(cx, b->events, b->n)) ||
	    (f = store_acks_set(cx, b->events, b->n)) ||
	    (f = store_clocks_set(cx, b->clocks, b->n_clocks)) ||
	    (f = sessions_evaluate(&v, &b->timeline, "Late")) ||
	    (f = db_queue(cx, &db_commit, NULL, 0, NULL)))
		return f;
	return db_sync(cx);
}

static enum fault
batch_run(struct batch *b, const struct energy_policy *policy)
{
	enum fault f;

	if ((f = batch_read(b)))
		return f;
	batch_mark(b);
	return batch_write(b, policy);
}

/* Repetitions are rare and come in numbers. */
enum fault
ingest(struct ctx *cx, const struct energy_policy *policy,
    struct event **events, size_t n, int *repeats, bool *due)
{
	struct batch b;
	enum fault f;

	batch_init(&b, cx, events, n);
	b.repeats = *repeats > 0;
	f = batch_run(&b, policy);
	if (f != FAULT_NONE && !b.repeats && db_is_duplicate(cx)) {
		*repeats = REPEATS_LAST;
		batch_init(&b, cx, events, n);
		b.repeats = true;
		f = batch_run(&b, policy);
	}
	if (b.repeats)
		--*repeats;
	*due = b.later != NULL;
	if (f != FAULT_NONE)
		db_rollback(cx);
	return f;
}
