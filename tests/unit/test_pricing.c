#include "core/pricing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>


static amount_t
amount(const char *text)
{
	amount_t v = -42;

	if (!money_parse(text, &v))
		fail_msg("\"%s\" is refused", text);
	return v;
}

static void
refuse(const char *text)
{
	amount_t v = -42;

	if (money_parse(text, &v))
		fail_msg("\"%s\" is taken", text);
	assert_int_equal(v, -42);
}

static void
decimal_text_is_taken_exactly(void **state)
{
	(void)state;
	assert_int_equal(amount("0.4937"), 4937);
	assert_int_equal(amount("0.3"), 3000);
	assert_int_equal(amount("0.30000000000000000000000000000000000"), 3000);
	assert_int_equal(amount("31"), 310000);
	assert_int_equal(amount("0"), 0);
	assert_int_equal(amount("-0.0"), 0);
	assert_int_equal(amount("00012.5"), 125000);
	assert_int_equal(amount("-12.0001"), -120001);
	assert_int_equal(amount("3e-1"), 3000);
	assert_int_equal(amount("1E2"), 1000000);
	assert_int_equal(amount("0e999999999999"), 0);
	assert_int_equal(amount("99999999.9999"), AMOUNT_MAX);
	assert_int_equal(amount("-99999999.9999"), -AMOUNT_MAX);
}

static void
what_4_places_cannot_hold_is_refused(void **state)
{
	(void)state;
	refuse("0.49371");
	refuse("1e-5");
	refuse("0.30000000000000000000000000000000000000000001");
	refuse("100000000");
	refuse("99999999.99999");
	refuse("1e8");
	refuse("1e999999999999");
	refuse("1e-999999999999");
	refuse("11111111111111111111111111111111111111111");
}

static void
what_is_no_number_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "-", "+", ".", "e5", "1e", "1e+", "0x1", "1,5", "1.2.3",
		" 1", "1 ", "NaN", "Infinity", "--1", "1f", "1e1.5"
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(texts); i++)
		refuse(texts[i]);
}

static void
amounts_have_4_places(void **state)
{
	char text[MONEY_TEXT];

	(void)state;
	assert_string_equal(money_text(text, 0), "0.0000");
	assert_string_equal(money_text(text, 3), "0.0003");
	assert_string_equal(money_text(text, -3), "-0.0003");
	assert_string_equal(money_text(text, 120001), "12.0001");
	assert_string_equal(money_text(text, AMOUNT_MAX), "99999999.9999");
	assert_string_equal(money_text(text, -AMOUNT_MAX), "-99999999.9999");
}

static void
currencies_are_those_of_iso_4217(void **state)
{
	static const char *const not[] = {
		"", "EU", "EURO", "eur", "Eur", "UR ", "R U", "XXX", "XTS",
		"ZZZ", "DEM", " EU", "EUR "
	};
	size_t i;

	(void)state;
	assert_true(currency_known("EUR"));
	assert_true(currency_known("JPY"));
	assert_true(currency_known("KWD"));
	assert_true(currency_known("AED"));
	assert_true(currency_known("ZWG"));
	for (i = 0; i < countof(not); i++)
		if (currency_known(not[i]))
			fail_msg("\"%s\" is taken", not[i]);
}

static void
cost_is_exact_and_rounded_once(void **state)
{
	FILE *file = fopen("tests/data/pricing.txt", "r");
	char line[128], price[64], want[64], text[MONEY_TEXT];
	long long wh;
	int rows = 0;
	amount_t cost;

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] == '#')
			continue;
		assert_int_equal(sscanf(line, "%lld %63s %63s", &wh, price,
		    want), 3);
		if (!cost_of(wh, amount(price), &cost))
			strcpy(text, "-");
		else
			money_text(text, cost);
		if (strcmp(text, want) != 0)
			fail_msg("%lld Wh at %s: %s, not %s", wh, price, text,
			    want);
		rows++;
	}
	fclose(file);
	assert_true(rows > 30);
}

static struct tariff_basis
basis_of(const char *price)
{
	return (struct tariff_basis){
		.site = { { 1 } }, .tariff = { { 2 } },
		.price_per_kwh = amount(price), .currency = "EUR",
	};
}

static struct session
final_session(int64_t wh)
{
	return (struct session){
		.finalized = true, .has_energy = true, .energy_wh = wh,
	};
}

static void
a_final_session_gets_a_price(void **state)
{
	struct session s = final_session(600);
	struct tariff_basis b = basis_of("0.4937");

	(void)state;
	assert_int_equal(session_price(&s, &b, 7), PRICING_CHANGED);
	assert_true(s.priced);
	assert_int_equal(s.priced_at, 7);
	assert_int_equal(s.cost, 2962);
	assert_string_equal(s.cost_currency, "EUR");
	assert_true(uuid_equal(&s.tariff, &b.tariff));
	assert_int_equal(session_price(&s, &b, 8), PRICING_SAME);
	assert_int_equal(s.priced_at, 7);
	s.energy_wh = 601;
	assert_int_equal(session_price(&s, &b, 9), PRICING_CHANGED);
	assert_int_equal(s.cost, 2967);
}

static void
without_energy_end_or_tariff_there_is_no_price(void **state)
{
	struct tariff_basis b = basis_of("0.4937"), none = { .site =
	    { { 1 } } };
	struct session s = final_session(600);

	(void)state;
	assert_int_equal(session_price(&s, &none, 1), PRICING_SAME);
	assert_false(s.priced);
	assert_int_equal(session_price(&s, &b, 1), PRICING_CHANGED);
	s.has_energy = false;
	assert_int_equal(session_price(&s, &b, 2), PRICING_CHANGED);
	assert_false(s.priced);
	assert_false(s.has_cost);
	assert_null(s.cost_currency);
	assert_true(uuid_is_nil(&s.tariff));
	s.has_energy = true;
	s.finalized = false;
	assert_int_equal(session_price(&s, &b, 3), PRICING_SAME);
}

static void
a_price_that_nothing_holds_is_none(void **state)
{
	struct session s = final_session(1000000000000);
	struct tariff_basis b = basis_of("0.1"), small = basis_of("0.0001");

	(void)state;
	assert_int_equal(session_price(&s, &small, 1), PRICING_CHANGED);
	assert_int_equal(session_price(&s, &b, 2), PRICING_TOO_LARGE);
	assert_false(s.priced);
	assert_false(s.has_cost);
	assert_int_equal(session_price(&s, &b, 3), PRICING_TOO_LARGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimal_text_is_taken_exactly),
		cmocka_unit_test(what_4_places_cannot_hold_is_refused),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(amounts_have_4_places),
		cmocka_unit_test(currencies_are_those_of_iso_4217),
		cmocka_unit_test(cost_is_exact_and_rounded_once),
		cmocka_unit_test(a_final_session_gets_a_price),
		cmocka_unit_test(
		    without_energy_end_or_tariff_there_is_no_price),
		cmocka_unit_test(a_price_that_nothing_holds_is_none),
	};

	return cmocka_run_group_tests_name("pricing", tests, NULL, NULL);
}
