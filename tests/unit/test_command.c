/* Commands: what the gateway's answers mean, and when time is up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/command.h"

static const struct row {
	const char *name;
	struct gateway_answer answer;
	enum command_status status;
	int code;
} rows[] = {
	{ "a charger's yes is Acked",
	    { GATEWAY_ANSWERED, 200, "{\"response\":{}}", true },
	    COMMAND_ACKED, 200 },
	{ "a 200 that is no JSON is Unknown",
	    { GATEWAY_ANSWERED, 200, "<html>", false },
	    COMMAND_UNKNOWN, 502 },
	{ "an empty 200 is Unknown",
	    { GATEWAY_ANSWERED, 200, NULL, false }, COMMAND_UNKNOWN, 502 },
	{ "a charger that is not connected is Failed",
	    { GATEWAY_ANSWERED, 502, "charger not connected\n", false },
	    COMMAND_FAILED, 502 },
	{ "words that only begin so are Unknown",
	    { GATEWAY_ANSWERED, 502, "charger not connected any more", false },
	    COMMAND_UNKNOWN, 502 },
	{ "the same words with another status are Unknown",
	    { GATEWAY_ANSWERED, 503, "charger not connected", false },
	    COMMAND_UNKNOWN, 502 },
	{ "the gateway's own timeout is Unknown",
	    { GATEWAY_ANSWERED, 502, "context deadline exceeded", false },
	    COMMAND_UNKNOWN, 502 },
	{ "a 502 without words is Unknown",
	    { GATEWAY_ANSWERED, 502, NULL, false }, COMMAND_UNKNOWN, 502 },
	{ "a 400 is Failed",
	    { GATEWAY_ANSWERED, 400, "bad json", false },
	    COMMAND_FAILED, 502 },
	{ "a 405 is Unknown",
	    { GATEWAY_ANSWERED, 405, "", false }, COMMAND_UNKNOWN, 502 },
	{ "a 401 is Unknown",
	    { GATEWAY_ANSWERED, 401, "", false }, COMMAND_UNKNOWN, 502 },
	{ "a 202 is Unknown",
	    { GATEWAY_ANSWERED, 202, "{}", true }, COMMAND_UNKNOWN, 502 },
	{ "no connection is Failed",
	    { GATEWAY_NOT_CONNECTED, 0, NULL, false }, COMMAND_FAILED, 502 },
	{ "no answer in time is Unknown",
	    { GATEWAY_SLOW, 0, NULL, false }, COMMAND_UNKNOWN, 504 },
	{ "a broken connection is Unknown",
	    { GATEWAY_BROKEN, 0, NULL, false }, COMMAND_UNKNOWN, 502 },
};

static void
judges_each_answer(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		struct command c = { .status = COMMAND_SENT };

		command_judge(&c, &rows[i].answer);
		if (c.status != rows[i].status || c.answer != rows[i].code)
			fail_msg("%s: got %s, %d", rows[i].name,
			    command_status_name(c.status), c.answer);
		assert_true(c.response == rows[i].answer.text);
		assert_int_equal(c.error == NULL,
		    c.status == COMMAND_ACKED);
	}
}

static void
reads_as_unknown_past_its_deadline_only(void **state)
{
	struct command c = {
		.status = COMMAND_SENT, .has_deadline = true,
		.deadline = 100 * SECOND, .created_at = 10 * SECOND,
	};

	(void)state;
	command_expire(&c, 100 * SECOND);
	assert_int_equal(c.status, COMMAND_SENT);
	assert_false(command_settled(&c));
	command_expire(&c, 100 * SECOND + 1);
	assert_int_equal(c.status, COMMAND_UNKNOWN);
	assert_int_equal(c.answer, 504);
	assert_true(command_settled(&c));
}

static void
reads_a_forgotten_queued_one_as_unknown(void **state)
{
	struct command c = {
		.status = COMMAND_QUEUED, .created_at = 10 * SECOND,
	};

	(void)state;
	command_expire(&c, 10 * SECOND + COMMAND_PATIENCE);
	assert_int_equal(c.status, COMMAND_QUEUED);
	command_expire(&c, 11 * SECOND + COMMAND_PATIENCE);
	assert_int_equal(c.status, COMMAND_UNKNOWN);
}

static void
lets_an_outcome_stand_for_ever(void **state)
{
	struct command c = {
		.status = COMMAND_ACKED, .answer = 200, .has_deadline = true,
	};

	(void)state;
	command_expire(&c, INT64_MAX);
	assert_int_equal(c.status, COMMAND_ACKED);
	assert_int_equal(c.answer, 200);
}

static void
every_status_has_a_name(void **state)
{
	int s;

	(void)state;
	for (s = COMMAND_QUEUED; s <= COMMAND_UNKNOWN; s++)
		assert_non_null(command_status_name((enum command_status)s));
	assert_null(command_status_names[s]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_each_answer),
		cmocka_unit_test(reads_as_unknown_past_its_deadline_only),
		cmocka_unit_test(reads_a_forgotten_queued_one_as_unknown),
		cmocka_unit_test(lets_an_outcome_stand_for_ever),
		cmocka_unit_test(every_status_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
