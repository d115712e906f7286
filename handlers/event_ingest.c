/*
 * POST /v1/gateway/events
 *
 * One event or an array, answered 202 after the commit.  The gateway never
 * retries, so a request waits for the database or for room until its deadline
 * and only then is refused.
 *
 * What is large has a lane of its own, and so has what is refused and kept, so
 * that no other event waits for it.  A large body is read there, and stored in
 * parts, each in a transaction of its own, which hold a charger no longer than
 * a batch of small ones does.  What is stored when the rest fails is known
 * when it comes again.
 */
#include "base/counters.h"
#include "base/log.h"
#include "billing/ingest.h"
#include "billing/large.h"
#include "serve/batch.h"
#include "serve/chore.h"
#include "store/quarantine.h"
#include "wire/event.h"

/*
 * An event and its effects cost about as much as 4 readings or half a KB of
 * JSON on top; a batch of PART_SIZE takes some 10 ms.  LARGE_BYTES have room
 * for 100 usual events, and reading the worst of them takes less than 1 ms.
 */
enum {
	READINGS_AN_EVENT = 4, BYTES_AN_EVENT = 512, PART_SIZE = 500,
	LARGE_BYTES = 32 * 1024, LARGE_SIZE = 250,
	LARGE_ROOM = 12 * MAX_BODY, REFUSED_ROOM = 2 * MAX_BODY
};

/* The events of a request; of a large one those that are not stored yet. */
struct body {
	struct event_texts texts;
	struct event *events;
	bool checked;		/* all of a large one can be read */
	size_t stored;
};

struct lanes {
	const struct energy_policy *policy;
	size_t max_event;
	struct batch *usual, *large, *refused;
	struct chore *sessions;	/* decides the large ones that are due */
};

static size_t
event_size(const struct event *e, size_t bytes)
{
	return 1 + e->n_readings / READINGS_AN_EVENT + bytes / BYTES_AN_EVENT;
}

/* By type, and those that were known already. */
static void
events_count(struct ctx *cx, struct event *const *e, size_t n)
{
	uint64_t of_type[EVENT_ACK + 1] = { 0 }, repeated = 0;
	enum event_type t;
	size_t i;

	for (i = 0; i < n; i++)
		if (e[i]->id != 0)
			of_type[e[i]->type]++;
		else
			repeated++;
	for (t = EVENT_UNKNOWN; t <= EVENT_ACK; t++)
		if (of_type[t] > 0)
			counter_add(METRIC_EVENTS, t, of_type[t]);
	if (repeated > 0)
		counter_add(METRIC_REPEATED, 0, repeated);
	if (repeated < n)
		counter_set(METRIC_NEWEST, cx->now);
}

static enum fault
events_store(struct ctx *cx, const struct lanes *l, struct event **all,
    size_t n)
{
	static _Thread_local int repeats;	/* see ingest() */
	bool due = false;
	enum fault f;

	if ((f = ingest(cx, l->policy, all, n, &repeats, &due)))
		return f;
	if (due)
		chore_wake(l->sessions);
	histogram_add(METRIC_BATCH, n);
	events_count(cx, all, n);
	return FAULT_NONE;
}

/* No event has a size below 1. */
static enum fault
usual_commit(struct ctx *cx, void *lanes, struct batch_item *it, size_t size)
{
	struct event **all = arena_calloc(&cx->arena, size * sizeof(*all));
	const struct body *b;
	size_t i, n = 0;

	for (; it != NULL; it = it->next)
		for (i = 0, b = it->work; i < b->texts.n; i++)
			all[n++] = &b->events[i];
	return events_store(cx, lanes, all, n);
}

static enum fault
accepted(struct request *rq, const struct body *b, const char *type)
{
	return reply_document(rq, 202, &(struct accepted){
		type, true, b->texts.is_array, b->texts.n
	});
}

/* Nothing is stored of a body in which an event is bad. */
static enum fault
large_check(struct ctx *cx, struct request *rq, struct body *b)
{
	const struct member_error *bad;
	const char *type = NULL;
	struct event e;
	enum fault f;
	size_t i;

	if ((f = wire_events_find(&rq->cx, rq->body, rq->body_len,
	    &b->texts)))
		return f;
	for (i = 0; i < b->texts.n; i++) {
		ctx_reset(cx, rq->cx.now, rq->cx.deadline);
		f = wire_event_read(cx, &b->texts, i, &e);
		if (f != FAULT_NONE && f != FAULT_INVALID)
			return ctx_fail(&rq->cx, f, "%s", cx->detail);
		for (bad = cx->errors; bad != NULL; bad = bad->next)
			ctx_bad(&rq->cx, bad->pointer, bad->detail);
		if (type == NULL)
			type = arena_strdup(&rq->cx.arena, e.type_name);
	}
	b->checked = true;
	f = ctx_invalid(&rq->cx);
	return f != FAULT_NONE ? f : accepted(rq, b, type);
}

/* The next part, in one array: their order there tells which came first. */
static enum fault
large_store(struct ctx *cx, const struct lanes *l, struct body *b)
{
	size_t room = b->texts.n - b->stored, size = 0, n = 0;
	struct event *e = arena_alloc(&cx->arena, room * sizeof(*e));
	struct event **all = arena_alloc(&cx->arena, room * sizeof(*all));
	enum fault f;

	for (; n < room && size < PART_SIZE; n++) {
		all[n] = &e[n];
		if ((f = wire_event_read(cx, &b->texts, b->stored + n, &e[n])))
			return f;
		size += event_size(&e[n], b->texts.list[b->stored + n].len);
	}
	if ((f = events_store(cx, l, all, n)) == FAULT_NONE)
		b->stored += n;
	return f;
}

/* One body. */
static enum fault
large_commit(struct ctx *cx, void *lanes, struct batch_item *it, size_t size)
{
	struct request *rq = it->rq;
	struct body *b = it->work;
	enum fault f = FAULT_NONE;

	(void)size;
	if (!b->checked) {
		it->fault = large_check(cx, rq, b);
		it->detail = rq->cx.detail;
	}
	while (it->fault == FAULT_NONE && f == FAULT_NONE &&
	    b->stored < b->texts.n) {
		ctx_reset(cx, rq->cx.now, rq->cx.deadline);
		f = large_store(cx, lanes, b);
	}
	return f;
}

/* Only kept. */
static enum fault
refused_commit(struct ctx *cx, void *lanes, struct batch_item *it,
    size_t size)
{
	(void)cx;
	(void)lanes;
	(void)it;
	(void)size;
	return FAULT_NONE;
}

static enum fault
large_step(struct ctx *cx, const void *policy, bool *more)
{
	return large_session_next(cx, policy, more);
}

#define NOT_KEPT "a refused body was not kept"

/* A body that is refused is kept, for whoever wants to know why. */
static void
body_refused(struct ctx *cx, const struct batch_item *it)
{
	const char *why = it->detail == NULL ? "" : it->detail;

	counter_add(METRIC_REFUSED, 0, 1);
	if (store_quarantine_add(cx, why, it->rq->body,
	    it->rq->body_len) != FAULT_NONE)
		log_line(LOG_WARNING_LINE, NOT_KEPT);
}

static void *
event_ingest_init(const struct service *s)
{
	static const struct batch_work usual = {
		.committers = 2, .max_items = 256, .max_size = PART_SIZE,
		.commit = usual_commit, .refused = body_refused,
	}, large = {
		.committers = 1, .max_items = 1, .room = LARGE_ROOM,
		.quiet = true,
		.commit = large_commit, .refused = body_refused,
	}, refused = {
		.committers = 1, .max_items = 1, .room = REFUSED_ROOM,
		.quiet = true,
		.commit = refused_commit, .refused = body_refused,
	};
	static const struct chore_work sessions = {
		.period = SECOND, .patience = 5 * SECOND,
		.step = large_step,
	};
	static struct lanes l;

	l.policy = &s->set.energy;
	l.sessions = chore_new(&sessions, l.policy, s->pool);
	l.max_event = (size_t)s->set.max_event_kb * 1024;
	l.usual = batch_new(&usual, &l, s->pool);
	l.large = batch_new(&large, &l, s->pool);
	l.refused = batch_new(&refused, &l, s->pool);
	return &l;
}

/* Reads all events; their size. */
static size_t
body_read(struct request *rq, struct body *b, enum fault *f)
{
	size_t i, size = 0;

	if ((*f = wire_events_find(&rq->cx, rq->body, rq->body_len,
	    &b->texts)))
		return 0;
	b->events = arena_alloc(&rq->cx.arena,
	    b->texts.n * sizeof(*b->events));
	for (i = 0; i < b->texts.n; i++) {
		*f = wire_event_read(&rq->cx, &b->texts, i, &b->events[i]);
		size += event_size(&b->events[i], b->texts.list[i].len);
	}
	if (*f != FAULT_NONE)
		return size;
	if (b->texts.n == 1)
		rq->logged = (struct logged){
			.charger = b->events[0].charger,
			.transaction = b->events[0].transaction
		};
	*f = accepted(rq, b, b->events[0].type_name);
	return size;
}

static enum fault
event_ingest(struct request *rq)
{
	struct batch_item *it = arena_calloc(&rq->cx.arena, sizeof(*it));
	struct body *b = arena_calloc(&rq->cx.arena, sizeof(*b));
	const struct lanes *l = rq->state;

	it->rq = rq;
	it->work = b;
	b->texts.max_event = l->max_event;
	if (rq->body_len <= LARGE_BYTES) {
		it->size = body_read(rq, b, &it->fault);
		it->detail = rq->cx.detail;
		if (it->fault == FAULT_NONE && it->size <= LARGE_SIZE)
			return batch_put(l->usual, it);
	}
	it->size = rq->body_len;
	if (it->fault == FAULT_NONE)
		return batch_put(l->large, it) == FAULT_DEFERRED ?
		    FAULT_DEFERRED : ctx_fail(&rq->cx, FAULT_TOO_FAST,
		    "too many large bodies are under way");
	if (batch_put(l->refused, it) == FAULT_DEFERRED)
		return FAULT_DEFERRED;
	counter_add(METRIC_REFUSED, 0, 1);
	log_line(LOG_WARNING_LINE, NOT_KEPT);
	return it->fault;
}

const struct route route = {
	.says = "Takes one event, or an array of up to 1000, and stores it.",
	.method = "POST", .path = "/v1/gateway/events",
	.access = ACCESS_GATEWAY,
	.body = &event_document, .body_list = MAX_EVENTS,
	.answers = (const struct answer[]){
		{ 202, .document = &accepted_document,
		    .says = "It is stored." },
		{ .fault = FAULT_TOO_FAST,
		    .says = "Too many large bodies are under way." },
		{ 0 }
	},
	.handler = event_ingest,
	.init = event_ingest_init, .threads = 1, .connections = 5,
	.nginx = { .unbuffered = true, .closes = true, .second_try = true },
};
