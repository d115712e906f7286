#include "clock.h"

#include <stdlib.h>

#define TOLERANCE	(10 * SECOND)

bool
event_has_clock(const struct event *e)
{
	return e->dated && (e->type == EVENT_STATUS ||
	    e->type == EVENT_STARTED || e->type == EVENT_SAMPLE ||
	    e->type == EVENT_ENDED);
}

/* Its lag is that of the run. */
static bool
clock_is_of_run(const struct charger_clock *c, const struct event *e)
{
	usec_t ts = e->ts - c->run_ts;
	usec_t arrival = e->received - c->run_received;

	return c->has_run && llabs(ts - arrival) <= TOLERANCE;
}

/* Whole seconds, half away from zero. */
static int64_t
skew_of(const struct event *e)
{
	usec_t skew = e->ts - e->received, half = SECOND / 2;

	return (skew + (skew < 0 ? -half : half)) / SECOND;
}

bool
clock_hear(struct charger_clock *c, const struct event *e)
{
	bool goes_on = clock_is_of_run(c, e), changed = !goes_on;
	int64_t skew = skew_of(e);

	if (!goes_on) {
		c->has_run = true;
		c->run_ts = e->ts;
		c->run_received = e->received;
	}
	if (e->ts < e->received - TOLERANCE &&
	    e->received - c->run_received <= TOLERANCE)
		return changed;
	if (c->has_skew && llabs(skew - c->skew_seconds) <= 1)
		return changed;
	c->has_skew = true;
	c->skew_seconds = skew;
	return true;
}
