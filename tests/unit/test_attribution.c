#include "core/attribution.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define AT(seconds)	((usec_t)(seconds) * SECOND)
#define START(seconds, number) \
	{ .at = AT(seconds), .connector = (number), .has_connector = true }

static void
what_comes_between_two_starts_is_the_first_ones(void **state)
{
	static const struct start starts[] = {
		START(0, 1), START(1000, 1), START(2000, 2),
	};

	(void)state;
	assert_int_equal(attribute(starts, 3, AT(500)), 0);
	assert_int_equal(attribute(starts, 3, AT(1500)), 1);
	assert_int_equal(attribute(starts, 3, AT(2500)), 2);
}

static void
a_minute_before_its_start_is_near_enough(void **state)
{
	static const struct start starts[] = { START(0, 1), START(1000, 1) };

	(void)state;
	assert_int_equal(attribute(starts, 2, AT(940)), 1);
	assert_int_equal(attribute(starts, 2, AT(940) - 1), 0);
}

static void
what_comes_before_all_starts_is_the_earliest_ones(void **state)
{
	static const struct start starts[] = { START(0, 1), START(1000, 1) };

	(void)state;
	assert_int_equal(attribute(starts, 2, AT(-100000)), 0);
	assert_int_equal(attribute(starts, 2, INT64_MIN), 0);
}

static void
the_only_session_gets_everything(void **state)
{
	static const struct start starts[] = { START(0, 1) };
	usec_t lo, hi;

	(void)state;
	assert_int_equal(attribute(starts, 1, INT64_MIN), 0);
	assert_int_equal(attribute(starts, 1, INT64_MAX), 0);
	reading_range(starts, 1, 0, &lo, &hi);
	assert_int_equal(lo, INT64_MIN);
	assert_int_equal(hi, INT64_MAX);
}

static void
the_ranges_say_the_same_as_the_attribution(void **state)
{
	static const struct start starts[] = {
		START(0, 1), START(30, 2), START(30, 3), START(500, 1),
		START(560, 1), START(700, 1),
	};
	size_t n = countof(starts), i;
	usec_t at, lo, hi;

	(void)state;
	for (at = AT(-200); at < AT(1000); at += SECOND / 2)
		for (i = 0; i < n; i++) {
			reading_range(starts, n, i, &lo, &hi);
			assert_int_equal(attribute(starts, n, at) == i,
			    lo <= at && at < hi);
		}
}

static void
starts_at_the_ends_of_time_do_no_harm(void **state)
{
	static const struct start starts[] = {
		{ .at = INT64_MIN, .connector = 1, .has_connector = true },
		{ .at = INT64_MAX, .connector = 2, .has_connector = true },
	};
	static const struct start first[] = {
		{ .at = INT64_MIN, .connector = 1, .has_connector = true },
		{ .at = INT64_MIN + 1, .connector = 2, .has_connector = true },
	};
	usec_t lo, hi;

	(void)state;
	assert_int_equal(attribute(starts, 2, 0), 0);
	assert_false(start_ambiguous(starts, 2, 0));
	reading_range(starts, 2, 1, &lo, &hi);
	assert_int_equal(lo, INT64_MAX - ATTRIBUTION_SLACK);
	assert_true(start_ambiguous(first, 2, 0));
	assert_true(start_ambiguous(first, 2, 1));
}

static void
two_connectors_within_a_minute_are_ambiguous(void **state)
{
	static const struct start starts[] = {
		START(0, 1), START(60, 2), START(121, 1),
	};

	(void)state;
	assert_true(start_ambiguous(starts, 3, 0));
	assert_true(start_ambiguous(starts, 3, 1));
	assert_false(start_ambiguous(starts, 3, 2));
}

static void
the_same_connector_twice_is_not_ambiguous(void **state)
{
	static const struct start starts[] = { START(0, 1), START(30, 1) };

	(void)state;
	assert_false(start_ambiguous(starts, 2, 0));
	assert_false(start_ambiguous(starts, 2, 1));
}

static void
another_connector_behind_the_same_one_is_seen(void **state)
{
	static const struct start starts[] = {
		START(0, 2), START(10, 1), START(20, 1), START(50, 3),
	};
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_true(start_ambiguous(starts, 4, i));
}

static void
an_unknown_connector_is_no_other_one(void **state)
{
	static const struct start starts[] = {
		START(0, 1), { .at = AT(10) },
	};

	(void)state;
	assert_false(start_ambiguous(starts, 2, 0));
	assert_false(start_ambiguous(starts, 2, 1));
}

static void
the_end_of_a_session_without_connector_closes_no_other(void **state)
{
	static const struct start starts[] = {
		START(0, 1), { .at = AT(20) }, START(40, 2),
	};
	static const struct end ends[] = { { .at = AT(-30) } };

	(void)state;
	assert_false(choose_end(starts, 3, 0, ends, 1).any);
	assert_true(choose_end(starts, 3, 1, ends, 1).any);
	assert_false(choose_end(starts, 3, 2, ends, 1).any);
}

/* Starts 10 to 80 s apart, on one of two connectors. */
static size_t
some_starts(struct start *starts, unsigned *seed)
{
	size_t i, n = 1 + (size_t)rand_r(seed) % 6;
	int at = 0;

	for (i = 0; i < n; i++) {
		starts[i] = (struct start)START(at, 1 + rand_r(seed) % 2);
		at += 10 + rand_r(seed) % 8 * 10;
	}
	return n;
}

static void
a_session_ends_by_whatever_is_in_its_range_of_ends(void **state)
{
	struct start starts[6];
	struct end end = { .has_stop = false };
	unsigned seed = 1;
	size_t i, n, round;
	usec_t lo, hi;
	int at;

	(void)state;
	for (round = 0; round < 500; round++) {
		n = some_starts(starts, &seed);
		for (i = 0; i < n; i++) {
			end_range(starts, n, i, &lo, &hi);
			for (at = -100; at < 600; at += 5) {
				end.at = AT(at);
				assert_int_equal(choose_end(starts, n, i, &end,
				    1).any, lo <= end.at && end.at < hi);
			}
		}
	}
}

static void
no_end_is_no_end(void **state)
{
	static const struct start starts[] = { START(0, 1), START(1000, 1) };
	static const struct end ends[] = { { .at = AT(1500) } };
	struct chosen_end chosen = choose_end(starts, 2, 0, ends, 1);

	(void)state;
	assert_false(chosen.any);
	assert_false(chosen.conflict);
	assert_null(chosen.end);
	assert_true(choose_end(starts, 2, 1, ends, 1).any);
	assert_false(choose_end(starts, 2, 1, ends, 0).any);
}

/* Each end ranks before the one after it. */
static const struct end ranking[] = {
	{ AT(100), true, 500, "Local" },
	{ AT(200), true, 400, "EVDisconnected" },
	{ AT(200), true, 400, "Local" },
	{ AT(200), true, 400, NULL },
	{ AT(200), true, 500, "Local" },
	{ AT(200), false, 0, "Local" },
	{ AT(200), false, 0, NULL },
	{ AT(300), true, 100, NULL },
};

static void
the_first_in_the_ranking_wins_in_any_order(void **state)
{
	static const struct start starts[] = { START(0, 1) };
	struct end pair[2];
	size_t i, j;

	(void)state;
	for (i = 0; i < countof(ranking); i++)
		for (j = i + 1; j < countof(ranking); j++) {
			pair[0] = ranking[i];
			pair[1] = ranking[j];
			assert_ptr_equal(choose_end(starts, 1, 0, pair,
			    2).end, &pair[0]);
			pair[0] = ranking[j];
			pair[1] = ranking[i];
			assert_ptr_equal(choose_end(starts, 1, 0, pair,
			    2).end, &pair[1]);
		}
}

static bool
conflict(struct end a, struct end b)
{
	static const struct start starts[] = { START(0, 1) };
	struct end pair[2] = { a, b };

	return choose_end(starts, 1, 0, pair, 2).conflict;
}

static void
ends_that_differ_in_time_or_stop_conflict(void **state)
{
	struct end a = { AT(100), true, 500, "Local" }, b = a;

	(void)state;
	assert_false(conflict(a, b));
	b.reason = NULL;
	assert_false(conflict(a, b));
	b.stop = 501;
	assert_true(conflict(a, b));
	assert_true(conflict(b, a));
	b = a;
	b.has_stop = false;
	assert_true(conflict(a, b));
	b = a;
	b.at++;
	assert_true(conflict(a, b));
	a.has_stop = b.has_stop = false;
	b = a;
	b.stop = 77;
	assert_false(conflict(a, b));
}

static void
the_end_of_another_session_is_no_conflict(void **state)
{
	static const struct start starts[] = { START(0, 1), START(1000, 1) };
	static const struct end ends[] = {
		{ AT(1800), true, 900, NULL }, { AT(500), true, 700, NULL },
	};

	(void)state;
	assert_ptr_equal(choose_end(starts, 2, 0, ends, 2).end, &ends[1]);
	assert_ptr_equal(choose_end(starts, 2, 1, ends, 2).end, &ends[0]);
	assert_false(choose_end(starts, 2, 0, ends, 2).conflict);
}

static void
the_first_end_closes_all_that_are_ambiguous(void **state)
{
	static const struct start starts[] = {
		START(0, 1), START(50, 2), START(100, 1), START(1000, 1),
		START(2000, 1), START(2010, 2),
	};
	static const struct end ends[] = {
		{ AT(2500), true, 3, NULL }, { AT(900), true, 2, NULL },
		{ AT(60), true, 1, NULL }, { AT(1500), true, 4, NULL },
		{ AT(30), true, 9, NULL },
	};
	struct chosen_end chosen;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		chosen = choose_end(starts, 6, i, ends, 5);
		assert_true(chosen.any);
		assert_false(chosen.conflict);
		assert_ptr_equal(chosen.end, &ends[4]);
	}
	assert_ptr_equal(choose_end(starts, 6, 3, ends, 5).end, &ends[3]);
	assert_ptr_equal(choose_end(starts, 6, 4, ends, 5).end, &ends[0]);
	assert_ptr_equal(choose_end(starts, 6, 5, ends, 5).end, &ends[0]);
}

static void
sessions_that_no_chain_joins_stay_apart(void **state)
{
	/* The two in the middle are on one connector: no link. */
	static const struct start starts[] = {
		START(0, 2), START(10, 1), START(65, 1), START(120, 3),
	};
	static const struct end ends[] = { { AT(500), false, 0, NULL } };
	size_t i;

	(void)state;
	assert_true(choose_end(starts, 4, 3, ends, 1).any);
	assert_true(choose_end(starts, 4, 2, ends, 1).any);
	for (i = 0; i < 2; i++)
		assert_false(choose_end(starts, 4, i, ends, 1).any);
}

static int
compare_starts(const void *a, const void *b)
{
	const struct start *s = a, *t = b;

	if (s->at != t->at)
		return s->at < t->at ? -1 : 1;
	return (s->connector > t->connector) - (s->connector < t->connector);
}

static bool
linked(const struct start *a, const struct start *b)
{
	return llabs(a->at - b->at) <= AT(60) && a->connector != b->connector;
}

/* The clusters by the plainest means: spread a mark until nothing moves. */
static void
spread(const struct start *starts, size_t n, size_t from, bool *in)
{
	bool moved = true;
	size_t i, j;

	memset(in, 0, n * sizeof(*in));
	in[from] = true;
	while (moved) {
		moved = false;
		for (i = 0; i < n; i++)
			for (j = 0; j < n; j++)
				if (in[i] && !in[j] &&
				    linked(&starts[i], &starts[j]))
					moved = in[j] = true;
	}
}

static void
clusters_are_those_of_the_plain_definition(void **state)
{
	enum { N = 7 };
	struct start starts[N];
	struct end end = { 0 };
	bool in[N];
	unsigned seed;
	size_t i;

	(void)state;
	srand(20261123);
	for (seed = 0; seed < 3000; seed++) {
		for (i = 0; i < N; i++) {
			starts[i] = (struct start)START(rand() % 300,
			    1 + rand() % 3);
		}
		qsort(starts, N, sizeof(starts[0]), compare_starts);
		end.at = AT(rand() % 400 - 50);
		spread(starts, N, attribute(starts, N, end.at), in);
		for (i = 0; i < N; i++)
			assert_int_equal(choose_end(starts, N, i, &end,
			    1).any, in[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_comes_between_two_starts_is_the_first_ones),
		cmocka_unit_test(a_minute_before_its_start_is_near_enough),
		cmocka_unit_test(
		    what_comes_before_all_starts_is_the_earliest_ones),
		cmocka_unit_test(the_only_session_gets_everything),
		cmocka_unit_test(the_ranges_say_the_same_as_the_attribution),
		cmocka_unit_test(starts_at_the_ends_of_time_do_no_harm),
		cmocka_unit_test(
		    two_connectors_within_a_minute_are_ambiguous),
		cmocka_unit_test(the_same_connector_twice_is_not_ambiguous),
		cmocka_unit_test(
		    another_connector_behind_the_same_one_is_seen),
		cmocka_unit_test(an_unknown_connector_is_no_other_one),
		cmocka_unit_test(
		    the_end_of_a_session_without_connector_closes_no_other),
		cmocka_unit_test(
		    a_session_ends_by_whatever_is_in_its_range_of_ends),
		cmocka_unit_test(no_end_is_no_end),
		cmocka_unit_test(the_first_in_the_ranking_wins_in_any_order),
		cmocka_unit_test(ends_that_differ_in_time_or_stop_conflict),
		cmocka_unit_test(the_end_of_another_session_is_no_conflict),
		cmocka_unit_test(
		    the_first_end_closes_all_that_are_ambiguous),
		cmocka_unit_test(sessions_that_no_chain_joins_stay_apart),
		cmocka_unit_test(clusters_are_those_of_the_plain_definition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
