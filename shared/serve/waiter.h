/*
 * Deferred requests that wait for the outcome of something that another
 * request, maybe of another process, has in hand.  One thread asks for all of
 * them, once a round for each thing, and answers whoever can be answered.
 */
#ifndef CPMS_SERVE_WAITER_H
#define CPMS_SERVE_WAITER_H

#include "serve.h"

/* Of the request's arena. */
struct waiter {
	struct waiter *next;
	struct request *rq;
	struct uuid id;		/* of the thing */
	usec_t until;		/* steady; the database may be gone */
};

struct waiter_work {
	usec_t period;		/* from one round to the next */
	usec_t patience;	/* with the database, for one thing */
	/* Loads the thing into `state`, of the context's arena. */
	enum fault (*load)(struct ctx *, const struct uuid *, void *state);
	/*
	 * FAULT_DEFERRED: not yet, asked again until `until` is over.  Else as
	 * a handler: the answer is in the request, or its fault.
	 */
	enum fault (*outcome)(struct request *, void *state);
};

struct waiters;

struct waiters *waiters_new(const struct waiter_work *, void *state,
    struct db_pool *);
/*
 * The request is the thread's from here on: the handler returns what this
 * does.  At `until` it is told that the database is away.
 */
enum fault waiters_add(struct waiters *, struct request *,
    const struct uuid *id, usec_t until);

#endif
