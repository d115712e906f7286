/* Events into the database, with all their effects, in one transaction. */
#ifndef CPMS_BILLING_INGEST_H
#define CPMS_BILLING_INGEST_H

#include "core/event.h"
#include "core/session.h"
#include "base/ctx.h"

/*
 * FAULT_NONE: committed.  Otherwise nothing was written, or (FAULT_DATABASE)
 * nobody knows; giving the same events again is harmless, they are known by
 * their content.  Reorders the pointers.
 *
 * *repeats, 0 at first, is the caller's to keep from call to call: for how
 * many more of them repetitions are expected, since there was one.
 *
 * *due: a large session is (billing/large.h).
 */
enum fault ingest(struct ctx *, const struct energy_policy *, struct event **,
    size_t n, int *repeats, bool *due);

#endif
