#include "lane.h"

#include <stdlib.h>

#include "adapter/thread.h"
#include "base/time.h"
#include "private.h"

/* Those that pass by find room in the process, however long the lane is. */
enum { ROOM = MAX_REQUESTS * 3 / 4 };

struct place {
	struct place *next;
	struct request *rq;
	void *work;
};

struct lane {
	enum fault (*run)(struct request *, void *);
	struct lock lock;
	struct place *first, **end;
	int n;
};

static struct place *
lane_take(struct lane *l)
{
	struct place *p;

	lock_acquire(&l->lock);
	while ((p = l->first) == NULL)
		lock_wait(&l->lock);
	if ((l->first = p->next) == NULL)
		l->end = &l->first;
	l->n--;
	lock_release(&l->lock);
	return p;
}

static void *
lane_thread(void *arg)
{
	struct lane *l = arg;
	struct request *rq;
	struct place *p;
	enum fault f;

	for (;;) {
		p = lane_take(l);
		rq = p->rq;
		if (time_monotonic() >= rq->cx.deadline)
			f = ctx_fail(&rq->cx, FAULT_BUSY, "waited too long");
		else
			f = l->run(rq, p->work);
		request_answer(rq, f);
	}
	return NULL;
}

struct lane *
lane_new(int threads, enum fault (*run)(struct request *, void *))
{
	struct lane *l = calloc(1, sizeof(*l));
	struct thread t;

	if (l == NULL)
		abort();
	l->run = run;
	l->end = &l->first;
	lock_init(&l->lock);
	while (threads-- > 0)
		thread_start(&t, lane_thread, l);
	return l;
}

enum fault
lane_enter(struct lane *l, struct request *rq, void *work)
{
	struct place *p = arena_alloc(&rq->cx.arena, sizeof(*p));
	enum fault kept = request_defer(rq);
	bool full;

	*p = (struct place){ NULL, rq, work };
	lock_acquire(&l->lock);
	full = l->n == ROOM;
	if (!full) {
		*l->end = p;
		l->end = &p->next;
		l->n++;
	}
	lock_release(&l->lock);
	if (full)
		return ctx_fail(&rq->cx, FAULT_TOO_FAST,
		    "too many wait for what this takes");
	lock_signal(&l->lock);
	return kept;
}
