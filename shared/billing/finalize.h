/* The fallback chain for sessions that are there already. */
#ifndef CPMS_BILLING_FINALIZE_H
#define CPMS_BILLING_FINALIZE_H

#include "evaluate.h"

/*
 * Runs the fallback chain for one session that has ended; one that is final and
 * has its price only with force.  FAULT_NOT_FOUND; FAULT_CONFLICT while it is
 * running, or for a legacy row that is a duplicate.
 */
enum fault finalize_session(struct ctx *, const struct energy_policy *,
    const struct uuid *, bool force, struct session *);

/*
 * Ends silent sessions and makes startless sessions of pending transactions,
 * where nothing was received since the cutoff; one charger a transaction.  With
 * dry_run nothing is kept.  The report is told of each session that ended.
 */
enum fault close_stale(struct ctx *, const struct energy_policy *,
    usec_t cutoff, bool dry_run, const struct report *);

/* Decides every session anew; one that comes out the same stays as it is. */
enum fault refinalize_all(struct ctx *, const struct energy_policy *,
    bool dry_run, const struct report *);

#endif
