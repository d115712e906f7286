/* SQL of tariffs: a site's follow each other without overlap. */
#ifndef CPMS_STORE_TARIFF_H
#define CPMS_STORE_TARIFF_H

#include "core/pricing.h"
#include "adapter/db.h"

/*
 * Ends the site's tariff and starts this one (t->site, price, currency) in
 * one step, from now on or from t->valid_from, when that is given; a site's
 * first holds for all before too, unless it is.  Reads the rest of it.
 *
 * What is in force already, or with t->id the tariff of that id, is not
 * started again: *added is false.  FAULT_NOT_FOUND: no such site.
 * FAULT_CONFLICT: the tariff of that id is another, or the one before it
 * began later.
 */
enum fault store_tariff_add(struct ctx *, struct tariff *, bool *added);

/* Newest first, before (last_at, last_id) of createdAt.  FAULT_NOT_FOUND. */
enum fault store_tariff_list(struct ctx *, const struct uuid *site,
    usec_t last_at, const struct uuid *last_id, int64_t limit,
    struct tariff **, size_t *n, bool *more);

#endif
