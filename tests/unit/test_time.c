#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIVE	(1772359200 * SECOND)	/* 2026-03-01T10:00:00Z */

static void
times_are_read_as_chargers_write_them(void **state)
{
	static const struct { const char *text; usec_t t; } rows[] = {
		{ "2026-03-01T10:00:00Z", FIVE },
		{ "2026-03-01t10:00:00z", FIVE },
		{ "2026-03-01 10:00:00", FIVE },
		{ "2026-03-01T10:00:00", FIVE },
		{ "  2026-03-01T10:00:00Z  ", FIVE },
		{ "2026-03-01T10:00:00+00:00", FIVE },
		{ "2026-03-01T10:00:00-00:00", FIVE },
		{ "2026-03-01T11:00:00+01:00", FIVE },
		{ "2026-03-01T11:00:00+0100", FIVE },
		{ "2026-03-01T11:00:00+01", FIVE },
		{ "2026-03-01T04:15:00-05:45", FIVE },
		{ "2026-03-02T09:59:00+23:59", FIVE },
		{ "2026-02-28T10:01:00-23:59", FIVE },
		{ "2026-03-01T10:00:00.5Z", FIVE + 500000 },
		{ "2026-03-01T10:00:00,25Z", FIVE + 250000 },
		{ "2026-03-01T10:00:00.000001Z", FIVE + 1 },
		{ "2026-03-01T10:00:00.0000019999Z", FIVE + 1 },
		{ "2026-03-01T10:00:00.999999999999999999999999+00:00",
		    FIVE + 999999 },
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1969-12-31T23:59:59.5Z", -500000 },
		{ "2024-02-29T00:00:00Z", 1709164800 * SECOND },
		{ "2000-02-29T00:00:00Z", 951782400 * SECOND },
		{ "2016-12-31T23:59:60Z", 1483228800 * SECOND },
		{ "0001-01-01T00:00:00Z", -62135596800 * SECOND },
		{ "9999-12-31T23:59:59Z", 253402300799 * SECOND },
		{ "9999-12-31T23:59:59.999999Z", TIME_MAX },
		{ "2026-03-01T10:00Z", FIVE },
		{ "2026-03-01T10:00", FIVE },
		{ "2026-03-01T11:00+01:00", FIVE },
		{ "2026-02-28T24:00:00Z", FIVE - 10 * 3600 * SECOND },
		{ "2026-02-28T24:00Z", FIVE - 10 * 3600 * SECOND },
		{ "2026-02-28T24:00:00.000-10:00", FIVE },
	};
	usec_t t;
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++)
		if (!time_parse(rows[i].text, &t) || t != rows[i].t)
			fail_msg("%s", rows[i].text);
}

static void
what_is_no_time_is_refused_and_nothing_written(void **state)
{
	static const char *const rows[] = {
		"", " ", "Z", "yesterday", "2026", "2026-03-01",
		"2026-03-01T", "2026-03-01T10", "2026-03-01T10:00:",
		"2026-03-01T10:00.5Z", "2026-3-1T10:00:00Z",
		"26-03-01T10:00:00Z", "20260301T100000Z",
		"2026-03-01T10:00:00.Z", "2026-03-01T10:00:00Zulu",
		"2026-03-01T10:00:00Z Z", "2026-03-01T10:00:00 +01:00x",
		"2026-03-01T24:00:01Z", "2026-03-01T10:60:00Z",
		"2026-03-01T24:01Z", "2026-03-01T24:00:00.1Z",
		"2026-03-01T25:00:00Z",
		"9999-12-31T23:59:59-23:59", "9999-12-31T24:00:00Z",
		"0001-01-01T00:00:00+00:01",
		"2026-03-01T10:00:61Z", "2026-00-01T10:00:00Z",
		"2026-13-01T10:00:00Z", "2026-03-00T10:00:00Z",
		"2026-03-32T10:00:00Z", "2026-02-29T10:00:00Z",
		"2026-04-31T10:00:00Z", "1900-02-29T10:00:00Z",
		"0000-01-01T10:00:00Z", "-2026-03-01T10:00:00Z",
		"2026-03-01T10:00:00+24:00", "2026-03-01T10:00:00+01:60",
		"2026-03-01T10:00:00+1", "2026-03-01T10:00:00+",
		"2026-03-01X10:00:00Z", "1772359200", "2026-03-01T10:00:00\n",
	};
	usec_t t = 77;
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++)
		if (time_parse(rows[i], &t) || t != 77)
			fail_msg("%s", rows[i]);
}

static void
times_are_written_as_short_as_they_are_exact(void **state)
{
	static const struct { usec_t t; const char *text; } rows[] = {
		{ FIVE, "2026-03-01T10:00:00Z" },
		{ FIVE + 500000, "2026-03-01T10:00:00.500Z" },
		{ FIVE + 1000, "2026-03-01T10:00:00.001Z" },
		{ FIVE + 1, "2026-03-01T10:00:00.000001Z" },
		{ FIVE + 999999, "2026-03-01T10:00:00.999999Z" },
		{ 0, "1970-01-01T00:00:00Z" },
		{ -1, "1969-12-31T23:59:59.999999Z" },
		{ -SECOND, "1969-12-31T23:59:59Z" },
		{ -62135596800 * SECOND, "0001-01-01T00:00:00Z" },
		{ 253402300799 * SECOND + 999999,
		    "9999-12-31T23:59:59.999999Z" },
	};
	char text[TIME_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++)
		assert_string_equal(time_text(text, rows[i].t), rows[i].text);
}

static void
what_is_written_reads_the_same(void **state)
{
	char text[TIME_TEXT];
	uint64_t n = 1;
	usec_t t, back;
	int i;

	(void)state;
	for (i = 0; i < 200000; i++) {
		n = n * 6364136223846793005u + 1442695040888963407u;
		t = (usec_t)(n >> 8) % (253402300800 * SECOND);
		if (i % 3 == 0)
			t -= t % SECOND;
		if (i % 4 == 0)
			t = -(t % (62135596800 * SECOND));
		if (!time_parse(time_text(text, t), &back) || back != t)
			fail_msg("%s", text);
	}
}

static void
times_beyond_the_years_do_no_harm(void **state)
{
	char text[TIME_TEXT];

	(void)state;
	assert_true(strlen(time_text(text, INT64_MAX)) < TIME_TEXT);
	assert_true(strlen(time_text(text, INT64_MIN)) < TIME_TEXT);
}

static void
the_clocks_go(void **state)
{
	usec_t now = time_now(), steady = time_monotonic();

	(void)state;
	assert_true(now > FIVE);
	assert_true(time_now() >= now - SECOND);
	assert_true(time_monotonic() >= steady);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_as_chargers_write_them),
		cmocka_unit_test(
		    what_is_no_time_is_refused_and_nothing_written),
		cmocka_unit_test(times_are_written_as_short_as_they_are_exact),
		cmocka_unit_test(what_is_written_reads_the_same),
		cmocka_unit_test(times_beyond_the_years_do_no_harm),
		cmocka_unit_test(the_clocks_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
