/* SQL of tariffs: a site's follow each other without overlap. */
#ifndef CPMS_STORE_TARIFF_H
#define CPMS_STORE_TARIFF_H

#include "core/pricing.h"
#include "adapter/db.h"

/*
 * Ends the site's tariff and starts this one (t->id, site, price, currency)
 * in one step; a site's first holds for all before too.  Reads the rest of
 * it.  FAULT_NOT_FOUND: no such site.
 */
enum fault store_tariff_add(struct ctx *, struct tariff *);

/* The one in force.  *found = false: none. */
enum fault store_tariff_open(struct ctx *, const struct uuid *site,
    struct tariff *, bool *found);

/* Newest first, before (last_at, last_id) of createdAt.  FAULT_NOT_FOUND. */
enum fault store_tariff_list(struct ctx *, const struct uuid *site,
    usec_t last_at, const struct uuid *last_id, int64_t limit,
    struct tariff **, size_t *n, bool *more);

#endif
