#include "store/columns_check.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum colour { NO_COLOUR, RED, GREEN };

static const char *const colours[] = { NULL, "Red", "Green", NULL };
static const char *const members[] = { "One", "OneTwo", "Two", NULL };

struct thing {
	bool has_energy;
	struct uuid id;
	const char *name;
	int32_t count;
	mwh_t energy;
	enum colour colour;
	unsigned set;
	int untold;
};

enum { ADD = 1, PAINT = 2 };

static const struct column thing_list[] = {
	{ "id", COL_UUID, AT(thing, id), .in = ADD | PAINT },
	{ "name", COL_TEXT, AT(thing, name), .in = ADD },
	{ "count", COL_I32, AT(thing, count) },
	{ "energy_wh", COL_MWH, AT(thing, energy), HAS(thing, has_energy),
	    .in = ADD },
	{ "colour", COL_WORD, AT(thing, colour), .words = colours,
	    .in = ADD | PAINT },
	{ "members", COL_SET, AT(thing, set), .words = members },
	{ "secret", COL_TEXT, AT(thing, name), .in = 4, .unread = true },
	{ 0 }
};
static const struct columns things = { thing_list, sizeof(struct thing) };

struct cell {
	const char *name;
	Oid type;
	const char *data;	/* NULL: null */
	int len;
};

static const struct cell cells[] = {
	{ "n", DB_I32, "\0\0\0\2", 4 },
	{ "energy_wh", DB_NUMERIC, "\0\1\0\0\0\0\0\0\0\7", 10 },
	{ "colour", DB_TEXT, "Green", 5 },
	{ "count", DB_I32, "\0\0\1\0", 4 },
	{ "name", DB_TEXT, "one", 3 },
	{ "members", DB_TEXT, "OneTwo,Three,Two", 16 },
	{ "id", DB_UUID, "0123456789abcdef", 16 },
};

/* A row of these cells, and one of nulls behind it. */
static struct rows *
result_of(const struct cell *c, int n)
{
	PGresult *r = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	PGresAttDesc *a = calloc((size_t)n, sizeof(*a));
	int i;

	for (i = 0; i < n; i++) {
		a[i].name = (char *)(uintptr_t)c[i].name;
		a[i].typid = c[i].type;
		a[i].format = 1;
	}
	assert_true(PQsetResultAttrs(r, n, a));
	free(a);
	for (i = 0; i < n; i++) {
		PQsetvalue(r, 0, i, (char *)(uintptr_t)c[i].data, c[i].len);
		PQsetvalue(r, 1, i, NULL, -1);
	}
	return (struct rows *)r;
}

static void
a_row_is_read_by_the_names_of_its_columns(void **state)
{
	struct rows *r = result_of(cells, countof(cells));
	struct thing t[2] = { { .untold = 5 } };

	(void)state;
	columns_read(&things, r, t, 1);
	assert_memory_equal(&t[0].id, "0123456789abcdef", 16);
	assert_string_equal(t[0].name, "one");
	assert_int_equal(t[0].count, 256);
	assert_true(t[0].has_energy);
	assert_int_equal(t[0].energy, 7000);
	assert_int_equal(t[0].colour, GREEN);
	assert_int_equal(t[0].set, 6);
	assert_int_equal(t[0].untold, 5);
	PQclear((PGresult *)r);
}

static void
null_reads_as_nothing(void **state)
{
	struct rows *r = result_of(cells, countof(cells));
	struct thing t;

	(void)state;
	memset(&t, 0xff, sizeof(t));
	columns_read_one(&things, r, 1, &t);
	assert_true(uuid_is_nil(&t.id));
	assert_null(t.name);
	assert_int_equal(t.count, 0);
	assert_false(t.has_energy);
	assert_int_equal(t.energy, 0);
	assert_int_equal(t.colour, NO_COLOUR);
	assert_int_equal(t.set, 0);
	PQclear((PGresult *)r);
}

static void
no_result_is_no_row(void **state)
{
	struct thing t = { .count = 3 };

	(void)state;
	assert_int_equal(rows_count(NULL), 0);
	columns_read(&things, NULL, &t, 0);
	columns_read_numbered(&(struct column_rows){
	    &things, &t, 1, false, 0 }, NULL);
	assert_int_equal(t.count, 3);
}

/* What a call says on standard error before it aborts. */
static const char *
last_words(void (*call)(const void *), const void *arg)
{
	static char said[512];
	ssize_t n, got = 0;
	int fd[2], status;
	pid_t pid;

	assert_int_equal(pipe(fd), 0);
	if ((pid = fork()) == 0) {
		signal(SIGABRT, SIG_DFL);
		dup2(fd[1], 2);
		call(arg);
		_exit(0);
	}
	close(fd[1]);
	while ((n = read(fd[0], said + got, sizeof(said) - 1 -
	    (size_t)got)) > 0)
		got += n;
	said[got] = '\0';
	close(fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? said :
	    "it did not abort";
}

static void
says(void (*call)(const void *), const void *arg, const char *words)
{
	const char *said = last_words(call, arg);

	if (strstr(said, words) == NULL)
		fail_msg("it said \"%s\", not \"%s\"", said, words);
}

static void
read_things(const void *r)
{
	struct thing t;

	columns_read_one(&things, r, 0, &t);
}

static void
a_result_that_lacks_a_column_aborts_with_its_name(void **state)
{
	struct rows *r = result_of(cells, countof(cells) - 1);

	(void)state;
	says(read_things, r, "no column id");
	PQclear((PGresult *)r);
}

static void
a_result_of_another_type_aborts_with_the_column(void **state)
{
	struct cell other[countof(cells)];
	struct rows *r;

	(void)state;
	memcpy(other, cells, sizeof(cells));
	other[3].type = DB_I64;
	r = result_of(other, countof(other));
	says(read_things, r, "column count is no int");
	PQclear((PGresult *)r);
}

static void
check_add(const void *sql)
{
	struct db_stmt st = { "add", sql };

	columns_check(&st, &(struct column_rows){ &things, NULL, 0, false,
	    ADD }, 1);
}

static void
check_two(const void *sql)
{
	const struct column_rows sets[] = {
		{ &things, NULL, 0, false, PAINT },
		{ &things, NULL, 0, false, ADD },
	};
	struct db_stmt st = { "two", sql };

	columns_check(&st, sets, 2);
}

static void
statements_whose_arrays_are_the_tables_pass(void **state)
{
	(void)state;
	says(check_add, "INSERT INTO t SELECT * FROM unnest($1::uuid[],"
	    " $2::text[], $3::numeric[], $4::text[])"
	    " AS t (id, name, energy_wh, colour)", "did not abort");
	says(check_add, "SELECT unnest($1::uuid[]) AS id, unnest($2::text[])"
	    " AS name, unnest($3::numeric[]) AS energy_wh,"
	    " unnest($4::text[]) AS colour", "did not abort");
	says(check_two, "SELECT FROM unnest($1::uuid[], $2::text[])"
	    " WITH ORDINALITY AS p (id, colour, n), unnest($3::uuid[],"
	    " $4::text[], $5::numeric[], $6::text[])"
	    " AS t (id, name, energy_wh, colour)", "did not abort");
}

static void
a_statement_that_differs_aborts_with_what_differs(void **state)
{
	(void)state;
	says(check_add, "unnest($1::uuid[], $2::text[], $3::numeric[],"
	    " $4::text[]) AS t (id, colour, energy_wh, name)",
	    "statement=add: \\\"colour\\\" stands where the table of columns"
	    " says \\\"name\\\"");
	says(check_add, "unnest($1::uuid[], $2::text[], $3::bigint[],"
	    " $4::text[]) AS t (id, name, energy_wh, colour)",
	    "\\\"bigint\\\" stands where the table of columns says"
	    " \\\"numeric\\\"");
	says(check_add, "unnest($1::uuid[], $2::text[], $3::numeric[])"
	    " AS t (id, name, energy_wh)", "says \\\"colour\\\"");
	says(check_add, "unnest($1::uuid[], $2::text[], $3::numeric[],"
	    " $4::text[], $5::int[]) AS t (id, name, energy_wh, colour,"
	    " count)", "\\\"count\\\" stands where");
	says(check_add, "unnest($2::uuid[], $1::text[]) AS t (name, id)",
	    "unnest($1::type[]");
	says(check_add, "SELECT 1", "says \\\"id\\\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_read_by_the_names_of_its_columns),
		cmocka_unit_test(null_reads_as_nothing),
		cmocka_unit_test(no_result_is_no_row),
		cmocka_unit_test(
		    a_result_that_lacks_a_column_aborts_with_its_name),
		cmocka_unit_test(
		    a_result_of_another_type_aborts_with_the_column),
		cmocka_unit_test(statements_whose_arrays_are_the_tables_pass),
		cmocka_unit_test(
		    a_statement_that_differs_aborts_with_what_differs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
