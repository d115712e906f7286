#include "session.h"

#include <string.h>

#include "member.h"
#include "tariff.h"

enum { MAX_WORDS = 255 };

static void
add_result(struct ctx *cx, struct json *j, const struct session *s)
{
	member_int(cx, j, "energyWh", s->has_energy, s->energy_wh);
	json_add_text(cx, j, "energySource", s->energy_source);
	json_add_bool(cx, j, "isEstimated", s->estimated);
	json_add_bool(cx, j, "needsReview", s->needs_review);
	member_time(cx, j, "finalizedAt", s->finalized, s->finalized_at);
	if (uuid_is_nil(&s->tariff))
		json_add_null(cx, j, "tariffId");
	else
		json_add_uuid(cx, j, "tariffId", &s->tariff);
	if (s->has_cost)
		wire_money(cx, j, "costAmount", s->cost);
	else
		json_add_null(cx, j, "costAmount");
	json_add_text(cx, j, "costCurrency", s->cost_currency);
	member_time(cx, j, "pricedAt", s->priced, s->priced_at);
}

struct json *
wire_session(struct ctx *cx, const struct session *s)
{
	struct json *j = json_object(cx);
	bool running = s->end == END_NONE;

	json_add_uuid(cx, j, "sessionId", &s->id);
	json_add_text(cx, j, "chargePointId", s->charger);
	member_int(cx, j, "connectorId", s->has_connector, s->connector);
	member_int(cx, j, "transactionId", s->has_transaction, s->transaction);
	json_add_text(cx, j, "idTag", s->id_tag);
	json_add_time(cx, j, "startedAt", s->started_at);
	member_time(cx, j, "endedAt", !running, s->ended_at);
	member_mwh(cx, j, "meterStartWh", s->has_start || s->has_meter_start,
	    s->has_meter_start ? s->meter_start : 0);
	member_mwh(cx, j, "meterStopWh", s->has_meter_stop, s->meter_stop);
	json_add_text(cx, j, "reason", s->reason);
	add_result(cx, j, s);
	member_int(cx, j, "energyWhSoFar", running && s->has_so_far,
	    s->so_far_wh);
	member_time(cx, j, "lastReadingAt", running && s->has_last_reading,
	    s->last_reading_at);
	return j;
}

struct json *
wire_sessions(struct ctx *cx, const struct session *s, size_t n)
{
	struct json *list = json_array(cx);

	for (; n > 0; n--, s++)
		json_append(list, wire_session(cx, s));
	return list;
}

/* Characters, not bytes: the name may be written in any script. */
static size_t
characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static const char *
words(struct ctx *cx, const struct json *root, const char *key,
    const char *pointer)
{
	const struct json *j = json_get(root, key);
	const char *s = json_string(j);

	if (s == NULL)
		ctx_bad(cx, pointer, j == NULL ? "is missing" :
		    "must be a string");
	else if (s[strspn(s, " \t\r\n")] == '\0')
		ctx_bad(cx, pointer, "is empty");
	else if (characters(s) > MAX_WORDS)
		ctx_bad(cx, pointer, "is longer than 255 characters");
	return s;
}

enum fault
wire_acceptance_read(struct ctx *cx, const struct json *root,
    struct acceptance *a)
{
	a->by = words(cx, root, "by", "/by");
	a->why = words(cx, root, "why", "/why");
	return ctx_invalid(cx);
}
