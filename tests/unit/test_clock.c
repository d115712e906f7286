#include "core/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW	((usec_t)1772359200 * SECOND)
#define NONE	INT64_MIN

/* An event of a kind that carries the charger's time; seconds from NOW. */
struct heard {
	double arrival, ts;
	int64_t skew;		/* afterwards; NONE: unknown */
};

static void
check(const char *name, const struct heard *rows, size_t n)
{
	struct charger_clock c = { .charger = "c" };
	size_t i;

	for (i = 0; i < n; i++) {
		const struct event e = {
			.type = EVENT_SAMPLE, .dated = true,
			.ts = NOW + (usec_t)(rows[i].ts * 1e6),
			.received = NOW + (usec_t)(rows[i].arrival * 1e6),
		};
		struct charger_clock before = c;
		bool changed = clock_hear(&c, &e);
		int64_t skew = c.has_skew ? c.skew_seconds : NONE;

		if (skew != rows[i].skew)
			fail_msg("%s, row %zu: %lld", name, i,
			    (long long)skew);
		assert_int_equal(changed, before.has_run != c.has_run ||
		    before.run_ts != c.run_ts ||
		    before.run_received != c.run_received ||
		    before.has_skew != c.has_skew ||
		    before.skew_seconds != c.skew_seconds);
	}
}

#define CHECK(...) do { \
	static const struct heard rows[] = { __VA_ARGS__ }; \
	check(__func__, rows, countof(rows)); \
} while (0)

static void
a_fresh_event_is_live(void **state)
{
	(void)state;
	CHECK({ 0, 0, 0 });
	CHECK({ 0, -10, -10 });
	CHECK({ 0, -10.000001, NONE });
	CHECK({ 0, 1.4, 1 });
	CHECK({ 0, 1.5, 2 });
	CHECK({ 0, -1.5, -2 });
}

static void
no_backlog_explains_a_time_to_come(void **state)
{
	(void)state;
	CHECK({ 0, 10.7, 11 });
	CHECK({ 0, 3600, 3600 }, { 1, 4601, 4600 });
	CHECK({ 0, 231000000000.0, 231000000000 });
}

static void
a_clock_that_is_behind_is_known_by_its_pace(void **state)
{
	(void)state;
	CHECK({ 0, -3600, NONE }, { 60, -3540, -3600 });
	CHECK({ 0, -3600, NONE }, { 60, -3530, -3590 });
	CHECK({ 0, -3600, NONE }, { 60, -3529.9, NONE },
	    { 120, -3469.9, -3590 });
	CHECK({ 0, -3600, NONE }, { 60, -3550, -3610 });
	CHECK({ 0, -3600, NONE }, { 60, -3550.1, NONE });
}

static void
a_run_lasts_longer_than_its_tolerance(void **state)
{
	(void)state;
	CHECK({ 0, -3600, NONE }, { 10, -3590, NONE },
	    { 10.1, -3589.9, -3600 });
	CHECK({ 0, -3600, NONE }, { 5, -3595, NONE }, { 10, -3590, NONE },
	    { 15, -3585, -3600 });
}

/* Events of one moment, and samples of 5 s, arrive within seconds. */
static void
a_backlog_says_nothing(void **state)
{
	(void)state;
	CHECK({ 0, -7200, NONE }, { 0.1, -7200, NONE },
	    { 0.2, -7195, NONE }, { 0.3, -7190, NONE },
	    { 0.4, -7185, NONE }, { 0.5, -7180, NONE });
	CHECK({ 0, -7200, NONE }, { 20, -7140, NONE }, { 40, -7080, NONE });
	CHECK({ 0, 0, 0 }, { 7200, 60, 0 }, { 7200.1, 120, 0 },
	    { 7200.2, 7200.2, 0 });
	CHECK({ 0, 3600, 3600 }, { 60, -3540, 3600 }, { 61, -3480, 3600 });
}

static void
a_clock_that_is_set_is_followed(void **state)
{
	(void)state;
	CHECK({ 0, -3600, NONE }, { 60, -3540, -3600 }, { 120, 119, -1 });
	CHECK({ 0, 3600, 3600 }, { 60, 57, -3 });
}

static void
a_second_is_no_change(void **state)
{
	(void)state;
	CHECK({ 0, 0, 0 }, { 60, 59.4, 0 }, { 120, 119, 0 },
	    { 180, 178, -2 }, { 240, 239, -2 }, { 300, 300, 0 });
}

static void
an_arrival_out_of_order_makes_no_run(void **state)
{
	(void)state;
	CHECK({ 60, -3600, NONE }, { 0, -3660, NONE },
	    { 61, -3599, NONE }, { 71, -3589, -3660 });
}

static void
only_some_types_carry_the_chargers_time(void **state)
{
	static const bool carries[] = {
		[EVENT_UNKNOWN] = false, [EVENT_BOOTED] = false,
		[EVENT_HEARTBEAT] = false, [EVENT_STATUS] = true,
		[EVENT_STARTED] = true, [EVENT_SAMPLE] = true,
		[EVENT_ENDED] = true, [EVENT_ACK] = false,
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(carries); i++) {
		struct event e = { .type = (enum event_type)i };

		assert_false(event_has_clock(&e));
		e.dated = true;
		assert_int_equal(event_has_clock(&e), carries[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fresh_event_is_live),
		cmocka_unit_test(no_backlog_explains_a_time_to_come),
		cmocka_unit_test(a_clock_that_is_behind_is_known_by_its_pace),
		cmocka_unit_test(a_run_lasts_longer_than_its_tolerance),
		cmocka_unit_test(a_backlog_says_nothing),
		cmocka_unit_test(a_clock_that_is_set_is_followed),
		cmocka_unit_test(a_second_is_no_change),
		cmocka_unit_test(an_arrival_out_of_order_makes_no_run),
		cmocka_unit_test(only_some_types_carry_the_chargers_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
