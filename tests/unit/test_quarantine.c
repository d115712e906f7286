#include "core/quarantine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
what_is_refused_is_text_without_secrets(void **state)
{
	static const struct { const char *body; size_t n; const char *want; }
	rows[] = {
#define ROW(body, want)	{ body, sizeof(body) - 1, want }
		ROW("", ""),
		ROW("{\"a\":\"\xc3\xa4\"}", "{\"a\":\"\xc3\xa4\"}"),
		ROW("a\0b\xff", "a\xef\xbf\xbd" "b\xef\xbf\xbd"),
		ROW("\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"),
		ROW("{\"presentedSecret\" : \"x\\\"y\", \"b\":1}",
		    "{\"presentedSecret\" : \"***\", \"b\":1}"),
		ROW("{\"SECRET\":123,\"b\":1}", "{\"SECRET\":***,\"b\":1}"),
		ROW("{\"password\":\"never ends\\", "{\"password\":\"***"),
		ROW("secret=a&password=b", "secret=***&password=***"),
		ROW("Authorization: Bearer x\r\ny",
		    "Authorization: ***\r\ny"),
		ROW("a secret, a password", "a secret, a password"),
		ROW("secret", "secret"), ROW("secret:", "secret:***"),
		ROW("\"secret\":\0", "\"secret\":***"),
#undef ROW
	};
	struct arena a;
	size_t i;

	(void)state;
	arena_init(&a);
	for (i = 0; i < countof(rows); i++)
		assert_string_equal(quarantine_text(&a, rows[i].body,
		    rows[i].n), rows[i].want);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_refused_is_text_without_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
