#include "session.h"

enum { MAX_WORDS = 255, MAX_KEY = 255 };

/* 1 GWh: no session comes near. */
#define MAX_ENERGY_WH	1000000000

static bool
is_ended(const void *s)
{
	return ((const struct session *)s)->end != END_NONE;
}

static bool
is_running(const void *s)
{
	return !is_ended(s);
}

/* A start without a meter value says 0: the gateway leaves it out then. */
static bool
has_meter_start(const void *v)
{
	const struct session *s = v;

	return s->has_meter_start || (s->has_start && !s->start_unreadable);
}

static const struct member session_members[] = {
	{ "sessionId", MEMBER_UUID, AT(session, id) },
	{ "chargePointId", MEMBER_CHARGER, AT(session, charger) },
	{ "connectorId", MEMBER_INT, AT(session, connector),
	    HAS(session, has_connector) },
	{ "transactionId", MEMBER_INT, AT(session, transaction),
	    HAS(session, has_transaction) },
	{ "idTag", MEMBER_STRING, AT(session, id_tag), .nullable = true },
	{ "startedAt", MEMBER_TIME, AT(session, started_at) },
	{ "endedAt", MEMBER_TIME, AT(session, ended_at), .when = is_ended,
	    .says = "null while it is running." },
	{ "meterStartWh", MEMBER_MWH, AT(session, meter_start),
	    .when = has_meter_start, .says = "0 when a start came without "
	    "one, null when no start came or its value can't be read." },
	{ "meterStopWh", MEMBER_MWH, AT(session, meter_stop),
	    HAS(session, has_meter_stop) },
	{ "reason", MEMBER_STRING, AT(session, reason), .nullable = true,
	    .says = "Why it ended, as the charger sent it." },
	{ "energyWh", MEMBER_INT, AT(session, energy_wh),
	    HAS(session, has_energy), .says = "The number on the bill." },
	{ "energySource", MEMBER_STRING, AT(session, energy_source),
	    .nullable = true, .says = "The step that gave it: "
	    "StopTransaction, MeterValues.Register, MeterValues.Interval "
	    "or Missing." },
	{ "isEstimated", MEMBER_BOOL, AT(session, estimated) },
	{ "needsReview", MEMBER_BOOL, AT(session, needs_review) },
	{ "reviewReasons", MEMBER_SET, AT(session, review_reasons),
	    .words = flag_names, .says = "Why somebody should look, or "
	    "looked: accepting keeps them." },
	{ "corrected", MEMBER_BOOL, AT(session, corrected),
	    .says = "energyWh is an operator's word." },
	{ "finalizing", MEMBER_BOOL, AT(session, finalizing),
	    .says = "It has so many readings that its number is made "
	    "soon, not at once; it has ended, or something came late." },
	{ "finalizedAt", MEMBER_TIME, AT(session, finalized_at),
	    HAS(session, finalized) },
	{ "updatedAt", MEMBER_TIME, AT(session, updated_at) },
	{ "tariffId", MEMBER_UUID, AT(session, tariff), .nullable = true },
	{ "costAmount", MEMBER_MONEY, AT(session, cost),
	    HAS(session, has_cost) },
	{ "costCurrency", MEMBER_STRING, AT(session, cost_currency),
	    .nullable = true },
	{ "pricedAt", MEMBER_TIME, AT(session, priced_at),
	    HAS(session, priced) },
	{ "siteId", MEMBER_UUID, AT(session, site), .nullable = true,
	    .says = "Of its charger, at its start." },
	{ "billing", MEMBER_STATE, AT(session, billing), .nullable = true,
	    .words = billing_names, .says = "Where its money is; null while "
	    "it is running, and until it first has a number." },
	{ "unpricedReason", MEMBER_STATE, AT(session, unpriced),
	    .nullable = true, .words = unpriced_names,
	    .says = "Why it has no price." },
	{ "energyWhSoFar", MEMBER_INT, AT(session, so_far_wh),
	    HAS(session, has_so_far), .when = is_running,
	    .says = "Of a running session. Of one with more than 1000 "
	    "readings it is what the register rose by, else null." },
	{ "lastReadingAt", MEMBER_TIME, AT(session, last_reading_at),
	    HAS(session, has_last_reading), .when = is_running,
	    .says = "Of a running session." },
	{ 0 }
};
const struct document session_document = {
	"Session", "A session (OCPP: transaction) of a charger.",
	session_members, sizeof(struct session), false
};

static const struct member finalized_members[] = {
	{ "session", MEMBER_OBJECT, AT(finalized, session),
	    .document = &session_document },
	{ "force", MEMBER_BOOL, AT(finalized, force) },
	{ 0 }
};
const struct document finalized_document = {
	"Finalized", "A session whose number was made.",
	finalized_members, sizeof(struct finalized), false
};

static const struct member acceptance_members[] = {
	{ "by", MEMBER_TEXT, AT(acceptance, by), .max = MAX_WORDS,
	    .says = "Who looked at it." },
	{ "why", MEMBER_TEXT, AT(acceptance, why), .max = MAX_WORDS,
	    .says = "On what grounds the number stands." },
	{ 0 }
};
const struct document acceptance_document = {
	"Acceptance", "An operator's word that a number stands.",
	acceptance_members, sizeof(struct acceptance), false
};

static const struct member correction_members[] = {
	{ "seq", MEMBER_INT, AT(correction, seq), .read_only = true },
	{ "energyWh", MEMBER_INT, AT(correction, energy_wh),
	    HAS(correction, has_energy), .max = MAX_ENERGY_WH,
	    .says = "The energy of the session; null: withdrawn." },
	{ "by", MEMBER_TEXT, AT(correction, by), .max = MAX_WORDS,
	    .nullable = true, .says = "Who stands for it." },
	{ "why", MEMBER_TEXT, AT(correction, why), .max = MAX_WORDS,
	    .nullable = true, .says = "On what grounds." },
	{ "idempotencyKey", MEMBER_STRING, AT(correction, key), .min = 1,
	    .max = MAX_KEY, .says = "The same key again is the same "
	    "correction." },
	{ "madeAt", MEMBER_TIME, AT(correction, made_at), .read_only = true },
	{ 0 }
};
const struct document correction_document = {
	"Correction", "The energy that an operator stands for.",
	correction_members, sizeof(struct correction), false
};
