#include "core/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void
sums_are_exact_beyond_what_an_amount_holds(void **state)
{
	static const struct {
		amount_sum_t sum;
		const char *text;
	} rows[] = {
		{ 0, "0.0000" }, { 1, "0.0001" }, { -1, "-0.0001" },
		{ 12345, "1.2345" }, { -100000, "-10.0000" },
		{ (amount_sum_t)INT64_MAX * 10, "9223372036854775.8070" },
		{ (amount_sum_t)INT64_MIN * 1000,
		    "-922337203685477580.8000" },
	};
	char buf[AMOUNT_SUM_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++)
		assert_string_equal(amount_sum_text(buf, rows[i].sum),
		    rows[i].text);
}

/* A session of 1 kWh at 0.5 with a settlement that is sent out. */
struct fixture {
	struct arena arena;
	struct tally tally;
	struct session now;
	struct settlement sent, more;
	struct settlement_change change;
	struct session_settlements settlements;
	struct session_outcome outcome;
};

static struct fixture *
fixture_new(void)
{
	struct fixture *f = calloc(1, sizeof(*f));

	arena_init(&f->arena);
	tally_init(&f->tally, &f->arena);
	f->now = (struct session){
		.finalized = true, .has_energy = true, .energy_wh = 1000,
		.energy_source = "StopTransaction", .has_cost = true,
		.cost = 5000, .cost_currency = "EUR",
	};
	f->sent = (struct settlement){
		.ordinal = 1, .has_amount = true, .amount = 5000,
		.currency = "EUR", .status = SETTLEMENT_SUBMITTED,
	};
	f->settlements = (struct session_settlements){
		.list = &f->sent, .n = 1, .changes = &f->change,
	};
	f->outcome = (struct session_outcome){
		.before = f->now, .after = &f->now,
		.settlements = &f->settlements,
	};
	return f;
}

static void
fixture_free(struct fixture *f)
{
	arena_free(&f->arena);
	free(f);
}

static void
the_same_counts_in_the_sums_only(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	assert_false(tally_add(&f->tally, &f->outcome));
	f->outcome.decided = true;
	assert_false(tally_add(&f->tally, &f->outcome));
	assert_int_equal(f->tally.seen, 2);
	assert_int_equal(f->tally.sessions, 0);
	assert_int_equal(f->tally.explained, 1);
	assert_int_equal(f->tally.settlements, 0);
	assert_int_equal(f->tally.n_sums, 1);
	assert_string_equal(f->tally.sums[0].currency, "EUR");
	assert_int_equal(f->tally.sums[0].costs_before, 10000);
	assert_int_equal(f->tally.sums[0].costs_after, 10000);
	assert_int_equal(f->tally.sums[0].settled_before, 10000);
	assert_int_equal(f->tally.sums[0].settled_after, 10000);
	fixture_free(f);
}

static void
an_adjustment_adds_to_the_sum_of_its_currency(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->now.energy_wh = 900;
	f->now.cost = 40000;
	f->now.cost_currency = "CHF";
	f->more = (struct settlement){
		.ordinal = 2, .has_amount = true, .amount = 40000,
		.currency = "CHF", .status = SETTLEMENT_HELD,
	};
	f->change.after = &f->more;
	f->settlements.n_changes = 1;
	assert_true(tally_add(&f->tally, &f->outcome));
	assert_int_equal(f->tally.sessions, 1);
	assert_int_equal(f->tally.energy, 1);
	assert_int_equal(f->tally.source, 0);
	assert_int_equal(f->tally.price, 1);
	assert_int_equal(f->tally.made, 0);
	assert_int_equal(f->tally.adjusted, 1);
	assert_int_equal(f->tally.held, 1);
	assert_int_equal(f->tally.n_sums, 2);
	assert_string_equal(f->tally.sums[0].currency, "CHF");
	assert_int_equal(f->tally.sums[0].settled_before, 0);
	assert_int_equal(f->tally.sums[0].settled_after, 40000);
	assert_int_equal(f->tally.sums[1].settled_after, 5000);
	assert_int_equal(f->tally.sums[1].costs_after, 0);
	fixture_free(f);
}

static void
a_settlement_that_only_names_a_later_revision_is_the_same(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->sent.status = SETTLEMENT_PENDING;
	f->more = f->sent;
	f->more.revision = 2;
	f->change = (struct settlement_change){ &f->sent, &f->more };
	f->settlements.n_changes = 1;
	tally_add(&f->tally, &f->outcome);
	assert_int_equal(f->tally.settlements, 0);
	f->more.amount = 1;
	f->more.status = SETTLEMENT_HELD;
	tally_add(&f->tally, &f->outcome);
	assert_int_equal(f->tally.settlements, 1);
	assert_int_equal(f->tally.changed, 1);
	assert_int_equal(f->tally.held, 1);
	assert_int_equal(f->tally.sums[0].settled_after, 5001);
	fixture_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_exact_beyond_what_an_amount_holds),
		cmocka_unit_test(the_same_counts_in_the_sums_only),
		cmocka_unit_test(an_adjustment_adds_to_the_sum_of_its_currency),
		cmocka_unit_test(
		    a_settlement_that_only_names_a_later_revision_is_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
