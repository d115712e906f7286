/*
 * The fallback chain over a database: the sessions of a timeline, loaded with
 * all that decides them in one round trip, decided, priced, and saved.
 *
 * Who opens a timeline that will be saved holds the locks of its chargers
 * (store_chargers_touch, store_charger_lock).
 */
#ifndef CPMS_BILLING_EVALUATE_H
#define CPMS_BILLING_EVALUATE_H

#include "core/tally.h"
#include "core/timeline.h"
#include "store/session.h"

/* Of the sessions of a call; in the arena of the evaluator's ctx. */
struct outcomes {
	struct session_outcome *list;
	size_t n;
	struct outcomes *next;	/* of the next call */
};

struct evaluator {
	struct ctx *cx;
	const struct energy_policy *policy;
	struct outcomes **outcomes;	/* the first call's; or NULL */
	bool price_only;	/* a figure that is final stands */
	bool anew;		/* the same figure makes a revision too */
	const char *by, *why;	/* of the revisions; NULL: nobody's word */
};

/* timeline_open() with the sessions of store_sessions_find(); NULL: none. */
void sessions_open(struct timeline *, struct ctx *,
    const struct transaction *, size_t n, const struct rows *);

/* Queues the sessions that timeline_start() made and changed. */
enum fault sessions_queue_starts(struct ctx *, const struct timeline *);

/*
 * Decides the marked sessions and saves those that came out differently,
 * each with a revision.  Queries, then queues the writes: the caller queues
 * the commit and syncs.  The cause is for sessions that were final before.
 */
enum fault sessions_evaluate(const struct evaluator *,
    const struct timeline *, const char *cause);

/* The energy of running sessions so far; outside any transaction. */
enum fault sessions_so_far(struct ctx *, const struct energy_policy *,
    struct session *, size_t n);

#endif
