/* Posted commands and the command that is answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "wire/command.h"

static struct ctx cx;

static enum fault
read_text(const char *text, struct command *c)
{
	ctx_reset(&cx, 0, 0);
	return document_read(&cx, &command_document, text, strlen(text), c);
}

static const struct row {
	const char *body, *pointers;
} rows[] = {
	{ "{\"type\":\"Reset\",\"chargePointId\":\"a\","
	    "\"idempotencyKey\":\"k\",\"payload\":{},\"error\":1}", "" },
	{ "{\"type\":\"Reset\",\"chargePointId\":\"a\","
	    "\"idempotencyKey\":\"k\",\"payload\":{},\"more\":1}", "/more " },
	{ "{}", "/type /chargePointId /idempotencyKey /payload " },
	{ "[]", " " },
	{ "{\"type\":1,\"chargePointId\":2,\"idempotencyKey\":3,"
	    "\"payload\":\"4\"}",
	    "/type /chargePointId /idempotencyKey /payload " },
	{ "{\"type\":\"Dance\",\"chargePointId\":\"..\","
	    "\"idempotencyKey\":\"\",\"payload\":null}",
	    "/type /chargePointId /idempotencyKey /payload " },
	{ "{\"type\":\"Reset\",\"chargePointId\":\"a\","
	    "\"idempotencyKey\":\"k\",\"payload\":{\"n\":1e99999}}",
	    "/payload " },
};

static void
names_every_bad_member(void **state)
{
	struct command c;
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		enum fault f = read_text(rows[i].body, &c);
		const struct member_error *e;
		char *got = arena_strdup(&cx.arena, "");

		for (e = cx.errors; e != NULL; e = e->next)
			got = arena_printf(&cx.arena, "%s%s ", got,
			    e->pointer);
		assert_string_equal(got, rows[i].pointers);
		assert_int_equal(f, *got == '\0' ? FAULT_NONE : FAULT_INVALID);
	}
	assert_int_equal(read_text("{", &c), FAULT_SYNTAX);
}

static char *
with_key(const char *one, int n)
{
	char *key = arena_strdup(&cx.arena, "");

	while (n-- > 0)
		key = arena_printf(&cx.arena, "%s%s", key, one);
	return arena_printf(&cx.arena, "{\"type\":\"Reset\","
	    "\"chargePointId\":\"a\",\"idempotencyKey\":\"%s\","
	    "\"payload\":{}}", key);
}

static void
counts_a_key_in_characters(void **state)
{
	static char text[4096];
	struct command c;

	(void)state;
	strcpy(text, with_key("\303\226", 255));
	assert_int_equal(read_text(text, &c), FAULT_NONE);
	strcpy(text, with_key("\303\226", 256));
	assert_int_equal(read_text(text, &c), FAULT_INVALID);
}

/* The text of gatewayResponse, which another member follows. */
static const char *
shown(const char *response)
{
	static const char name[] = "\"gatewayResponse\":";
	struct command c = {
		.type = "Reset", .charger = "a", .key = "k",
		.response = response,
	};

	const char *from;
	struct buf b;

	ctx_reset(&cx, 0, 0);
	buf_init(&b, &cx.arena);
	document_write(&cx, &b, &command_document, &c);
	from = strstr(b.text, name) + strlen(name);
	return arena_strndup(&cx.arena, from,
	    (size_t)(strstr(from, ",\"error\":") - from));
}

static void
shows_the_gateways_body_as_received(void **state)
{
	(void)state;
	assert_string_equal(shown(NULL), "null");
	assert_string_equal(shown("charger not connected\n"),
	    "\"charger not connected\\n\"");
	assert_string_equal(shown(" {\"n\": 9007199254740993}\r\n"),
	    "{\"n\": 9007199254740993}");
	assert_string_equal(shown(""), "\"\"");
	assert_null(cx.detail);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_every_bad_member),
		cmocka_unit_test(counts_a_key_in_characters),
		cmocka_unit_test(shows_the_gateways_body_as_received),
	};
	int failed;

	ctx_init(&cx);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&cx.arena);
	return failed;
}
