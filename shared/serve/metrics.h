/*
 * The metrics of all endpoints whose sockets lie beside this one's, as
 * Prometheus reads them (text format 0.0.4).  Their counters are in the
 * directory `counters` there.
 */
#ifndef CPMS_SERVE_METRICS_H
#define CPMS_SERVE_METRICS_H

#include "base/buf.h"
#include "base/metric.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/*
 * Once, before any thread: this process counts for the endpoint of the name.
 * Without a directory that it may write to it counts for itself, and says so
 * in the log.
 */
void metrics_open(const char *name);

/* What was counted, and what was measured in the order of the rows. */
void metrics_write(struct buf *, const struct measured *, size_t n);

#endif
