/*
 * POST /v1/gateway/events
 *
 * One event or an array, answered 202 after the commit.  Threads that accept
 * decode and queue; one committer writes all that queued while its last
 * commit was under way; one replier answers.  No timer: an idle process
 * commits at once, a busy one batches by itself.
 *
 * The gateway never retries, so a request waits for the database or for
 * room until its deadline and only then is refused.
 */
#include <stdlib.h>

#include "base/log.h"
#include "base/time.h"
#include "chain/ingest.h"
#include "port/db.h"
#include "port/thread.h"
#include "serve/serve.h"
#include "store/event.h"
#include "wire/event.h"

enum { BATCH_REQUESTS = 256, BATCH_EVENTS = 2000 };

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
 * An item is in `waiting`, in the committer's hands, or in `done`.  The
 * replier also takes from `waiting` what has waited too long.
 */
struct ingestor {
	struct ctx cx;		/* the committer's */
	struct limits limits;
	struct lock lock;	/* both lists */
	struct lock replies;	/* wakes the replier */
	struct list waiting, done;
	struct thread committer, replier;
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

	lock_take(&in->replies);
	while ((it = list_pop(done)) != NULL)
		list_push(&in->done, it);
	lock_give(&in->replies);
	lock_wake_one(&in->replies);
}

static usec_t
batch_take(struct ingestor *in, struct list *batch, size_t *events)
{
	usec_t deadline = INT64_MAX;
	struct item *it;
	int n = 0;

	list_init(batch);
	*events = 0;
	lock_take(&in->lock);
	while (in->waiting.first == NULL)
		lock_wait(&in->lock);
	while ((it = in->waiting.first) != NULL && n < BATCH_REQUESTS &&
	    (n == 0 || *events + it->n <= BATCH_EVENTS)) {
		list_push(batch, list_pop(&in->waiting));
		*events += it->n;
		if (it->rq->cx.deadline < deadline)
			deadline = it->rq->cx.deadline;
		n++;
	}
	lock_give(&in->lock);
	return deadline;
}

static enum fault
commit(struct ingestor *in, const struct item *first, size_t events)
{
	struct event **all = arena_alloc(&in->cx.arena,
	    events * sizeof(struct event *));
	const struct item *it;
	size_t i, n = 0;

	for (it = first; it != NULL; it = it->next)
		for (i = 0; i < it->n; i++)
			all[n++] = &it->events[i];
	return n == 0 ? FAULT_NONE : ingest(&in->cx, &in->limits, all, n);
}

static void
quarantine(struct ingestor *in, const struct item *it)
{
	const char *why = it->detail == NULL ? "" : it->detail;

	if (store_quarantine(&in->cx, why, it->rq->body,
	    it->rq->body_len) != FAULT_NONE)
		log_line(LOG_WARNING_LINE, "a refused body was not kept");
}

/*
 * The statement of a batch was refused: only the guilty caller gets the
 * fault, so each is tried alone.
 */
static void
commit_each(struct ingestor *in, struct list *batch, struct list *done,
    struct list *again)
{
	struct item *it;
	enum fault f;

	while ((it = list_pop(batch)) != NULL) {
		ctx_reset(&in->cx, in->cx.now, it->rq->cx.deadline);
		it->next = NULL;
		f = commit(in, it, it->n);
		if (f == FAULT_DATABASE) {
			list_push(again, it);
			continue;
		}
		if (f != FAULT_NONE) {
			it->fault = f;
			it->detail = "the database refused it";
		}
		if (it->fault != FAULT_NONE)
			quarantine(in, it);
		list_push(done, it);
	}
}

/* Gives up on what nobody waits for any longer. */
static bool
expired(struct item *it)
{
	if (time_steady() < it->rq->cx.deadline)
		return false;
	if (it->fault == FAULT_NONE) {
		it->fault = FAULT_BUSY;
		it->detail = "not stored in time";
	}
	return true;
}

static void
run_batch(struct ingestor *in)
{
	struct list batch, done, again;
	struct item *it;
	enum fault f;
	size_t events;
	usec_t deadline = batch_take(in, &batch, &events);

	list_init(&done);
	list_init(&again);
	ctx_reset(&in->cx, time_now(), deadline);
	f = commit(in, batch.first, events);
	if (f != FAULT_NONE && f != FAULT_DATABASE && f != FAULT_BUSY)
		commit_each(in, &batch, &done, &again);
	while ((it = list_pop(&batch)) != NULL) {
		if (f == FAULT_NONE && it->fault != FAULT_NONE)
			quarantine(in, it);
		list_push(f == FAULT_NONE || expired(it) ? &done : &again,
		    it);
	}
	if (f != FAULT_NONE)
		db_release(&in->cx);
	finish(in, &done);
	lock_take(&in->lock);
	list_return(&in->waiting, &again);
	lock_give(&in->lock);
}

static void *
committer(void *arg)
{
	for (;;)
		run_batch(arg);
	return NULL;
}

/* Moves what has waited too long while the committer is held up. */
static void
expire(struct ingestor *in, struct list *out)
{
	struct list keep;
	struct item *it;

	list_init(&keep);
	lock_take(&in->lock);
	while ((it = list_pop(&in->waiting)) != NULL)
		list_push(expired(it) ? out : &keep, it);
	list_return(&in->waiting, &keep);
	lock_give(&in->lock);
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
		if (time_steady() >= look) {
			expire(in, &out);
			look = time_steady() + SECOND / 2;
		}
		lock_take(&in->replies);
		if (out.first == NULL && in->done.first == NULL)
			lock_wait_until(&in->replies, look);
		while ((it = list_pop(&in->done)) != NULL)
			list_push(&out, it);
		lock_give(&in->replies);
		while ((it = list_pop(&out)) != NULL) {
			if (it->fault != FAULT_NONE)
				it->rq->cx.detail = it->detail;
			request_answer(it->rq, it->fault);
		}
	}
	return NULL;
}

static void *
ingestor_open(const struct service *s)
{
	struct ingestor *in = calloc(1, sizeof(*in));

	if (in == NULL)
		abort();
	ctx_init(&in->cx);
	in->cx.pool = s->pool;
	in->limits = (struct limits){
		s->set.max_charge_kw, s->set.review_kwh
	};
	lock_init(&in->lock);
	lock_init(&in->replies);
	list_init(&in->waiting);
	list_init(&in->done);
	thread_start(&in->committer, committer, in);
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
	struct item *it = arena_alloc(&rq->cx.arena, sizeof(*it));
	enum fault kept;
	bool is_array;

	it->rq = rq;
	it->fault = wire_events(&rq->cx, rq->body, rq->body_len, &it->events,
	    &it->n, &is_array);
	if (it->fault == FAULT_NONE)
		accepted(rq, it->events, it->n, is_array);
	else
		it->n = 0;
	it->detail = rq->cx.detail;
	kept = request_keep(rq);
	lock_take(&in->lock);
	list_push(&in->waiting, it);
	lock_give(&in->lock);
	lock_wake_one(&in->lock);
	return kept;
}

static const struct route route = {
	.method = "POST", .path = "/v1/gateway/events",
	.access = ACCESS_GATEWAY, .answer = event_ingest,
	.open = ingestor_open, .threads = 2, .connections = 1,
};

int
main(void)
{
	return serve(&route);
}
