/* SQL of chargers and connector_state, but for what events write there. */
#ifndef CPMS_STORE_CHARGER_H
#define CPMS_STORE_CHARGER_H

#include "core/charger.h"
#include "adapter/db.h"

/* FAULT_NOT_FOUND: no such charger. */
enum fault store_charger_load(struct ctx *, const char *id,
    struct charger *);

/* By connectorId.  FAULT_NOT_FOUND: no such charger. */
enum fault store_connector_list(struct ctx *, const char *charger,
    struct connector **, size_t *n);

/* A charger that nobody knows reads as an inactive one without a hash. */
enum fault store_charger_secret(struct ctx *, const char *id,
    struct charger_secret *);

/*
 * Moves lastSeenAt of an authenticated charger to the context's time, where it
 * is 10 s behind; nobody waits for a row that is locked.
 */
enum fault store_charger_seen(struct ctx *, const char *id,
    const struct charger_secret *);

/* Only if the charger still has the old hash. */
enum fault store_charger_rehash(struct ctx *, const char *id,
    const char *old_hash, const char *new_hash);

/*
 * Adds the first charger or changes it, and reads it into the second.  What
 * is NULL, or has no value, stays; updated_at stays when nothing changes.
 * has_site with a nil site: of none; a site exists.  FAULT_NOT_FOUND: it would
 * be a new one, but without a secret_hash.
 */
enum fault store_charger_put(struct ctx *, const struct charger *,
    struct charger *, bool *added);

/* NULL: any. */
struct charger_filter {
	const struct uuid *site;
	const bool *active, *seen;
	const usec_t *seen_since, *seen_before;
	const char *state;	/* of charger_state_names */
	usec_t online_since;	/* what is heard later is online */
	const char *after;	/* the last one of the page before */
	int64_t limit;
};
/* By id. */
enum fault store_charger_list(struct ctx *, const struct charger_filter *,
    struct charger **, size_t *n, bool *more);

#endif
