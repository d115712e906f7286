/* SQL of a charger's sessions as the links of its continuity. */
#ifndef CPMS_STORE_CONTINUITY_H
#define CPMS_STORE_CONTINUITY_H

#include "core/continuity.h"
#include "adapter/db.h"

/*
 * The finalized sessions of a charger's connectors with from <= startedAt <
 * to, no more than `limit` of them, in any order; without legacy duplicates.
 */
enum fault store_links_list(struct ctx *, const char *charger, usec_t from,
    usec_t to, int64_t limit, struct link **, size_t *n);

#endif
