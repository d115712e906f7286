/*
 * Sessions with so many readings that whoever changes one only says that it is
 * due (evaluator.later), and somebody decides it afterwards.
 *
 * The readings are read and decided without a lock, then the decision is saved
 * under the charger's lock in a short transaction.  What came meanwhile leaves
 * the session due: the figure is that of a moment ago.  Whoever is killed
 * leaves it due as well.
 */
#ifndef CPMS_BILLING_LARGE_H
#define CPMS_BILLING_LARGE_H

#include "evaluate.h"

/* NULL: they are not told. */
typedef void (*outcome_told)(void *arg, const struct session_outcome *);

/*
 * Decides one session.  With dry_run nothing is kept; it need not be due then.
 * FAULT_NONE: it was, or so much else came that it is for the next one.
 */
enum fault large_session_decide(struct ctx *, const struct energy_policy *,
    const struct large_session *, bool dry_run, outcome_told, void *arg);

/*
 * Decides what a transaction that is committed left; it stays due when that
 * fails.
 */
void large_sessions_now(struct ctx *, const struct energy_policy *,
    const struct large_session *);

/* Decides the one that has waited longest.  *any: there was one. */
enum fault large_session_next(struct ctx *, const struct energy_policy *,
    bool *any);

#endif
