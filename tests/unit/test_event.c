#include "wire/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"

#define NOW	(1772359200 * SECOND)	/* 2026-03-01T10:00:00Z */

struct decoded {
	struct ctx cx;
	struct event *e;
	size_t n;
	bool is_array;
	enum fault fault;
};

static void
decode_by(struct decoded *d, const char *text, size_t max_event)
{
	struct event_texts all = { .max_event = max_event };
	size_t i;

	ctx_reset(&d->cx, NOW, 0);
	d->fault = wire_events_find(&d->cx, text, strlen(text), &all);
	d->n = all.n;
	d->is_array = all.is_array;
	if (d->fault != FAULT_NONE)
		return;
	d->e = arena_calloc(&d->cx.arena, all.n * sizeof(*d->e));
	for (i = 0; i < all.n; i++)
		d->fault = wire_event_read(&d->cx, &all, i, &d->e[i]);
}

static void
decode(struct decoded *d, const char *text)
{
	decode_by(d, text, 2048);
}

static int
open_context(void **state)
{
	static struct decoded d;

	ctx_init(&d.cx);
	*state = &d;
	return 0;
}

static int
close_context(void **state)
{
	struct decoded *d = *state;

	arena_free(&d->cx.arena);
	return 0;
}

static void
every_type_gives_its_members(void **state)
{
	struct decoded *d = *state;

	decode(d, "[{\"type\":\"ChargerBooted\",\"chargePointId\":\"c\","
	    "\"vendor\":\"V\",\"model\":\"M\",\"firmwareVersion\":\"F\","
	    "\"ocppVersion\":\"1.6J\"},"
	    "{\"type\":\"ConnectorStatusChanged\",\"chargePointId\":\"c\","
	    "\"connectorId\":0,\"status\":\"Faulted\",\"errorCode\":\"E\"},"
	    "{\"type\":\"TransactionStarted\",\"chargePointId\":\"c\","
	    "\"connectorId\":2,\"transactionId\":7,\"idTag\":\"T\","
	    "\"meterStartWh\":1000.0005},"
	    "{\"type\":\"TransactionEnded\",\"chargePointId\":\"c\","
	    "\"transactionId\":7,\"meterStopWh\":\" 1.6e3 \","
	    "\"reason\":\"Local\"},"
	    "{\"type\":\"Odd\",\"chargePointId\":\"c\"}]");
	assert_int_equal(d->fault, FAULT_NONE);
	assert_true(d->is_array);
	assert_int_equal(d->n, 5);
	assert_int_equal(d->e[0].type, EVENT_BOOTED);
	assert_string_equal(d->e[0].vendor, "V");
	assert_string_equal(d->e[0].model, "M");
	assert_string_equal(d->e[0].firmware, "F");
	assert_string_equal(d->e[0].ocpp_version, "1.6J");
	assert_int_equal(d->e[1].type, EVENT_STATUS);
	assert_int_equal(d->e[1].connector, 0);
	assert_string_equal(d->e[1].status, "Faulted");
	assert_string_equal(d->e[1].error_code, "E");
	assert_int_equal(d->e[2].type, EVENT_STARTED);
	assert_int_equal(d->e[2].connector, 2);
	assert_int_equal(d->e[2].transaction, 7);
	assert_string_equal(d->e[2].id_tag, "T");
	assert_true(d->e[2].has_meter);
	assert_int_equal(d->e[2].meter, 1000001);
	assert_int_equal(d->e[3].type, EVENT_ENDED);
	assert_true(d->e[3].has_meter);
	assert_int_equal(d->e[3].meter, 1600000);
	assert_string_equal(d->e[3].reason, "Local");
	assert_int_equal(d->e[4].type, EVENT_UNKNOWN);
	assert_string_equal(d->e[4].type_name, "Odd");
}

static void
the_time_is_the_chargers_where_it_can_be_read(void **state)
{
	struct decoded *d = *state;

	decode(d, "{\"type\":\"X\",\"chargePointId\":\"c\","
	    "\"ts\":\"2026-03-01T11:00:01+01:00\"}");
	assert_true(d->e->dated);
	assert_int_equal(d->e->ts, NOW + SECOND);
	assert_int_equal(d->e->received, NOW);
	assert_int_equal(event_effective(d->e), NOW);
	decode(d, "{\"type\":\"X\",\"chargePointId\":\"c\","
	    "\"ts\":\"2026-03-01T09:00:00\"}");
	assert_int_equal(event_effective(d->e), NOW - 3600 * SECOND);
	decode(d, "{\"type\":\"X\",\"chargePointId\":\"c\",\"ts\":\"soon\"}");
	assert_false(d->e->dated);
	assert_int_equal(d->e->ts, NOW);
}

static void
energy_readings_keep_their_place_and_others_go(void **state)
{
	struct decoded *d = *state;
	const struct reading *r;

	decode(d, "{\"type\":\"MeterSample\",\"chargePointId\":\"c\","
	    "\"transactionId\":7,\"samples\":["
	    "{\"measurand\":\"Voltage\",\"value\":\"230\"},5,"
	    "{\"value\":1500.4999999999999,\"unit\":\" \"},"
	    "{\"measurand\":\"energy.active.import.interval\","
	    "\"value\":\"0.1\",\"unit\":\"kWh\",\"phase\":\"L1\","
	    "\"context\":\"Sample.Clock\",\"location\":\"Inlet\","
	    "\"format\":\"Raw\"},"
	    "{\"measurand\":\"\",\"value\":\"n/a\"},{}]}");
	assert_int_equal(d->fault, FAULT_NONE);
	assert_int_equal(d->e->n_readings, 4);
	r = d->e->readings;
	assert_int_equal(d->e->items[0], 2);
	assert_int_equal(r[0].kind, READING_REGISTER);
	assert_string_equal(r[0].value, "1500.4999999999999");
	assert_null(r[0].unit);
	assert_true(r[0].usable);
	assert_int_equal(r[0].mwh, 1500500);
	assert_int_equal(d->e->items[1], 3);
	assert_int_equal(r[1].kind, READING_INTERVAL);
	assert_int_equal(r[1].mwh, 100000);
	assert_string_equal(r[1].phase, "L1");
	assert_string_equal(r[1].context, "Sample.Clock");
	assert_string_equal(r[1].location, "Inlet");
	assert_string_equal(r[1].format, "Raw");
	assert_int_equal(d->e->items[2], 4);
	assert_false(r[2].usable);
	assert_string_equal(r[2].value, "n/a");
	assert_int_equal(d->e->items[3], 5);
	assert_false(r[3].usable);
	assert_string_equal(r[3].value, "");
}

static void
a_meter_value_that_cannot_be_is_absent(void **state)
{
	static const char *const rows[] = {
		"-1", "\"n/a\"", "\"\"", "null", "true", "[1]", "{}", "1e400",
		"\"12,5\"", "\"1 Wh\"", "99999999999999999999",
	};
	struct decoded *d = *state;
	char text[256];
	size_t i;

	for (i = 0; i < countof(rows); i++) {
		snprintf(text, sizeof(text), "{\"type\":\"TransactionEnded\","
		    "\"chargePointId\":\"c\",\"transactionId\":7,"
		    "\"meterStopWh\":%s}", rows[i]);
		decode(d, text);
		if (d->fault != FAULT_NONE || d->e->has_meter)
			fail_msg("%s", rows[i]);
	}
}

static void
long_words_are_cut_between_characters(void **state)
{
	struct decoded *d = *state;
	char text[2048], name[601];
	int i;

	for (i = 0; i < 300; i++)
		memcpy(name + 2 * i, "\xc3\xa4", 2);
	name[600] = '\0';
	snprintf(text, sizeof(text), "{\"type\":\"ChargerBooted\","
	    "\"chargePointId\":\"c\",\"vendor\":\"%s\",\"model\":\"x%s\"}",
	    name, name);
	decode(d, text);
	assert_int_equal(strlen(d->e->vendor), 254);
	assert_memory_equal(d->e->vendor, name, 254);
	assert_int_equal(strlen(d->e->model), 255);
	assert_string_equal(d->e->payload, text);
}

static void
every_bad_member_is_named(void **state)
{
	struct decoded *d = *state;
	const struct member_error *e;

	decode(d, "[{\"type\":\"X\",\"chargePointId\":\"c\"},"
	    "{\"type\":\"TransactionStarted\",\"connectorId\":\"1\"},5]");
	assert_int_equal(d->fault, FAULT_INVALID);
	e = d->cx.errors;
	assert_string_equal(e->pointer, "/1/chargePointId");
	assert_string_equal((e = e->next)->pointer, "/1/connectorId");
	assert_string_equal((e = e->next)->pointer, "/1/transactionId");
	assert_string_equal((e = e->next)->pointer, "/2");
	assert_null(e->next);
	decode(d, "5");
	assert_int_equal(d->fault, FAULT_INVALID);
	assert_string_equal(d->cx.errors->pointer, "");
	decode(d, "[]");
	assert_int_equal(d->fault, FAULT_INVALID);
	decode(d, "{");
	assert_int_equal(d->fault, FAULT_SYNTAX);
}

static void
what_jsonb_cannot_hold_is_kept_as_a_string(void **state)
{
	struct decoded *d = *state;

	decode(d, "{\"type\":\"X\",\"chargePointId\":\"c\",\"v\":1e200000}");
	assert_string_equal(d->e->payload, "\"{\\\"type\\\":\\\"X\\\","
	    "\\\"chargePointId\\\":\\\"c\\\",\\\"v\\\":1e200000}\"");
	decode(d, "[ {\"type\":\"X\",\"chargePointId\":\"c\",\"v\": 1e400} ]");
	assert_string_equal(d->e->payload,
	    "{\"type\":\"X\",\"chargePointId\":\"c\",\"v\": 1e400}");
}

static void
a_known_member_works_beside_what_jsonb_refuses(void **state)
{
	struct decoded *d = *state;

	decode(d, "{\"type\":\"TransactionStarted\",\"chargePointId\":\"c\","
	    "\"connectorId\":1,\"transactionId\":7,"
	    "\"idTag\":\"a\\u0000b\\udc00\",\"eventId\":\"x\\u0000\"}");
	assert_int_equal(d->fault, FAULT_NONE);
	assert_int_equal(d->e->transaction, 7);
	assert_string_equal(d->e->id_tag, "a\xef\xbf\xbd" "b\xef\xbf\xbd");
	assert_string_equal(d->e->event_id, "\"x\\u0000\"");
	assert_int_equal(d->e->payload[0], '"');
	assert_non_null(strstr(d->e->payload, "a\\\\u0000b\\\\udc00"));
}

static void
an_id_is_no_stand_in_for_another(void **state)
{
	static const char *const ids[] = {
		"a\\u0000", "\\u0000", "\\ud800", "a\\u0001", "a\\u0085"
	};
	struct decoded *d = *state;
	char text[256];
	size_t i;

	for (i = 0; i < countof(ids); i++) {
		snprintf(text, sizeof(text), "{\"type\":\"X\","
		    "\"chargePointId\":\"%s\"}", ids[i]);
		decode(d, text);
		assert_int_equal(d->fault, FAULT_INVALID);
		assert_string_equal(d->cx.errors->pointer, "/chargePointId");
	}
	decode(d, "{\"type\":\"X\",\"chargePointId\":\"\\u0000\","
	    "\"chargePointId\":\"c\"}");
	assert_int_equal(d->fault, FAULT_NONE);
}

/* An event of so many bytes, blanks around it not counted. */
static char *
event_of(char *text, size_t size)
{
	int n = sprintf(text, "{\"type\":\"X\",\"chargePointId\":\"c\","
	    "\"x\":\"");

	memset(text + n, 'x', size - (size_t)n - 2);
	strcpy(text + size - 2, "\"}");
	return text;
}

static void
an_event_has_a_size(void **state)
{
	struct decoded *d = *state;
	char one[4000], text[16384];

	snprintf(text, sizeof(text), " %s ", event_of(one, 2048));
	decode(d, text);
	assert_int_equal(d->fault, FAULT_NONE);
	decode(d, event_of(one, 2049));
	assert_int_equal(d->fault, FAULT_TOO_LARGE);
	one[2048] = '\0';
	decode(d, one);
	assert_int_equal(d->fault, FAULT_SYNTAX);
	event_of(one, 2048);
	snprintf(text, sizeof(text), "[%s,%s,{\"x\":0%s]", one, one, one + 1);
	decode(d, text);
	assert_int_equal(d->fault, FAULT_SYNTAX);
	snprintf(text, sizeof(text), "[%s,%s,{\"x\":0,%s]", one, one,
	    one + 1);
	decode(d, text);
	assert_int_equal(d->fault, FAULT_INVALID);
	assert_string_equal(d->cx.errors->pointer, "/2");
	assert_string_equal(d->cx.errors->detail, "is over 2 KB");
	assert_null(d->cx.errors->next);
}

static void
an_event_has_at_most_1000_readings(void **state)
{
	static const char head[] = "[{\"type\":\"MeterSample\","
	    "\"chargePointId\":\"c\",\"transactionId\":7,\"samples\":[";
	struct decoded *d = *state;
	char text[8192];
	size_t n;

	for (n = 1000; n <= 1001; n++) {
		strcpy(text, head);
		memset(text + strlen(head), '0', 2 * n - 1);
		for (size_t i = 1; i < n; i++)
			text[strlen(head) + 2 * i - 1] = ',';
		strcpy(text + strlen(head) + 2 * n - 1, "]}]");
		decode_by(d, text, 8192);
		assert_int_equal(d->fault, n > 1000 ? FAULT_INVALID :
		    FAULT_NONE);
	}
	assert_string_equal(d->cx.errors->pointer, "/0/samples");
}

static enum event_identity
identity(struct decoded *d, const char *type, const char *more)
{
	char text[256];

	snprintf(text, sizeof(text), "{\"type\":\"%s\",\"chargePointId\":\"c\","
	    "\"connectorId\":1,\"transactionId\":7%s}", type, more);
	decode(d, text);
	assert_int_equal(d->fault, FAULT_NONE);
	return event_identity(d->e);
}

static void
a_repetition_is_known_by_id_or_time_or_content(void **state)
{
	static const char ts[] = ",\"ts\":\"2026-03-01T10:00:00Z\"";
	struct decoded *d = *state;

	assert_int_equal(identity(d, "MeterSample", ts), IDENTITY_CONTENT);
	assert_int_equal(identity(d, "ChargerHeartbeat", ts),
	    IDENTITY_CONTENT);
	assert_int_equal(identity(d, "MeterSample", ""), IDENTITY_KEY);
	assert_int_equal(identity(d, "ChargerBooted", ""), IDENTITY_KEY);
	assert_int_equal(identity(d, "ChargerHeartbeat", ""), IDENTITY_NONE);
	assert_int_equal(identity(d, "ConnectorStatusChanged", ""),
	    IDENTITY_NONE);
	assert_int_equal(identity(d, "ChargerHeartbeat", ",\"eventId\":\"e\""),
	    IDENTITY_KEY);
	assert_string_equal(d->e->event_id, "e");
	assert_int_equal(identity(d, "MeterSample", ",\"eventId\":5"),
	    IDENTITY_KEY);
	assert_string_equal(d->e->event_id, "5");
	identity(d, "MeterSample", ",\"eventId\":null");
	assert_null(d->e->event_id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_gives_its_members),
		cmocka_unit_test(the_time_is_the_chargers_where_it_can_be_read),
		cmocka_unit_test(
		    energy_readings_keep_their_place_and_others_go),
		cmocka_unit_test(a_meter_value_that_cannot_be_is_absent),
		cmocka_unit_test(long_words_are_cut_between_characters),
		cmocka_unit_test(every_bad_member_is_named),
		cmocka_unit_test(what_jsonb_cannot_hold_is_kept_as_a_string),
		cmocka_unit_test(
		    a_known_member_works_beside_what_jsonb_refuses),
		cmocka_unit_test(an_id_is_no_stand_in_for_another),
		cmocka_unit_test(an_event_has_a_size),
		cmocka_unit_test(an_event_has_at_most_1000_readings),
		cmocka_unit_test(
		    a_repetition_is_known_by_id_or_time_or_content),
	};

	return cmocka_run_group_tests(tests, open_context, close_context);
}
