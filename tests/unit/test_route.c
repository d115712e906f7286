#include "serve/route.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static enum fault
unused(struct request *rq)
{
	(void)rq;
	return FAULT_BUG;
}

static const char *const words[] = { "running", "ended", NULL };

static const struct route sessions = {
	.method = "GET", .path = "/v1/chargers/{chargePointId}/sessions",
	.query = (const struct param[]){
		{ "limit", .kind = PARAM_LIMIT },
		{ "cursor", .kind = PARAM_CURSOR },
		{ "from", .kind = PARAM_TIME },
		{ "needsReview", .kind = PARAM_BOOL },
		{ "status", .kind = PARAM_WORD, .words = words },
		{ "chargePointId", .kind = PARAM_CHARGER },
		{ "siteId", .kind = PARAM_UUID },
		{ 0 }
	},
	.handler = unused,
};
static const struct route session = {
	.method = "POST", .path = "/v1/sessions/{sessionId}", .handler = unused,
	.access = ACCESS_GATEWAY,
};
static const struct route list = {
	.method = "GET", .path = "/v1/sessions", .handler = unused,
	.access = ACCESS_OPEN,
};

static struct settings set = {
	.gateway_api_key = "gw-key", .operator_key = "",
};
static struct request rq;

static enum fault
match_as(const struct route *r, const char *method, const char *uri,
    const char *authorization)
{
	struct ctx cx = rq.cx;

	ctx_reset(&cx, 0, 0);
	rq = (struct request){ .cx = cx, .set = &set, .route = r };
	rq.cx.errors_end = &rq.cx.errors;
	return route_match(&rq, method, uri, authorization);
}

static enum fault
match(const char *rest)
{
	char uri[512];

	snprintf(uri, sizeof(uri), "/v1/chargers/%s", rest);
	return match_as(&sessions, "GET", uri, NULL);
}

static void
an_id_is_what_stands_between_decoded_once(void **state)
{
	static const struct { const char *uri, *id; } rows[] = {
		{ "CP-1/sessions", "CP-1" },
		{ "a/b/sessions", "a/b" },
		{ "a%2Fb/sessions", "a/b" },
		{ "a%252Fb/sessions", "a%2Fb" },
		{ "a+b/sessions", "a+b" },
		{ "%C3%A4%20%3F%23/sessions", "\xc3\xa4 ?#" },
		{ "sessions/sessions", "sessions" },
		{ "a/sessions/sessions?limit=1", "a/sessions" },
		{ ".../sessions", "..." },
		{ "a/sessions#x", "a" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		assert_int_equal(match(rows[i].uri), FAULT_NONE);
		assert_string_equal(rq.charger, rows[i].id);
	}
}

static void
a_malformed_id_or_path_is_absent(void **state)
{
	static const char *const rows[] = {
		"/sessions", "./sessions", "../sessions", "%2E%2e/sessions",
		"a%/sessions", "a%4/sessions", "a%00/sessions",
		"a%0a/sessions", "%ff/sessions", "CP-1", "CP-1/session",
		"CP-1/sessions/", "CP-1/Sessions",
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++)
		if (match(rows[i]) != FAULT_NOT_FOUND)
			fail_msg("%s", rows[i]);
	assert_int_equal(match_as(&sessions, "GET", "/", NULL),
	    FAULT_NOT_FOUND);
	assert_int_equal(match_as(&sessions, "GET", "", NULL), FAULT_NOT_FOUND);
	assert_int_equal(match_as(&list, "GET", "/v1/sessions/", NULL),
	    FAULT_NOT_FOUND);
	assert_int_equal(match_as(&list, "GET", "/v1/sessions", NULL),
	    FAULT_NONE);
}

static void
another_id_is_a_uuid_or_absent(void **state)
{
	static const char key[] = "Bearer gw-key";

	(void)state;
	assert_int_equal(match_as(&session, "POST",
	    "/v1/sessions/01A207b2-9bb9-78b1-b84d-1a3f57302104", key),
	    FAULT_NONE);
	assert_int_equal(rq.uuid.byte[0], 1);
	assert_int_equal(match_as(&session, "POST", "/v1/sessions/x", key),
	    FAULT_NOT_FOUND);
	assert_int_equal(match_as(&session, "POST",
	    "/v1/sessions/01a207b2-9bb9-78b1-b84d-1a3f57302104/", key),
	    FAULT_NOT_FOUND);
}

static void
the_key_is_asked_for_before_anything_is_told(void **state)
{
	static const char uri[] =
	    "/v1/sessions/01a207b2-9bb9-78b1-b84d-1a3f57302104";

	(void)state;
	assert_int_equal(match_as(&session, "POST", uri, NULL),
	    FAULT_UNAUTHORIZED);
	assert_int_equal(match_as(&session, "POST", uri, ""),
	    FAULT_UNAUTHORIZED);
	assert_int_equal(match_as(&session, "POST", uri, "gw-key"),
	    FAULT_UNAUTHORIZED);
	assert_int_equal(match_as(&session, "POST", uri, "Bearer gw-ke"),
	    FAULT_UNAUTHORIZED);
	assert_int_equal(match_as(&session, "POST", uri, "Bearer gw-keyx"),
	    FAULT_UNAUTHORIZED);
	assert_int_equal(match_as(&session, "POST", uri, "Basic gw-key"),
	    FAULT_UNAUTHORIZED);
	assert_int_equal(match_as(&session, "GET", "/elsewhere", NULL),
	    FAULT_UNAUTHORIZED);
	assert_int_equal(match_as(&session, "POST", uri, "bearer gw-key"),
	    FAULT_NONE);
	assert_int_equal(match_as(&list, "GET", "/v1/sessions", NULL),
	    FAULT_NONE);
}

static void
the_operator_and_the_gateway_have_keys_of_their_own(void **state)
{
	(void)state;
	set.operator_key = "op-key";
	assert_int_equal(match("a/sessions"), FAULT_UNAUTHORIZED);
	assert_int_equal(match_as(&sessions, "GET",
	    "/v1/chargers/a/sessions", "Bearer gw-key"), FAULT_UNAUTHORIZED);
	assert_int_equal(match_as(&sessions, "GET",
	    "/v1/chargers/a/sessions", "Bearer op-key"), FAULT_NONE);
	set.operator_key = "";
	assert_int_equal(match("a/sessions"), FAULT_NONE);
}

static void
another_method_is_told_apart_and_head_is_get(void **state)
{
	static const char uri[] = "/v1/chargers/a/sessions";

	(void)state;
	assert_int_equal(match_as(&sessions, "POST", uri, NULL), FAULT_METHOD);
	assert_int_equal(match_as(&sessions, "get", uri, NULL), FAULT_METHOD);
	assert_int_equal(match_as(&sessions, "HEAD", uri, NULL), FAULT_NONE);
	assert_int_equal(match_as(&session, "HEAD",
	    "/v1/sessions/01a207b2-9bb9-78b1-b84d-1a3f57302104",
	    "Bearer gw-key"), FAULT_METHOD);
}

static void
parameters_are_read_by_their_kind(void **state)
{
	(void)state;
	assert_int_equal(match("a/sessions?limit=200&needsReview=true"
	    "&from=2026-03-01T10%3A00:00%2B01:00&status=ended"
	    "&siteId=01a207b2-9bb9-78b1-b84d-1a3f57302104"
	    "&chargePointId=a%20b+c&cursor=x"), FAULT_NONE);
	assert_int_equal(param_limit(&rq), 200);
	assert_int_equal(param(&rq, "needsReview")->number, 1);
	assert_int_equal(param(&rq, "from")->time,
	    (1772359200 - 3600) * SECOND);
	assert_string_equal(param(&rq, "status")->text, "ended");
	assert_int_equal(param(&rq, "siteId")->uuid.byte[1], 0xa2);
	assert_string_equal(param(&rq, "chargePointId")->text, "a b c");
	assert_int_equal(match("a/sessions?needsReview=0&&limit=1&"),
	    FAULT_NONE);
	assert_true(param(&rq, "needsReview")->given);
	assert_int_equal(param(&rq, "needsReview")->number, 0);
	assert_false(param(&rq, "from")->given);
	assert_int_equal(match("a/sessions?"), FAULT_NONE);
	assert_int_equal(param_limit(&rq), 50);
}

static void
a_bad_query_is_refused(void **state)
{
	static const char *const rows[] = {
		"limit=0", "limit=201", "limit=-1", "limit=", "limit",
		"limit=1x", "limit=1&limit=2", "needsReview=yes",
		"needsReview=", "from=yesterday", "status=runn",
		"status=running|ended", "status=", "status=Ended",
		"siteId=x", "chargePointId=", "chargePointId=..",
		"chargePointId=%ff", "x=1", "Limit=1", "%zz=1", "limit=%3",
		"a%00=1", "=1",
	};
	char text[128];
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		snprintf(text, sizeof(text), "a/sessions?%s", rows[i]);
		if (match(text) != FAULT_QUERY)
			fail_msg("%s", rows[i]);
	}
	assert_int_equal(match_as(&list, "GET", "/v1/sessions?limit=1", NULL),
	    FAULT_QUERY);
}

static int
open_context(void **state)
{
	(void)state;
	ctx_init(&rq.cx);
	return 0;
}

static int
close_context(void **state)
{
	(void)state;
	arena_free(&rq.cx.arena);
	return 0;
}

/* How a process ends that checks the row. */
static int
check_signal(const struct route *r)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		if (freopen("/dev/null", "w", stderr) != NULL)
			route_check(r);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
a_row_that_the_tables_do_not_hold_aborts(void **state)
{
	static const struct answer none[] = { { 0 } };
	struct param query[MAX_PARAMS + 2] = { { 0 } };
	struct route r = {
		.method = "GET", .path = "/", .says = "Nothing.",
		.query = query, .answers = none,
	};
	int i;

	(void)state;
	for (i = 0; i < MAX_PARAMS; i++)
		query[i].name = "a";
	r.threads = MAX_THREADS;
	assert_int_equal(check_signal(&r), 0);
	r.threads++;
	assert_int_equal(check_signal(&r), SIGABRT);
	r.threads = 0;
	query[MAX_PARAMS].name = "a";
	assert_int_equal(check_signal(&r), SIGABRT);
}

static void
a_row_that_is_not_whole_aborts(void **state)
{
	static const struct answer none[] = { { 0 } };
	static const struct param query[] = {
		{ "status", .kind = PARAM_WORD }, { 0 }
	};
	static const struct route rows[] = {
		{ .method = "GET", .path = "/", .says = "Nothing." },
		{ .method = "GET", .path = "/", .answers = none },
		{ .method = "GET", .path = "/", .answers = none,
		    .says = "Nothing.", .query = query },
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++)
		assert_int_equal(check_signal(&rows[i]), SIGABRT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_that_the_tables_do_not_hold_aborts),
		cmocka_unit_test(a_row_that_is_not_whole_aborts),
		cmocka_unit_test(an_id_is_what_stands_between_decoded_once),
		cmocka_unit_test(a_malformed_id_or_path_is_absent),
		cmocka_unit_test(another_id_is_a_uuid_or_absent),
		cmocka_unit_test(the_key_is_asked_for_before_anything_is_told),
		cmocka_unit_test(
		    the_operator_and_the_gateway_have_keys_of_their_own),
		cmocka_unit_test(another_method_is_told_apart_and_head_is_get),
		cmocka_unit_test(parameters_are_read_by_their_kind),
		cmocka_unit_test(a_bad_query_is_refused),
	};

	return cmocka_run_group_tests(tests, open_context, close_context);
}
