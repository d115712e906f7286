/* Refused bodies, the last 1000. */
#ifndef CPMS_STORE_QUARANTINE_H
#define CPMS_STORE_QUARANTINE_H

#include "core/quarantine.h"
#include "adapter/db.h"

/* Keeps one; a transaction of its own. */
enum fault store_quarantine_add(struct ctx *, const char *reason,
    const char *body, size_t len);

/*
 * Those with an id below `before`, newest first, as many as fit on a page;
 * *more says that another follows.
 */
enum fault store_quarantine_list(struct ctx *, int64_t before, int64_t limit,
    struct quarantine_record **, size_t *n, bool *more);

#endif
