/*
 * Prices of sessions and the settlements that follow them, in the
 * transaction that finalizes them and under their chargers' locks.
 *
 *	price_find()	queues two lookups, whose slots are in the work
 *	price_decide()	reads their results; sets the sessions' prices
 *	price_queue()	queues the settlements that are new or changed
 */
#ifndef CPMS_BILLING_PRICE_H
#define CPMS_BILLING_PRICE_H

#include "core/tally.h"
#include "store/settlement.h"

struct price_work {
	struct ctx *cx;
	struct session *const *sessions;
	size_t n;
	usec_t *starts;			/* of the sessions, when looked up */
	struct rows *bases, *settlements;	/* what price_find() asks for */
	struct session_settlements *outcomes;	/* one a session */
	struct settlement **added, **changed;
	size_t n_added, n_changed;
};

enum fault price_find(struct price_work *, struct ctx *,
    struct session *const *, size_t n);

/*
 * Nothing becomes of a session that is finalizing: its price waits.
 *
 * repriced[i]: the session has another price, or (with raise[i]) now needs
 * review because nothing can hold its price; the caller saves it.  Queries
 * again for a session whose start has moved since price_find().
 */
enum fault price_decide(struct price_work *, const bool *raise,
    bool *repriced);

/* After the sessions' revisions, which settlements refer to. */
enum fault price_queue(struct price_work *);

/* All three for sessions with their latest revisions; saves those repriced. */
enum fault price_sessions(struct price_work *, struct ctx *,
    struct session *const *, size_t n);

#endif
