#include "serve/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int
forget(void **state)
{
	static const char *const names[] = {
		"CPMS_DATABASE_URL", "GATEWAY_BASE_URL", "GATEWAY_API_KEY",
		"CPMS_OPERATOR_KEY", "CPMS_API_KEY",
		"CPMS_STALE_SESSION_HOURS", "CPMS_MAX_CHARGE_KW",
		"CPMS_REVIEW_KWH", "CPMS_MAX_EVENT_KB", "CPMS_INSECURE",
		"CPMS_KEY_REQUIRED",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	return 0;
}

static void
without_an_environment_the_contract_speaks(void **state)
{
	struct settings set;

	(void)state;
	assert_true(settings_load(&set));
	assert_string_equal(set.database_url,
	    "postgres://cpms:cpms@localhost:5432/cpms?sslmode=disable");
	assert_string_equal(set.gateway_base_url, "http://localhost:8080");
	assert_string_equal(set.gateway_api_key, "");
	assert_string_equal(set.operator_key, "");
	assert_int_equal(set.stale_session_hours, 24);
	assert_int_equal(set.energy.max_charge_kw, 500);
	assert_int_equal(set.energy.review_kwh, 250);
	assert_int_equal(set.max_event_kb, 64);
}

static void
where_a_key_is_required_one_is_enough(void **state)
{
	static const char *const keys[] = {
		"GATEWAY_API_KEY", "CPMS_OPERATOR_KEY"
	};
	struct settings set;
	size_t i;

	(void)state;
	assert_true(settings_load(&set));
	assert_true(settings_have_key(&set));
	setenv("CPMS_KEY_REQUIRED", "1", 1);
	assert_false(settings_have_key(&set));
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		setenv(keys[i], "k", 1);
		assert_true(settings_load(&set));
		assert_true(settings_have_key(&set));
		setenv(keys[i], "", 1);
	}
	setenv("CPMS_INSECURE", "yes", 1);
	assert_true(settings_load(&set));
	assert_false(settings_have_key(&set));
	setenv("CPMS_INSECURE", "1", 1);
	assert_true(settings_load(&set));
	assert_true(settings_have_key(&set));
}

static void
the_environment_is_read_by_our_names_only(void **state)
{
	struct settings set;

	(void)state;
	setenv("CPMS_API_KEY", "the gateway's name for it", 1);
	setenv("GATEWAY_API_KEY", "gw", 1);
	setenv("CPMS_OPERATOR_KEY", "op", 1);
	setenv("CPMS_REVIEW_KWH", "99", 1);
	setenv("CPMS_MAX_CHARGE_KW", "", 1);
	assert_true(settings_load(&set));
	assert_string_equal(set.gateway_api_key, "gw");
	assert_string_equal(set.operator_key, "op");
	assert_int_equal(set.energy.review_kwh, 99);
	assert_int_equal(set.energy.max_charge_kw, 500);
	unsetenv("GATEWAY_API_KEY");
	assert_true(settings_load(&set));
	assert_string_equal(set.gateway_api_key, "");
}

static void
a_number_that_is_none_is_refused(void **state)
{
	static const char *const rows[] = {
		"0", "-1", "x", "1.5", " 24", "1000000000", "24h",
	};
	struct settings set;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setenv("CPMS_STALE_SESSION_HOURS", rows[i], 1);
		assert_false(settings_load(&set));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    without_an_environment_the_contract_speaks, forget),
		cmocka_unit_test_setup(
		    the_environment_is_read_by_our_names_only, forget),
		cmocka_unit_test_setup(
		    where_a_key_is_required_one_is_enough, forget),
		cmocka_unit_test_setup(
		    a_number_that_is_none_is_refused, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
