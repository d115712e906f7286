/*
 * Which session of one charger and transactionId a sample or an end belongs
 * to.  Pure: the starts and ends known so far in, an answer out.
 *
 * Everywhere starts is sorted by at, then connector, and holds one element a
 * session (a start that came twice is one start).
 */
#ifndef CPMS_CORE_ATTRIBUTION_H
#define CPMS_CORE_ATTRIBUTION_H

#include "base/types.h"

/* A sample or end may carry a time this much before its start's. */
#define ATTRIBUTION_SLACK	(60 * SECOND)

struct start {
	usec_t at;
	int32_t connector;
	bool has_connector;
};

struct end {
	usec_t at;
	bool has_stop;
	mwh_t stop;
	const char *reason;	/* borrowed; NULL: none given */
};

/*
 * The session that something of the time at belongs to: the one with the
 * latest start not after it (and the slack), the earliest if all are after.
 * n > 0.
 */
size_t attribute(const struct start *, size_t n, usec_t at);

/*
 * The same asked from the session's side: its readings are those of
 * *lo <= ts < *hi, INT64_MIN and INT64_MAX where there is no bound.
 */
void reading_range(const struct start *, size_t n, size_t i,
    usec_t *lo, usec_t *hi);

/*
 * The ends that choose_end() chooses from, in the same way: those of the
 * session, and of all that it can't be told from.
 */
void end_range(const struct start *, size_t n, size_t i,
    usec_t *lo, usec_t *hi);

/*
 * Whether another start on another connector lies within 60 s.  Then nothing
 * is attributed to either.  A start whose connector is not known is on no
 * other connector.
 */
bool start_ambiguous(const struct start *, size_t n, size_t i);

struct chosen_end {
	bool any;
	bool conflict;		/* two ends that differ in time or stop */
	const struct end *end;	/* one of those given; NULL without any */
};

/*
 * The end of session i among all ends of its charger and transactionId, in
 * any order: the earliest, then the one with a stop, then the lower stop,
 * then the lower reason (none given is the highest).  Ambiguous sessions are
 * all closed by the first end of any session that they can't be told from,
 * without a conflict.
 */
struct chosen_end choose_end(const struct start *, size_t n, size_t i,
    const struct end *, size_t n_ends);

#endif
