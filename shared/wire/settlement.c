#include "settlement.h"

enum {
	MAX_NETWORK = 64, MAX_HASH = 255, MAX_ERROR = 4000, MAX_CLAIM = 200,
	DEFAULT_CLAIM = 50, DEFAULT_LEASE = 300, MAX_LEASE = 86400
};

static const char *
kind(const void *s)
{
	return settlement_kind(s);
}

static const struct member settlement_members[] = {
	{ "settlementId", MEMBER_UUID, AT(settlement, id) },
	{ "sessionId", MEMBER_UUID, AT(settlement, session),
	    .nullable = true },
	{ "chargePointId", MEMBER_CHARGER, AT(settlement, charger),
	    .nullable = true },
	{ "siteId", MEMBER_UUID, AT(settlement, site), .nullable = true },
	{ "kind", MEMBER_WORD, .get = kind, .words = settlement_kind_names },
	{ "adjusts", MEMBER_UUID, AT(settlement, adjusts), .nullable = true,
	    .says = "The settlement that an adjustment makes up for." },
	{ "amount", MEMBER_MONEY, AT(settlement, amount),
	    HAS(settlement, has_amount) },
	{ "currency", MEMBER_STRING, AT(settlement, currency),
	    .nullable = true },
	{ "status", MEMBER_STATE, AT(settlement, status),
	    .words = settlement_status_names },
	{ "payoutWallet", MEMBER_STRING, AT(settlement, wallet),
	    .nullable = true, .says = "The site's until it is frozen." },
	{ "chain", MEMBER_STRING, AT(settlement, network), .nullable = true,
	    .says = "The network that it was submitted to." },
	{ "txHash", MEMBER_STRING, AT(settlement, tx_hash),
	    .nullable = true },
	{ "externalRef", MEMBER_STRING, AT(settlement, external_ref),
	    .nullable = true },
	{ "error", MEMBER_STRING, AT(settlement, error), .nullable = true,
	    .says = "Why it failed." },
	{ "frozenAt", MEMBER_TIME, AT(settlement, frozen_at),
	    HAS(settlement, frozen),
	    .says = "When it was first claimed or submitted." },
	{ "statementSha256", MEMBER_STRING, AT(settlement, sha256),
	    .nullable = true },
	{ "createdAt", MEMBER_TIME, AT(settlement, created_at) },
	{ "updatedAt", MEMBER_TIME, AT(settlement, updated_at) },
	{ 0 }
};
const struct document settlement_document = {
	"Settlement", "What a priced session comes to.",
	settlement_members, sizeof(struct settlement), false
};

static const struct member settlement_event_members[] = {
	{ "seq", MEMBER_INT, AT(settlement_event, seq) },
	{ "from", MEMBER_WORD, AT(settlement_event, from), .nullable = true,
	    .words = settlement_status_names,
	    .says = "null: it was made." },
	{ "to", MEMBER_WORD, AT(settlement_event, to),
	    .words = settlement_status_names },
	{ "at", MEMBER_TIME, AT(settlement_event, at) },
	{ "data", MEMBER_JSON, AT(settlement_event, data),
	    .nullable = true },
	{ 0 }
};
const struct document settlement_event_document = {
	"SettlementEvent", "A step of a settlement.",
	settlement_event_members, sizeof(struct settlement_event), false
};

static const struct member submitted_members[] = {
	{ "chain", MEMBER_WORDS, AT(settlement_step, network),
	    .max = MAX_NETWORK, .says = "The network that it was sent to." },
	{ "txHash", MEMBER_TOKEN, AT(settlement_step, tx_hash),
	    .max = MAX_HASH },
	{ "externalRef", MEMBER_WORDS, AT(settlement_step, external_ref),
	    .max = MAX_HASH, .optional = true },
	{ "leaseToken", MEMBER_UUID, AT(settlement_step, lease),
	    .optional = true, .says = "Of the worker that claimed it." },
	{ 0 }
};
const struct document submitted_document = {
	"Submitted", "It was sent to a network.",
	submitted_members, sizeof(struct settlement_step), false
};

static const struct member confirmed_members[] = {
	{ "txHash", MEMBER_TOKEN, AT(settlement_step, tx_hash),
	    .max = MAX_HASH, .optional = true,
	    .says = "Has to be that of the settlement." },
	{ 0 }
};
const struct document confirmed_document = {
	"Confirmed", "The network has it for good.",
	confirmed_members, sizeof(struct settlement_step), false
};

static const struct member failed_members[] = {
	{ "error", MEMBER_TEXT, AT(settlement_step, error),
	    .max = MAX_ERROR },
	{ "txHash", MEMBER_TOKEN, AT(settlement_step, tx_hash),
	    .max = MAX_HASH, .optional = true,
	    .says = "Has to be that of the settlement." },
	{ 0 }
};
const struct document failed_document = {
	"Failed", "What was submitted will not be confirmed.",
	failed_members, sizeof(struct settlement_step), false
};

static const struct member claim_members[] = {
	{ "worker", MEMBER_WORDS, AT(settlement_claim, worker),
	    .max = MAX_HASH },
	{ "limit", MEMBER_INT, AT(settlement_claim, limit), .min = 1,
	    .max = MAX_CLAIM, .preset = DEFAULT_CLAIM, .optional = true },
	{ "leaseSeconds", MEMBER_INT, AT(settlement_claim, lease_seconds),
	    .min = 1, .max = MAX_LEASE, .preset = DEFAULT_LEASE,
	    .optional = true },
	{ 0 }
};
const struct document claim_document = {
	"Claim", "What a worker asks for.",
	claim_members, sizeof(struct settlement_claim), false
};

static bool
settlement_has_lease(const void *s)
{
	return !uuid_is_nil(&((const struct settlement *)s)->lease);
}

static const struct member claimed_settlement_members[] = {
	{ "", MEMBER_INLINE, .width = sizeof(struct settlement),
	    .document = &settlement_document },
	{ "leaseToken", MEMBER_UUID, AT(settlement, lease),
	    .nullable = true },
	{ "leaseUntil", MEMBER_TIME, AT(settlement, lease_until),
	    .when = settlement_has_lease },
	{ 0 }
};
static const struct document claimed_settlement_document = {
	"ClaimedSettlement", NULL,
	claimed_settlement_members, sizeof(struct settlement), false
};

static bool
claimed_has_lease(const void *c)
{
	return ((const struct claimed *)c)->n > 0;
}

static const struct member claimed_members[] = {
	{ "leaseToken", MEMBER_UUID, AT(claimed, lease), .nullable = true,
	    .says = "Submits them; null when there is nothing." },
	{ "leaseUntil", MEMBER_TIME, AT(claimed, lease_until),
	    .when = claimed_has_lease },
	{ "settlements", MEMBER_LIST, AT(claimed, list), COUNT(claimed, n),
	    .document = &claimed_settlement_document },
	{ 0 }
};
const struct document claimed_document = {
	"Claimed", "Settlements that are one worker's for a time.",
	claimed_members, sizeof(struct claimed), false
};
