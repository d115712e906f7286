/* An operator's word about a session's number: it stands, or another does. */
#ifndef CPMS_STORE_SESSION_REVIEW_H
#define CPMS_STORE_SESSION_REVIEW_H

#include "adapter/db.h"
#include "core/correction.h"
#include "core/session.h"

/*
 * Queues: the session needs no review any more, and a revision that repeats
 * the latest one says by whom and why.  Under the charger's lock.
 */
enum fault store_session_accept(struct ctx *, const struct session *,
    const char *by, const char *why);

/*
 * Queues: the session has the correction's energy, with a revision that has
 * the steps and readings of the latest one.  Under the charger's lock.
 */
enum fault store_session_correct(struct ctx *, const struct session *,
    const struct correction *);

/*
 * Queues: the session has no correction any more; the caller decides it anew.
 * Under the charger's lock.
 */
enum fault store_correction_withdraw(struct ctx *, const struct session *,
    const struct correction *);

/* Of a session, by seq; withdrawals are among them. */
enum fault store_correction_list(struct ctx *, const struct session *,
    struct correction **, size_t *n);

#endif
