/*
 * Sessions that are decided beside ingest, and which of them are due.
 *
 * A session's version is raised under its charger's lock, in the transaction
 * that changes what decides it.
 */
#ifndef CPMS_STORE_LARGE_SESSION_H
#define CPMS_STORE_LARGE_SESSION_H

#include "core/session.h"
#include "adapter/db.h"

struct large_session {
	struct uuid id;
	const char *charger;
	int32_t transaction;
	int64_t version;
	const char *cause;	/* of the revision that is due */
	const char *by, *why;	/* whose word it is; NULL: nobody's */
	bool anew;		/* the same figure makes a revision too */
	struct large_session *next;	/* for whoever keeps it */
};

/*
 * Queues: the session's decision is due from here on.  Of what is due already
 * the first cause stands, and that of one who wants it anew.
 */
enum fault store_large_due(struct ctx *, const struct large_session *);

/*
 * Takes up what has waited longest, in a transaction of its own.  Nobody else
 * does for some seconds, and longer each time that it isn't decided.  *any:
 * there was one.
 */
enum fault store_large_take(struct ctx *, struct large_session *, bool *any);

/*
 * Queues, and reads in its place, what stands of it.  One that is not large,
 * or not any longer, is of version 0, and its words stay.
 */
enum fault store_large_find(struct ctx *, const struct large_session *,
    struct rows **);
void store_large_read(const struct rows *, struct large_session *);

/*
 * Queue: it was decided.  The first: something came meanwhile, so that it stays
 * due.  The second: the decision stands.  It isn't taken up again before it
 * has rested.  The third: it stands, and the session is not large.
 */
enum fault store_large_again(struct ctx *, const struct large_session *,
    usec_t rest);
enum fault store_large_decided(struct ctx *, const struct large_session *,
    usec_t rest);
enum fault store_large_remove(struct ctx *, const struct large_session *);

#endif
