/* The figure that an operator stands for, in the place of the chain's. */
#ifndef CPMS_CORE_CORRECTION_H
#define CPMS_CORE_CORRECTION_H

#include "base/types.h"

struct correction {
	int32_t seq;		/* of its session, from 1 */
	const char *key;	/* the caller's idempotencyKey */
	bool has_energy;	/* false: a withdrawal */
	int64_t energy_wh;
	const char *by, *why;	/* NULL: not said, of a withdrawal only */
	usec_t made_at;
};

/* That one of the list with the same key; NULL: none. */
const struct correction *correction_of_key(const struct correction *,
    size_t n, const char *key);

/* Whether a repeated call asks for the same. */
bool correction_equal(const struct correction *, const struct correction *);

#endif
