/* JSON of settlements and of the calls that move them. */
#ifndef CPMS_WIRE_SETTLEMENT_H
#define CPMS_WIRE_SETTLEMENT_H

#include "core/settlement.h"
#include "document.h"

/* struct settlement */
extern const struct document settlement_document;

/* struct settlement_event */
extern const struct document settlement_event_document;

/* Bodies: struct settlement_claim, and struct settlement_step of each step. */
extern const struct document claim_document, submitted_document,
    confirmed_document, failed_document;

/* What a claim came to, under one lease; n may be 0. */
extern const struct document claimed_document;
struct claimed {
	struct uuid lease;
	usec_t lease_until;
	const struct settlement *list;
	size_t n;
};

#endif
