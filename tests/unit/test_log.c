#include "base/log.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapter/json.h"

enum { MUCH = 20000 };

static char path[] = "/tmp/cpms-log.XXXXXX";
static struct ctx cx;

/* All that was written since the last time. */
static const char *
written(void)
{
	static char text[MUCH * 2];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	assert_int_equal(truncate(path, 0), 0);
	return text;
}

/* That it is one line, and that JSON. */
static const char *
one_line(void)
{
	const char *text = written();
	size_t n = strlen(text);
	struct json_body b;

	assert_true(n > 1);
	assert_ptr_equal(strchr(text, '\n'), text + n - 1);
	ctx_reset(&cx, 0, 0);
	assert_int_equal(json_parse_any(&cx, text, n, &b), FAULT_NONE);
	return text;
}

static void
what_others_sent_stays_inside_its_text(void **state)
{
	const char *line;

	(void)state;
	log_line(LOG_WARNING_LINE, "a \"b\" \\ \n\x1b c%d é", 7);
	line = one_line();
	assert_non_null(strstr(line,
	    "\"level\":\"warning\",\"handler\":\"unit\","
	    "\"message\":\"a \\\"b\\\" \\\\ \\u000a\\u001b c7 é\"}\n"));
}

static void
what_has_no_room_is_left_out_and_it_stays_json(void **state)
{
	static char much[MUCH];
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(much) - 3; n += 2)
		memcpy(much + n, "\xc3\xa9", 3);
	log_request(&(struct log_request){
		.level = LOG_WARNING_LINE, .id = "i", .status = 500,
		.charger = much, .session = "s", .why = much
	});
	one_line();
	memset(much, '\1', sizeof(much) - 1);
	log_request(&(struct log_request){
		.level = LOG_WARNING_LINE, .id = "i", .status = 500,
		.taken = INT64_MAX, .charger = much, .session = "s",
		.transaction = INT32_MIN, .why = much
	});
	one_line();
	log_line(LOG_ERROR_LINE, "%s", much);
	one_line();
}

static void
requests_wait_for_a_flush_or_for_what_is_worse(void **state)
{
	const struct log_request fine = {
		.level = LOG_INFO_LINE, .id = "i", .status = 200,
		.taken = 12, .database = 7, .transaction = -3
	};
	const char *text;

	(void)state;
	log_request(&fine);
	assert_string_equal(written(), "");
	log_flush();
	text = one_line();
	assert_non_null(strstr(text, "\"request\":\"i\",\"status\":200,"
	    "\"us\":12,\"databaseUs\":7,\"transactionId\":-3}"));
	log_request(&fine);
	log_line(LOG_WARNING_LINE, "w");
	text = written();
	assert_true(strstr(text, "\"status\":200") < strstr(text, "\"w\""));
}

static void
a_level_leaves_out_those_below_it(void **state)
{
	(void)state;
	assert_false(log_level_set("debug"));
	assert_true(log_level_set("error"));
	log_line(LOG_WARNING_LINE, "w");
	log_flush();
	assert_string_equal(written(), "");
	log_line(LOG_ERROR_LINE, "e");
	one_line();
	assert_true(log_level_set("info"));
}

static void
a_file_is_opened_anew_under_its_old_name(void **state)
{
	char away[sizeof(path) + 2];
	struct stat st;

	(void)state;
	assert_false(log_file_reopen());
	log_file_name();
	snprintf(away, sizeof(away), "%s.1", path);
	assert_int_equal(rename(path, away), 0);
	log_line(LOG_WARNING_LINE, "old");
	assert_true(log_file_reopen());
	log_line(LOG_WARNING_LINE, "new");
	assert_non_null(strstr(one_line(), "new"));
	assert_int_equal(stat(away, &st), 0);
	assert_true(st.st_size > 0);
	unlink(away);
}

static int said_before;		/* standard error */

static int
group_start(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	said_before = dup(STDERR_FILENO);
	ctx_init(&cx);
	log_name("unit");
	if (fd < 0 || fcntl(fd, F_SETFL, O_APPEND) != 0 ||
	    dup2(fd, STDERR_FILENO) < 0)
		return 1;
	return close(fd);
}

static int
group_end(void **state)
{
	(void)state;
	arena_free(&cx.arena);
	dup2(said_before, STDERR_FILENO);
	close(said_before);
	return unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_others_sent_stays_inside_its_text),
		cmocka_unit_test(
		    what_has_no_room_is_left_out_and_it_stays_json),
		cmocka_unit_test(
		    requests_wait_for_a_flush_or_for_what_is_worse),
		cmocka_unit_test(a_level_leaves_out_those_below_it),
		cmocka_unit_test(a_file_is_opened_anew_under_its_old_name),
	};

	cmocka_set_message_output(CM_OUTPUT_STDOUT);
	return cmocka_run_group_tests(tests, group_start, group_end);
}
