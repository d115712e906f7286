/*
 * With an argument it is a tool instead: reads texts in hex, one a line, and
 * prints for each `1` (JSON), `s` (JSON that jsonb can't store) or `0`.
 */
#include "adapter/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef enum fault reader(struct ctx *, const char *, size_t,
    struct json_body *);

static char
judge(struct ctx *cx, reader *read, const char *text, size_t n)
{
	struct json_body b;
	size_t i;

	ctx_reset(cx, 0, 0);
	if (read(cx, text, n, &b) != FAULT_NONE)
		return '0';
	for (i = 0; i < b.n_items; i++)
		if (!b.items[i].storable)
			return 's';
	return '1';
}

static size_t
unescape(char *s)
{
	unsigned v;
	char *p = s;
	size_t n = 0;

	for (; *p != '\0'; p++) {
		if (p[0] == '\\' && p[1] == 'x' &&
		    sscanf(p + 2, "%2x", &v) == 1) {
			s[n++] = (char)v;
			p += 3;
			continue;
		}
		if (p[0] == '\\' && p[1] == '\\')
			p++;
		s[n++] = *p;
	}
	return n;
}

static enum fault
split(struct ctx *cx, const char *text, size_t n, struct json_body *b)
{
	return json_split(cx, text, n, SIZE_MAX, b);
}

/* What is said of a line: of an event, and of anything else. */
static char
wanted(const char *line, bool of_event)
{
	switch (*line) {
	case 'b':
		return '1';
	case 'o':
		return 's';
	case 'e':
		return of_event ? 's' : '0';
	case 'j':
		return of_event ? '1' : '0';
	default:
		return '0';
	}
}

static void
the_table_of_texts_is_judged_as_it_says(void **state)
{
	static reader *const readers[] = {
		json_parse, json_parse_any, split
	};
	FILE *f = fopen("tests/data/json.txt", "r");
	char *line = NULL, *text, got, want;
	size_t room = 0, rows = 0, n, i;
	struct ctx cx;

	(void)state;
	assert_non_null(f);
	ctx_init(&cx);
	while (getline(&line, &room, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (*line == '#' || (text = strstr(line, " | ")) == NULL)
			continue;
		n = unescape(text + 3);
		for (i = 0; i < countof(readers); i++) {
			want = wanted(line, i > 0);
			got = judge(&cx, readers[i], text + 3, n);
			if (got != want)
				fail_msg("reader %zu: %c, not %c: %s", i, got,
				    want, line);
		}
		rows++;
	}
	assert_true(rows > 100);
	free(line);
	fclose(f);
	arena_free(&cx.arena);
}

static const struct json *
parsed(struct ctx *cx, const char *text, struct json_body *b)
{
	assert_int_equal(json_parse(cx, text, strlen(text), b), FAULT_NONE);
	return b->root;
}

static void
numbers_keep_their_text(void **state)
{
	static const char *const rows[] = {
		"9007199254740993", "1.10", "1e400", "0.30008999999999997",
		"1500.4999999999999", "-0", "1E+5", "1e200000",
		("123456789012345678901234567890123456789012345678901234567890"
		"12345678901234567890.5"),
	};
	struct json_body b;
	const struct json *j;
	struct ctx cx;
	char text[512];
	size_t i;

	(void)state;
	ctx_init(&cx);
	for (i = 0; i < countof(rows); i++) {
		snprintf(text, sizeof(text), "{\"s\":\"%s\",\"a\":[{},%s],"
		    "\"n\": %s }", rows[i], rows[i], rows[i]);
		j = parsed(&cx, text, &b);
		assert_string_equal(json_text(json_get(j, "s")), rows[i]);
		assert_string_equal(json_text(json_get(j, "n")), rows[i]);
		assert_string_equal(json_text(json_next(json_first(
		    json_get(j, "a")))), rows[i]);
		assert_null(json_string(json_get(j, "n")));
	}
	arena_free(&cx.arena);
}

static void
of_equal_keys_the_last_counts(void **state)
{
	struct json_body b;
	struct ctx cx;

	(void)state;
	ctx_init(&cx);
	parsed(&cx, "{\"a\":1,\"A\":2,\"\\u0061\":3}", &b);
	assert_string_equal(json_text(json_get(b.root, "a")), "3");
	assert_string_equal(json_text(json_get(b.root, "A")), "2");
	assert_null(json_get(b.root, "b"));
	arena_free(&cx.arena);
}

static void
the_items_of_an_array_are_told_by_their_own_text(void **state)
{
	static const char text[] = " [ {\"a\": 1} , 2e200000,[ 3, 4 ] ] ";
	struct json_body b;
	struct ctx cx;

	(void)state;
	ctx_init(&cx);
	parsed(&cx, text, &b);
	assert_int_equal(b.n_items, 3);
	assert_memory_equal(b.items[0].text, "{\"a\": 1}", b.items[0].len);
	assert_int_equal(b.items[0].len, 8);
	assert_int_equal(b.items[1].len, 8);
	assert_memory_equal(b.items[2].text, "[ 3, 4 ]", 8);
	assert_true(b.items[0].storable && b.items[2].storable);
	assert_false(b.items[1].storable);
	parsed(&cx, " {\"a\":[1,2]} ", &b);
	assert_int_equal(b.n_items, 1);
	assert_memory_equal(b.items[0].text, "{\"a\":[1,2]}", 11);
	assert_int_equal(b.items[0].len, 11);
	parsed(&cx, "[]", &b);
	assert_int_equal(b.n_items, 0);
	arena_free(&cx.arena);
}

static void
an_integer_is_whole_however_it_is_written(void **state)
{
	static const struct { const char *text; bool is; int64_t n; } rows[] = {
		{ "7", true, 7 }, { "-7", true, -7 }, { "0", true, 0 },
		{ "-0", true, 0 }, { "7.0", true, 7 }, { "7.000", true, 7 },
		{ "7e0", true, 7 }, { "70e-1", true, 7 },
		{ "0.7e1", true, 7 }, { "0.007E+3", true, 7 },
		{ "7e2", true, 700 }, { "0e999999", true, 0 },
		{ "0.0e-5", true, 0 }, { "1e18", true, 1000000000000000000 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "922337203685477580.7e1", true, INT64_MAX },
		{ "9223372036854775808", false, 0 }, { "1e19", false, 0 },
		{ "1e400", false, 0 }, { "1e99999999999", false, 0 },
		{ "7.5", false, 0 }, { "7e-1", false, 0 },
		{ "1e-99999999999", false, 0 }, { "0.07e1", false, 0 },
		{ "\"7\"", false, 0 }, { "true", false, 0 },
		{ "null", false, 0 }, { "[7]", false, 0 },
	};
	struct json_body b;
	struct ctx cx;
	int64_t n;
	size_t i;

	(void)state;
	ctx_init(&cx);
	for (i = 0; i < countof(rows); i++) {
		n = 77;
		if (json_int(parsed(&cx, rows[i].text, &b), INT64_MIN,
		    INT64_MAX, &n) != rows[i].is ||
		    n != (rows[i].is ? rows[i].n : 77))
			fail_msg("%s", rows[i].text);
	}
	assert_false(json_int(parsed(&cx, "7", &b), 8, 9, &n));
	assert_false(json_int(parsed(&cx, "7", &b), 5, 6, &n));
	assert_false(json_int(NULL, 0, 9, &n));
	arena_free(&cx.arena);
}

static void
kinds_are_told_apart(void **state)
{
	struct json_body b;
	struct ctx cx;
	bool v;

	(void)state;
	ctx_init(&cx);
	parsed(&cx, "{\"o\":{},\"a\":[],\"s\":\"x\",\"n\":1,\"t\":true,"
	    "\"f\":false,\"z\":null}", &b);
	assert_true(json_is_object(json_get(b.root, "o")));
	assert_true(json_is_array(json_get(b.root, "a")));
	assert_true(json_is_null(json_get(b.root, "z")));
	assert_true(json_is_null(json_get(b.root, "none")));
	assert_false(json_is_null(json_get(b.root, "f")));
	assert_true(json_bool(json_get(b.root, "t"), &v) && v);
	assert_true(json_bool(json_get(b.root, "f"), &v) && !v);
	assert_false(json_bool(json_get(b.root, "n"), &v));
	assert_null(json_text(json_get(b.root, "t")));
	assert_null(json_get(json_get(b.root, "a"), "x"));
	assert_null(json_first(json_get(b.root, "a")));
	assert_null(json_first(NULL));
	arena_free(&cx.arena);
}

static void
the_members_of_an_object_are_told_by_their_own_text(void **state)
{
	static const char text[] =
	    " {\"a\": {\"n\": 1.10} ,\"b\":[1e9999],\"a\" :2}";
	const struct json *j;
	struct json_body b;
	struct ctx cx;

	(void)state;
	ctx_init(&cx);
	assert_int_equal(json_parse(&cx, text, strlen(text), &b),
	    FAULT_NONE);
	j = json_first(b.root);
	assert_string_equal(json_name(j), "a");
	assert_memory_equal(b.members[0].text, "{\"n\": 1.10}", 11);
	assert_int_equal(b.members[0].len, 11);
	assert_true(b.members[0].storable);
	assert_string_equal(json_name(json_next(j)), "b");
	assert_int_equal(b.members[1].len, 8);
	assert_false(b.members[1].storable);
	assert_int_equal(b.members[2].len, 1);
	assert_true(b.members[2].storable);
	assert_false(b.items[0].storable);
	arena_free(&cx.arena);
}

static void
what_jsonb_refuses_reads_as_a_stand_in(void **state)
{
	static const char text[] = "{\"a\":\"x\\u0000y\\uD83D\","
	    "\"n\":1e200000,\"\\u0000\":1,\"p\":\"\\ud83d\\ude00\",\"b\":7}";
	struct json_body b;
	struct ctx cx;

	(void)state;
	ctx_init(&cx);
	assert_int_equal(json_parse(&cx, text, strlen(text), &b),
	    FAULT_SYNTAX);
	assert_int_equal(json_parse_any(&cx, text, strlen(text), &b),
	    FAULT_NONE);
	assert_false(b.items[0].storable);
	assert_ptr_equal(b.items[0].text, text);
	assert_string_equal(json_string(json_get(b.root, "a")),
	    "x\xef\xbf\xbdy\xef\xbf\xbd");
	assert_string_equal(json_string(json_get(b.root, "p")),
	    "\xf0\x9f\x98\x80");
	assert_string_equal(json_text(json_get(b.root, "n")), "1e200000");
	assert_string_equal(json_text(json_get(b.root, "b")), "7");
	assert_false(b.members[0].storable);
	assert_true(b.members[3].storable && b.members[4].storable);
	arena_free(&cx.arena);
}

/* n lists within each other, around 5, in the member "deep". */
static char *
nested(char *text, size_t n)
{
	char *p = text + sprintf(text, "{\"a\":1,\"deep\":");

	memset(p, '[', n);
	p[n] = '5';
	memset(p + n + 1, ']', n);
	strcpy(p + 2 * n + 1, ",\"b\":2}");
	return text;
}

static void
nothing_is_nested_too_deep_for_an_event(void **state)
{
	static const struct { size_t lists; bool strict, storable; } rows[] = {
		{ 31, true, true }, { 32, false, true },
		{ 199, false, true }, { 200, false, false },
		{ 5000, false, false }, { 1000000, false, false },
	};
	char *text = malloc(2100000);
	struct json_body b;
	struct ctx cx;
	size_t i;

	(void)state;
	ctx_init(&cx);
	for (i = 0; i < countof(rows); i++) {
		nested(text, rows[i].lists);
		assert_int_equal(json_parse(&cx, text, strlen(text), &b) ==
		    FAULT_NONE, rows[i].strict);
		assert_int_equal(json_parse_any(&cx, text, strlen(text), &b),
		    FAULT_NONE);
		assert_int_equal(b.items[0].storable, rows[i].storable);
		assert_string_equal(json_text(json_get(b.root, "a")), "1");
		assert_string_equal(json_text(json_get(b.root, "b")), "2");
		text[strlen(text) - 9] = '\0';
		assert_int_equal(json_parse_any(&cx, text, strlen(text), &b),
		    FAULT_SYNTAX);
	}
	free(text);
	arena_free(&cx.arena);
}

static void
items_are_found_without_values(void **state)
{
	static const char text[] = "[1, {\"a\":[\"\\u0000\"]},[2], 3]";
	struct json_body b;
	struct ctx cx;

	(void)state;
	ctx_init(&cx);
	assert_int_equal(json_split(&cx, text, strlen(text), 2, &b),
	    FAULT_NONE);
	assert_null(b.root);
	assert_int_equal(b.n_items, 4);
	assert_int_equal(b.items[0].len, 1);
	assert_memory_equal(b.items[1].text, "{\"a\":[\"\\u0000\"]}",
	    b.items[1].len);
	assert_true(b.items[0].storable);
	assert_false(b.items[1].storable);
	assert_int_equal(json_split(&cx, text, strlen(text) - 1, 2, &b),
	    FAULT_SYNTAX);
	arena_free(&cx.arena);
}

static void
equal_values_are_told(void **state)
{
	static const char text[] = "[\"1\",\"1\",\"2\",1,1,1.0,1e200000,"
	    "1e200000,true,true,false,null,null,{},{},[],[]]";
	static const char same_as_next[] = "1001001010010000";
	const struct json *j;
	struct json_body b;
	struct ctx cx;
	size_t i;

	(void)state;
	ctx_init(&cx);
	assert_int_equal(json_parse(&cx, text, strlen(text), &b),
	    FAULT_NONE);
	j = json_first(b.root);
	for (i = 0; json_next(j) != NULL; i++, j = json_next(j))
		if (json_equal(j, json_next(j)) != (same_as_next[i] == '1'))
			fail_msg("value %zu", i);
	assert_int_equal(i, sizeof(same_as_next) - 1);
	arena_free(&cx.arena);
}

static int
judge_all(void)
{
	char *line = NULL, *text;
	size_t room = 0, n;
	struct ctx cx;
	unsigned v;

	ctx_init(&cx);
	while (getline(&line, &room, stdin) > 0) {
		text = malloc(strlen(line) + 1);
		for (n = 0; sscanf(line + 2 * n, "%2x", &v) == 1; n++)
			text[n] = (char)v;
		putchar(judge(&cx, json_parse, text, n));
		putchar('\n');
		free(text);
	}
	free(line);
	arena_free(&cx.arena);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_of_texts_is_judged_as_it_says),
		cmocka_unit_test(numbers_keep_their_text),
		cmocka_unit_test(of_equal_keys_the_last_counts),
		cmocka_unit_test(
		    the_items_of_an_array_are_told_by_their_own_text),
		cmocka_unit_test(an_integer_is_whole_however_it_is_written),
		cmocka_unit_test(kinds_are_told_apart),
		cmocka_unit_test(
		    the_members_of_an_object_are_told_by_their_own_text),
		cmocka_unit_test(what_jsonb_refuses_reads_as_a_stand_in),
		cmocka_unit_test(nothing_is_nested_too_deep_for_an_event),
		cmocka_unit_test(items_are_found_without_values),
		cmocka_unit_test(equal_values_are_told),
	};

	(void)argv;
	return argc > 1 ? judge_all() :
	    cmocka_run_group_tests(tests, NULL, NULL);
}
