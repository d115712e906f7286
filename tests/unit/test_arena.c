#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/ctx.h"

static void
memory_is_zeroed_aligned_and_apart(void **state)
{
	static const size_t sizes[] = { 1, 0, 7, 16, 17, 4096, 100000, 3 };
	unsigned char *p[64];
	size_t i, k, n;
	struct arena a;

	(void)state;
	arena_init(&a);
	for (i = 0; i < 64; i++) {
		n = sizes[i % countof(sizes)];
		p[i] = arena_calloc(&a, n);
		assert_true((uintptr_t)p[i] % 16 == 0);
		for (k = 0; k < n; k++)
			assert_int_equal(p[i][k], 0);
		memset(p[i], (int)i + 1, n);
	}
	for (i = 0; i < 64; i++)
		for (k = 0; k < sizes[i % countof(sizes)]; k++)
			assert_int_equal(p[i][k], i + 1);
	arena_free(&a);
}

static void
after_a_reset_memory_is_zeroed_again(void **state)
{
	struct arena a;
	char *p;
	int i;

	(void)state;
	arena_init(&a);
	for (i = 0; i < 3; i++) {
		p = arena_calloc(&a, 1000);
		assert_int_equal(p[0] | p[999], 0);
		memset(p, 'x', 1000);
		arena_reset(&a);
	}
	arena_free(&a);
}

static char order[8];

static void
note(void *what)
{
	strcat(order, what);
}

static void
deferred_calls_run_once_the_last_one_first(void **state)
{
	static char one[] = "1", two[] = "2", three[] = "3";
	struct arena a;

	(void)state;
	arena_init(&a);
	arena_defer(&a, note, one);
	arena_defer(&a, note, two);
	arena_reset(&a);
	assert_string_equal(order, "21");
	arena_reset(&a);
	assert_string_equal(order, "21");
	arena_defer(&a, note, three);
	arena_free(&a);
	assert_string_equal(order, "213");
}

static void
texts_are_copied_and_printed(void **state)
{
	char big[5000];
	struct arena a;

	(void)state;
	arena_init(&a);
	assert_string_equal(arena_strdup(&a, ""), "");
	assert_string_equal(arena_strndup(&a, "abcdef", 3), "abc");
	assert_string_equal(arena_printf(&a, "%s-%d", "x", 7), "x-7");
	memset(big, 'y', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_string_equal(arena_printf(&a, "%s", big), big);
	arena_free(&a);
}

static void
a_context_collects_every_bad_field(void **state)
{
	struct ctx cx;

	(void)state;
	ctx_init(&cx);
	assert_int_equal(ctx_invalid(&cx), FAULT_NONE);
	ctx_bad(&cx, "/a", "is bad");
	ctx_bad(&cx, "/b/0", "is worse");
	assert_int_equal(ctx_invalid(&cx), FAULT_INVALID);
	assert_string_equal(cx.errors->pointer, "/a");
	assert_string_equal(cx.errors->next->pointer, "/b/0");
	assert_string_equal(cx.errors->next->detail, "is worse");
	assert_null(cx.errors->next->next);
	ctx_reset(&cx, 5, 6);
	assert_null(cx.errors);
	assert_int_equal(ctx_invalid(&cx), FAULT_NONE);
	assert_int_equal(cx.now, 5);
	assert_int_equal(ctx_fail(&cx, FAULT_QUERY, "%s %d", "x", 1),
	    FAULT_QUERY);
	assert_string_equal(cx.detail, "x 1");
	ctx_reset(&cx, 0, 0);
	assert_null(cx.detail);
	arena_free(&cx.arena);
}

static void
every_fault_has_its_status_and_words(void **state)
{
	int i;

	(void)state;
	for (i = FAULT_NONE + 1; i < FAULT_COUNT; i++) {
		const struct fault_row *r = fault_row((enum fault)i);

		assert_true(r->status >= 400 && r->status < 600);
		assert_true(strlen(r->slug) > 0);
		assert_true(strlen(r->title) > 0);
		if (r->status == 503 || r->status == 429)
			assert_true(r->retry_after > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
		cmocka_unit_test(after_a_reset_memory_is_zeroed_again),
		cmocka_unit_test(deferred_calls_run_once_the_last_one_first),
		cmocka_unit_test(texts_are_copied_and_printed),
		cmocka_unit_test(a_context_collects_every_bad_field),
		cmocka_unit_test(every_fault_has_its_status_and_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
