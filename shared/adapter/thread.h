/*
 * Threads, locks and a bounded queue.
 *
 * Every thread runs with the process's signals blocked (see serve).
 */
#ifndef CPMS_ADAPTER_THREAD_H
#define CPMS_ADAPTER_THREAD_H

#include <pthread.h>

#include "base/types.h"

struct lock {
	pthread_mutex_t mutex;
	pthread_cond_t change;	/* waits on the steady clock */
};

void lock_init(struct lock *);
void lock_acquire(struct lock *);
void lock_release(struct lock *);
void lock_wait(struct lock *);
/* False: the steady time `until` came first. */
bool lock_wait_until(struct lock *, usec_t until);
void lock_broadcast(struct lock *);		/* all waiters */
void lock_signal(struct lock *);

struct thread {
	pthread_t id;
};

/* Aborts when the system gives no thread. */
void thread_start(struct thread *, void *(*)(void *), void *);
/* False: still running at the steady time `until`. */
bool thread_join(struct thread *, usec_t until);

#endif
