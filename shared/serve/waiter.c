#include "waiter.h"

#include <poll.h>
#include <stdlib.h>

#include "adapter/db.h"
#include "adapter/thread.h"
#include "base/time.h"

struct waiters {
	const struct waiter_work *work;
	void *state;
	struct lock lock;
	struct waiter *list;	/* not in the hands of the thread */
	struct ctx cx;
	struct thread thread;
};

/* The thing's outcome, f: of loading it.  True: answered, or out of time. */
static bool
waiter_answer(struct waiters *ws, struct waiter *w, enum fault f)
{
	if (f == FAULT_NONE)
		f = ws->work->outcome(w->rq, ws->state);
	else
		f = FAULT_DEFERRED;
	if (f == FAULT_DEFERRED && time_monotonic() < w->until)
		return false;
	if (f == FAULT_DEFERRED)
		f = ctx_fail(&w->rq->cx, FAULT_DATABASE,
		    "the outcome could not be read in time");
	request_answer(w->rq, f);
	return true;
}

/* Asks for each; gives back those that go on waiting. */
static struct waiter *
waiters_round(struct waiters *ws, struct waiter *w)
{
	struct waiter *left = NULL, *next;
	struct uuid last = { { 0 } };
	enum fault f = FAULT_NOT_FOUND;
	struct ctx *cx = &ws->cx;

	for (; w != NULL; w = next) {
		next = w->next;
		if (!uuid_equal(&last, &w->id)) {
			db_release(cx);
			ctx_reset(cx, time_now(),
			    time_monotonic() + ws->work->patience);
			last = w->id;
			f = ws->work->load(cx, &last, ws->state);
		}
		if (!waiter_answer(ws, w, f)) {
			w->next = left;
			left = w;
		}
	}
	db_release(cx);
	return left;
}

/* All that wait, and leaves none. */
static struct waiter *
waiters_take(struct waiters *ws)
{
	struct waiter *list;

	lock_acquire(&ws->lock);
	while (ws->list == NULL)
		lock_wait(&ws->lock);
	list = ws->list;
	ws->list = NULL;
	lock_release(&ws->lock);
	return list;
}

static void
waiters_return(struct waiters *ws, struct waiter *list)
{
	struct waiter **end = &list;

	while (*end != NULL)
		end = &(*end)->next;
	lock_acquire(&ws->lock);
	*end = ws->list;
	ws->list = list;
	lock_release(&ws->lock);
}

static void *
watch(void *arg)
{
	struct waiters *ws = arg;
	struct waiter *left;

	for (;;) {
		left = waiters_round(ws, waiters_take(ws));
		if (left == NULL)
			continue;
		poll(NULL, 0, (int)(ws->work->period / (SECOND / 1000)));
		waiters_return(ws, left);
	}
	return NULL;
}

struct waiters *
waiters_new(const struct waiter_work *work, void *state, struct db_pool *pool)
{
	struct waiters *ws = calloc(1, sizeof(*ws));

	if (ws == NULL)
		abort();
	ws->work = work;
	ws->state = state;
	ctx_init(&ws->cx);
	ws->cx.pool = pool;
	lock_init(&ws->lock);
	thread_start(&ws->thread, watch, ws);
	return ws;
}

enum fault
waiters_add(struct waiters *ws, struct request *rq, const struct uuid *id,
    usec_t until)
{
	struct waiter *w = arena_calloc(&rq->cx.arena, sizeof(*w));
	enum fault kept = request_defer(rq);

	db_release(&rq->cx);
	w->rq = rq;
	w->id = *id;
	w->until = until;
	lock_acquire(&ws->lock);
	w->next = ws->list;
	ws->list = w;
	lock_release(&ws->lock);
	lock_signal(&ws->lock);
	return kept;
}
