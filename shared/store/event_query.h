/*
 * Raw events and what waits for its start, as they are shown.  Each reads one
 * page; *more says that another follows behind its last row.
 */
#ifndef CPMS_STORE_EVENT_QUERY_H
#define CPMS_STORE_EVENT_QUERY_H

#include "core/record.h"
#include "adapter/db.h"

/* A charger's events with an id below `before`, newest first. */
enum fault store_events_list(struct ctx *, const char *charger,
    int64_t before, int64_t limit, struct event_record **, size_t *n,
    bool *more);

/*
 * By the time at which the first of them was received, oldest first; behind
 * `last` unless that is NULL.  charger: NULL for all.
 */
enum fault store_waiting_list(struct ctx *, const char *charger,
    const struct waiting_record *last, int64_t limit,
    struct waiting_record **, size_t *n, bool *more);

#endif
