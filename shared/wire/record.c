#include "record.h"

#include "explanation.h"

static const struct member event_record_members[] = {
	{ "id", MEMBER_INT, AT(event_record, id) },
	{ "type", MEMBER_STRING, AT(event_record, type) },
	{ "chargePointId", MEMBER_CHARGER, AT(event_record, charger) },
	{ "ts", MEMBER_TIME, AT(event_record, ts) },
	{ "receivedAt", MEMBER_TIME, AT(event_record, received_at) },
	{ "event", MEMBER_JSON, AT(event_record, payload),
	    .says = "The event as it came; its text, where the database can't "
	    "hold it as JSON." },
	{ 0 }
};
const struct document event_record_document = {
	"Event", "An event of the gateway.",
	event_record_members, sizeof(struct event_record), false
};

static bool
readings_are_known(const void *r)
{
	return ((const struct revision_record *)r)->readings.known;
}

static const struct member readings_members[] = {
	{ "count", MEMBER_INT, AT(revision_readings, n) },
	{ "used", MEMBER_INT, AT(revision_readings, n_used) },
	{ "sha256", MEMBER_STRING, AT(revision_readings, sha256),
	    .nullable = true, .says = "Of what they said when they were "
	    "judged; null where they are copies." },
	{ "unchanged", MEMBER_BOOL, AT(revision_readings, unchanged),
	    HAS(revision_readings, checked), .says = "Whether they say the "
	    "same today; null where they don't fit on one page." },
	{ "next", MEMBER_STRING, AT(revision_readings, next),
	    .nullable = true, .says = "More of them: "
	    "?revision=N&readings=NEXT." },
	{ 0 }
};
static const struct document readings_document = {
	"RevisionReadings", NULL, readings_members,
	sizeof(struct revision_readings), false
};

static const struct member revision_members[] = {
	{ "revision", MEMBER_INT, AT(revision_record, number) },
	{ "madeAt", MEMBER_TIME, AT(revision_record, made_at) },
	{ "cause", MEMBER_STRING, AT(revision_record, cause) },
	{ "ruleVersion", MEMBER_INT, AT(revision_record, rule_version),
	    .says = "0: it was made without a rule." },
	{ "energyWh", MEMBER_INT, AT(revision_record, energy_wh),
	    HAS(revision_record, has_energy) },
	{ "energySource", MEMBER_STRING,
	    AT(revision_record, energy_source), .nullable = true },
	{ "isEstimated", MEMBER_BOOL, AT(revision_record, estimated) },
	{ "needsReview", MEMBER_BOOL, AT(revision_record, needs_review) },
	{ "reviewReasons", MEMBER_SET, AT(revision_record, review_reasons),
	    .words = flag_names },
	{ "corrected", MEMBER_BOOL, AT(revision_record, corrected),
	    .says = "energyWh is an operator's word." },
	{ "startedAt", MEMBER_TIME, AT(revision_record, started_at),
	    HAS(revision_record, has_started) },
	{ "endedAt", MEMBER_TIME, AT(revision_record, ended_at),
	    HAS(revision_record, has_ended) },
	{ "meterStartWh", MEMBER_MWH, AT(revision_record, meter_start),
	    HAS(revision_record, has_meter_start) },
	{ "meterStopWh", MEMBER_MWH, AT(revision_record, meter_stop),
	    HAS(revision_record, has_meter_stop) },
	{ "reason", MEMBER_STRING, AT(revision_record, reason),
	    .nullable = true },
	{ "acceptedBy", MEMBER_STRING, AT(revision_record, accepted_by),
	    .nullable = true },
	{ "acceptedWhy", MEMBER_STRING, AT(revision_record, accepted_why),
	    .nullable = true },
	{ "", MEMBER_INLINE_JSON, AT(revision_record, explanation),
	    .document = &reasons_document },
	{ "readings", MEMBER_OBJECT, AT(revision_record, readings),
	    .when = readings_are_known, .document = &readings_document },
	{ "readingsUsed", MEMBER_LIST_JSON, AT(revision_record, used),
	    .nullable = true, .document = &explained_document,
	    .says = "Those of the page, at most 1000 with the next." },
	{ "readingsLeftOut", MEMBER_LIST_JSON, AT(revision_record, left),
	    .nullable = true, .document = &explained_document },
	{ 0 }
};
static const struct document revision_document = {
	"Revision", "A decision about a session, and its reasons.",
	revision_members, sizeof(struct revision_record), false
};

static const struct member revisions_members[] = {
	{ "sessionId", MEMBER_UUID, AT(revisions, session) },
	{ "revisions", MEMBER_LIST, AT(revisions, list),
	    COUNT(revisions, n), .document = &revision_document },
	{ 0 }
};
const struct document revisions_document = {
	"Revisions", "Why a session's number is what it is.",
	revisions_members, sizeof(struct revisions), false
};

static const char *
sample_measurand(const void *s)
{
	return reading_kind_name(
	    ((const struct sample_record *)s)->reading.kind);
}

static bool
sample_has_event(const void *s)
{
	return ((const struct sample_record *)s)->reading.event_id != 0;
}

static const struct member sample_members[] = {
	{ "ts", MEMBER_TIME, AT(sample_record, reading.ts) },
	{ "measurand", MEMBER_STRING, .get = sample_measurand },
	{ "value", MEMBER_STRING, AT(sample_record, reading.value),
	    .nullable = true, .says = "As the charger sent it." },
	{ "unit", MEMBER_STRING, AT(sample_record, reading.unit),
	    .nullable = true },
	{ "energyWh", MEMBER_MWH, AT(sample_record, reading.mwh),
	    HAS(sample_record, reading.usable),
	    .says = "null: the value is no energy." },
	{ "context", MEMBER_STRING, AT(sample_record, reading.context),
	    .nullable = true },
	{ "phase", MEMBER_STRING, AT(sample_record, reading.phase),
	    .nullable = true },
	{ "location", MEMBER_STRING, AT(sample_record, reading.location),
	    .nullable = true },
	{ "format", MEMBER_STRING, AT(sample_record, reading.format),
	    .nullable = true },
	{ "receivedAt", MEMBER_TIME, AT(sample_record, received_at) },
	{ "eventId", MEMBER_INT, AT(sample_record, reading.event_id),
	    .when = sample_has_event },
	{ 0 }
};
const struct document sample_document = {
	"Sample", "An energy reading of a session.",
	sample_members, sizeof(struct sample_record), false
};

static const struct member waiting_members[] = {
	{ "chargePointId", MEMBER_CHARGER, AT(waiting_record, of.charger) },
	{ "transactionId", MEMBER_INT, AT(waiting_record, of.id) },
	{ "firstReceivedAt", MEMBER_TIME,
	    AT(waiting_record, first_received_at) },
	{ "lastReceivedAt", MEMBER_TIME,
	    AT(waiting_record, last_received_at) },
	{ "samples", MEMBER_INT, AT(waiting_record, samples) },
	{ "ends", MEMBER_INT, AT(waiting_record, ends) },
	{ 0 }
};
const struct document waiting_document = {
	"Waiting", "A transaction whose start has not come.",
	waiting_members, sizeof(struct waiting_record), false
};

static const struct member quarantine_members[] = {
	{ "id", MEMBER_INT, AT(quarantine_record, id) },
	{ "receivedAt", MEMBER_TIME, AT(quarantine_record, received_at) },
	{ "reason", MEMBER_STRING, AT(quarantine_record, reason) },
	{ "size", MEMBER_INT, AT(quarantine_record, size),
	    .says = "Of the body, in bytes." },
	{ "body", MEMBER_STRING, AT(quarantine_record, body),
	    .says = "As text, its first 64 KB.  U+FFFD stands for what is "
	    "none, *** for a secret." },
	{ "isCut", MEMBER_BOOL, AT(quarantine_record, is_cut),
	    .says = "The body has more than is shown." },
	{ 0 }
};
const struct document quarantine_document = {
	"RefusedBody", "A body that the events call refused.",
	quarantine_members, sizeof(struct quarantine_record), false
};
