/*
 * Work that a process does beside its requests, on a thread of its own and
 * with less of the processor than they: at its start, when it is woken, and
 * once a period for what others left.
 *
 * The process may end in the middle of it.
 */
#ifndef CPMS_SERVE_CHORE_H
#define CPMS_SERVE_CHORE_H

#include "base/ctx.h"

struct chore_work {
	usec_t period;
	usec_t patience;	/* with the database, for one step */
	/*
	 * One step, with a fresh context.  *more: there may be another to
	 * do at once.  What fails is tried again with the next period.
	 */
	enum fault (*step)(struct ctx *, const void *state, bool *more);
};

struct chore;

/* Takes one connection of the pool while it works. */
struct chore *chore_new(const struct chore_work *, const void *state,
    struct db_pool *);
void chore_wake(struct chore *);

#endif
