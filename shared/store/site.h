/* SQL of sites and their wallets, and of which site a charger belongs to. */
#ifndef CPMS_STORE_SITE_H
#define CPMS_STORE_SITE_H

#include "core/charger.h"
#include "core/site.h"
#include "adapter/db.h"

/* Whether the database knows the time zone. */
enum fault store_time_zone_known(struct ctx *, const char *, bool *known);

/*
 * The site of this name: added with s->id and s->time_zone when there is
 * none, otherwise given the time zone unless that is NULL; and reads it.
 */
enum fault store_site_add(struct ctx *, struct site *, bool *added);

/* FAULT_NOT_FOUND: no such site. */
enum fault store_site_load(struct ctx *, const struct uuid *, struct site *);

/* Oldest first, behind (last_at, last_id). */
enum fault store_site_list(struct ctx *, usec_t last_at,
    const struct uuid *last_id, int64_t limit, struct site **, size_t *n,
    bool *more);

/* From now on; that it has already changes nothing.  FAULT_NOT_FOUND. */
enum fault store_site_wallet(struct ctx *, const struct uuid *,
    const char *wallet);

/*
 * Moves a charger to a site (nil: to none) from a time in the past (NULL: from
 * now) on; its first site counts for all before too, unless there is a time.
 * A charger that is there already stays as it is.  FAULT_NOT_FOUND: no such
 * charger, or site.  FAULT_CONFLICT: it came to its present site later, or
 * just then.
 */
enum fault store_charger_site(struct ctx *, const char *charger,
    const struct uuid *site, const usec_t *since, struct charger *);

/* Queues the move alone: the charger is locked, and there is such a site. */
enum fault store_charger_move(struct ctx *, const char *charger,
    const struct uuid *site, const usec_t *since);

#endif
