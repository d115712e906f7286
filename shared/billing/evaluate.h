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
#include "store/large_session.h"
#include "store/session.h"

/* Of the sessions of a call; in the arena of the evaluator's ctx. */
struct outcomes {
	struct session_outcome *list;
	size_t n;
	struct outcomes *next;	/* of the next call */
};

/* A session that was decided of readings that were read without a lock. */
struct decided {
	struct time_span span;
	struct reading_list readings;
	struct session_facts facts;
	struct decision decision;
	const char *explanation;
	bool outdated;		/* it was held against other facts */
};

struct evaluator {
	struct ctx *cx;
	const struct energy_policy *policy;
	struct outcomes **outcomes;	/* the first call's; or NULL */
	/*
	 * Sessions with many readings are not decided, but due, and before
	 * those that are in this list already.  They are not among the
	 * outcomes.
	 */
	struct large_session **later;
	struct decided *decided;	/* the one marked session; or NULL */
	bool price_only;	/* a figure that is final stands */
	bool anew;		/* the same figure makes a revision too */
	const char *by, *why;	/* of the revisions; NULL: nobody's word */
};

/* timeline_open() with the sessions of store_sessions_find(); NULL: none. */
void sessions_open(struct timeline *, struct ctx *,
    const struct transaction *, size_t n, const struct rows *);

/* Queues the sessions that timeline_start() made and changed. */
enum fault sessions_queue_starts(struct ctx *, const struct timeline *);

/* Reads and decides the one marked session: no lock, and nothing is saved. */
enum fault session_decide(const struct evaluator *, const struct timeline *,
    struct decided *);

/*
 * Decides the marked sessions and saves those that came out differently,
 * each with a revision.  Queries, then queues the writes: the caller queues
 * the commit and syncs.  The cause is for sessions that were final before.
 */
enum fault sessions_evaluate(const struct evaluator *,
    const struct timeline *, const char *cause);

/*
 * The energy of running sessions so far; outside any transaction.  Of many
 * readings it looks at the first and the latest, by which the register tells.
 */
enum fault sessions_so_far(struct ctx *, const struct energy_policy *,
    struct session *, size_t n);

#endif
