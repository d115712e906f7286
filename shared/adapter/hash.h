/*
 * Digests and secrets (libsodium behind it): SHA-256, the slow salted hash that
 * secrets are stored as, the unsalted one of older databases, and quick
 * digests under a key.
 */
#ifndef CPMS_ADAPTER_HASH_H
#define CPMS_ADAPTER_HASH_H

#include "base/types.h"

enum { HASH_TEXT = 128 };

void hash_init(void);		/* once, before any thread */

/* Argon2id with a new salt.  Takes one to three milliseconds and 3 MB. */
void hash_secret(char out[HASH_TEXT], const char *secret);

/* Made by hash_secret(), as far as its look tells. */
bool hash_is_slow(const char *stored);
/* Takes as long as hash_secret(), whatever the secret. */
bool hash_verify(const char *stored, const char *secret);

/* Lower-case hex SHA-256 of the secret; quick. */
bool hash_verify_legacy(const char *stored, const char *secret);

/* Lower-case hex SHA-256. */
enum { HASH_SHA256_TEXT = 65 };
void hash_sha256(char hex[HASH_SHA256_TEXT], const char *, size_t n);

/* The same of what comes in pieces. */
struct hash_pieces {
	_Alignas(uint64_t) unsigned char state[104];	/* libsodium's */
};
void hash_pieces_begin(struct hash_pieces *);
void hash_pieces_add(struct hash_pieces *, const char *, size_t n);
void hash_pieces_end(struct hash_pieces *, char hex[HASH_SHA256_TEXT]);

struct hash_key {
	unsigned char byte[32];
};

struct hash_digest {
	unsigned char byte[16];
};

void hash_key_new(struct hash_key *);

/* Of a list of texts: moving a byte from one to the next changes it. */
void hash_texts(struct hash_digest *, const struct hash_key *,
    const char *const *texts, size_t n);

#endif
