#include "base/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"

static void
the_text_form_reads_back(void **state)
{
	char text[UUID_TEXT];
	struct uuid u;

	(void)state;
	assert_true(uuid_parse("01A207b2-9bb9-78b1-b84d-1a3f57302104", &u));
	assert_int_equal(u.byte[0], 0x01);
	assert_int_equal(u.byte[15], 0x04);
	assert_string_equal(uuid_text(text, &u),
	    "01a207b2-9bb9-78b1-b84d-1a3f57302104");
}

static void
what_is_no_uuid_is_refused(void **state)
{
	static const char *const rows[] = {
		"", "x", "01a207b2-9bb9-78b1-b84d-1a3f5730210",
		"01a207b2-9bb9-78b1-b84d-1a3f573021044",
		"01a207b29bb978b1b84d1a3f57302104",
		"01a207b2-9bb9-78b1-b84d-1a3f5730210g",
		"01a207b2-9bb9-78b1-b84d_1a3f57302104",
		"{1a207b2-9bb9-78b1-b84d-1a3f5730210}",
		"01a207b29-bb9-78b1-b84d-1a3f57302104",
		" 1a207b2-9bb9-78b1-b84d-1a3f57302104",
	};
	struct uuid u;
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++)
		if (uuid_parse(rows[i], &u))
			fail_msg("%s", rows[i]);
}

static void
new_ones_are_version_7_differ_and_sort_by_time(void **state)
{
	uint64_t before = (uint64_t)time_now() / 1000, ms;
	struct uuid u, last = { { 0 } };
	int i, k;

	(void)state;
	for (i = 0; i < 1000; i++) {
		uuid_new(&u);
		assert_int_equal(u.byte[6] >> 4, 7);
		assert_int_equal(u.byte[8] >> 6, 2);
		assert_false(uuid_equal(&u, &last));
		assert_true(memcmp(u.byte, last.byte, 6) >= 0);
		last = u;
	}
	for (ms = 0, k = 0; k < 6; k++)
		ms = ms << 8 | u.byte[k];
	assert_true(ms >= before);
	assert_true(ms <= (uint64_t)time_now() / 1000);
}

static void
the_nil_is_known(void **state)
{
	struct uuid u = { { 0 } };

	(void)state;
	assert_true(uuid_is_nil(&u));
	u.byte[15] = 1;
	assert_false(uuid_is_nil(&u));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_form_reads_back),
		cmocka_unit_test(what_is_no_uuid_is_refused),
		cmocka_unit_test(
		    new_ones_are_version_7_differ_and_sort_by_time),
		cmocka_unit_test(the_nil_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
