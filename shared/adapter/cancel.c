#include "cancel.h"

#include <libpq-fe.h>

#include "thread.h"

enum { CANCELS_MAX = 32 };

static struct {
	struct lock lock;
	PGcancel *list[CANCELS_MAX];
	size_t n;
} waiting;

static void *
canceller(void *arg)
{
	PGcancel *c;
	char why[256];

	(void)arg;
	for (;;) {
		lock_acquire(&waiting.lock);
		while (waiting.n == 0)
			lock_wait(&waiting.lock);
		c = waiting.list[--waiting.n];
		lock_release(&waiting.lock);
		PQcancel(c, why, sizeof(why));
		PQfreeCancel(c);
	}
	return NULL;
}

static void
canceller_start(void)
{
	static struct thread thread;

	lock_init(&waiting.lock);
	thread_start(&thread, canceller, NULL);
}

void
cancel_statement(struct pg_conn *pg)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	PGcancel *c = PQgetCancel(pg);

	if (c == NULL)
		return;
	pthread_once(&once, canceller_start);
	lock_acquire(&waiting.lock);
	if (waiting.n < CANCELS_MAX) {
		waiting.list[waiting.n++] = c;
		c = NULL;
	}
	lock_release(&waiting.lock);
	lock_signal(&waiting.lock);
	if (c != NULL)
		PQfreeCancel(c);
}
