#include "chore.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "adapter/db.h"
#include "adapter/thread.h"
#include "base/time.h"

enum { NICE = 10 };

struct chore {
	const struct chore_work *work;
	const void *state;
	struct db_pool *pool;
	struct lock lock;	/* of `woken` */
	bool woken;
	struct thread thread;
};

/* What steps took of memory can be much: nothing of it is kept. */
static void
chore_run(struct chore *c)
{
	enum fault f = FAULT_NONE;
	bool more = true, some = false;
	struct ctx cx;

	while (f == FAULT_NONE && more) {
		more = false;
		ctx_init(&cx);
		ctx_reset(&cx, time_now(), time_monotonic() +
		    c->work->patience);
		cx.pool = c->pool;
		f = c->work->step(&cx, c->state, &more);
		db_release(&cx);
		arena_free(&cx.arena);
		some |= more;
	}
	if (some)
		malloc_trim(0);
}

static void
chore_wait(struct chore *c)
{
	usec_t until = time_monotonic() + c->work->period;

	lock_acquire(&c->lock);
	while (!c->woken && lock_wait_until(&c->lock, until))
		continue;
	c->woken = false;
	lock_release(&c->lock);
}

/* Of this thread alone; without the right it stays as it is. */
static void *
chore_thread(void *c)
{
	setpriority(PRIO_PROCESS, 0, NICE);
	for (;;) {
		chore_run(c);
		chore_wait(c);
	}
	return NULL;
}

struct chore *
chore_new(const struct chore_work *work, const void *state,
    struct db_pool *pool)
{
	struct chore *c = calloc(1, sizeof(*c));

	if (c == NULL)
		abort();
	c->work = work;
	c->state = state;
	c->pool = pool;
	lock_init(&c->lock);
	thread_start(&c->thread, chore_thread, c);
	return c;
}

void
chore_wake(struct chore *c)
{
	lock_acquire(&c->lock);
	c->woken = true;
	lock_release(&c->lock);
	lock_signal(&c->lock);
}
