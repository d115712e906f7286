/*
 * An operator's word about the number of a session that has ended: each in a
 * transaction of its own, under the charger's lock.  Reads the session again.
 */
#ifndef CPMS_BILLING_REVIEW_H
#define CPMS_BILLING_REVIEW_H

#include "base/ctx.h"
#include "core/correction.h"
#include "core/session.h"

/* FAULT_NOT_FOUND; FAULT_CONFLICT: it runs, or needs no review. */
enum fault review_accept(struct ctx *, const struct uuid *, const char *by,
    const char *why, struct session *);

/*
 * *repeated: the session has this correction already, by its key.
 * FAULT_NOT_FOUND; FAULT_CONFLICT: it runs, or is a duplicate;
 * FAULT_KEY_REUSED: its key is another correction's.
 */
enum fault review_correct(struct ctx *, const struct uuid *,
    const struct correction *, struct session *, bool *repeated);

/*
 * Back to the figure of the fallback chain.  FAULT_NOT_FOUND: no session, or
 * no correction.
 */
enum fault review_withdraw(struct ctx *, const struct energy_policy *,
    const struct uuid *, const struct correction *, struct session *);

#endif
