/* Text that grows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static struct arena a;

static void
grows_and_keeps_its_end(void **state)
{
	char wanted[3001] = "";
	struct buf b;
	int i;

	(void)state;
	buf_init(&b, &a);
	assert_string_equal(b.text, "");
	for (i = 0; i < 1000; i++) {
		if (i % 2 == 0)
			buf_text(&b, "abc");
		else
			buf_printf(&b, "%s%c", "ab", 'c');
		strcat(wanted, "abc");
		assert_int_equal(b.len, strlen(b.text));
	}
	assert_string_equal(b.text, wanted);
}

/* A print that does not fit is done again where it does. */
static void
prints_what_is_longer_than_its_room(void **state)
{
	char *text = arena_strdup(&a, "");
	struct buf b;
	size_t n;

	(void)state;
	for (n = 505; n < 520; n++) {
		text = arena_calloc(&a, n + 1);
		memset(text, 'x', n);
		buf_init(&b, &a);
		buf_printf(&b, "%s", text);
		assert_string_equal(b.text, text);
		buf_text(&b, "!");
		assert_int_equal(b.len, n + 1);
	}
}

static void
writes_whole_numbers(void **state)
{
	static const struct {
		int64_t n;
		const char *text;
	} rows[] = {
		{ 0, "0" }, { -1, "-1" }, { 90210, "90210" },
		{ INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" },
	};
	struct buf b;
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		buf_init(&b, &a);
		buf_int(&b, rows[i].n);
		assert_string_equal(b.text, rows[i].text);
	}
}

/* RFC 8785, 3.2.2.2 */
static void
quotes_in_the_canonical_form(void **state)
{
	static const char text[] =
	    "\xe2\x82\xac$\x0f\nA'B\"\\\\\"/\x7f\b\f\r\t";
	struct buf b;

	(void)state;
	buf_init(&b, &a);
	buf_quote(&b, text, sizeof(text) - 1);
	assert_string_equal(b.text, "\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\"
	    "\\\"/\x7f\\b\\f\\r\\t\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_keeps_its_end),
		cmocka_unit_test(prints_what_is_longer_than_its_room),
		cmocka_unit_test(writes_whole_numbers),
		cmocka_unit_test(quotes_in_the_canonical_form),
	};
	int failed;

	arena_init(&a);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&a);
	return failed;
}
