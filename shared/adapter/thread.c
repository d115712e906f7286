#include "thread.h"

#include <stdlib.h>
#include <time.h>

enum { STACK = 512 * 1024 };

static struct timespec
timespec_of(usec_t t)
{
	return (struct timespec){
		.tv_sec = (time_t)(t / SECOND),
		.tv_nsec = (long)(t % SECOND) * 1000,
	};
}

void
lock_init(struct lock *l)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&l->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->change, &attr);
	pthread_condattr_destroy(&attr);
}

void
lock_acquire(struct lock *l)
{
	pthread_mutex_lock(&l->mutex);
}

void
lock_release(struct lock *l)
{
	pthread_mutex_unlock(&l->mutex);
}

void
lock_wait(struct lock *l)
{
	pthread_cond_wait(&l->change, &l->mutex);
}

bool
lock_wait_until(struct lock *l, usec_t until)
{
	struct timespec ts = timespec_of(until);

	return pthread_cond_timedwait(&l->change, &l->mutex, &ts) == 0;
}

void
lock_broadcast(struct lock *l)
{
	pthread_cond_broadcast(&l->change);
}

void
lock_signal(struct lock *l)
{
	pthread_cond_signal(&l->change);
}

void
thread_start(struct thread *t, void *(*run)(void *), void *arg)
{
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	if (pthread_create(&t->id, &attr, run, arg) != 0)
		abort();
	pthread_attr_destroy(&attr);
}

bool
thread_join(struct thread *t, usec_t until)
{
	struct timespec ts = timespec_of(until);

	return pthread_clockjoin_np(t->id, NULL, CLOCK_MONOTONIC, &ts) == 0;
}
