#include "base/env_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/cpms-env.XXXXXX";
static char why[ENV_FILE_WHY];
static char *under[] = { "A=below", "PATH=/bin", NULL };

/* What a file of this text gives, over the variables above. */
static char **
load(const char *text, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	return env_file_load(path, under, why);
}

static void
a_value_is_plain_or_quoted(void **state)
{
	static const struct { const char *line, *var; } rows[] = {
		{ "A=", "A=" }, { "A=x", "A=x" }, { "  A=x", "A=x" },
		{ "A=x \t", "A=x" }, { "_a1=x", "_a1=x" },
		{ "A=postgres://u:p%20@h:5/d?a=b&c=d#e;f$g",
		    "A=postgres://u:p%20@h:5/d?a=b&c=d#e;f$g" },
		{ "A='a \"b\" \\ $c' ", "A=a \"b\" \\ $c" },
		{ "A=\"a 'b' \\\" \\\\ \\$ \\` $c\"", "A=a 'b' \" \\ $ ` $c" },
		{ "A=''", "A=" }, { "A=\"\"", "A=" }, { "A=\"'\"", "A='" },
		{ "A=\xc3\xa9", "A=\xc3\xa9" },
	};
	size_t i;
	char **vars;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		vars = load(rows[i].line, strlen(rows[i].line));
		if (vars == NULL || strcmp(vars[0], rows[i].var) != 0)
			fail_msg("row %zu: %s", i, vars ? vars[0] : why);
		free(vars);
	}
}

static void
a_wrong_line_is_named_without_its_value(void **state)
{
	static const char *const lines[] = {
		"hidden", "=hidden", "1A=hidden", "A =hidden", "A= hidden",
		"export A=hidden", "A-B=hidden", "A=hidden word",
		"A=hidden # why", "A=hid\"den\"", "A=hidden\\", "A=\"hidden",
		"A='hidden", "A='hid''den'", "A=\"hidden\" x", "A=\"hid\\den\"",
		"A=\"hidden\\", "A=hidden\r", "A='hid\tden'", "A=hid\x01",
		"B=hidden",
	};
	char text[64];
	size_t i;

	(void)state;
	for (i = 0; i < countof(lines); i++) {
		snprintf(text, sizeof(text), "# x\nB=1\n%s\nC=2\n", lines[i]);
		if (load(text, strlen(text)) != NULL)
			fail_msg("row %zu is taken", i);
		if (strncmp(why, "line 3: ", 8) != 0 || strstr(why, "hid"))
			fail_msg("row %zu: %s", i, why);
	}
}

static void
the_file_stands_over_the_variables_below(void **state)
{
	static const char text[] = "; x\n\n\t# y\nB=1\nA=2\nAA=3";
	char **vars = load(text, sizeof(text) - 1);

	(void)state;
	assert_non_null(vars);
	assert_string_equal(vars[0], "B=1");
	assert_string_equal(vars[1], "A=2");
	assert_string_equal(vars[2], "AA=3");
	assert_string_equal(vars[3], "PATH=/bin");
	assert_null(vars[4]);
	free(vars);
	vars = load("", 0);
	assert_non_null(vars);
	assert_string_equal(vars[0], "A=below");
	assert_null(vars[2]);
	free(vars);
}

static void
what_is_no_such_file_is_refused(void **state)
{
	static char large[64 * 1024 + 1];

	(void)state;
	memset(large, '\n', sizeof(large));
	assert_null(load(large, sizeof(large)));
	assert_string_equal(why, "it is over 64 kB");
	assert_null(load("A=1\0B=2\n", 8));
	assert_string_equal(why, "it holds a NUL byte");
	assert_null(env_file_load("/nowhere/x", under, why));
	assert_string_equal(why, "No such file or directory");
	assert_null(env_file_load("/tmp", under, why));
	assert_string_equal(why, "Is a directory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_plain_or_quoted),
		cmocka_unit_test(a_wrong_line_is_named_without_its_value),
		cmocka_unit_test(the_file_stands_over_the_variables_below),
		cmocka_unit_test(what_is_no_such_file_is_refused),
	};
	int failed, fd = mkstemp(path);

	if (fd < 0)
		return 1;
	close(fd);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
