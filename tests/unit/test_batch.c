#include "serve/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ITEMS = 8, POISON = 66, UNREADABLE = 77 };

static struct request requests[ITEMS];
static struct batch_item items[ITEMS];
static int used;
static char said[1000];		/* commits, refusals and answers, in order */
static enum fault away;		/* the database is, with this fault */

static void
say(const char *word)
{
	size_t n = strlen(said);

	snprintf(said + n, sizeof(said) - n, "%s ", word);
}

static void
say_of(const char *mark, int id)
{
	char word[40];

	snprintf(word, sizeof(word), "%s%d", mark, id);
	say(word);
}

static int
id_of(const struct batch_item *it)
{
	return *(int *)it->work;
}

/* In the place of the process's own: these take no answer anywhere. */
enum fault
request_defer(struct request *rq)
{
	(void)rq;
	return FAULT_DEFERRED;
}

void
request_answer(struct request *rq, enum fault f)
{
	int i = (int)(rq - requests);

	say_of(f == FAULT_NONE ? "yes" : f == FAULT_BUSY ? "late" : "no",
	    id_of(&items[i]));
}

static enum fault
fake_commit(struct ctx *cx, void *state, struct batch_item *it, size_t size)
{
	struct batch_item *x;
	size_t sum = 0;

	(void)cx;
	assert_ptr_equal(state, said);
	for (x = it; x != NULL; x = x->next)
		sum += x->size;
	assert_int_equal(sum, size);
	say("[");
	for (x = it; x != NULL; x = x->next)
		say_of("", id_of(x));
	say("]");
	for (x = it; x != NULL; x = x->next)
		if (id_of(x) == POISON)
			return FAULT_BUG;
	for (x = it; x != NULL && away == FAULT_NONE; x = x->next)
		if (id_of(x) == UNREADABLE)
			x->fault = FAULT_INVALID;
	return away;
}

static void
fake_refused(struct ctx *cx, const struct batch_item *it)
{
	(void)cx;
	say_of("refused", id_of(it));
}

static const struct batch_work work = {
	.committers = 2, .max_items = 3, .max_size = 10,
	.commit = fake_commit, .refused = fake_refused,
};

/* For few at a time. */
static const struct batch_work narrow = {
	.committers = 1, .max_items = 1, .room = 10,
	.commit = fake_commit, .refused = fake_refused,
};

static void
empty(struct batch *b)
{
	away = FAULT_NONE;
	while (batch_commit(b, 0))
		continue;
	batch_answer(b);
}

/* A batch lives as long as its process: there is one, empty for each test. */
static struct batch *
batch_of_none(void)
{
	static struct batch *b;

	if (b == NULL)
		b = batch_new(&work, said, NULL);
	empty(b);
	memset(items, 0, sizeof(items));
	used = 0;
	said[0] = '\0';
	return b;
}

static struct batch *
narrow_of_none(void)
{
	static struct batch *b;

	if (b == NULL)
		b = batch_new(&narrow, said, NULL);
	empty(b);
	batch_of_none();
	return b;
}

static enum fault
try(struct batch *b, int id, size_t size, usec_t deadline)
{
	static int ids[ITEMS];
	struct batch_item *it = &items[used];

	ids[used] = id;
	it->work = &ids[used];
	it->rq = &requests[used++];
	it->rq->cx.deadline = deadline;
	it->size = size;
	if (id < 0)
		it->fault = FAULT_INVALID;
	return batch_put(b, it);
}

static struct batch_item *
put(struct batch *b, int id, size_t size, usec_t deadline)
{
	assert_int_equal(try(b, id, size, deadline), FAULT_DEFERRED);
	return &items[used - 1];
}

static void
what_waits_is_one_batch_in_its_order(void **state)
{
	struct batch *b = batch_of_none();

	(void)state;
	assert_false(batch_commit(b, 0));
	put(b, 1, 1, INT64_MAX);
	put(b, 2, 1, INT64_MAX);
	put(b, 3, 1, INT64_MAX);
	assert_true(batch_commit(b, 0));
	assert_false(batch_commit(b, 0));
	assert_string_equal(said, "[ 1 2 3 ] ");
	batch_answer(b);
	batch_answer(b);
	assert_string_equal(said, "[ 1 2 3 ] yes1 yes2 yes3 ");
}

static void
a_batch_is_bounded_by_items_and_by_size(void **state)
{
	struct batch *b = batch_of_none();
	int i;

	(void)state;
	for (i = 1; i <= 4; i++)
		put(b, i, 1, INT64_MAX);
	put(b, 5, 10, INT64_MAX);
	put(b, 6, 99, INT64_MAX);
	put(b, 7, 0, INT64_MAX);
	while (batch_commit(b, 0))
		continue;
	assert_string_equal(said, "[ 1 2 3 ] [ 4 ] [ 5 ] [ 6 ] [ 7 ] ");
}

static void
the_second_committer_takes_surplus_only(void **state)
{
	struct batch *b = batch_of_none();

	(void)state;
	put(b, 1, 6, INT64_MAX);
	put(b, 2, 4, INT64_MAX);
	assert_false(batch_commit(b, 1));
	put(b, 3, 1, INT64_MAX);
	assert_true(batch_commit(b, 1));
	assert_false(batch_commit(b, 1));
	assert_string_equal(said, "[ 1 2 ] ");
}

static void
of_a_refused_batch_only_the_guilty_is_refused(void **state)
{
	struct batch *b = batch_of_none();

	(void)state;
	put(b, 1, 1, INT64_MAX);
	put(b, POISON, 1, INT64_MAX);
	put(b, 3, 1, INT64_MAX);
	assert_true(batch_commit(b, 0));
	assert_false(batch_commit(b, 0));
	batch_answer(b);
	assert_string_equal(said, "[ 1 66 3 ] [ 1 ] [ 66 ] refused66 [ 3 ] "
	    "yes1 no66 yes3 ");
	assert_string_equal(requests[1].cx.detail, "the database refused it");
}

static void
what_the_handler_refused_is_told_after_the_commit(void **state)
{
	struct batch *b = batch_of_none();

	(void)state;
	put(b, -1, 0, INT64_MAX)->detail = "why";
	put(b, 2, 1, INT64_MAX);
	away = FAULT_DATABASE;
	assert_true(batch_commit(b, 0));
	away = FAULT_NONE;
	assert_true(batch_commit(b, 0));
	batch_answer(b);
	assert_string_equal(said, "[ -1 2 ] [ -1 2 ] refused-1 no-1 yes2 ");
	assert_string_equal(requests[0].cx.detail, "why");
}

static void
nothing_is_lost_while_the_database_is_away(void **state)
{
	struct batch *b = batch_of_none();
	enum fault f;

	(void)state;
	put(b, 1, 6, INT64_MAX);
	put(b, 2, 6, INT64_MAX);
	for (f = FAULT_NONE; f <= FAULT_BUG; f++) {
		if (f != FAULT_DATABASE && f != FAULT_BUSY)
			continue;
		away = f;
		said[0] = '\0';
		assert_true(batch_commit(b, 0));
		batch_answer(b);
		assert_string_equal(said, "[ 1 ] ");
	}
	away = FAULT_NONE;
	said[0] = '\0';
	/* still more than a batch holds, and in the old order */
	assert_true(batch_commit(b, 1));
	assert_true(batch_commit(b, 0));
	batch_answer(b);
	assert_string_equal(said, "[ 1 ] [ 2 ] yes1 yes2 ");
}

static void
what_has_waited_too_long_is_given_up(void **state)
{
	struct batch *b = batch_of_none();

	(void)state;
	put(b, 1, 1, 0);
	put(b, 2, 1, INT64_MAX);
	batch_answer(b);
	assert_string_equal(said, "late1 ");
	assert_string_equal(requests[0].cx.detail, "not stored in time");
	put(b, 3, 1, 0);
	away = FAULT_DATABASE;
	assert_true(batch_commit(b, 0));
	batch_answer(b);
	assert_string_equal(said, "late1 [ 2 3 ] late3 ");
	away = FAULT_NONE;
	assert_true(batch_commit(b, 0));
	batch_answer(b);
	assert_string_equal(said, "late1 [ 2 3 ] late3 [ 2 ] yes2 ");
}

static void
room_is_for_all_that_are_not_answered(void **state)
{
	struct batch *b = narrow_of_none();

	(void)state;
	put(b, 1, 6, INT64_MAX);
	put(b, 2, 4, INT64_MAX);
	assert_int_equal(try(b, 3, 1, INT64_MAX), FAULT_TOO_FAST);
	assert_true(batch_commit(b, 0));
	assert_int_equal(try(b, 4, 1, INT64_MAX), FAULT_TOO_FAST);
	batch_answer(b);
	assert_string_equal(said, "[ 1 ] yes1 ");
	put(b, 5, 6, INT64_MAX);
	while (batch_commit(b, 0))
		continue;
	batch_answer(b);
	assert_string_equal(said, "[ 1 ] yes1 [ 2 ] [ 5 ] yes2 yes5 ");
}

static void
what_is_larger_than_the_room_has_it_alone(void **state)
{
	struct batch *b = narrow_of_none();

	(void)state;
	put(b, 1, 11, INT64_MAX);
	assert_int_equal(try(b, 2, 1, INT64_MAX), FAULT_TOO_FAST);
	assert_true(batch_commit(b, 0));
	batch_answer(b);
	put(b, 3, 1, INT64_MAX);
	assert_int_equal(try(b, 4, 11, INT64_MAX), FAULT_TOO_FAST);
}

static void
what_is_given_up_leaves_its_room(void **state)
{
	struct batch *b = narrow_of_none();

	(void)state;
	put(b, 1, 10, 0);
	away = FAULT_DATABASE;
	assert_true(batch_commit(b, 0));
	batch_answer(b);
	assert_string_equal(said, "[ 1 ] late1 ");
	put(b, 2, 10, 0);
	batch_answer(b);
	put(b, 3, 10, INT64_MAX);
}

static void
what_waits_in_one_holds_up_no_other(void **state)
{
	struct batch *aside = narrow_of_none(), *b = batch_of_none();

	(void)state;
	put(aside, 1, 99, INT64_MAX);
	put(b, 2, 1, INT64_MAX);
	assert_true(batch_commit(b, 0));
	batch_answer(b);
	assert_string_equal(said, "[ 2 ] yes2 ");
	assert_true(batch_commit(aside, 0));
	batch_answer(aside);
	assert_string_equal(said, "[ 2 ] yes2 [ 1 ] yes1 ");
}

static void
an_item_may_be_found_guilty_by_the_commit_itself(void **state)
{
	struct batch *b = batch_of_none();

	(void)state;
	put(b, 1, 1, INT64_MAX);
	put(b, UNREADABLE, 1, INT64_MAX)->detail = "why";
	assert_true(batch_commit(b, 0));
	batch_answer(b);
	assert_string_equal(said, "[ 1 77 ] refused77 yes1 no77 ");
	assert_string_equal(requests[1].cx.detail, "why");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_waits_is_one_batch_in_its_order),
		cmocka_unit_test(a_batch_is_bounded_by_items_and_by_size),
		cmocka_unit_test(the_second_committer_takes_surplus_only),
		cmocka_unit_test(of_a_refused_batch_only_the_guilty_is_refused),
		cmocka_unit_test(
		    what_the_handler_refused_is_told_after_the_commit),
		cmocka_unit_test(nothing_is_lost_while_the_database_is_away),
		cmocka_unit_test(what_has_waited_too_long_is_given_up),
		cmocka_unit_test(room_is_for_all_that_are_not_answered),
		cmocka_unit_test(what_is_larger_than_the_room_has_it_alone),
		cmocka_unit_test(what_is_given_up_leaves_its_room),
		cmocka_unit_test(what_waits_in_one_holds_up_no_other),
		cmocka_unit_test(
		    an_item_may_be_found_guilty_by_the_commit_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
