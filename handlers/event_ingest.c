/*
 * POST /v1/gateway/events
 *
 * One event or an array, answered 202 after the commit.  The gateway never
 * retries, so a request waits for the database or for room until its deadline
 * and only then is refused.
 */
#include "base/counters.h"
#include "base/log.h"
#include "billing/ingest.h"
#include "billing/large.h"
#include "serve/batch.h"
#include "serve/chore.h"
#include "store/event.h"
#include "wire/event.h"

/* Events of a request; none when it is refused. */
struct events {
	struct event *first;
	size_t n;
	bool is_array;
};

/* What a commit works with. */
struct ingest_state {
	const struct energy_policy *policy;
	struct chore *large;	/* decides what is due */
};

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
events_commit(struct ctx *cx, void *state, const struct batch_item *it,
    size_t n)
{
	const struct ingest_state *s = state;
	static _Thread_local int repeats;	/* see ingest() */
	struct event **all = arena_calloc(&cx->arena, n * sizeof(*all));
	const struct events *e;
	size_t i, k = 0;
	bool due = false;
	enum fault f;

	for (; it != NULL; it = it->next)
		for (i = 0, e = it->work; i < e->n; i++)
			all[k++] = &e->first[i];
	if (n == 0 || (f = ingest(cx, s->policy, all, n, &repeats, &due)))
		return n == 0 ? FAULT_NONE : f;
	if (due)
		chore_wake(s->large);
	events_count(cx, all, n);
	return FAULT_NONE;
}

static enum fault
large_step(struct ctx *cx, const void *policy, bool *more)
{
	return large_session_next(cx, policy, more);
}

/* A body that is refused is kept, for whoever wants to know why. */
static void
body_refused(struct ctx *cx, const struct batch_item *it)
{
	const char *why = it->detail == NULL ? "" : it->detail;

	counter_add(METRIC_REFUSED, 0, 1);
	if (store_quarantine(cx, why, it->rq->body, it->rq->body_len) !=
	    FAULT_NONE)
		log_line(LOG_WARNING_LINE, "a refused body was not kept");
}

static void *
event_ingest_init(const struct service *s)
{
	static const struct batch_work work = {
		.committers = 2, .max_items = 256, .max_size = 500,
		.commit = events_commit, .refused = body_refused,
	};
	static const struct chore_work large = {
		.period = SECOND, .patience = 5 * SECOND, .step = large_step,
	};
	static struct ingest_state state;

	state.policy = &s->set.energy;
	state.large = chore_new(&large, state.policy, s->pool);
	return batch_new(&work, &state, s->pool);
}

static enum fault
accepted(struct request *rq, const struct events *e)
{
	return reply_document(rq, 202, &(struct accepted){
		e->first->type_name, true, e->is_array, e->n
	});
}

static enum fault
event_ingest(struct request *rq)
{
	struct batch_item *it = arena_calloc(&rq->cx.arena, sizeof(*it));
	struct events *e = arena_calloc(&rq->cx.arena, sizeof(*e));

	it->rq = rq;
	it->work = e;
	it->fault = wire_events(&rq->cx, rq->body, rq->body_len, &e->first,
	    &e->n, &e->is_array);
	if (it->fault == FAULT_NONE)
		it->fault = accepted(rq, e);
	else
		e->n = 0;
	it->size = e->n;
	it->detail = rq->cx.detail;
	return batch_put(rq->state, it);
}

const struct route route = {
	.says = "Takes one event, or an array of up to 1000, and stores it.",
	.method = "POST", .path = "/v1/gateway/events",
	.access = ACCESS_GATEWAY,
	.body = &event_document,
	.answers = (const struct answer[]){
		{ 202, .document = &accepted_document,
		    .says = "It is stored." },
		{ 0 }
	},
	.handler = event_ingest,
	.init = event_ingest_init, .threads = 1, .connections = 3,
	.nginx = { .unbuffered = true, .closes = true, .second_try = true },
};
