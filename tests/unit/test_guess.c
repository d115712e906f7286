/* How guesses at secrets are counted, for a charger and for an address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "adapter/guess.h"
#include "adapter/hash.h"

enum { NOW = 1000 };

static void
so_many_at_once_then_one_each_so_often(void **state)
{
	const struct guess_limit l = { 3, 10 };
	usec_t count = 0;
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(guess_wait(&l, count, NOW), 0);
		count = guess_count(&l, count, NOW);
	}
	assert_int_equal(guess_wait(&l, count, NOW), 10);
	assert_int_equal(guess_wait(&l, count, NOW + 9), 1);
	assert_int_equal(guess_wait(&l, count, NOW + 10), 0);
	count = guess_count(&l, count, NOW + 10);
	assert_int_equal(guess_wait(&l, count, NOW + 10), 10);
}

static void
a_count_falls_by_itself_and_no_lower_than_nothing(void **state)
{
	const struct guess_limit l = { 3, 10 };
	usec_t count = guess_count(&l, guess_count(&l, 0, NOW), NOW);
	int i;

	(void)state;
	for (i = 0; i < 3; i++)
		count = guess_count(&l, count, NOW + 5000);
	assert_int_equal(guess_wait(&l, count, NOW + 5000), 10);
}

static void
both_limits_are_gone_after_a_minute(void **state)
{
	(void)state;
	assert_int_equal(guess_per_charger.at_once * guess_per_charger.each,
	    60 * SECOND);
	assert_int_equal(guess_per_address.at_once * guess_per_address.each,
	    60 * SECOND);
}

/* Makes guesses until one has to wait; how many were counted. */
static int
fill(struct guesses *g, const char *charger, const char *address)
{
	int n = 0;

	while (n < 1000 && guesses_add(g, charger, address, NOW) == 0)
		n++;
	return n;
}

static void
a_charger_is_guessed_from_everywhere_together(void **state)
{
	struct guesses *g = guesses_new();
	char address[GUESS_ADDRESS];
	int i;

	(void)state;
	for (i = 0; i < guess_per_charger.at_once; i++) {
		snprintf(address, sizeof(address), "10.0.0.%d", i);
		assert_int_equal(guesses_add(g, "CP", address, NOW), 0);
	}
	assert_int_equal(guesses_add(g, "CP", "10.9.9.9", NOW),
	    guess_per_charger.each);
	assert_int_equal(guesses_add(g, "other", "10.9.9.9", NOW), 0);
	assert_int_equal(guesses_add(g, "CP", "", NOW + 60 * SECOND), 0);
	free(g);
}

static void
an_address_guesses_at_all_chargers_together(void **state)
{
	struct guesses *g = guesses_new();
	char charger[16];
	int i;

	(void)state;
	for (i = 0; i < guess_per_address.at_once; i++) {
		snprintf(charger, sizeof(charger), "CP-%d", i);
		assert_int_equal(guesses_add(g, charger, "10.0.0.1", NOW), 0);
	}
	assert_int_equal(guesses_add(g, "CP", "10.0.0.1", NOW),
	    guess_per_address.each);
	/* what was refused is no guess at the charger */
	assert_int_equal(fill(g, "CP", ""), guess_per_charger.at_once);
	free(g);
}

static void
a_right_secret_is_no_guess(void **state)
{
	struct guesses *g = guesses_new();
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		assert_int_equal(guesses_add(g, "CP", "10.0.0.1", NOW), 0);
		guesses_forgive(g, "CP", "10.0.0.1");
	}
	guesses_forgive(g, "never seen", "10.0.0.2");
	assert_int_equal(fill(g, "never seen", "10.0.0.2"),
	    guess_per_charger.at_once);
	free(g);
}

/* As many again as there is room for. */
static void
a_full_count_outlasts_a_flood_of_others(void **state)
{
	struct guesses *g = guesses_new();
	char charger[16];
	int i;

	(void)state;
	fill(g, "CP", "");
	for (i = 0; i < 131072; i++) {
		snprintf(charger, sizeof(charger), "X-%d", i);
		guesses_add(g, charger, "", NOW);
	}
	assert_int_not_equal(guesses_add(g, "CP", "", NOW), 0);
	free(g);
}

static void
is(const char *remote, const char *address)
{
	char out[GUESS_ADDRESS];

	guess_address(out, remote);
	assert_string_equal(out, address);
}

static void
an_address_has_no_port_and_of_ipv6_its_network(void **state)
{
	(void)state;
	is("127.0.0.1:41234", "127.0.0.1");
	is("127.0.0.1", "127.0.0.1");
	is("[2001:db8:1:2:3:4:5:6]:80", "2001:db8:1:2::");
	is("2001:db8:1:2::9", "2001:db8:1:2::");
	is("[::ffff:192.0.2.1]:80", "192.0.2.1");
	is("gateway.example:1", "gateway.example");
	is("[", "");
	is("", "");
	is(":1", "");
	is("x234567890123456789012345678901234567890123456789012345678901234:1",
	    "x23456789012345678901234567890123456789012345678901234567890123");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(so_many_at_once_then_one_each_so_often),
		cmocka_unit_test(
		    a_count_falls_by_itself_and_no_lower_than_nothing),
		cmocka_unit_test(both_limits_are_gone_after_a_minute),
		cmocka_unit_test(a_charger_is_guessed_from_everywhere_together),
		cmocka_unit_test(an_address_guesses_at_all_chargers_together),
		cmocka_unit_test(a_right_secret_is_no_guess),
		cmocka_unit_test(a_full_count_outlasts_a_flood_of_others),
		cmocka_unit_test(
		    an_address_has_no_port_and_of_ipv6_its_network),
	};

	hash_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
