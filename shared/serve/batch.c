#include "batch.h"

#include <stdlib.h>

#include "adapter/db.h"
#include "adapter/thread.h"
#include "base/counters.h"
#include "base/time.h"

#define EXPIRY_PERIOD (SECOND / 2)

struct list {
	struct batch_item *first, **end;
};

struct committer {
	struct batch *batch;
	struct ctx cx;
	struct thread thread;
};

/*
 * An item is in `waiting`, in a committer's hands, or in `done`.  The
 * replier also takes from `waiting` what has waited too long.
 */
struct batch {
	const struct batch_work *work;
	void *state;
	struct lock lock;	/* of `waiting`; wakes the first committer */
	struct lock surplus;	/* wakes the others */
	struct lock replies;	/* of `done`; wakes the replier */
	struct list waiting, done;
	size_t size;		/* of all in `waiting` */
	int n;			/* of them */
	size_t held;		/* of all that are not answered */
	struct committer *committers;
	struct thread replier;
};

static void
list_init(struct list *l)
{
	l->first = NULL;
	l->end = &l->first;
}

static void
list_push(struct list *l, struct batch_item *it)
{
	it->next = NULL;
	*l->end = it;
	l->end = &it->next;
}

static struct batch_item *
list_pop(struct list *l)
{
	struct batch_item *it = l->first;

	if (it != NULL && (l->first = it->next) == NULL)
		l->end = &l->first;
	return it;
}

/* In front of what is there already. */
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
waiting_push(struct batch *b, struct batch_item *it)
{
	list_push(&b->waiting, it);
	b->size += it->size;
	b->n++;
}

static struct batch_item *
waiting_pop(struct batch *b)
{
	struct batch_item *it = list_pop(&b->waiting);

	if (it != NULL) {
		b->size -= it->size;
		b->n--;
	}
	return it;
}

/* Under b->lock: how long `waiting` is and since when, for the metrics. */
static void
waiting_tell(const struct batch *b)
{
	if (b->work->quiet)
		return;
	counter_set(METRIC_QUEUE, b->n);
	counter_set(METRIC_QUEUE_AGE,
	    b->waiting.first == NULL ? 0 : b->waiting.first->since);
}

static void
waiting_return(struct batch *b, struct list *back)
{
	const struct batch_item *it;

	lock_acquire(&b->lock);
	for (it = back->first; it != NULL; it = it->next) {
		b->size += it->size;
		b->n++;
	}
	list_return(&b->waiting, back);
	waiting_tell(b);
	lock_release(&b->lock);
}

static void
done_add(struct batch *b, struct list *done)
{
	struct batch_item *it;

	lock_acquire(&b->replies);
	while ((it = list_pop(done)) != NULL)
		list_push(&b->done, it);
	lock_release(&b->replies);
	lock_signal(&b->replies);
}

/* Under b->lock: the items of the next batch; the earliest deadline. */
static usec_t
batch_take(struct batch *b, struct list *taken, size_t *size)
{
	usec_t deadline = INT64_MAX;
	struct batch_item *it;
	int n = 0;

	list_init(taken);
	*size = 0;
	while ((it = b->waiting.first) != NULL && n < b->work->max_items &&
	    (n == 0 || *size + it->size <= b->work->max_size)) {
		list_push(taken, waiting_pop(b));
		*size += it->size;
		if (it->rq->cx.deadline < deadline)
			deadline = it->rq->cx.deadline;
		n++;
	}
	waiting_tell(b);
	return deadline;
}

static void
item_done(struct committer *c, struct batch_item *it, struct list *done)
{
	if (it->fault != FAULT_NONE && c->batch->work->refused != NULL)
		c->batch->work->refused(&c->cx, it);
	it->rq->cx.in_database += c->cx.in_database;
	list_push(done, it);
}

static enum fault
commit(struct committer *c, struct batch_item *first, size_t size)
{
	return c->batch->work->commit(&c->cx, c->batch->state, first, size);
}

static bool
may_pass(enum fault f)
{
	return f == FAULT_DATABASE || f == FAULT_BUSY;
}

/* A batch was refused: each of it alone. */
static void
commit_each(struct committer *c, struct list *items, struct list *done,
    struct list *again)
{
	struct batch_item *it;
	enum fault f;

	while ((it = list_pop(items)) != NULL) {
		ctx_reset(&c->cx, c->cx.now, it->rq->cx.deadline);
		it->next = NULL;
		f = commit(c, it, it->size);
		if (may_pass(f)) {
			list_push(again, it);
			continue;
		}
		if (f != FAULT_NONE) {
			it->fault = f;
			it->detail = "the database refused it";
		}
		item_done(c, it, done);
	}
}

/* Gives up on what nobody waits for any longer. */
static bool
expired(struct batch_item *it)
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
run_batch(struct committer *c, struct list *items, size_t size)
{
	struct list done, again;
	struct batch_item *it;
	enum fault f;

	list_init(&done);
	list_init(&again);
	f = commit(c, items->first, size);
	if (f != FAULT_NONE && !may_pass(f))
		commit_each(c, items, &done, &again);
	while ((it = list_pop(items)) != NULL)
		if (f == FAULT_NONE)
			item_done(c, it, &done);
		else
			list_push(expired(it) ? &done : &again, it);
	if (f != FAULT_NONE)
		db_release(&c->cx);
	ctx_reset(&c->cx, 0, 0);
	done_add(c->batch, &done);
	waiting_return(c->batch, &again);
}

static bool
take_and_run(struct committer *c, bool wait)
{
	struct batch *b = c->batch;
	struct list items;
	usec_t deadline;
	size_t size;

	lock_acquire(&b->lock);
	while (wait && b->waiting.first == NULL)
		lock_wait(&b->lock);
	deadline = batch_take(b, &items, &size);
	lock_release(&b->lock);
	if (items.first == NULL)
		return false;
	c->cx.in_database = 0;
	ctx_reset(&c->cx, time_now(), deadline);
	run_batch(c, &items, size);
	return true;
}

static bool
has_surplus(struct batch *b)
{
	bool more;

	lock_acquire(&b->lock);
	more = b->size > b->work->max_size;
	lock_release(&b->lock);
	return more;
}

bool
batch_commit(struct batch *b, int committer)
{
	return (committer == 0 || has_surplus(b)) &&
	    take_and_run(&b->committers[committer], false);
}

static void *
first_committer(void *c)
{
	for (;;)
		take_and_run(c, true);
	return NULL;
}

/* A wake-up that it misses is no harm: the first leaves nothing undone. */
static void *
further_committer(void *arg)
{
	struct committer *c = arg;
	struct batch *b = c->batch;

	for (;;) {
		lock_acquire(&b->surplus);
		while (!has_surplus(b))
			lock_wait(&b->surplus);
		lock_release(&b->surplus);
		take_and_run(c, false);
	}
	return NULL;
}

/* Moves what has waited too long while the committers are held up. */
static void
expire(struct batch *b, struct list *out)
{
	struct batch_item *it;
	struct list keep;

	list_init(&keep);
	lock_acquire(&b->lock);
	while ((it = waiting_pop(b)) != NULL)
		list_push(expired(it) ? out : &keep, it);
	while ((it = list_pop(&keep)) != NULL)
		waiting_push(b, it);
	waiting_tell(b);
	lock_release(&b->lock);
}

static void
done_take(struct batch *b, struct list *out)
{
	struct batch_item *it;

	while ((it = list_pop(&b->done)) != NULL)
		list_push(out, it);
}

static void
answer(struct batch *b, struct list *items)
{
	struct batch_item *it;

	while ((it = list_pop(items)) != NULL) {
		lock_acquire(&b->lock);
		b->held -= it->size;
		lock_release(&b->lock);
		if (it->fault != FAULT_NONE)
			it->rq->cx.detail = it->detail;
		request_answer(it->rq, it->fault);
	}
}

void
batch_answer(struct batch *b)
{
	struct list out;

	list_init(&out);
	expire(b, &out);
	lock_acquire(&b->replies);
	done_take(b, &out);
	lock_release(&b->replies);
	answer(b, &out);
}

static void *
replier(void *arg)
{
	struct batch *b = arg;
	struct list out;
	usec_t next;

	for (;;) {
		batch_answer(b);
		next = time_monotonic() + EXPIRY_PERIOD;
		while (time_monotonic() < next) {
			list_init(&out);
			lock_acquire(&b->replies);
			if (b->done.first == NULL)
				lock_wait_until(&b->replies, next);
			done_take(b, &out);
			lock_release(&b->replies);
			answer(b, &out);
		}
	}
	return NULL;
}

static void
threads_start(struct batch *b)
{
	int i;

	for (i = 0; i < b->work->committers; i++)
		thread_start(&b->committers[i].thread, i == 0 ?
		    first_committer : further_committer, &b->committers[i]);
	thread_start(&b->replier, replier, b);
}

struct batch *
batch_new(const struct batch_work *w, void *state, struct db_pool *pool)
{
	struct batch *b = calloc(1, sizeof(*b));
	int i;

	if (b == NULL || (b->committers = calloc((size_t)w->committers,
	    sizeof(*b->committers))) == NULL)
		abort();
	b->work = w;
	b->state = state;
	lock_init(&b->lock);
	lock_init(&b->surplus);
	lock_init(&b->replies);
	list_init(&b->waiting);
	list_init(&b->done);
	for (i = 0; i < w->committers; i++) {
		b->committers[i].batch = b;
		ctx_init(&b->committers[i].cx);
		b->committers[i].cx.pool = pool;
	}
	if (pool != NULL)
		threads_start(b);
	return b;
}

/* Under b->lock. */
static bool
has_room(const struct batch *b, size_t size)
{
	return b->work->room == 0 || b->held == 0 ||
	    b->held + size <= b->work->room;
}

enum fault
batch_put(struct batch *b, struct batch_item *it)
{
	enum fault kept = request_defer(it->rq);
	bool room, surplus = false;

	it->since = time_monotonic();
	lock_acquire(&b->lock);
	if ((room = has_room(b, it->size))) {
		b->held += it->size;
		waiting_push(b, it);
		waiting_tell(b);
		surplus = b->size > b->work->max_size;
	}
	lock_release(&b->lock);
	if (!room)
		return FAULT_TOO_FAST;
	lock_signal(&b->lock);
	if (surplus)
		lock_signal(&b->surplus);
	return kept;
}
