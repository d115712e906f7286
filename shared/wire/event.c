#include "event.h"

#include <string.h>

#include "adapter/json.h"
#include "base/text.h"
#include "base/time.h"
#include "core/decimal.h"

enum { MAX_TEXT = 255 };

struct decoder {
	struct ctx *cx;
	const char *at;		/* pointer of the event: "" or "/17" */
	struct json_body body;
	const struct json *j;	/* its root */
	struct event *e;
};

static void
bad(struct decoder *d, const char *key, const char *why)
{
	ctx_bad(d->cx, arena_printf(&d->cx->arena, "%s/%s", d->at, key), why);
}

/* Free text, cut where no charger's own words would be. */
static const char *
text(struct decoder *d, const char *key)
{
	const char *s = json_string(json_get(d->j, key));
	size_t n = MAX_TEXT;

	if (s == NULL || strlen(s) <= MAX_TEXT)
		return s;
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return arena_strndup(&d->cx->arena, s, n);
}

static int32_t
integer(struct decoder *d, const char *key, int64_t min)
{
	const struct json *v = json_get(d->j, key);
	int64_t n = 0;

	if (json_is_null(v))
		bad(d, key, "is required");
	else if (!json_int(v, min, INT32_MAX, &n))
		bad(d, key, "must be a whole number");
	return (int32_t)n;
}

static void
meter(struct decoder *d, const char *key)
{
	const struct json *j = json_get(d->j, key);
	mwh_t v;

	if (decimal_mwh(json_text(j), "Wh", &v) && v >= 0) {
		d->e->has_meter = true;
		d->e->meter = v;
	} else
		d->e->meter_unreadable = !json_is_null(j);
}

/* Blank words are absent ones. */
static const char *
word(const struct json *sample, const char *key)
{
	const char *s = json_string(json_get(sample, key));

	return s == NULL || s[strspn(s, " ")] == '\0' ? NULL : s;
}

static void
reading(struct event *e, const struct json *sample, size_t item)
{
	struct reading *r = &e->readings[e->n_readings];
	const char *value = json_text(json_get(sample, "value"));

	*r = (struct reading){
		.ts = e->ts,
		.value = value == NULL ? "" : value,
		.unit = word(sample, "unit"),
		.context = word(sample, "context"),
		.phase = word(sample, "phase"),
		.location = word(sample, "location"),
		.format = word(sample, "format"),
	};
	reading_normalize(r, word(sample, "measurand"));
	if (r->kind == READING_OTHER)
		return;
	e->items[e->n_readings++] =
	    (int16_t)(item > INT16_MAX ? INT16_MAX : item);
}

static void
samples(struct decoder *d)
{
	const struct json *list = json_get(d->j, "samples"), *s;
	struct arena *a = &d->cx->arena;
	size_t n = 0, item = 0;

	if (!json_is_array(list))
		return;
	for (s = json_first(list); s != NULL; s = json_next(s))
		n++;
	if (n > MAX_READINGS) {
		bad(d, "samples", "must hold at most 1000 readings");
		return;
	}
	d->e->readings = arena_calloc(a, n * sizeof(*d->e->readings));
	d->e->items = arena_calloc(a, n * sizeof(*d->e->items));
	for (s = json_first(list); s != NULL; s = json_next(s), item++)
		if (json_is_object(s))
			reading(d->e, s, item);
}

/* The text of a member that jsonb can't hold, else NULL. */
static const struct json_slice *
unstorable(struct decoder *d, const char *key)
{
	const struct json_slice *slice = d->body.members, *last = NULL;
	const struct json *j = json_first(d->j);

	for (; j != NULL; j = json_next(j), slice++)
		if (strcmp(json_name(j), key) == 0)
			last = slice;
	return last == NULL || last->storable ? NULL : last;
}

/* A stand-in for a character must not make it another event's. */
static const char *
event_id(struct decoder *d)
{
	const struct json_slice *raw = unstorable(d, "eventId");

	return raw == NULL ? json_text(json_get(d->j, "eventId")) :
	    arena_strndup(&d->cx->arena, raw->text, raw->len);
}

static void
head(struct decoder *d)
{
	const char *type = json_string(json_get(d->j, "type"));
	const char *charger = json_string(json_get(d->j, "chargePointId"));
	const char *ts = json_string(json_get(d->j, "ts"));
	struct event *e = d->e;

	if (type == NULL || *type == '\0')
		bad(d, "type", type == NULL ? "is required, a string" :
		    "must not be empty");
	if (charger == NULL)
		bad(d, "chargePointId", "is required, a string");
	else if (!text_is_charger_id(charger, strlen(charger)) ||
	    unstorable(d, "chargePointId") != NULL)
		bad(d, "chargePointId", "must be 1 to 255 bytes without "
		    "control characters, and not . or ..");
	e->type_name = type == NULL ? "" : type;
	e->type = event_type(e->type_name);
	e->charger = charger;
	e->event_id = event_id(d);
	e->received = d->cx->now;
	e->ts = e->received;
	e->dated = ts != NULL && time_parse(ts, &e->ts);
}

static void
members(struct decoder *d)
{
	struct event *e = d->e;

	switch (e->type) {
	case EVENT_BOOTED:
		e->vendor = text(d, "vendor");
		e->model = text(d, "model");
		e->firmware = text(d, "firmwareVersion");
		e->ocpp_version = text(d, "ocppVersion");
		break;
	case EVENT_STATUS:
		e->connector = integer(d, "connectorId", 0);
		e->status = text(d, "status");
		e->error_code = text(d, "errorCode");
		break;
	case EVENT_STARTED:
		e->connector = integer(d, "connectorId", 0);
		e->transaction = integer(d, "transactionId", INT32_MIN);
		e->id_tag = text(d, "idTag");
		meter(d, "meterStartWh");
		break;
	case EVENT_SAMPLE:
		e->transaction = integer(d, "transactionId", INT32_MIN);
		samples(d);
		break;
	case EVENT_ENDED:
		e->transaction = integer(d, "transactionId", INT32_MIN);
		e->reason = text(d, "reason");
		meter(d, "meterStopWh");
		break;
	case EVENT_ACK:
		e->command_type = text(d, "commandType");
		e->unique_id = text(d, "uniqueId");
		break;
	case EVENT_UNKNOWN:
	case EVENT_HEARTBEAT:
		break;
	}
}

/* With anything that jsonb can't hold it is kept as it came, as a string. */
static const char *
payload(struct ctx *cx, const struct json_slice *s)
{
	struct buf b;

	if (s->storable)
		return arena_strndup(&cx->arena, s->text, s->len);
	buf_init(&b, &cx->arena);
	buf_quote(&b, s->text, s->len);
	return b.text;
}

static size_t
blanks(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && strchr(" \t\r\n", text[n]) != NULL)
		n++;
	return n;
}

/* A single small event is checked when it is read. */
enum fault
wire_events_find(struct ctx *cx, const char *text, size_t len,
    struct event_texts *out)
{
	size_t n = blanks(text, len);
	struct json_body b;
	enum fault f;

	out->is_array = n < len && text[n] == '[';
	if (!out->is_array && len <= out->max_event) {
		*(out->list = arena_alloc(&cx->arena, sizeof(*out->list))) =
		    (struct json_slice){ text, len, true };
		out->n = 1;
		return FAULT_NONE;
	}
	if ((f = json_split(cx, text, len, MAX_EVENTS, &b)))
		return f;
	out->list = b.items;
	out->n = b.n_items;
	if (!out->is_array && b.items[0].len > out->max_event)
		return ctx_fail(cx, FAULT_TOO_LARGE, "an event is at most "
		    "%zu KB", out->max_event / 1024);
	if (out->n > 0 && out->n <= MAX_EVENTS)
		return FAULT_NONE;
	ctx_bad(cx, "", "must hold 1 to 1000 events");
	return ctx_invalid(cx);
}

static enum fault
event(struct decoder *d, const struct json_slice *text)
{
	enum fault f;

	if ((f = json_parse_any(d->cx, text->text, text->len, &d->body)))
		return f;
	d->j = d->body.root;
	if (!json_is_object(d->j)) {
		ctx_bad(d->cx, d->at, "must be an object");
		return ctx_invalid(d->cx);
	}
	head(d);
	members(d);
	d->e->payload = payload(d->cx, &d->body.items[0]);
	return ctx_invalid(d->cx);
}

enum fault
wire_event_read(struct ctx *cx, const struct event_texts *all, size_t i,
    struct event *out)
{
	struct decoder d = { .cx = cx, .at = "", .e = out };

	*out = (struct event){ .type_name = "" };
	if (all->is_array)
		d.at = arena_printf(&cx->arena, "/%zu", i);
	if (all->list[i].len <= all->max_event)
		return event(&d, &all->list[i]);
	ctx_bad(cx, d.at, arena_printf(&cx->arena, "is over %zu KB",
	    all->max_event / 1024));
	return ctx_invalid(cx);
}

/* For the description only. */
struct described_sample {
	const char *measurand, *unit, *value, *context, *phase, *location;
	const char *format;
};
struct described_event {
	const char *type, *charger, *ts, *id;
	int64_t connector, transaction;
	const char *id_tag, *meter, *reason, *status, *error_code;
	const char *vendor, *model, *firmware, *ocpp;
	const char *command_type, *unique_id;
	const struct described_sample *samples;
	size_t n_samples;
};

#define MAY_HAVE(field) AT(described_sample, field), .optional = true
static const struct member sample_members[] = {
	{ "measurand", MEMBER_STRING, MAY_HAVE(measurand),
	    .says = "Of OCPP; the energy register without one." },
	{ "value", MEMBER_JSON, MAY_HAVE(value),
	    .says = "A number, or its text." },
	{ "unit", MEMBER_STRING, MAY_HAVE(unit), .says = "Wh without one." },
	{ "context", MEMBER_STRING, MAY_HAVE(context) },
	{ "phase", MEMBER_STRING, MAY_HAVE(phase) },
	{ "location", MEMBER_STRING, MAY_HAVE(location) },
	{ "format", MEMBER_STRING, MAY_HAVE(format) },
	{ 0 }
};
#undef MAY_HAVE
static const struct document sample_document = {
	"GatewaySample", "A reading, as OCPP has it.", sample_members,
	sizeof(struct described_sample), true
};

#define MAY_HAVE(field) AT(described_event, field), .optional = true
static const struct member event_members[] = {
	{ "type", MEMBER_STRING, AT(described_event, type), .min = 1,
	    .says = "ChargerBooted, ChargerHeartbeat, ConnectorStatusChanged, "
	    "TransactionStarted, MeterSample, TransactionEnded or CommandAck; "
	    "a type that nobody knows is kept." },
	{ "chargePointId", MEMBER_CHARGER, AT(described_event, charger) },
	{ "ts", MEMBER_STRING, MAY_HAVE(ts),
	    .says = "RFC 3339; without one the time of receipt counts." },
	{ "eventId", MEMBER_STRING, MAY_HAVE(id),
	    .says = "The same one again is the same event." },
	{ "connectorId", MEMBER_INT, MAY_HAVE(connector), .max = INT32_MAX,
	    .says = "Of a start and of a status, which need one." },
	{ "transactionId", MEMBER_INT, MAY_HAVE(transaction),
	    .min = INT32_MIN, .max = INT32_MAX,
	    .says = "Of starts, samples and ends, which need one." },
	{ "idTag", MEMBER_STRING, MAY_HAVE(id_tag), .says = "Of a start." },
	{ "meterStartWh", MEMBER_JSON, MAY_HAVE(meter),
	    .says = "Of a start: a number, or its text." },
	{ "samples", MEMBER_LIST, MAY_HAVE(samples),
	    COUNT(described_event, n_samples), .document = &sample_document,
	    .says = "Of a MeterSample: at most 1000." },
	{ "meterStopWh", MEMBER_JSON, MAY_HAVE(meter),
	    .says = "Of an end: a number, or its text." },
	{ "reason", MEMBER_STRING, MAY_HAVE(reason), .says = "Of an end." },
	{ "status", MEMBER_STRING, MAY_HAVE(status),
	    .says = "Of a connector." },
	{ "errorCode", MEMBER_STRING, MAY_HAVE(error_code),
	    .says = "Of a connector." },
	{ "vendor", MEMBER_STRING, MAY_HAVE(vendor), .says = "Of a boot." },
	{ "model", MEMBER_STRING, MAY_HAVE(model), .says = "Of a boot." },
	{ "firmwareVersion", MEMBER_STRING, MAY_HAVE(firmware),
	    .says = "Of a boot." },
	{ "ocppVersion", MEMBER_STRING, MAY_HAVE(ocpp),
	    .says = "Of a boot." },
	{ "commandType", MEMBER_STRING, MAY_HAVE(command_type),
	    .says = "Of a CommandAck." },
	{ "uniqueId", MEMBER_STRING, MAY_HAVE(unique_id),
	    .says = "Of a CommandAck: the id of the OCPP call." },
	{ 0 }
};
#undef MAY_HAVE
const struct document event_document = {
	"GatewayEvent", "What happened at a charger.  Further members may "
	"come, and are kept.", event_members, 0, true
};

static bool
is_one(const void *a)
{
	return !((const struct accepted *)a)->is_array;
}

static const struct member accepted_members[] = {
	{ "accepted", MEMBER_BOOL, AT(accepted, accepted) },
	{ "count", MEMBER_INT, AT(accepted, count), HAS(accepted, is_array),
	    .omitted = true, .says = "Of an array: how many there were." },
	{ "type", MEMBER_STRING, AT(accepted, type), .when = is_one,
	    .omitted = true, .says = "Of a single event: its type." },
	{ 0 }
};
const struct document accepted_document = {
	"Accepted", "The events are stored.",
	accepted_members, sizeof(struct accepted), false
};
