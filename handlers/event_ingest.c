/*
 * POST /v1/gateway/events
 *
 * One event or an array, answered 202 after the commit.  One thread accepts,
 * decodes and queues; one committer writes all that queued while its last
 * commit was under way, with a helper when that is more than a batch; one
 * replier answers.  No timer: an idle process commits at once, a busy one
 * batches by itself.
 *
 * The gateway never retries, so a request waits for the database or for
 * room until its deadline and only then is refused.
 */
#include <stdlib.h>

#include "base/log.h"
#include "base/time.h"
#include "billing/ingest.h"
#include "adapter/db.h"
#include "adapter/thread.h"
#include "serve/serve.h"
#include "store/event.h"
#include "wire/event.h"

enum {
	BATCH_REQUESTS = 256,
	BATCH_EVENTS = 500	/* or what one request brings */
};

/*
 * A request with its decoded events, or with the fault that refused it: then
 * its body goes into the quarantine.
 */
struct item {
	struct item *next;
	struct request *rq;
	struct event *events;
	size_t n;
	enum fault fault;
	const char *detail;	/* of the refusal */
};

struct list {
	struct item *first, **end;
};

/*
 * One commits all there is; the other helps only while there is more than a
 * batch holds: two that share what comes would each commit half.
 */
struct committer {
	struct ingestor *in;
	struct ctx cx;
	int repeats;		/* see ingest() */
	struct thread thread;
};

/*
 * An item is in `waiting`, in a committer's hands, or in `done`.  The
 * replier also takes from `waiting` what has waited too long.
 */
struct ingestor {
	struct energy_policy policy;
	struct lock lock;	/* of `waiting` */
	struct lock replies;	/* of `done`; wakes the replier */
	struct lock surplus;	/* wakes the helper */
	struct list waiting, done;
	size_t events;		/* in `waiting` */
	struct committer first, helper;
	struct thread replier;
};

static void
list_init(struct list *l)
{
	l->first = NULL;
	l->end = &l->first;
}

static void
list_push(struct list *l, struct item *it)
{
	it->next = NULL;
	*l->end = it;
	l->end = &it->next;
}

static struct item *
list_pop(struct list *l)
{
	struct item *it = l->first;

	if (it != NULL && (l->first = it->next) == NULL)
		l->end = &l->first;
	return it;
}

/* In front of what waits already, in their order. */
static void
list_return(struct list *l, struct list *back)
{
	if (back->first == NULL)
		return;
	*back->end = l->first;
	if (l->first == NULL)
		l->end = back->end;
	l->first = back->first;
}

static void
finish(struct ingestor *in, struct list *done)
{
	struct item *it;

	lock_acquire(&in->replies);
	while ((it = list_pop(done)) != NULL)
		list_push(&in->done, it);
	lock_release(&in->replies);
	lock_signal(&in->replies);
}

static void
waiting_push(struct ingestor *in, struct item *it)
{
	list_push(&in->waiting, it);
	in->events += it->n;
}

static struct item *
waiting_pop(struct ingestor *in)
{
	struct item *it = list_pop(&in->waiting);

	if (it != NULL)
		in->events -= it->n;
	return it;
}

static usec_t
batch_take(struct committer *c, struct list *batch, size_t *events)
{
	struct ingestor *in = c->in;
	usec_t deadline = INT64_MAX;
	struct item *it;
	int n = 0;

	list_init(batch);
	*events = 0;
	lock_acquire(&in->lock);
	while (c == &in->first && in->waiting.first == NULL)
		lock_wait(&in->lock);
	while ((it = in->waiting.first) != NULL && n < BATCH_REQUESTS &&
	    (n == 0 || *events + it->n <= BATCH_EVENTS)) {
		list_push(batch, waiting_pop(in));
		*events += it->n;
		if (it->rq->cx.deadline < deadline)
			deadline = it->rq->cx.deadline;
		n++;
	}
	lock_release(&in->lock);
	return deadline;
}

/* In front of what waits already, in their order. */
static void
waiting_return(struct ingestor *in, struct list *back)
{
	const struct item *it;

	lock_acquire(&in->lock);
	for (it = back->first; it != NULL; it = it->next)
		in->events += it->n;
	list_return(&in->waiting, back);
	lock_release(&in->lock);
}

static enum fault
commit(struct committer *c, const struct item *first, size_t events)
{
	struct event **all = arena_calloc(&c->cx.arena,
	    events * sizeof(struct event *));
	const struct item *it;
	size_t i, n = 0;

	for (it = first; it != NULL; it = it->next)
		for (i = 0; i < it->n; i++)
			all[n++] = &it->events[i];
	return n == 0 ? FAULT_NONE : ingest(&c->cx, &c->in->policy, all, n,
	    &c->repeats);
}

static void
quarantine(struct committer *c, const struct item *it)
{
	const char *why = it->detail == NULL ? "" : it->detail;

	if (store_quarantine(&c->cx, why, it->rq->body,
	    it->rq->body_len) != FAULT_NONE)
		log_line(LOG_WARNING_LINE, "a refused body was not kept");
}

/*
 * The statement of a batch was refused: only the guilty caller gets the
 * fault, so each is tried alone.
 */
static void
commit_each(struct committer *c, struct list *batch, struct list *done,
    struct list *again)
{
	struct item *it;
	enum fault f;

	while ((it = list_pop(batch)) != NULL) {
		ctx_reset(&c->cx, c->cx.now, it->rq->cx.deadline);
		it->next = NULL;
		f = commit(c, it, it->n);
		if (f == FAULT_DATABASE) {
			list_push(again, it);
			continue;
		}
		if (f != FAULT_NONE) {
			it->fault = f;
			it->detail = "the database refused it";
		}
		if (it->fault != FAULT_NONE)
			quarantine(c, it);
		list_push(done, it);
	}
}

/* Gives up on what nobody waits for any longer. */
static bool
expired(struct item *it)
{
	if (time_monotonic() < it->rq->cx.deadline)
		return false;
	if (it->fault == FAULT_NONE) {
		it->fault = FAULT_BUSY;
		it->detail = "not stored in time";
	}
	return true;
}

static void
run_batch(struct committer *c)
{
	struct list batch, done, again;
	struct item *it;
	enum fault f;
	size_t events;
	usec_t deadline = batch_take(c, &batch, &events);

	list_init(&done);
	list_init(&again);
	ctx_reset(&c->cx, time_now(), deadline);
	f = commit(c, batch.first, events);
	if (f != FAULT_NONE && f != FAULT_DATABASE && f != FAULT_BUSY)
		commit_each(c, &batch, &done, &again);
	while ((it = list_pop(&batch)) != NULL) {
		if (f == FAULT_NONE && it->fault != FAULT_NONE)
			quarantine(c, it);
		list_push(f == FAULT_NONE || expired(it) ? &done : &again,
		    it);
	}
	if (f != FAULT_NONE)
		db_release(&c->cx);
	finish(c->in, &done);
	waiting_return(c->in, &again);
}

static void *
committer(void *arg)
{
	for (;;)
		run_batch(arg);
	return NULL;
}

static bool
has_surplus(struct ingestor *in)
{
	bool more;

	lock_acquire(&in->lock);
	more = in->events > BATCH_EVENTS;
	lock_release(&in->lock);
	return more;
}

/* A wake-up that it misses is no harm: the first leaves nothing undone. */
static void *
helper(void *arg)
{
	struct committer *c = arg;
	struct ingestor *in = c->in;

	for (;;) {
		lock_acquire(&in->surplus);
		while (!has_surplus(in))
			lock_wait(&in->surplus);
		lock_release(&in->surplus);
		run_batch(c);
	}
	return NULL;
}

/* Moves what has waited too long while the committer is held up. */
static void
expire(struct ingestor *in, struct list *out)
{
	struct list keep;
	struct item *it;

	list_init(&keep);
	lock_acquire(&in->lock);
	while ((it = waiting_pop(in)) != NULL)
		list_push(expired(it) ? out : &keep, it);
	while ((it = list_pop(&keep)) != NULL)
		waiting_push(in, it);
	lock_release(&in->lock);
}

static void *
replier(void *arg)
{
	struct ingestor *in = arg;
	struct list out;
	struct item *it;
	usec_t look = 0;

	for (;;) {
		list_init(&out);
		if (time_monotonic() >= look) {
			expire(in, &out);
			look = time_monotonic() + SECOND / 2;
		}
		lock_acquire(&in->replies);
		if (out.first == NULL && in->done.first == NULL)
			lock_wait_until(&in->replies, look);
		while ((it = list_pop(&in->done)) != NULL)
			list_push(&out, it);
		lock_release(&in->replies);
		while ((it = list_pop(&out)) != NULL) {
			if (it->fault != FAULT_NONE)
				it->rq->cx.detail = it->detail;
			request_answer(it->rq, it->fault);
		}
	}
	return NULL;
}

static void
committer_start(struct committer *c, struct ingestor *in,
    struct db_pool *pool, void *(*run)(void *))
{
	c->in = in;
	ctx_init(&c->cx);
	c->cx.pool = pool;
	thread_start(&c->thread, run, c);
}

static void *
ingestor_init(const struct service *s)
{
	struct ingestor *in = calloc(1, sizeof(*in));

	if (in == NULL)
		abort();
	in->policy = (struct energy_policy){
		s->set.max_charge_kw, s->set.review_kwh
	};
	lock_init(&in->lock);
	lock_init(&in->replies);
	lock_init(&in->surplus);
	list_init(&in->waiting);
	list_init(&in->done);
	committer_start(&in->first, in, s->pool, committer);
	committer_start(&in->helper, in, s->pool, helper);
	thread_start(&in->replier, replier, in);
	return in;
}

static enum fault
accepted(struct request *rq, const struct event *e, size_t n, bool is_array)
{
	struct json *j = json_object(&rq->cx);

	json_add_bool(&rq->cx, j, "accepted", true);
	if (is_array)
		json_add_int(&rq->cx, j, "count", (int64_t)n);
	else
		json_add_text(&rq->cx, j, "type", e->type_name);
	return reply(rq, 202, j);
}

static enum fault
event_ingest(struct request *rq)
{
	struct ingestor *in = rq->state;
	struct item *it = arena_calloc(&rq->cx.arena, sizeof(*it));
	enum fault kept;
	bool is_array, surplus;

	it->rq = rq;
	it->fault = wire_events(&rq->cx, rq->body, rq->body_len, &it->events,
	    &it->n, &is_array);
	if (it->fault == FAULT_NONE)
		it->fault = accepted(rq, it->events, it->n, is_array);
	else
		it->n = 0;
	it->detail = rq->cx.detail;
	kept = request_defer(rq);
	lock_acquire(&in->lock);
	waiting_push(in, it);
	surplus = in->events > BATCH_EVENTS;
	lock_release(&in->lock);
	lock_signal(&in->lock);
	if (surplus)
		lock_signal(&in->surplus);
	return kept;
}

const struct route route = {
	.method = "POST", .path = "/v1/gateway/events",
	.access = ACCESS_GATEWAY, .handler = event_ingest,
	.init = ingestor_init, .threads = 1, .connections = 2,
	.nginx = { .unbuffered = true, .second_try = true },
};
