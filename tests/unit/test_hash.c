/* Secrets: their hashes, and the memory of those that were verified. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapter/hash.h"
#include "adapter/verified.h"

static void
takes_the_right_secret_only(void **state)
{
	char a[HASH_TEXT], b[HASH_TEXT];

	(void)state;
	hash_secret(a, "devsecret");
	hash_secret(b, "devsecret");
	assert_string_not_equal(a, b);
	assert_null(strstr(a, "devsecret"));
	assert_true(hash_is_slow(a));
	assert_true(hash_verify(a, "devsecret"));
	assert_true(hash_verify(b, "devsecret"));
	assert_false(hash_verify(a, "devsecret "));
	assert_false(hash_verify(a, ""));
}

static void
pieces_hash_as_the_whole_does(void **state)
{
	static const char text[] = "one text in three pieces";
	char whole[HASH_SHA256_TEXT], pieces[HASH_SHA256_TEXT];
	struct hash_pieces h;

	(void)state;
	hash_sha256(whole, text, sizeof(text) - 1);
	hash_pieces_begin(&h);
	hash_pieces_add(&h, text, 4);
	hash_pieces_add(&h, text + 4, 0);
	hash_pieces_add(&h, text + 4, sizeof(text) - 5);
	hash_pieces_end(&h, pieces);
	assert_string_equal(pieces, whole);
}

static void
costs_under_4_mb(void **state)
{
	char a[HASH_TEXT];
	const char *m;
	int kib = 0;

	(void)state;
	hash_secret(a, "x");
	m = strstr(a, "m=");
	assert_non_null(m);
	assert_int_equal(sscanf(m, "m=%d,", &kib), 1);
	assert_in_range(kib, 1024, 4095);
}

static void
knows_the_old_form(void **state)
{
	static const char old[] = "5e884898da28047151d0e56f8dc62927"
	    "73603d0d6aabbdd62a11ef721d1542d8";

	(void)state;
	assert_false(hash_is_slow(old));
	assert_true(hash_verify_legacy(old, "password"));
	assert_false(hash_verify_legacy(old, "Password"));
	assert_false(hash_verify_legacy("", ""));
	assert_false(hash_is_slow(""));
}

static void
tells_lists_of_texts_apart(void **state)
{
	const char *const one[] = { "ab", "c" }, *const two[] = { "a", "bc" };
	struct hash_key key, other;
	struct hash_digest a, b;

	(void)state;
	hash_key_new(&key);
	hash_key_new(&other);
	hash_texts(&a, &key, one, 2);
	hash_texts(&b, &key, two, 2);
	assert_memory_not_equal(&a, &b, sizeof(a));
	hash_texts(&b, &key, one, 2);
	assert_memory_equal(&a, &b, sizeof(a));
	hash_texts(&b, &other, one, 2);
	assert_memory_not_equal(&a, &b, sizeof(a));
}

static void
remembers_only_what_was_verified(void **state)
{
	struct verified *v = verified_new();

	(void)state;
	assert_false(verified_has(v, "CP", "hash", "secret"));
	verified_add(v, "CP", "hash", "secret");
	assert_true(verified_has(v, "CP", "hash", "secret"));
	assert_false(verified_has(v, "CP", "hash", "other"));
	assert_false(verified_has(v, "CP", "changed", "secret"));
	assert_false(verified_has(v, "CQ", "hash", "secret"));
	free(v);
}

static void
remembers_ten_thousand_in_bounded_room(void **state)
{
	struct verified *v = verified_new();
	int i, known = 0;
	char id[16];

	(void)state;
	for (i = 0; i < 10000; i++) {
		snprintf(id, sizeof(id), "CP%d", i);
		verified_add(v, id, "hash", "secret");
		verified_add(v, id, "hash", "secret");
	}
	for (i = 0; i < 10000; i++) {
		snprintf(id, sizeof(id), "CP%d", i);
		known += verified_has(v, id, "hash", "secret");
	}
	assert_in_range(known, 9900, 10000);
	for (i = 10000; i < 400000; i++) {
		snprintf(id, sizeof(id), "CP%d", i);
		verified_add(v, id, "hash", "secret");
	}
	assert_true(verified_has(v, id, "hash", "secret"));
	free(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_right_secret_only),
		cmocka_unit_test(pieces_hash_as_the_whole_does),
		cmocka_unit_test(costs_under_4_mb),
		cmocka_unit_test(knows_the_old_form),
		cmocka_unit_test(tells_lists_of_texts_apart),
		cmocka_unit_test(remembers_only_what_was_verified),
		cmocka_unit_test(remembers_ten_thousand_in_bounded_room),
	};

	hash_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
