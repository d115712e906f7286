/*
 * A charger's own clock against ours, from the events that carry its time.
 *
 * An event is live, and not out of a backlog, when its ts lies no more than
 * 10 s before its arrival, or when ts and arrival have advanced alike, within
 * 10 s, since the first event of its run, which arrived more than 10 s before.
 * A run ends at the first event that did not advance so: in a backlog ts
 * advances faster than arrival does.
 */
#ifndef CPMS_CORE_CLOCK_H
#define CPMS_CORE_CLOCK_H

#include "event.h"

struct charger_clock {
	const char *charger;
	bool has_run;		/* the first event of the present run */
	usec_t run_ts, run_received;
	bool has_skew;
	int64_t skew_seconds;	/* its time minus ours */
};

/* Whether the event's ts is of the charger's own clock. */
bool event_has_clock(const struct event *);

/*
 * Takes an event in order of arrival.  The skew becomes that of the latest
 * live one, but for a difference of one second, which is the way's.  True:
 * the clock has changed.
 */
bool clock_hear(struct charger_clock *, const struct event *);

#endif
