/* What the upkeep programs look for, charger by charger. */
#ifndef CPMS_STORE_UPKEEP_H
#define CPMS_STORE_UPKEEP_H

#include "core/session.h"
#include "adapter/db.h"

/*
 * Legacy rows without a transactionId are none of these: nothing
 * can be known to be theirs.
 *
 * Chargers after `after` (NULL: from the first) that have a running session
 * or something waiting of which nothing was received since the cutoff.
 */
enum fault store_stale_chargers(struct ctx *, usec_t cutoff,
    const char *after, const char ***, size_t *n);

/*
 * Under the charger's lock.  Marks its silent sessions stale, takes its
 * silent transactions off the list of what waits, and tells which, and the
 * time of the first sample of each, of whatever measurand (without one: now).
 */
enum fault store_stale_take(struct ctx *, const char *charger, usec_t cutoff,
    struct transaction **sessions, size_t *n_sessions,
    struct transaction **waiting, usec_t **since, size_t *n_waiting);

/* Chargers that have sessions. */
enum fault store_session_chargers(struct ctx *, const char *after,
    const char ***, size_t *n);
/* A charger's transactions that have sessions, by id. */
enum fault store_transactions(struct ctx *, const char *charger,
    int64_t after, struct transaction **, size_t *n);
/*
 * Sessions that have a transaction, and legacy rows that repeat the start of
 * one of them.
 */
enum fault store_sessions_count(struct ctx *, int64_t *sessions,
    int64_t *duplicates);

/*
 * Sessions without a price that can have one: their charger was at a site with
 * a tariff at their start.  Beside them, those that name another site than
 * that.
 *
 * Chargers after `after` (NULL: from the first) that have such sessions; with
 * a site those alone that were there at any time.
 */
enum fault store_unpriced_chargers(struct ctx *, const struct uuid *site,
    const char *after, const char ***, size_t *n);

/* In a list by start, then id. */
struct session_place {
	usec_t at;
	struct uuid id;
};

/* Under the charger's lock: the first of its behind the place. */
enum fault store_unpriced_find(struct ctx *, const char *charger,
    const struct session_place *, int64_t limit, struct session **,
    size_t *n);

#endif
