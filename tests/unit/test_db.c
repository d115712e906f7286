/* With a database at CPMS_TEST_DATABASE_URL only: tests/db.bats has one. */
#include "adapter/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "adapter/numeric.h"
#include "base/time.h"

static const struct db_stmt one = { "one", "SELECT 1 AS n" };
static const struct db_stmt two = { "two", "SELECT 2 AS n" };
static const struct db_stmt echo = { "echo", "SELECT $1::int AS n" };
static const struct db_stmt wrong = { "wrong", "SELECT 1 / ($1::int - 1)" };

static int
connect_db(void **state)
{
	static struct ctx cx;
	char *url = getenv("CPMS_TEST_DATABASE_URL");

	*state = NULL;
	if (url == NULL)
		return 0;
	ctx_init(&cx);
	ctx_reset(&cx, time_now(), time_monotonic() + 60 * SECOND);
	cx.pool = db_pool_new(url, 1);
	*state = &cx;
	return 0;
}

static struct ctx *
database(void **state)
{
	if (*state == NULL)
		skip();
	return *state;
}

static int
number(const struct rows *r)
{
	assert_int_equal(rows_count(r), 1);
	return rows_i32(r, 0, rows_column(r, "n"));
}

static void
each_slot_gets_the_result_of_its_statement(void **state)
{
	struct ctx *cx = database(state);
	struct rows *a = (struct rows *)state, *b = a, *c = a;

	assert_int_equal(db_queue(cx, &two, NULL, 0, &a), FAULT_NONE);
	assert_int_equal(db_queue(cx, &one, NULL, 0, NULL), FAULT_NONE);
	assert_int_equal(db_queue(cx, &one, NULL, 0, &b), FAULT_NONE);
	assert_null(a);
	assert_int_equal(db_run(cx, &two, NULL, 0, &c), FAULT_NONE);
	assert_int_equal(number(a), 2);
	assert_int_equal(number(b), 1);
	assert_int_equal(number(c), 2);
}

static void
after_a_refusal_slots_are_empty(void **state)
{
	struct ctx *cx = database(state);
	struct db_value v = db_i32(&cx->arena, 1);
	struct rows *a, *b, *c;

	assert_int_equal(db_queue(cx, &one, NULL, 0, &a), FAULT_NONE);
	assert_int_equal(db_queue(cx, &wrong, &v, 1, &b), FAULT_NONE);
	assert_int_equal(db_run(cx, &two, NULL, 0, &c), FAULT_BUG);
	assert_string_equal(db_sqlstate(cx), "22012");
	assert_int_equal(number(a), 1);
	assert_null(b);
	assert_null(c);
	assert_int_equal(db_run(cx, &two, NULL, 0, &c), FAULT_NONE);
	assert_int_equal(number(c), 2);
}

/* More of everything than a table of a likely size would hold. */
static void
the_queue_and_what_is_prepared_grow(void **state)
{
	enum { STATEMENTS = 300 };
	static struct db_stmt st[STATEMENTS];
	static char name[STATEMENTS][16], sql[STATEMENTS][32];
	struct ctx *cx = database(state);
	struct rows *r[STATEMENTS];
	int i;

	for (i = 0; i < STATEMENTS; i++) {
		snprintf(name[i], sizeof(name[i]), "st%d", i);
		snprintf(sql[i], sizeof(sql[i]), "SELECT %d AS n", i);
		st[i] = (struct db_stmt){ name[i], sql[i] };
		assert_int_equal(db_queue(cx, &st[i], NULL, 0, &r[i]),
		    FAULT_NONE);
	}
	assert_int_equal(db_sync(cx), FAULT_NONE);
	for (i = 0; i < STATEMENTS; i++)
		assert_int_equal(number(r[i]), i);
}

static void
a_statement_takes_as_many_parameters_as_it_has(void **state)
{
	enum { PARAMETERS = 100 };
	struct ctx *cx = database(state);
	struct db_value v[PARAMETERS];
	char sql[PARAMETERS * 16] = "SELECT 0";
	struct db_stmt st = { "sum", sql };
	size_t len = strlen(sql);
	struct rows *r;
	int i;

	for (i = 0; i < PARAMETERS; i++) {
		len += (size_t)snprintf(sql + len, sizeof(sql) - len,
		    " + $%d::int", i + 1);
		v[i] = db_i32(&cx->arena, i);
	}
	snprintf(sql + len, sizeof(sql) - len, " AS n");
	assert_int_equal(db_run(cx, &st, v, PARAMETERS, &r), FAULT_NONE);
	assert_int_equal(number(r), 4950);
	assert_int_equal(db_run(cx, &echo, v + 7, 1, &r), FAULT_NONE);
	assert_int_equal(number(r), 7);
}

/* The server's own arithmetic says what ours has to. */
static const struct db_stmt written = { "written",
    "SELECT $1::numeric::text AS ours,"
    " trim_scale($2::bigint::numeric / 1000)::text AS its,"
    " $3::numeric::text AS money,"
    " trim_scale($2::bigint::numeric / 10000)::text AS its_money" };
static const struct db_stmt read_back = { "read_back",
    "SELECT n, CASE WHEN n > 9e15 THEN 9000000000000000000"
    " WHEN n < -9e15 THEN -9000000000000000000"
    " ELSE (n * 1000)::bigint END AS mwh FROM (SELECT unnest(ARRAY["
    " 0, 1, 1500.5, 0.001, 0.0005, 0.00049999, -0.0005, 12.3455, -12.3454,"
    " 9999.9995, 1e4, 1e8, 99999999.9999, 0.00009, 123456789012.345,"
    " 8999999999999999.9994, 8999999999999999.9995, 9e15, 9e15 + 0.001,"
    " -9e15, 1e16, 1e40, -1e40, 'NaN', 'Infinity', '-Infinity',"
    " 1.50000000000000000000000001]::numeric[]) AS n) t" };

static void
a_numeric_is_written_as_the_server_would(void **state)
{
	static const int64_t some[] = {
		0, 1, -1, 10, 1000, 1500500, 9999, 10000, 99999999, -20,
		123456789012345678, 9000000000000000000
	};
	struct ctx *cx = database(state);
	struct rows *r;
	size_t i;

	for (i = 0; i < countof(some); i++) {
		struct db_value v[] = {
			db_numeric(&cx->arena, some[i], 3),
			db_i64(&cx->arena, some[i]),
			db_numeric(&cx->arena, some[i], 4),
		};

		assert_int_equal(db_run(cx, &written, v, 3, &r), FAULT_NONE);
		assert_string_equal(rows_text(r, 0, 0), rows_text(r, 0, 1));
		assert_string_equal(rows_text(r, 0, 2), rows_text(r, 0, 3));
	}
}

static void
a_numeric_is_read_as_the_server_counts(void **state)
{
	struct ctx *cx = database(state);
	struct rows *r;
	size_t i;

	assert_int_equal(db_run(cx, &read_back, NULL, 0, &r), FAULT_NONE);
	assert_int_equal(rows_count(r), 27);
	for (i = 0; i < rows_count(r); i++)
		assert_int_equal(rows_numeric(r, i, 0, 3), rows_i64(r, i, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_slot_gets_the_result_of_its_statement),
		cmocka_unit_test(after_a_refusal_slots_are_empty),
		cmocka_unit_test(the_queue_and_what_is_prepared_grow),
		cmocka_unit_test(
		    a_statement_takes_as_many_parameters_as_it_has),
		cmocka_unit_test(a_numeric_is_written_as_the_server_would),
		cmocka_unit_test(a_numeric_is_read_as_the_server_counts),
	};

	return cmocka_run_group_tests(tests, connect_db, NULL);
}
