/*
 * The fallback chain over a database: some transactions with all their
 * sessions, opened in one round trip, decided in C, and saved.
 *
 * Attribution is never stored.  A sample or an end belongs to the session
 * that the starts known now give it to, so nothing has to be moved when a
 * start comes late.  Who opens a timeline that will be saved holds the locks of
 * its chargers (store_chargers_touch, store_charger_lock).
 */
#ifndef CPMS_BILLING_EVALUATE_H
#define CPMS_BILLING_EVALUATE_H

#include "core/attribution.h"
#include "core/session.h"
#include "store/session.h"

struct slot {
	struct session *session;
	bool marked;		/* to be decided */
	bool added;		/* not in the database yet */
	bool changed;		/* what a start says of it has changed */
};

/* One transaction of one charger. */
struct transaction_sessions {
	struct transaction of;
	struct slot *slots;	/* by startedAt, connector */
	struct start *starts;	/* parallel to slots */
	size_t n, room;
	bool was_known;		/* had a session before this batch */
	bool touched;		/* named by whoever opened the timeline */
};

/* Told of each session that came out differently. */
struct report {
	void (*change)(void *arg, const struct session *before,
	    const struct session *after);
	void *arg;
};

struct timeline {
	struct ctx *cx;
	const struct report *report;	/* or NULL */
	const struct energy_policy *policy;
	bool price_only;	/* a figure that is final stands */
	struct transaction_sessions *transactions;	/* by charger,
	    then id */
	size_t n;
};

/*
 * From the rows of store_sessions_find(); transactions for the given
 * transactions (repeats allowed) and for those of the rows.
 */
void timeline_open(struct timeline *, struct ctx *,
    const struct energy_policy *, const struct transaction *, size_t n,
    const struct rows *);

struct transaction_sessions *timeline_find(struct timeline *,
    const char *charger, int32_t id);

/* A reported start: a new session, or one that is known already. */
void timeline_start(struct timeline *, struct transaction_sessions *,
    const struct session *);

/* Marks the session that an end, or a late sample, at this time is of. */
void timeline_mark_end(struct transaction_sessions *, usec_t at);
void timeline_mark_sample(struct transaction_sessions *, usec_t at);
/* Marks one session, and those that can't be told from it. */
void timeline_mark(struct transaction_sessions *, const struct uuid *session);

/*
 * A session of what waited too long for its start, in a transaction that has
 * none.  It starts then unless a reading or an end tells better.  Marked.
 */
void timeline_startless(struct timeline *, struct transaction_sessions *,
    usec_t at);

/* Queues the sessions that timeline_start() made and changed. */
enum fault timeline_queue_starts(struct timeline *);

size_t timeline_marked(const struct timeline *);

/*
 * Decides what is marked and saves what came out differently, with a
 * revision: queries, then writes (the writes are queued, the caller queues
 * the commit and syncs).  The cause is for sessions that were final before.
 */
enum fault sessions_evaluate(struct timeline *, const char *cause);

/* What running sessions have delivered so far; outside any transaction. */
enum fault sessions_so_far(struct ctx *, const struct energy_policy *,
    struct session *, size_t n);

#endif
