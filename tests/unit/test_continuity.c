#include "core/continuity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

#define MINUTE	(60 * SECOND)
#define NONE	INT64_MIN

/* A session of connector 1 whose stop was reported; times in minutes. */
static struct link
told(int id, int from, int to, mwh_t start, mwh_t stop)
{
	struct link l = {
		.connector = 1, .has_start = true,
		.started_at = from * MINUTE, .ended_at = to * MINUTE,
		.has_meter_start = true, .meter_start = start,
		.has_baseline = true, .baseline = start,
		.has_meter_stop = true, .meter_stop = stop,
		.has_energy = true,
		.energy_wh = (int64_t)(((__int128)stop - start) / 1000),
		.energy_source = "StopTransaction",
	};

	l.session.byte[0] = (unsigned char)id;
	return l;
}

/* One that ended without a stop: its figure is of step 2. */
static struct link
untold(int id, int from, int to, mwh_t start, mwh_t energy)
{
	struct link l = told(id, from, to, start, start + energy);

	l.has_meter_stop = false;
	l.meter_stop = 0;
	l.has_register = true;
	l.register_mwh = energy;
	l.energy_source = "MeterValues.Register";
	return l;
}

struct fixture {
	struct arena arena;
	struct continuity c;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	arena_init(&f->arena);
	*state = f;
	return f == NULL;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	arena_free(&f->arena);
	free(f);
	return 0;
}

/* The last of these links, with their kinds in c. */
static const struct link *
last_of(struct fixture *f, struct link *links, size_t n)
{
	continuity_of(&f->arena, links, n, &f->c);
	assert_int_equal(f->c.n_chains, 1);
	assert_int_equal(f->c.chains[0].n_links, n);
	assert_int_equal(f->c.sums.sessions, n);
	return &f->c.chains[0].links[n - 1];
}

static void
check(struct fixture *f, struct link a, struct link b, enum link_kind kind,
    mwh_t gap)
{
	struct link links[] = { a, b };
	const struct link *l = last_of(f, links, 2);

	assert_int_equal(links[0].kind, LINK_FIRST);
	assert_false(links[0].has_gap);
	assert_string_equal(link_kind_names[l->kind], link_kind_names[kind]);
	assert_int_equal(l->has_gap, gap != NONE);
	if (l->has_gap)
		assert_int_equal(l->gap, gap);
}

static void
each_kind_has_its_bounds(void **state)
{
	struct fixture *f = *state;
	struct link a = told(1, 0, 10, 1000000, 2000000);
	static const struct {
		mwh_t start;
		enum link_kind kind;
	} rows[] = {
		{ 2000000, LINK_CONTINUOUS }, { 2001000, LINK_CONTINUOUS },
		{ 1999000, LINK_CONTINUOUS }, { 2001001, LINK_BETWEEN },
		{ 1998999, LINK_METER_BACK }, { 0, LINK_METER_BACK },
	};
	size_t i;

	for (i = 0; i < countof(rows); i++)
		check(f, a, told(2, 10, 20, rows[i].start, 9000000),
		    rows[i].kind, rows[i].start - 2000000);
	check(f, a, told(2, 9, 20, 2000000, 3000000), LINK_OVERLAP, NONE);
}

static void
sums_are_exact_and_leave_out_what_goes_on(void **state)
{
	struct fixture *f = *state;
	struct link links[] = {
		told(1, 0, 10, 1000000, 2000000),
		told(2, 20, 30, 2000999, 3000000),	/* goes on */
		told(3, 40, 50, 3001001, 4000000),	/* 1001 between */
		told(4, 60, 70, 4500002, 5000000),	/* 500002 between */
		told(5, 80, 90, 4000000, 4100000),	/* 1000000 back */
		told(6, 85, 95, 4050000, 4200000),	/* overlap */
	};

	last_of(f, links, countof(links));
	assert_int_equal(f->c.sums.between, 1001 + 500002);
	assert_int_equal(f->c.sums.back, 1000000);
	assert_int_equal(f->c.sums.overlaps, 1);
	assert_int_equal(f->c.sums.unknown, 0);
	assert_int_equal(f->c.sums.delivered,
	    (1000 + 999 + 998 + 499 + 100 + 150) * 1000);
}

static void
the_end_of_a_register_is_told_or_counted(void **state)
{
	struct fixture *f = *state;
	struct link next = told(2, 20, 30, 1500500, 2000000);
	struct link a = untold(1, 0, 10, 1000000, 500500);

	check(f, a, next, LINK_CONTINUOUS, 0);
	/* The number on the bill is another thing. */
	a.energy_wh = 9;
	check(f, a, next, LINK_CONTINUOUS, 0);
	a.restarted = true;
	check(f, a, next, LINK_UNKNOWN, NONE);
	a.restarted = false;
	a.has_register = false;
	check(f, a, next, LINK_UNKNOWN, NONE);
	a.has_register = true;
	a.has_baseline = false;
	check(f, a, next, LINK_UNKNOWN, NONE);
	a.has_baseline = true;
	a.energy_source = "MeterValues.Interval";
	check(f, a, next, LINK_UNKNOWN, NONE);
	a.energy_source = NULL;
	check(f, a, next, LINK_UNKNOWN, NONE);
	/* A stop was reported, whatever step was chosen. */
	a.energy_source = "MeterValues.Register";
	a.has_meter_stop = true;
	a.meter_stop = 1400500;
	check(f, a, next, LINK_BETWEEN, 100000);
}

static void
the_beginning_of_a_register_is_the_baseline(void **state)
{
	struct fixture *f = *state;
	struct link a = told(1, 0, 10, 0, 5000), b = told(2, 20, 30, 5000,
	    9000);

	b.meter_start = 77;
	check(f, a, b, LINK_CONTINUOUS, 0);
	b.has_baseline = false;
	check(f, a, b, LINK_METER_BACK, 77 - 5000);
	b.has_meter_start = false;	/* a start without a value says 0 */
	check(f, a, b, LINK_METER_BACK, -5000);
	b.start_unreadable = true;
	check(f, a, b, LINK_UNKNOWN, NONE);
	b.start_unreadable = false;
	b.has_start = false;
	check(f, a, b, LINK_UNKNOWN, NONE);
	assert_int_equal(f->c.sums.unknown, 1);
}

static void
a_session_is_held_against_the_one_that_ended_last(void **state)
{
	struct fixture *f = *state;
	struct link within[] = {
		told(1, 0, 60, 0, 50000),
		told(2, 10, 20, 8000, 9000),
		told(3, 30, 40, 20000, 21000),
		told(4, 60, 70, 50000, 60000),
	};
	struct link wrong[] = {
		told(1, 0, 10, 0, 5000),
		told(2, 20, -5, 5000, 7000),
		told(3, 20, 40, 7000, 9000),
	};

	last_of(f, within, countof(within));
	assert_int_equal(within[1].kind, LINK_OVERLAP);
	assert_int_equal(within[2].kind, LINK_OVERLAP);
	assert_int_equal(within[3].kind, LINK_CONTINUOUS);
	/* A clock that ended one before its start. */
	last_of(f, wrong, countof(wrong));
	assert_int_equal(wrong[1].kind, LINK_CONTINUOUS);
	assert_int_equal(wrong[2].kind, LINK_CONTINUOUS);
}

static void
each_connector_has_its_chain_and_all_have_sums(void **state)
{
	struct fixture *f = *state;
	struct link links[] = {
		told(4, 40, 50, 9000000, 9500000),
		told(3, 20, 30, 3000000, 4000000),
		told(2, 5, 15, 7000000, 8000000),
		told(1, 0, 10, 1000000, 2000000),
	};

	links[0].connector = links[2].connector = 2;
	continuity_of(&f->arena, links, countof(links), &f->c);
	assert_int_equal(f->c.n_chains, 2);
	assert_int_equal(f->c.chains[0].connector, 1);
	assert_int_equal(f->c.chains[0].n_links, 2);
	assert_int_equal(f->c.chains[0].links[0].session.byte[0], 1);
	assert_int_equal(f->c.chains[0].sums.between, 1000000);
	assert_int_equal(f->c.chains[1].connector, 2);
	assert_int_equal(f->c.chains[1].links[0].kind, LINK_FIRST);
	assert_int_equal(f->c.chains[1].sums.between, 1000000);
	assert_int_equal(f->c.sums.between, 2000000);
	assert_int_equal(f->c.sums.delivered, 3500000);
	assert_int_equal(f->c.sums.sessions, 4);
	assert_int_equal(f->c.sums.overlaps, 0);
}

static void
any_number_of_a_legacy_row_can_be_summed(void **state)
{
	struct fixture *f = *state;
	struct link links[] = {
		told(1, 0, 10, -9000000000000000000, 9000000000000000000),
		told(2, 20, 30, -9000000000000000000, 1),
		told(3, 40, 50, 9000000000000000000, 1),
	};
	size_t i;

	for (i = 0; i < countof(links); i++)
		links[i].energy_wh = INT64_MAX;
	last_of(f, links, countof(links));
	assert_int_equal(f->c.sums.delivered, INT64_MAX);
	assert_int_equal(f->c.sums.back, INT64_MAX);
	continuity_of(&f->arena, links, 0, &f->c);
	assert_int_equal(f->c.n_chains, 0);
	assert_int_equal(f->c.sums.sessions, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_has_its_bounds),
		cmocka_unit_test(sums_are_exact_and_leave_out_what_goes_on),
		cmocka_unit_test(the_end_of_a_register_is_told_or_counted),
		cmocka_unit_test(the_beginning_of_a_register_is_the_baseline),
		cmocka_unit_test(
		    a_session_is_held_against_the_one_that_ended_last),
		cmocka_unit_test(
		    each_connector_has_its_chain_and_all_have_sums),
		cmocka_unit_test(any_number_of_a_legacy_row_can_be_summed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
