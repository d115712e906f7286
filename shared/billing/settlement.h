/* Steps of settlements, each in a transaction of its own. */
#ifndef CPMS_BILLING_SETTLEMENT_H
#define CPMS_BILLING_SETTLEMENT_H

#include "base/ctx.h"
#include "core/settlement.h"

/*
 * Freezes a settlement that is submitted for the first time.
 * FAULT_NOT_FOUND; FAULT_CONFLICT, with the settlement as it stands, when the
 * step can't be.
 */
enum fault settlement_apply(struct ctx *, const struct uuid *,
    const struct settlement_step *, struct settlement *);

/*
 * Leases Pending settlements that nobody holds, oldest first, under one new
 * token, and freezes those that are claimed for the first time.
 */
enum fault settlements_claim(struct ctx *, const struct settlement_claim *,
    struct settlement **, size_t *n);

#endif
