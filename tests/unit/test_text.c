#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define N(literal)	(literal), sizeof(literal) - 1

static void
utf8_is_what_rfc_3629_says(void **state)
{
	static const struct { const char *s; size_t n; bool is; } rows[] = {
		{ N(""), true }, { N("plain"), true }, { N("a\0b"), true },
		{ N("\x7f"), true }, { N("\x80"), false },
		{ N("\xc2\x80"), true }, { N("\xc1\xbf"), false },
		{ N("\xc0\x80"), false }, { N("\xc2"), false },
		{ N("\xc2 "), false }, { N("\xdf\xbf"), true },
		{ N("\xe0\xa0\x80"), true }, { N("\xe0\x9f\xbf"), false },
		{ N("\xed\x9f\xbf"), true }, { N("\xed\xa0\x80"), false },
		{ N("\xed\xbf\xbf"), false }, { N("\xee\x80\x80"), true },
		{ N("\xe2\x82"), false }, { N("\xef\xbf\xbf"), true },
		{ N("\xf0\x90\x80\x80"), true },
		{ N("\xf0\x8f\xbf\xbf"), false },
		{ N("\xf4\x8f\xbf\xbf"), true },
		{ N("\xf4\x90\x80\x80"), false },
		{ N("\xf5\x80\x80\x80"), false }, { N("\xff"), false },
		{ N("\xf0\x9f\x98\x80x"), true }, { N("x\xf0\x9f\x98"), false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++)
		if (text_is_utf8(rows[i].s, rows[i].n) != rows[i].is)
			fail_msg("row %zu", i);
}

static void
a_charger_id_is_anything_without_control_characters(void **state)
{
	char long_id[257];

	(void)state;
	assert_true(text_is_charger_id(N("CP-123")));
	assert_true(text_is_charger_id(N("a/b c%?#\xc3\xa4\"\\")));
	assert_true(text_is_charger_id(N("...")));
	assert_true(text_is_charger_id(N(" ")));
	assert_false(text_is_charger_id(N("")));
	assert_false(text_is_charger_id(N(".")));
	assert_false(text_is_charger_id(N("..")));
	assert_false(text_is_charger_id(N("a\nb")));
	assert_false(text_is_charger_id(N("a\0b")));
	assert_false(text_is_charger_id(N("\x7f")));
	assert_false(text_is_charger_id(N("a\xc2\x80")));
	assert_false(text_is_charger_id(N("\xc2\x9f" "b")));
	assert_true(text_is_charger_id(N("\xc2\xa0\xc3\x80\xe2\x80\x9f")));
	assert_false(text_is_charger_id(N("\xff")));
	memset(long_id, 'x', sizeof(long_id));
	assert_true(text_is_charger_id(long_id, 255));
	assert_false(text_is_charger_id(long_id, 256));
}

static void
percent_escapes_are_decoded_and_broken_ones_refused(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	assert_string_equal(text_percent_decode(&a, N("a%20b%2Fc%c3%A4+")),
	    "a b/c\xc3\xa4+");
	assert_string_equal(text_percent_decode(&a, N("")), "");
	assert_string_equal(text_percent_decode(&a, N("%41xx")), "Axx");
	assert_string_equal(text_percent_decode(&a, "%41%42", 3), "A");
	assert_null(text_percent_decode(&a, N("%")));
	assert_null(text_percent_decode(&a, N("%4")));
	assert_null(text_percent_decode(&a, N("%4g")));
	assert_null(text_percent_decode(&a, N("%-1")));
	assert_null(text_percent_decode(&a, N("a%00b")));
	assert_null(text_percent_decode(&a, "%41", 2));
	arena_free(&a);
}

static void
what_is_encoded_decodes_to_itself(void **state)
{
	struct arena a;
	char all[256], *p;
	int c;

	(void)state;
	arena_init(&a);
	for (c = 1; c < 256; c++)
		all[c - 1] = (char)c;
	all[255] = '\0';
	p = text_percent_encode(&a, all);
	assert_true(strspn(p, "%-._~0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(p));
	assert_string_equal(text_percent_decode(&a, p, strlen(p)), all);
	assert_string_equal(text_percent_encode(&a, "a-._~Z9 /"),
	    "a-._~Z9%20%2F");
	arena_free(&a);
}

static void
an_integer_is_digits_in_range(void **state)
{
	int64_t n = 77;

	(void)state;
	assert_true(text_int("0", 0, 9, &n));
	assert_int_equal(n, 0);
	assert_true(text_int("-12", -12, 0, &n));
	assert_int_equal(n, -12);
	assert_true(text_int("007", 0, 9, &n));
	assert_int_equal(n, 7);
	assert_true(text_int("9223372036854775807", 0, INT64_MAX, &n));
	assert_true(n == INT64_MAX);
	assert_true(text_int("-9223372036854775808", INT64_MIN, 0, &n));
	assert_true(n == INT64_MIN);
	n = 77;
	assert_false(text_int("9223372036854775808", 0, INT64_MAX, &n));
	assert_false(text_int("10", 0, 9, &n));
	assert_false(text_int("-1", 0, 9, &n));
	assert_false(text_int("", 0, 9, &n));
	assert_false(text_int("-", -9, 9, &n));
	assert_false(text_int("+1", 0, 9, &n));
	assert_false(text_int(" 1", 0, 9, &n));
	assert_false(text_int("1 ", 0, 9, &n));
	assert_false(text_int("1.0", 0, 9, &n));
	assert_false(text_int("0x1", 0, 9, &n));
	assert_int_equal(n, 77);
}

static void
a_secret_is_the_same_in_length_and_bytes(void **state)
{
	(void)state;
	assert_true(text_same_secret("", ""));
	assert_true(text_same_secret("secret", "secret"));
	assert_false(text_same_secret("secret", "secreT"));
	assert_false(text_same_secret("secret", "secre"));
	assert_false(text_same_secret("secret", "secrets"));
	assert_false(text_same_secret("", "s"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_is_what_rfc_3629_says),
		cmocka_unit_test(
		    a_charger_id_is_anything_without_control_characters),
		cmocka_unit_test(
		    percent_escapes_are_decoded_and_broken_ones_refused),
		cmocka_unit_test(what_is_encoded_decodes_to_itself),
		cmocka_unit_test(an_integer_is_digits_in_range),
		cmocka_unit_test(a_secret_is_the_same_in_length_and_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
