#include "core/decimal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const mwh_t untouched = -42;

static mwh_t
read(const char *text, const char *unit)
{
	mwh_t mwh = untouched;

	if (!decimal_mwh(text, unit, &mwh)) {
		assert_int_equal(mwh, untouched);
		fail_msg("\"%s\" is refused", text);
	}
	return mwh;
}

static void
refuse(const char *text, const char *unit)
{
	mwh_t mwh = untouched;

	if (decimal_mwh(text, unit, &mwh))
		fail_msg("\"%s\" is taken", text ? text : "(null)");
	assert_int_equal(mwh, untouched);
}

static void
decimal_text_is_taken_exactly(void **state)
{
	(void)state;
	assert_int_equal(read("0", NULL), 0);
	assert_int_equal(read("1100", NULL), 1100000);
	assert_int_equal(read("1500.5", NULL), 1500500);
	assert_int_equal(read("-50", NULL), -50000);
	assert_int_equal(read("+7", NULL), 7000);
	assert_int_equal(read(".5", NULL), 500);
	assert_int_equal(read("5.", NULL), 5000);
	assert_int_equal(read("007.250", NULL), 7250);
	assert_int_equal(read("0.001", NULL), 1);
	assert_int_equal(read("-0", NULL), 0);
	assert_int_equal(read("900719925474.0993", NULL), 900719925474099);
	assert_int_equal(read("0.30008999999999997", "kWh"), 300090);
	assert_int_equal(read("0.15005000000000002", "kWh"), 150050);
}

static void
blanks_around_are_no_matter(void **state)
{
	(void)state;
	assert_int_equal(read(" 1500.5\t\r\n", NULL), 1500500);
	assert_int_equal(read("2", " KWH "), 2000000);
	assert_int_equal(read("2", "wH"), 2000);
	assert_int_equal(read("2", ""), 2000);
	assert_int_equal(read("2", "  "), 2000);
}

static void
an_exponent_moves_the_point(void **state)
{
	(void)state;
	assert_int_equal(read("1.5e3", NULL), 1500000);
	assert_int_equal(read("1.5E+3", NULL), 1500000);
	assert_int_equal(read("15000e-1", NULL), 1500000);
	assert_int_equal(read("0.00015e7", NULL), 1500000);
	assert_int_equal(read("1e-3", "kWh"), 1000);
	assert_int_equal(read("0e999999999", NULL), 0);
	assert_int_equal(read("0.000e-999999999", NULL), 0);
	assert_int_equal(read("1e-999999999999999999999999", NULL), 0);
}

static void
rounding_is_half_away_from_zero_and_once(void **state)
{
	(void)state;
	assert_int_equal(read("0.0005", NULL), 1);
	assert_int_equal(read("-0.0005", NULL), -1);
	assert_int_equal(read("0.0004999999999999999999", NULL), 0);
	assert_int_equal(read("0.00049999", NULL), 0);
	assert_int_equal(read("0.05e-2", NULL), 1);
	assert_int_equal(read("1500.4999999999999", NULL), 1500500);
	assert_int_equal(read("0.0009995", NULL), 1);
	assert_int_equal(read("1.9995", NULL), 2000);
	assert_int_equal(read("0.0000005", "kWh"), 1);
	assert_int_equal(mwh_to_wh(499), 0);
	assert_int_equal(mwh_to_wh(500), 1);
	assert_int_equal(mwh_to_wh(-499), 0);
	assert_int_equal(mwh_to_wh(-500), -1);
	assert_int_equal(mwh_to_wh(1499), 1);
	assert_int_equal(mwh_to_wh(1500), 2);
	assert_int_equal(mwh_to_wh(INT64_MAX), INT64_MAX / 1000 + 1);
	assert_int_equal(mwh_to_wh(INT64_MIN), INT64_MIN / 1000 - 1);
}

static void
what_is_no_number_is_refused(void **state)
{
	static const char *const rubbish[] = {
		"", " ", ".", "-", "+", "-.", "e5", ".e5", "1e", "1e+",
		"1e1.5", "NaN", "nan", "Infinity", "inf", "null", "true",
		"12,5", "1 100", "1_000", "0x10", "1100Wh", "--5", "- 5",
		"+-5", "1.2.3", "5..", "n/a", "1100\xc2\xa0", "\"5\"", "5;",
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(rubbish); i++)
		refuse(rubbish[i], NULL);
	refuse(NULL, NULL);
}

static void
another_unit_is_refused(void **state)
{
	static const char *const units[] = {
		"varh", "kvarh", "W", "kW", "MWh", "Whs", "k Wh", "Celsius",
		"Wh.", "w", "kw",
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(units); i++) {
		refuse("1", units[i]);
		assert_false(decimal_unit_known(units[i]));
	}
	assert_true(decimal_unit_known(NULL));
	assert_true(decimal_unit_known(" kwh"));
}

static void
a_terawatt_hour_is_the_most(void **state)
{
	(void)state;
	assert_int_equal(read("1000000000000", NULL), MWH_MAX);
	assert_int_equal(read("-1000000000000", NULL), -MWH_MAX);
	assert_int_equal(read("1000000000000.0004", NULL), MWH_MAX);
	assert_int_equal(read("1000000000", "kWh"), MWH_MAX);
	refuse("1000000000000.0005", NULL);
	refuse("-1000000000000.001", NULL);
	refuse("1000000000.0000005", "kWh");
	refuse("1e13", NULL);
	refuse("1e999999999", NULL);
	refuse("1e99999999999999999999999999", NULL);
	refuse("99999999999999999999999999999999", NULL);
}

static char *
long_text(const char *before, size_t n, char c, const char *after)
{
	size_t head = strlen(before);
	char *text = malloc(head + n + strlen(after) + 1);

	assert_non_null(text);
	memcpy(text, before, head);
	memset(text + head, c, n);
	strcpy(text + head + n, after);
	return text;
}

static void
a_text_of_any_length_is_exact(void **state)
{
	char *text;

	(void)state;
	text = long_text("0.", 1000000, '0', "15e1000003");
	assert_int_equal(read(text, NULL), 150000);
	free(text);
	text = long_text("15", 1000000, '0', "e-1000000");
	assert_int_equal(read(text, NULL), 15000);
	free(text);
	text = long_text("", 1000000, '0', "7");
	assert_int_equal(read(text, NULL), 7000);
	free(text);
	text = long_text("0.0004", 1000000, '9', "");
	assert_int_equal(read(text, NULL), 0);
	free(text);
	text = long_text("1", 1000000, '0', "");
	refuse(text, NULL);
	free(text);
	text = long_text("1e", 1000000, '9', "");
	refuse(text, NULL);
	free(text);
}

static void
words_are_compared_without_case_and_blanks(void **state)
{
	(void)state;
	assert_true(word_is(" outlet\t", "Outlet"));
	assert_true(word_is(NULL, ""));
	assert_true(word_is(" ", ""));
	assert_false(word_is("Outlet 1", "Outlet"));
	assert_false(word_is("Outle", "Outlet"));
	assert_false(word_is(NULL, "Outlet"));
	assert_false(word_is("x", ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimal_text_is_taken_exactly),
		cmocka_unit_test(blanks_around_are_no_matter),
		cmocka_unit_test(an_exponent_moves_the_point),
		cmocka_unit_test(rounding_is_half_away_from_zero_and_once),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(another_unit_is_refused),
		cmocka_unit_test(a_terawatt_hour_is_the_most),
		cmocka_unit_test(a_text_of_any_length_is_exact),
		cmocka_unit_test(words_are_compared_without_case_and_blanks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
