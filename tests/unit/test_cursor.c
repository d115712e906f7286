/* Cursors: what a list gave out it takes again, and nothing else. */
#include "serve/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct request rq;

static struct param query[3];

/* A request for a list of that order, with this cursor. */
static void
ask(enum cursor_keys keys, const char *text)
{
	static struct route route = { .query = query };

	query[0] = (struct param){ "limit", .kind = PARAM_LIMIT };
	query[1] = (struct param){ "cursor", .kind = PARAM_CURSOR,
	    .keys = keys };
	rq.route = &route;
	rq.params[1].given = text != NULL;
	rq.params[1].text = text;
}

#define SOME_UUID { { 0x01, 0xa2, 7 } }
#define SOME "01a20700-0000-0000-0000-000000000000"

static void
each_kind_reads_back(void **state)
{
	static const struct {
		enum cursor_keys keys;
		struct cursor c;
		const char *text;
	} rows[] = {
		{ CURSOR_TIME_UUID, { .at = -5, .uuid = SOME_UUID },
		    "-5_" SOME },
		{ CURSOR_ID, { .id = INT64_MAX }, "9223372036854775807" },
		{ CURSOR_CHARGER, { .charger = "C_P/1" }, "C_P/1" },
		{ CURSOR_TIME_ID, { .at = 7, .id = 8 }, "7_8" },
		{ CURSOR_TIME_TRANSACTION, { .at = 7, .id = 8,
		    .charger = "1_x" }, "7_8_1_x" },
	};
	struct cursor c;
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		ask(rows[i].keys, rows[i].text);
		assert_string_equal(cursor_text(&rq, &rows[i].c),
		    rows[i].text);
		assert_int_equal(cursor_read(&rq, &c), FAULT_NONE);
		assert_true(c.given);
		assert_string_equal(cursor_text(&rq, &c), rows[i].text);
	}
	ask(CURSOR_TIME_ID, "7_8");
	query[1].name = "readings";
	assert_int_equal(cursor_read_as(&rq, "readings", &c), FAULT_NONE);
	assert_string_equal(cursor_text_as(&rq, "readings", &c), "7_8");
	ask(CURSOR_ID, NULL);
	assert_int_equal(cursor_read(&rq, &c), FAULT_NONE);
	assert_false(c.given);
}

static void
another_is_refused_in_words(void **state)
{
	static const struct {
		enum cursor_keys keys;
		const char *text;
	} rows[] = {
		{ CURSOR_TIME_UUID, "" }, { CURSOR_TIME_UUID, "5" },
		{ CURSOR_TIME_UUID, "_" }, { CURSOR_TIME_UUID, "5_x" },
		{ CURSOR_TIME_UUID, "x_" SOME },
		{ CURSOR_TIME_UUID, "5_" SOME "x" },
		{ CURSOR_TIME_UUID, "05_" SOME },
		{ CURSOR_TIME_UUID, "999999999999999999_" SOME },
		{ CURSOR_ID, "-1" }, { CURSOR_ID, "5_" },
		{ CURSOR_ID, "9223372036854775808" },
		{ CURSOR_CHARGER, "" }, { CURSOR_CHARGER, ".." },
		{ CURSOR_TIME_ID, "5" }, { CURSOR_TIME_ID, "5_6_7" },
		{ CURSOR_TIME_TRANSACTION, "5_6" },
		{ CURSOR_TIME_TRANSACTION, "5_6_" },
		{ CURSOR_TIME_TRANSACTION, "5_2147483648_a" },
	};
	struct cursor c;
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		ask(rows[i].keys, rows[i].text);
		if (cursor_read(&rq, &c) != FAULT_QUERY)
			fail_msg("%s", rows[i].text);
		assert_string_equal(rq.cx.detail,
		    "the cursor was not given out by this list");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_reads_back),
		cmocka_unit_test(another_is_refused_in_words),
	};
	int failed;

	ctx_init(&rq.cx);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&rq.cx.arena);
	return failed;
}
