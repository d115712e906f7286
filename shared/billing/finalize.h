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

/* Told of a pass over the chargers, once each batch is committed. */
struct pass_report {
	/* NULL: they are not told */
	void (*session)(void *arg, const struct session_outcome *);
	bool (*batch)(void *arg);	/* false: stop here */
	void *arg;
};

/*
 * Both passes go charger by charger in batches, a transaction each: one that
 * is stopped or killed has done whole batches, and the next one does the rest.
 * With dry_run each batch is tried in the database and undone.
 *
 * close_stale() ends silent sessions and makes startless sessions of pending
 * transactions, where nothing was received since the cutoff.
 */
enum fault close_stale(struct ctx *, const struct energy_policy *,
    usec_t cutoff, bool dry_run, const struct pass_report *);

/*
 * Decides and prices every session anew; one that comes out the same stays as
 * it is.
 */
enum fault refinalize_all(struct ctx *, const struct energy_policy *,
    bool dry_run, const struct pass_report *);

/* Whose sessions are looked at; NULL: any charger's, any site's. */
struct unpriced_scope {
	const char *charger;
	const struct uuid *site;	/* where a charger was at any time */
	usec_t until;			/* monotonic time; 0: to the end */
};

/*
 * Prices the sessions without a price that have a site and a tariff by now, as
 * after one that began in the past; and notes the site of those without a
 * tariff.  A session that has a price keeps it.
 */
enum fault price_unpriced(struct ctx *, const struct unpriced_scope *,
    bool dry_run, const struct pass_report *);

/*
 * The same at the end of a request, for most of the time that it has left.
 * What it leaves, for whatever reason, is close-stale's: it only logs.
 */
void price_unpriced_now(struct ctx *, const char *charger,
    const struct uuid *site);

#endif
