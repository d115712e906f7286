#include "record.h"

#include <string.h>

#include "member.h"

struct json *
wire_event_records(struct ctx *cx, const struct event_record *e, size_t n)
{
	struct json *list = json_array(cx), *j;

	for (; n > 0; n--, e++) {
		json_append(list, j = json_object(cx));
		json_add_int(cx, j, "id", e->id);
		json_add_text(cx, j, "type", e->type);
		json_add_text(cx, j, "chargePointId", e->charger);
		json_add_time(cx, j, "ts", e->ts);
		json_add_time(cx, j, "receivedAt", e->received_at);
		json_add_raw(cx, j, "event", e->payload);
	}
	return list;
}

static struct json *
revision(struct ctx *cx, const struct revision_record *r)
{
	struct json *j = json_object(cx);

	json_add_int(cx, j, "revision", r->number);
	json_add_time(cx, j, "madeAt", r->made_at);
	json_add_text(cx, j, "cause", r->cause);
	json_add_int(cx, j, "ruleVersion", r->rule_version);
	member_int(cx, j, "energyWh", r->has_energy, r->energy_wh);
	json_add_text(cx, j, "energySource", r->energy_source);
	json_add_bool(cx, j, "isEstimated", r->estimated);
	json_add_bool(cx, j, "needsReview", r->needs_review);
	member_time(cx, j, "startedAt", r->has_started, r->started_at);
	member_time(cx, j, "endedAt", r->has_ended, r->ended_at);
	member_mwh(cx, j, "meterStartWh", r->has_meter_start, r->meter_start);
	member_mwh(cx, j, "meterStopWh", r->has_meter_stop, r->meter_stop);
	json_add_text(cx, j, "reason", r->reason);
	json_add_text(cx, j, "acceptedBy", r->accepted_by);
	json_add_text(cx, j, "acceptedWhy", r->accepted_why);
	return j;
}

/* The stored text is taken as it is: only its braces go. */
static struct json *
explained(struct ctx *cx, const struct revision_record *r)
{
	static const char none[] = "{\"step\":null,\"steps\":null,"
	    "\"baseline\":null,\"flags\":null,\"readingsUsed\":null,"
	    "\"readingsLeftOut\":null}";
	const char *more = strcmp(r->explanation, "{}") == 0 ? none :
	    r->explanation;
	const char *text = json_print(cx, revision(cx, r));

	return json_raw(cx, arena_printf(&cx->arena, "%.*s,%s",
	    (int)strlen(text) - 1, text, more + 1));
}

struct json *
wire_revisions(struct ctx *cx, const struct session *s,
    const struct revision_record *r, size_t n)
{
	struct json *j = json_object(cx), *list = json_array(cx);

	json_add_uuid(cx, j, "sessionId", &s->id);
	json_add(j, "revisions", list);
	for (; n > 0; n--, r++)
		json_append(list, explained(cx, r));
	return j;
}

struct json *
wire_samples(struct ctx *cx, const struct sample_record *s, size_t n)
{
	struct json *list = json_array(cx), *j;

	for (; n > 0; n--, s++) {
		const struct reading *r = &s->reading;

		json_append(list, j = json_object(cx));
		json_add_time(cx, j, "ts", r->ts);
		json_add_text(cx, j, "measurand", reading_kind_name(r->kind));
		json_add_text(cx, j, "value", r->value);
		json_add_text(cx, j, "unit", r->unit);
		member_mwh(cx, j, "energyWh", r->usable, r->mwh);
		json_add_text(cx, j, "context", r->context);
		json_add_text(cx, j, "phase", r->phase);
		json_add_text(cx, j, "location", r->location);
		json_add_text(cx, j, "format", r->format);
		json_add_time(cx, j, "receivedAt", s->received_at);
		member_int(cx, j, "eventId", r->event_id != 0, r->event_id);
	}
	return list;
}

struct json *
wire_waiting(struct ctx *cx, const struct waiting_record *w, size_t n)
{
	struct json *list = json_array(cx), *j;

	for (; n > 0; n--, w++) {
		json_append(list, j = json_object(cx));
		json_add_text(cx, j, "chargePointId", w->of.charger);
		json_add_int(cx, j, "transactionId", w->of.id);
		json_add_time(cx, j, "firstReceivedAt",
		    w->first_received_at);
		json_add_time(cx, j, "lastReceivedAt", w->last_received_at);
		json_add_int(cx, j, "samples", w->samples);
		json_add_int(cx, j, "ends", w->ends);
	}
	return list;
}
