#include "core/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define FACT(member) \
	{ #member, offsetof(struct session_facts, member) }

/* All that decides a session but the readings themselves. */
static const struct {
	const char *name;
	size_t at;
} facts[] = {
	FACT(started), FACT(started_at), FACT(has_start_received),
	FACT(start_received_at), FACT(has_meter_start), FACT(meter_start),
	FACT(start_unreadable), FACT(start_conflict), FACT(end),
	FACT(reported_end_at), FACT(has_meter_stop), FACT(meter_stop),
	FACT(end_conflict), FACT(has_next_start), FACT(next_start),
	FACT(next_session), FACT(max_power_kw), FACT(n_readings),
	FACT(legacy.any), FACT(legacy.energy_wh), FACT(legacy.source),
	FACT(legacy.estimated),
};

static void
facts_are_equal_when_every_one_is(void **state)
{
	static const struct reading readings[2];
	struct session_facts a = { .readings = &readings[0] };
	struct session_facts b = { .readings = &readings[1] };
	size_t i;

	(void)state;
	assert_true(session_facts_equal(&a, &b));
	for (i = 0; i < countof(facts); i++) {
		((char *)&b)[facts[i].at] = 1;
		if (session_facts_equal(&a, &b))
			fail_msg("%s makes no difference", facts[i].name);
		((char *)&b)[facts[i].at] = 0;
	}
	assert_true(session_facts_equal(&a, &b));
}

static void
an_end_without_its_figure_leaves_the_figure_as_it_is(void **state)
{
	const struct session_facts k = { .has_meter_stop = true,
	    .meter_stop = 2000 };
	const struct session_end end = { END_REPORTED, "Local" };
	const struct decision d = { .ended_at = 60 * SECOND,
	    .has_energy = true, .energy_wh = 7, .needs_review = true };
	struct session s = { .has_start = true, .started_at = SECOND };

	(void)state;
	session_set_end(&s, &k, &end, &d);
	assert_int_equal(s.end, END_REPORTED);
	assert_int_equal(s.ended_at, 60 * SECOND);
	assert_int_equal(s.started_at, SECOND);
	assert_true(s.has_meter_stop);
	assert_int_equal(s.meter_stop, 2000);
	assert_string_equal(s.reason, "Local");
	assert_false(s.has_energy);
	assert_false(s.needs_review);
	assert_null(s.energy_source);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_are_equal_when_every_one_is),
		cmocka_unit_test(
		    an_end_without_its_figure_leaves_the_figure_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
