#include "adapter/numeric.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { SIGN_MINUS = 0x4000, SIGN_NAN = 0xC000, SIGN_INFINITY = 0xD000,
	SIGN_MINUS_INFINITY = 0xF000 };

/* As a server sends it: digits end at the first -1. */
static size_t
numeric(unsigned char *p, int weight, int sign, int scale, const int *digits)
{
	int n = 0, i;
	int head[4] = { 0, weight, sign, scale };

	while (digits[n] >= 0)
		n++;
	head[0] = n;
	for (i = 0; i < 4 + n; i++) {
		int v = i < 4 ? head[i] : digits[i - 4];

		p[2 * i] = (unsigned char)((unsigned)v >> 8);
		p[2 * i + 1] = (unsigned char)v;
	}
	return 8 + 2 * (size_t)n;
}

#define DIGITS(...) ((const int[]){ __VA_ARGS__, -1 })
#define NO_DIGITS ((const int[]){ -1 })

static int64_t
decoded(int places, int weight, int sign, const int *digits)
{
	unsigned char buf[64];

	return numeric_decode(buf, numeric(buf, weight, sign, 9, digits),
	    places);
}

static void
digits_are_read_where_their_weight_puts_them(void **state)
{
	(void)state;
	assert_int_equal(decoded(3, 0, 0, NO_DIGITS), 0);
	assert_int_equal(decoded(3, 0, 0, DIGITS(1500)), 1500000);
	assert_int_equal(decoded(3, 0, 0, DIGITS(1500, 5000)), 1500500);
	assert_int_equal(decoded(3, 1, 0, DIGITS(12)), 120000000);
	assert_int_equal(decoded(3, 1, 0, DIGITS(12, 34, 10)), 120034001);
	assert_int_equal(decoded(3, -1, 0, DIGITS(20)), 2);
	assert_int_equal(decoded(3, -2, 0, DIGITS(9999)), 0);
	assert_int_equal(decoded(3, 0, SIGN_MINUS, DIGITS(50)), -50000);
	assert_int_equal(decoded(4, 0, 0, DIGITS(12, 3456)), 123456);
	assert_int_equal(decoded(4, 1, SIGN_MINUS, DIGITS(9999, 9999, 9999)),
	    -999999999999);
}

static void
a_number_is_rounded_once_half_away_from_zero(void **state)
{
	(void)state;
	assert_int_equal(decoded(3, 0, 0, DIGITS(1, 14)), 1001);
	assert_int_equal(decoded(3, 0, 0, DIGITS(1, 15)), 1002);
	assert_int_equal(decoded(3, 0, 0, DIGITS(1, 14, 9999)), 1001);
	assert_int_equal(decoded(3, 0, SIGN_MINUS, DIGITS(1, 15)), -1002);
	assert_int_equal(decoded(3, 0, 0, DIGITS(1, 9995)), 2000);
	assert_int_equal(decoded(4, 0, 0, DIGITS(1, 1, 4999, 9999)), 10001);
	assert_int_equal(decoded(4, 0, 0, DIGITS(1, 1, 5000)), 10002);
	assert_int_equal(decoded(4, -2, SIGN_MINUS, DIGITS(5000)), -1);
	assert_int_equal(decoded(4, -3, 0, DIGITS(9999)), 0);
}

static void
out_of_range_is_the_limit(void **state)
{
	(void)state;
	/* 9e15 Wh, a thousandth less, and a thousandth more */
	assert_int_equal(decoded(3, 3, 0, DIGITS(9000)), NUMERIC_LIMIT);
	assert_int_equal(decoded(3, 3, 0,
	    DIGITS(8999, 9999, 9999, 9999, 9990)), NUMERIC_LIMIT - 1);
	assert_int_equal(decoded(3, 3, 0, DIGITS(9000, 0, 0, 0, 10)),
	    NUMERIC_LIMIT);
	assert_int_equal(decoded(3, 3, SIGN_MINUS, DIGITS(9999)),
	    -NUMERIC_LIMIT);
	assert_int_equal(decoded(3, 4, 0, DIGITS(1)), NUMERIC_LIMIT);
	assert_int_equal(decoded(3, 32767, SIGN_MINUS, DIGITS(1)),
	    -NUMERIC_LIMIT);
	assert_int_equal(decoded(4, 3, 0, DIGITS(900)), NUMERIC_LIMIT);
	assert_int_equal(decoded(3, 0, SIGN_NAN, NO_DIGITS), NUMERIC_LIMIT);
	assert_int_equal(decoded(3, 0, SIGN_INFINITY, NO_DIGITS),
	    NUMERIC_LIMIT);
	assert_int_equal(decoded(3, 0, SIGN_MINUS_INFINITY, NO_DIGITS),
	    -NUMERIC_LIMIT);
}

static void
encodes(int64_t v, int places, int weight, int sign, int scale,
    const int *digits)
{
	unsigned char buf[NUMERIC_SIZE], expected[64];
	size_t n = numeric_encode(buf, v, places);

	assert_int_equal(n, numeric(expected, weight, sign, scale, digits));
	assert_memory_equal(buf, expected, n);
}

static void
a_number_is_written_without_trailing_zeros(void **state)
{
	(void)state;
	encodes(0, 3, 0, 0, 0, NO_DIGITS);
	encodes(1500500, 3, 0, 0, 1, DIGITS(1500, 5000));
	encodes(1, 3, -1, 0, 3, DIGITS(10));
	encodes(-20, 3, -1, SIGN_MINUS, 2, DIGITS(200));
	encodes(1000, 3, 0, 0, 0, DIGITS(1));
	encodes(10000000, 3, 1, 0, 0, DIGITS(1));
	encodes(120034001, 3, 1, 0, 3, DIGITS(12, 34, 10));
	encodes(123456, 4, 0, 0, 4, DIGITS(12, 3456));
	encodes(-3000, 4, -1, SIGN_MINUS, 1, DIGITS(3000));
	encodes(120000, 4, 0, 0, 0, DIGITS(12));
}

static void
all_in_range_comes_back(void **state)
{
	static const int64_t some[] = {
		0, 1, 9, 10, 999, 1000, 9999, 10000, 10001, 99999999,
		100000000, 123456789012345678, NUMERIC_LIMIT - 1,
		NUMERIC_LIMIT
	};
	unsigned char buf[NUMERIC_SIZE];
	size_t i;
	int places;

	(void)state;
	for (places = 3; places <= 4; places++)
		for (i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
			assert_int_equal(numeric_decode(buf, numeric_encode(
			    buf, some[i], places), places), some[i]);
			assert_int_equal(numeric_decode(buf, numeric_encode(
			    buf, -some[i], places), places), -some[i]);
		}
	assert_true(numeric_encode(buf, INT64_MIN, 3) <= NUMERIC_SIZE);
	assert_true(numeric_encode(buf, INT64_MIN, 4) <= NUMERIC_SIZE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_are_read_where_their_weight_puts_them),
		cmocka_unit_test(a_number_is_rounded_once_half_away_from_zero),
		cmocka_unit_test(out_of_range_is_the_limit),
		cmocka_unit_test(a_number_is_written_without_trailing_zeros),
		cmocka_unit_test(all_in_range_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
