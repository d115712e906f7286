/* How much there is of what somebody should know of: the gauges of /metrics. */
#ifndef CPMS_STORE_GAUGES_H
#define CPMS_STORE_GAUGES_H

#include "adapter/db.h"
#include "base/metric.h"

/*
 * All of them, in one round trip.  A charger is offline when it has not been
 * heard for so many minutes.
 */
enum fault store_gauges(struct ctx *, int64_t offline_minutes,
    struct measured **, size_t *n);

#endif
