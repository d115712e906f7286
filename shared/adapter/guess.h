/*
 * Guesses at chargers' secrets.  They are counted for the charger and for the
 * address that they came from, before the slow hash; a count that is full lets
 * nobody in to it until some of it is gone.
 *
 * Of this process and bounded in size, under a key of its own: nobody can
 * choose which counts share a place, and of those that do the lowest makes
 * room.  For all threads.
 */
#ifndef CPMS_ADAPTER_GUESS_H
#define CPMS_ADAPTER_GUESS_H

#include "base/types.h"

/* So many at once, and from there on one more each so often. */
struct guess_limit {
	int at_once;
	usec_t each;
};

/* Both are gone after a minute. */
extern const struct guess_limit guess_per_charger, guess_per_address;

/*
 * The rule.  A count is the time at which it will be gone, so that it falls
 * by itself: 0 is none.
 */
usec_t guess_wait(const struct guess_limit *, usec_t count, usec_t now);
usec_t guess_count(const struct guess_limit *, usec_t count, usec_t now);

/*
 * The text that counts as one address: "host:port" without the port, and of
 * IPv6 the first 64 bits, which are one subscriber's.  "" for none.
 */
enum { GUESS_ADDRESS = 64 };
void guess_address(char out[GUESS_ADDRESS], const char *remote);

struct guesses;

struct guesses *guesses_new(void);

/*
 * Counts one, and gives 0; or doesn't, and gives the time until one more may
 * be made.  `address` is guess_address()'s.
 */
usec_t guesses_add(struct guesses *, const char *charger,
    const char *address, usec_t now);

/* One that was counted had the right secret: it is no guess. */
void guesses_forgive(struct guesses *, const char *charger,
    const char *address);

#endif
