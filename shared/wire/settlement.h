/* JSON of settlements and of the calls that move them. */
#ifndef CPMS_WIRE_SETTLEMENT_H
#define CPMS_WIRE_SETTLEMENT_H

#include "core/settlement.h"
#include "adapter/json.h"

struct json *wire_settlement(struct ctx *, const struct settlement *);
struct json *wire_settlements(struct ctx *, const struct settlement *,
    size_t n);
/* What a claim came to; n may be 0. */
struct json *wire_claimed(struct ctx *, const struct settlement *, size_t n);
struct json *wire_settlement_events(struct ctx *,
    const struct settlement_event *, size_t n);

/* FAULT_INVALID names each member that is missing or wrong. */
enum fault wire_submitted_read(struct ctx *, const struct json *,
    struct settlement_step *);
enum fault wire_confirmed_read(struct ctx *, const struct json *,
    struct settlement_step *);
enum fault wire_failed_read(struct ctx *, const struct json *,
    struct settlement_step *);
enum fault wire_claim_read(struct ctx *, const struct json *,
    struct settlement_claim *);

#endif
