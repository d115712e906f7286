#include "core/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

#define AT(seconds)	((usec_t)(seconds) * SECOND)
#define CP	"CP-1"

struct fixture {
	struct arena arena;
	struct timeline t;
	struct session stored[8];
	size_t n;
	unsigned char ids;
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

static struct session
started(struct fixture *f, int32_t transaction, int32_t connector, int at)
{
	struct session s = {
		.charger = CP, .has_transaction = true,
		.transaction = transaction,
		.has_connector = true, .connector = connector,
		.has_start = true, .started_at = AT(at), .fingerprint = "",
	};

	s.id.byte[0] = ++f->ids;
	return s;
}

/* A session that the database had, by its start and its end. */
static struct session *
stored(struct fixture *f, int32_t transaction, int32_t connector, int at,
    enum end_kind end)
{
	f->stored[f->n] = started(f, transaction, connector, at);
	f->stored[f->n].end = end;
	return &f->stored[f->n++];
}

static void
opened(struct fixture *f, const struct transaction *of, size_t n)
{
	timeline_open(&f->t, &f->arena, of, n, f->stored, f->n);
}

static struct transaction_sessions *
of(const struct fixture *f, int32_t transaction)
{
	return timeline_find(&f->t, CP, transaction);
}

static void
start(struct fixture *f, const struct session *s)
{
	timeline_start(&f->t, of(f, s->transaction), s);
}

static const struct slot *
slot(const struct fixture *f, int32_t transaction, size_t i)
{
	const struct transaction_sessions *g = of(f, transaction);

	assert_non_null(g);
	assert_true(i < g->n);
	return &g->slots[i];
}

static void
each_transaction_is_there_once_in_order(void **state)
{
	static const struct transaction x[] = {
		{ "CP-2", 1 }, { CP, 7 }, { CP, 3 }, { CP, 7 },
	};
	struct fixture *f = *state;

	stored(f, 5, 1, 0, END_NONE);
	stored(f, 7, 1, 100, END_NONE);
	opened(f, x, countof(x));
	assert_int_equal(f->t.n, 4);
	assert_int_equal(f->t.transactions[0].of.id, 3);
	assert_string_equal(f->t.transactions[3].of.charger, "CP-2");
	assert_true(of(f, 7)->touched && of(f, 7)->was_known);
	assert_true(of(f, 3)->touched && !of(f, 3)->was_known);
	assert_true(!of(f, 5)->touched && of(f, 5)->was_known);
	assert_null(of(f, 4));
	assert_int_equal(timeline_marked(&f->t), 0);
}

static void
a_timeline_of_nothing_holds_nothing(void **state)
{
	struct fixture *f = *state;

	opened(f, NULL, 0);
	assert_null(of(f, 1));
	assert_int_equal(timeline_marked(&f->t), 0);
}

static void
a_start_is_a_new_session_with_the_id_given(void **state)
{
	struct fixture *f = *state;
	struct session s = started(f, 1, 2, 0);

	opened(f, &(struct transaction){ CP, 1 }, 1);
	start(f, &s);
	assert_true(slot(f, 1, 0)->added);
	assert_true(slot(f, 1, 0)->marked);
	assert_true(uuid_equal(&slot(f, 1, 0)->session->id, &s.id));
	assert_int_equal(of(f, 1)->starts[0].connector, 2);
}

static void
the_same_start_twice_is_one_session(void **state)
{
	struct fixture *f = *state;
	struct session *known = stored(f, 1, 1, 0, END_REPORTED);
	struct session again = started(f, 1, 1, 0);

	opened(f, NULL, 0);
	start(f, &again);
	assert_int_equal(of(f, 1)->n, 1);
	assert_ptr_equal(slot(f, 1, 0)->session, known);
	assert_false(slot(f, 1, 0)->marked);
	assert_false(slot(f, 1, 0)->changed);
}

static void
the_same_start_with_another_value_is_decided_again(void **state)
{
	struct fixture *f = *state;
	struct session *known = stored(f, 1, 1, 0, END_REPORTED);
	struct session again = started(f, 1, 1, 0);

	again.has_meter_start = true;
	again.meter_start = 1000;
	opened(f, NULL, 0);
	start(f, &again);
	assert_int_equal(of(f, 1)->n, 1);
	assert_true(slot(f, 1, 0)->changed && slot(f, 1, 0)->marked);
	assert_false(slot(f, 1, 0)->added);
	assert_true(known->start_conflict);
	assert_int_equal(known->meter_start, 1000);
}

static void
another_time_or_connector_is_another_session(void **state)
{
	struct fixture *f = *state;
	struct session later = started(f, 1, 1, 500);
	struct session beside = started(f, 1, 2, 0);

	stored(f, 1, 1, 0, END_REPORTED);
	opened(f, NULL, 0);
	start(f, &later);
	start(f, &beside);
	assert_int_equal(of(f, 1)->n, 3);
	assert_int_equal(slot(f, 1, 1)->session->connector, 2);
	assert_int_equal(slot(f, 1, 2)->session->started_at, AT(500));
}

static void
a_late_start_marks_its_neighbours_in_the_transaction(void **state)
{
	struct fixture *f = *state;
	struct session late = started(f, 1, 2, 500);
	size_t i;

	for (i = 0; i < 4; i++)
		stored(f, 1, 1, (int)i * 1000 - 1000, END_REPORTED);
	opened(f, NULL, 0);
	start(f, &late);
	assert_int_equal(of(f, 1)->n, 5);
	for (i = 0; i < 5; i++)
		assert_int_equal(slot(f, 1, i)->marked, i >= 1 && i <= 3);
}

static void
a_startless_session_is_taken_over_with_its_id(void **state)
{
	struct fixture *f = *state;
	struct uuid id = { { 99 } };
	struct session s = started(f, 1, 2, 40);
	const struct session *x;

	opened(f, &(struct transaction){ CP, 1 }, 1);
	timeline_startless(&f->t, of(f, 1), &id, AT(100), AT(900));
	assert_true(slot(f, 1, 0)->added && slot(f, 1, 0)->marked);
	assert_false(slot(f, 1, 0)->session->has_start);
	start(f, &s);
	assert_int_equal(of(f, 1)->n, 1);
	x = slot(f, 1, 0)->session;
	assert_true(uuid_equal(&x->id, &id));
	assert_true(x->has_start && x->has_connector && !x->stale);
	assert_int_equal(x->connector, 2);
	assert_int_equal(x->started_at, AT(40));
	assert_int_equal(x->created_at, AT(900));
	assert_int_equal(of(f, 1)->starts[0].at, AT(40));
	assert_true(slot(f, 1, 0)->changed && slot(f, 1, 0)->marked);
}

static void
a_session_with_a_start_is_not_taken_over(void **state)
{
	struct fixture *f = *state;
	struct session s = started(f, 1, 2, 40);

	stored(f, 1, 1, 1000, END_STALE)->stale = true;
	opened(f, NULL, 0);
	start(f, &s);
	assert_int_equal(of(f, 1)->n, 2);
	assert_true(slot(f, 1, 0)->added);
}

static void
the_next_start_marks_the_open_session_before(void **state)
{
	struct fixture *f = *state;
	struct session next = started(f, 9, 1, 5000);

	stored(f, 1, 1, 0, END_SUPERSEDED);
	stored(f, 2, 1, 1000, END_NONE);
	stored(f, 3, 2, 2000, END_NONE);
	stored(f, 4, 1, 6000, END_NONE);
	opened(f, &(struct transaction){ CP, 9 }, 1);
	start(f, &next);
	assert_false(slot(f, 1, 0)->marked);
	assert_true(slot(f, 2, 0)->marked);
	assert_false(slot(f, 3, 0)->marked);
	assert_false(slot(f, 4, 0)->marked);
}

static void
of_two_starts_at_one_time_the_lower_transaction_is_before(void **state)
{
	struct fixture *f = *state;
	struct session next = started(f, 5, 1, 0);

	stored(f, 4, 1, 0, END_NONE);
	stored(f, 6, 1, 0, END_NONE);
	opened(f, &(struct transaction){ CP, 5 }, 1);
	start(f, &next);
	assert_true(slot(f, 4, 0)->marked);
	assert_false(slot(f, 6, 0)->marked);
}

static void
a_start_leaves_other_chargers_and_startless_sessions_alone(void **state)
{
	struct fixture *f = *state;
	struct session next = started(f, 5, 1, 1000);

	stored(f, 4, 1, 0, END_NONE)->charger = "CP-0";
	stored(f, 6, 1, 0, END_NONE)->has_start = false;
	opened(f, &(struct transaction){ CP, 5 }, 1);
	start(f, &next);
	assert_false(timeline_find(&f->t, "CP-0", 4)->slots[0].marked);
	assert_false(slot(f, 6, 0)->marked);
	assert_int_equal(timeline_marked(&f->t), 1);
}

static struct session_end
facts(struct fixture *f, size_t at, const struct evidence *e,
    struct session_facts *k)
{
	opened(f, NULL, 0);
	return timeline_facts(of(f, 1), at, e, k);
}

/* Whether a start marks a session that ended at this second. */
static bool
marks_ended(struct fixture *f, enum end_kind end, int ended_at)
{
	struct session next = started(f, 9, 1, 1000);

	f->n = 0;
	stored(f, 1, 1, 0, end)->ended_at = AT(ended_at);
	opened(f, &(struct transaction){ CP, 9 }, 1);
	start(f, &next);
	return slot(f, 1, 0)->marked;
}

static void
a_late_start_marks_a_session_that_ended_behind_it(void **state)
{
	struct fixture *f = *state;

	assert_false(marks_ended(f, END_REPORTED, 900));
	assert_false(marks_ended(f, END_REPORTED, 1060));
	assert_true(marks_ended(f, END_REPORTED, 1061));
	assert_true(marks_ended(f, END_SUPERSEDED, 900));
	assert_true(marks_ended(f, END_STALE, 900));
	assert_false(marks_ended(f, END_AMBIGUOUS, 2000));
}

static void
the_facts_hold_the_start_and_the_surroundings(void **state)
{
	const struct evidence e = {
		.has_next_start = true, .next_start = AT(500),
		.next_session = { { 7 } }, .max_power_kw = 22,
	};
	struct fixture *f = *state;
	struct session_facts k;
	struct session *s = stored(f, 1, 1, 0, END_REPORTED);

	s->start_unreadable = true;
	s->has_start_received = true;
	s->start_received_at = AT(3);
	facts(f, 0, &e, &k);
	assert_true(k.start_unreadable && k.has_start_received);
	assert_int_equal(k.start_received_at, AT(3));
	assert_int_equal(k.max_power_kw, 22);
	assert_true(k.has_next_start);
	assert_int_equal(k.next_session.byte[0], 7);
}

/* The meterStartWh that two starts make; -1: unreadable, -2: none. */
static mwh_t
merged(struct fixture *f, mwh_t a, mwh_t b)
{
	const mwh_t values[] = { a, b };
	struct session s[2];
	size_t i;

	for (i = 0; i < 2; i++) {
		s[i] = started(f, 1, 1, 0);
		s[i].has_meter_start = values[i] >= 0;
		s[i].meter_start = values[i];
		s[i].start_unreadable = values[i] == -1;
	}
	session_merge_start(&s[0], &s[1]);
	assert_int_equal(s[0].start_conflict, a != b);
	return s[0].has_meter_start ? s[0].meter_start :
	    s[0].start_unreadable ? -1 : -2;
}

static void
of_two_starts_the_one_that_says_more_counts_in_any_order(void **state)
{
	static const mwh_t ranking[] = { 5, 8, -1, -2 };
	struct fixture *f = *state;
	size_t i, k;

	for (i = 0; i < countof(ranking); i++)
		for (k = i; k < countof(ranking); k++) {
			assert_int_equal(merged(f, ranking[i], ranking[k]),
			    ranking[i]);
			assert_int_equal(merged(f, ranking[k], ranking[i]),
			    ranking[i]);
		}
}

static void
an_end_marks_the_session_that_it_is_of(void **state)
{
	struct fixture *f = *state;

	stored(f, 1, 1, 0, END_NONE);
	stored(f, 1, 1, 1000, END_NONE);
	opened(f, NULL, 0);
	timeline_mark_end(of(f, 1), AT(900));
	assert_true(slot(f, 1, 0)->marked);
	assert_false(slot(f, 1, 1)->marked);
	timeline_mark_end(of(f, 1), AT(940));
	assert_true(slot(f, 1, 1)->marked);
}

static void
near_starts_are_marked_together(void **state)
{
	struct fixture *f = *state;
	size_t i;

	stored(f, 1, 1, 0, END_NONE);
	stored(f, 1, 2, 60, END_NONE);
	stored(f, 1, 3, 120, END_NONE);
	stored(f, 1, 1, 181, END_NONE);
	opened(f, NULL, 0);
	timeline_mark(of(f, 1), &f->stored[1].id);
	for (i = 0; i < 4; i++)
		assert_int_equal(slot(f, 1, i)->marked, i < 3);
}

static void
a_sample_marks_only_a_session_that_has_ended(void **state)
{
	struct fixture *f = *state;

	stored(f, 1, 1, 0, END_REPORTED);
	stored(f, 1, 1, 1000, END_NONE);
	opened(f, &(struct transaction){ CP, 2 }, 1);
	timeline_mark_sample(of(f, 1), AT(2000));
	timeline_mark_sample(of(f, 2), AT(2000));
	timeline_mark_end(of(f, 2), AT(2000));
	assert_int_equal(timeline_marked(&f->t), 0);
	timeline_mark_sample(of(f, 1), AT(500));
	assert_true(slot(f, 1, 0)->marked);
	assert_int_equal(timeline_marked(&f->t), 1);
}

static void
a_reported_end_comes_before_the_next_start_and_silence(void **state)
{
	static const struct end end = { AT(900), true, 1600000, "Local" };
	const struct evidence e = {
		.ends = &end, .n_ends = 1, .has_next_start = true,
		.next_start = AT(500),
	};
	struct fixture *f = *state;
	struct session_facts k;
	struct session_end x;

	stored(f, 1, 1, 0, END_NONE)->stale = true;
	x = facts(f, 0, &e, &k);
	assert_int_equal(x.kind, END_REPORTED);
	assert_string_equal(x.reason, "Local");
	assert_int_equal(k.end, END_REPORTED);
	assert_int_equal(k.reported_end_at, AT(900));
	assert_true(k.has_meter_stop);
	assert_int_equal(k.meter_stop, 1600000);
}

static void
the_next_start_comes_before_silence(void **state)
{
	struct evidence e = { .has_next_start = true, .next_start = AT(500) };
	struct fixture *f = *state;
	struct session_facts k;

	stored(f, 1, 1, 0, END_NONE)->stale = true;
	assert_int_equal(facts(f, 0, &e, &k).kind, END_SUPERSEDED);
	assert_int_equal(k.next_start, AT(500));
	e.has_next_start = false;
	assert_int_equal(facts(f, 0, &e, &k).kind, END_STALE);
	f->stored[0].stale = false;
	assert_int_equal(facts(f, 0, &e, &k).kind, END_NONE);
	assert_null(facts(f, 0, &e, &k).reason);
}

static void
so_far_nothing_has_ended_it(void **state)
{
	static const struct end end = { AT(900), true, 1600000, NULL };
	const struct evidence e = {
		.ends = &end, .n_ends = 1, .has_next_start = true,
		.next_start = AT(500),
		.so_far = true,
	};
	struct fixture *f = *state;
	struct session_facts k;

	stored(f, 1, 1, 0, END_NONE)->stale = true;
	assert_int_equal(facts(f, 0, &e, &k).kind, END_NONE);
	assert_int_equal(k.end, END_NONE);
	assert_false(k.has_meter_stop);
}

static void
an_ambiguous_session_ends_without_stop_and_readings(void **state)
{
	static const struct end end = { AT(900), true, 1600000, NULL };
	static const struct reading reading = { .ts = AT(100) };
	struct evidence e = {
		.ends = &end, .n_ends = 1,
		.readings = &reading, .n_readings = 1,
	};
	struct fixture *f = *state;
	struct session_facts k;

	stored(f, 1, 1, 0, END_NONE);
	stored(f, 1, 2, 30, END_NONE);
	assert_int_equal(facts(f, 0, &e, &k).kind, END_AMBIGUOUS);
	assert_int_equal(k.end, END_AMBIGUOUS);
	assert_int_equal(k.reported_end_at, AT(900));
	assert_false(k.has_meter_stop);
	e.n_ends = 0;
	assert_int_equal(facts(f, 0, &e, &k).kind, END_NONE);
	assert_int_equal(k.n_readings, 0);
	e.has_next_start = true;
	e.next_start = AT(500);
	assert_int_equal(facts(f, 1, &e, &k).kind, END_SUPERSEDED);
	assert_int_equal(k.end, END_AMBIGUOUS);
	assert_int_equal(k.reported_end_at, AT(30));
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_transaction_is_there_once_in_order),
		TEST(a_timeline_of_nothing_holds_nothing),
		TEST(a_start_is_a_new_session_with_the_id_given),
		TEST(the_same_start_twice_is_one_session),
		TEST(the_same_start_with_another_value_is_decided_again),
		TEST(another_time_or_connector_is_another_session),
		TEST(a_late_start_marks_its_neighbours_in_the_transaction),
		TEST(a_startless_session_is_taken_over_with_its_id),
		TEST(a_session_with_a_start_is_not_taken_over),
		TEST(the_next_start_marks_the_open_session_before),
		TEST(of_two_starts_at_one_time_the_lower_transaction_is_before),
		TEST(
		    a_start_leaves_other_chargers_and_startless_sessions_alone),
		TEST(a_late_start_marks_a_session_that_ended_behind_it),
		TEST(the_facts_hold_the_start_and_the_surroundings),
		TEST(of_two_starts_the_one_that_says_more_counts_in_any_order),
		TEST(an_end_marks_the_session_that_it_is_of),
		TEST(near_starts_are_marked_together),
		TEST(a_sample_marks_only_a_session_that_has_ended),
		TEST(a_reported_end_comes_before_the_next_start_and_silence),
		TEST(the_next_start_comes_before_silence),
		TEST(so_far_nothing_has_ended_it),
		TEST(an_ambiguous_session_ends_without_stop_and_readings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
