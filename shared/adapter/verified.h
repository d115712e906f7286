/*
 * Secrets that were verified lately, so that the slow hash is paid once for
 * each of them and process.
 *
 * It holds digests under a key of this process, never a secret, and is bound
 * to the stored hash: when that changes, nothing is remembered.  Bounded in
 * size; the oldest of a crowded place make room.  For all threads.
 */
#ifndef CPMS_ADAPTER_VERIFIED_H
#define CPMS_ADAPTER_VERIFIED_H

#include "base/types.h"

struct verified;

struct verified *verified_new(void);
bool verified_has(struct verified *, const char *charger,
    const char *stored, const char *secret);
void verified_add(struct verified *, const char *charger,
    const char *stored, const char *secret);

#endif
