/* Judgements: what goes in comes out, and neighbours cost nothing. */
#include "core/judgement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

enum { MANY = 6000 };

struct fixture {
	struct arena arena;
	struct reading readings[MANY];
	int16_t items[MANY];
	enum verdict verdicts[MANY];
	struct judged judged;
	struct judgement made;
};

static int
begin(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	arena_init(&f->arena);
	f->judged = (struct judged){ f->readings, f->items, f->verdicts, 0,
	    INT64_MIN, INT64_MAX };
	*state = f;
	return 0;
}

static int
end(void **state)
{
	struct fixture *f = *state;

	arena_free(&f->arena);
	free(f);
	return 0;
}

static size_t
add(struct fixture *f, usec_t ts, int16_t item, enum verdict verdict)
{
	size_t i = f->judged.n++;

	f->readings[i] = (struct reading){
		.id = (int64_t)i + 1, .event_id = 9, .ts = ts,
		.kind = READING_REGISTER, .unit = "Wh",
	};
	f->items[i] = item;
	f->verdicts[i] = verdict;
	return i;
}

static void
make(struct fixture *f)
{
	judgement_make(&f->arena, &f->judged,
	    judgement_order(&f->arena, &f->judged), &f->made);
}

/* The changes of all series as text, and again as they are read from it. */
static size_t
through_text(struct fixture *f)
{
	size_t i, bytes = 0;
	char *text;

	for (i = 0; i < f->made.n_series; i++) {
		text = series_text(&f->arena, &f->made.series[i]);
		bytes += strlen(text);
		assert_true(series_parse(&f->arena, text, f->made.n_words,
		    &f->made.series[i]));
	}
	return bytes;
}

static const char *
why(const struct fixture *f, size_t i)
{
	return judgement_why(&f->made, &f->readings[i], f->items[i]);
}

static void
assert_all_as_given(const struct fixture *f)
{
	size_t i, used = 0;

	for (i = 0; i < f->judged.n; i++) {
		if (f->verdicts[i] == VERDICT_USED) {
			assert_null(why(f, i));
			used++;
		} else {
			assert_non_null(why(f, i));
			assert_string_equal(why(f, i),
			    verdict_words(f->verdicts[i]));
		}
	}
	assert_int_equal(f->made.n, f->judged.n);
	assert_int_equal(f->made.n_used, used);
}

static const char *
any_of(const char *const *words, size_t n)
{
	return words[(size_t)rand() % n];
}

static void
random_reading(struct fixture *f, bool wild)
{
	static const char *const phases[] = { NULL, "", "L1", "L2", "L3" };
	static const char *const contexts[] = { NULL, "Sample.Clock" };
	static const char long_word[] =
	    "0123456789012345678901234567890123456789012345678901234567890";
	size_t i = add(f, (rand() % 500 - 250) * SECOND,
	    (int16_t)(rand() % (wild ? 200 : 4)),
	    (enum verdict)(rand() % (rand() % 2 == 0 ? 1 : VERDICTS)));
	struct reading *r = &f->readings[i];

	r->id = (int64_t)i * 7 % MANY;
	r->phase = any_of(phases, countof(phases));
	r->context = any_of(contexts, countof(contexts));
	r->kind = rand() % 2 == 0 ? READING_REGISTER : READING_INTERVAL;
	if (wild && rand() % 8 == 0)
		r->location = long_word + rand() % 20;
}

static void
any_sequence_of_verdicts_comes_out_as_it_went_in(void **state)
{
	struct fixture *f = *state;
	int round, n;

	srand(20261124);
	for (round = 0; round < 300; round++) {
		f->judged.n = 0;
		for (n = rand() % (round < 280 ? 60 : MANY); n > 0; n--)
			random_reading(f, round % 2 == 0);
		make(f);
		assert_all_as_given(f);
		through_text(f);
		assert_all_as_given(f);
		arena_reset(&f->arena);
	}
}

/* What one reading of each event says depends on its place there. */
static void
series_that_take_turns_cost_the_same_however_many(void **state)
{
	static const enum verdict turns[] = {
		VERDICT_USED, LEFT_PHASED, LEFT_PHASED, LEFT_PHASED,
		LEFT_LOCATION, LEFT_SAME_TIME, LEFT_FORMAT, VERDICT_USED
	};
	struct fixture *f = *state;
	size_t bytes = 0;
	int i, k;

	for (i = 0; i < 700; i++) {
		for (k = 0; k < (int)countof(turns); k++)
			add(f, i * 60 * SECOND, (int16_t)k, turns[k]);
		if (i != 1 && i != 699)
			continue;
		make(f);
		assert_all_as_given(f);
		assert_int_equal(f->made.n_series, countof(turns));
		if (i == 1)
			bytes = through_text(f);
	}
	assert_int_equal(through_text(f), bytes);
	assert_int_equal(bytes, countof(turns));
}

static void
an_exception_is_two_changes(void **state)
{
	struct fixture *f = *state;
	int i;

	for (i = 0; i < 9; i++)
		add(f, i * SECOND, 0, i == 4 ? LEFT_GLITCH : VERDICT_USED);
	make(f);
	assert_string_equal(series_text(&f->arena, &f->made.series[0]),
	    "0 4000000,5,1 1000000,1,0");
	assert_string_equal(f->made.words[1], verdict_words(LEFT_GLITCH));
	assert_int_equal(f->made.last_id, 9);
}

static void
readings_that_come_later_move_no_verdict(void **state)
{
	struct fixture *f = *state;
	struct fixture *old;
	size_t i, n;

	for (i = 0; i < 50; i++)
		add(f, (usec_t)i * 2 * SECOND, 0,
		    i % 7 == 0 ? LEFT_GLITCH : VERDICT_USED);
	make(f);
	n = f->judged.n;
	old = malloc(sizeof(*old));
	*old = *f;
	for (i = 0; i < 50; i++)
		add(f, (usec_t)i * SECOND, (int16_t)(i % 2), LEFT_WINDOW);
	for (i = 0; i < f->judged.n; i++)
		if (f->readings[i].id <= old->made.last_id) {
			assert_ptr_equal(why(f, i), why(old, i));
			n--;
		}
	assert_int_equal(n, 0);
	free(old);
}

static void
no_readings_are_no_series(void **state)
{
	struct fixture *f = *state;

	make(f);
	assert_int_equal(f->made.n_series, 0);
	assert_int_equal(f->made.last_id, 0);
}

static void
words_without_end_are_bounded(void **state)
{
	static char words[MANY][16];
	struct fixture *f = *state;
	int i;

	for (i = 0; i < MANY; i++) {
		snprintf(words[i], sizeof(words[i]), "c%d", i);
		f->readings[add(f, i, 0, VERDICT_USED)].context = words[i];
	}
	make(f);
	assert_int_equal(f->made.n_series, SERIES_MAX + 1);
	assert_all_as_given(f);
	assert_int_equal(through_text(f), SERIES_MAX + 1);
	assert_all_as_given(f);
}

static void
what_is_no_text_of_changes_is_refused(void **state)
{
	static const char *const texts[] = {
		"", " ", "x", "2", "-1", "0 ", "0 1", "0 1,2", "0 1,2,",
		"0 1,2,2", "0 1,2,1x", "0 ,2,1", "0  1,2,1", "0,1",
		"0 9223372036854775807,2,1 1,2,0", "0 1,99999999999999999999,1",
		"+0", "0 +1,2,1",
	};
	struct fixture *f = *state;
	struct series s = { 0 };
	size_t i;

	for (i = 0; i < countof(texts); i++)
		if (series_parse(&f->arena, texts[i], 2, &s))
			fail_msg("\"%s\" was read", texts[i]);
	assert_true(series_parse(&f->arena, "0 -1,2,1", 2, &s));
	assert_int_equal(s.n, 2);
	assert_int_equal(s.changes[1].ts, -1);
}

static void
a_digest_is_made_of_all_that_a_reading_said(void **state)
{
	struct fixture *f = *state;
	struct reading r = {
		.id = 12, .event_id = 345, .ts = -1, .kind = READING_INTERVAL,
		.value = "1:2", .unit = "", .context = NULL, .phase = "L1",
		.usable = true, .mwh = -1500,
	};
	struct buf b;

	buf_init(&b, &f->arena);
	judgement_reading_text(&b, &r, 7);
	assert_string_equal(b.text,
	    "2:123:3451:72:-11:I3:1:20:-2:L1--5:-1500");
	b.len = 0;
	r = (struct reading){ .id = 1, .ts = 1600000000000000,
		.kind = READING_REGISTER };
	judgement_reading_text(&b, &r, 0);
	assert_string_equal(b.text, "1:1-1:016:16000000000000001:R-------");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
		TEST(any_sequence_of_verdicts_comes_out_as_it_went_in),
		TEST(series_that_take_turns_cost_the_same_however_many),
		TEST(an_exception_is_two_changes),
		TEST(readings_that_come_later_move_no_verdict),
		TEST(no_readings_are_no_series),
		TEST(words_without_end_are_bounded),
		TEST(what_is_no_text_of_changes_is_refused),
		TEST(a_digest_is_made_of_all_that_a_reading_said),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
