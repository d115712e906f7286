#include "hash.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/*
 * 1.2 ms on a core of 2026 in a loop, 2 ms between requests: ten thousand
 * chargers that come back at once cost 20 s of one core, and a leaked table
 * that much a guess and 3 MB.
 */
enum { PASSES = 2, MEMORY = 3 * 1024 * 1024 };

_Static_assert(HASH_TEXT == crypto_pwhash_STRBYTES, "libsodium's size");

void
hash_init(void)
{
	if (sodium_init() < 0)
		abort();
}

void
hash_secret(char out[HASH_TEXT], const char *secret)
{
	if (crypto_pwhash_str_alg(out, secret, strlen(secret), PASSES, MEMORY,
	    crypto_pwhash_ALG_ARGON2ID13) != 0)
		abort();
}

bool
hash_is_slow(const char *stored)
{
	return strncmp(stored, crypto_pwhash_STRPREFIX,
	    strlen(crypto_pwhash_STRPREFIX)) == 0 &&
	    strlen(stored) < HASH_TEXT;
}

bool
hash_verify(const char *stored, const char *secret)
{
	return crypto_pwhash_str_verify(stored, secret, strlen(secret)) == 0;
}

bool
hash_verify_legacy(const char *stored, const char *secret)
{
	unsigned char sum[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(sum) + 1];

	if (strlen(stored) != sizeof(hex) - 1)
		return false;
	crypto_hash_sha256(sum, (const unsigned char *)secret,
	    strlen(secret));
	sodium_bin2hex(hex, sizeof(hex), sum, sizeof(sum));
	return sodium_memcmp(hex, stored, sizeof(hex) - 1) == 0;
}

void
hash_sha256(char hex[HASH_SHA256_TEXT], const char *text, size_t n)
{
	unsigned char sum[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(sum, (const unsigned char *)text, n);
	sodium_bin2hex(hex, HASH_SHA256_TEXT, sum, sizeof(sum));
}

_Static_assert(sizeof(((struct hash_pieces *)0)->state) ==
    sizeof(crypto_hash_sha256_state), "libsodium's size");

static crypto_hash_sha256_state *
state_of(struct hash_pieces *h)
{
	return (crypto_hash_sha256_state *)(void *)h->state;
}

void
hash_pieces_begin(struct hash_pieces *h)
{
	crypto_hash_sha256_init(state_of(h));
}

void
hash_pieces_add(struct hash_pieces *h, const char *text, size_t n)
{
	crypto_hash_sha256_update(state_of(h), (const unsigned char *)text,
	    n);
}

void
hash_pieces_end(struct hash_pieces *h, char hex[HASH_SHA256_TEXT])
{
	unsigned char sum[crypto_hash_sha256_BYTES];

	crypto_hash_sha256_final(state_of(h), sum);
	sodium_bin2hex(hex, HASH_SHA256_TEXT, sum, sizeof(sum));
}

void
hash_key_new(struct hash_key *key)
{
	randombytes_buf(key->byte, sizeof(key->byte));
}

void
hash_texts(struct hash_digest *out, const struct hash_key *key,
    const char *const *texts, size_t n)
{
	crypto_generichash_state st;
	size_t i;

	crypto_generichash_init(&st, key->byte, sizeof(key->byte),
	    sizeof(out->byte));
	for (i = 0; i < n; i++)		/* the NUL tells them apart */
		crypto_generichash_update(&st,
		    (const unsigned char *)texts[i], strlen(texts[i]) + 1);
	crypto_generichash_final(&st, out->byte, sizeof(out->byte));
}
