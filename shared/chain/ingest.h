/* Events into the database, with all their effects, in one transaction. */
#ifndef CPMS_CHAIN_INGEST_H
#define CPMS_CHAIN_INGEST_H

#include "core/event.h"
#include "core/session.h"
#include "base/ctx.h"

/*
 * FAULT_NONE: committed.  Otherwise nothing was written, or (FAULT_DATABASE)
 * nobody knows; giving the same events again is harmless, they are known by
 * their content.  Reorders the pointers.
 */
enum fault ingest(struct ctx *, const struct limits *, struct event **,
    size_t n);

#endif
