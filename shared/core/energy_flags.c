/* The flags of a decision that its figure doesn't depend on. */
#include "energy_private.h"

#define YEAR_2000	(946684800 * SECOND)

static const struct point *
last_register(const struct derivation *w)
{
	const struct curve *c = &w->curves[REGISTERS];

	return c->n > 0 ? &c->points[c->n - 1] : NULL;
}

/* The stop against the readings before it. */
static bool
stop_disagrees(const struct derivation *w)
{
	const struct point *last = last_register(w);
	mwh_t stop = w->facts->meter_stop;

	if (!w->has_stop)
		return false;
	if (w->stop_against_glitch ||
	    (w->out->flags & FLAG_METER_RESTART))
		return true;
	return last != NULL && (stop < last->mwh - NOISE ||
	    rise_impossible(w, stop - last->mwh,
	    time_elapsed(last->at, w->facts->reported_end_at)));
}

/* Registers and intervals, of which one sums up the other. */
static bool
steps_disagree(const struct derivation *w)
{
	const struct step *steps = w->out->steps;
	mwh_t r = steps[SOURCE_REGISTER].mwh, i = steps[SOURCE_INTERVAL].mwh;
	mwh_t high = r > i ? r : i, low = r > i ? i : r;

	if (stop_disagrees(w))
		return true;
	return steps[SOURCE_REGISTER].usable &&
	    steps[SOURCE_INTERVAL].usable &&
	    high - low > MWH_PER_KWH && high - low > high / 10;
}

/* The one rise from the start to a stop without readings. */
static bool
stop_rises_implausibly(const struct derivation *w)
{
	return w->has_stop &&
	    (w->start == START_GIVEN || w->start == START_ABSENT) &&
	    rise_implausible(w, w->facts->meter_stop -
	    w->out->stop_baseline.mwh, session_duration(w));
}

static bool
rises_implausibly(const struct derivation *w)
{
	const struct curve *c = &w->curves[REGISTERS];
	mwh_t last = w->out->baseline.mwh;
	usec_t since = w->out->baseline.at;
	const struct point *p;

	if (c->n == 0)
		return stop_rises_implausibly(w);
	for (p = c->points; p < c->points + c->n; p++) {
		if (rise_implausible(w, p->mwh - last,
		    time_elapsed(since, p->at)))
			return true;
		last = p->mwh;
		since = p->at;
	}
	return w->out->source == SOURCE_STOP &&
	    rise_implausible(w, w->facts->meter_stop - last,
	    time_elapsed(since, w->facts->reported_end_at));
}

static bool
is_large(const struct derivation *w)
{
	const struct decision *d = w->out;
	__int128 limit = (__int128)w->policy->review_kwh * MWH_PER_KWH;

	if (d->flags & FLAG_LEGACY_FIGURE)
		return (__int128)d->energy_wh * MWH_PER_WH > limit;
	return d->has_energy && d->steps[d->source].mwh > limit;
}

/* A real end behind the next start, or readings left out behind it. */
static bool
overlaps(const struct derivation *w)
{
	const struct session_facts *k = w->facts;
	size_t i;

	if (!k->has_next_start)
		return false;
	if (k->end == END_REPORTED)
		return time_elapsed(k->next_start, k->reported_end_at) > SLACK;
	for (i = 0; i < k->n_readings; i++)
		if (w->verdicts[i] == LEFT_WINDOW &&
		    is_after_session(w, k->readings[i].ts))
			return true;
	return false;
}

/* Against the last meter value that counts: the stop, else a reading. */
static bool
rises_after_end(const struct derivation *w)
{
	const struct curve *late = &w->curves[LATE];
	const struct point *last = last_register(w);
	mwh_t counted;
	size_t i;

	if (w->out->source == SOURCE_STOP)
		counted = w->facts->meter_stop;
	else if (last != NULL)
		counted = last->mwh;
	else
		return false;
	for (i = 0; i < late->n; i++)
		if (late->points[i].mwh - counted > MWH_PER_KWH)
			return true;
	return false;
}

static bool
ends_early(const struct derivation *w)
{
	const struct point *last = last_register(w);

	return w->out->source == SOURCE_REGISTER && last != NULL &&
	    time_elapsed(last->at, w->out->ended_at) > 3600 * SECOND;
}

/* Two within half a minute, or a register that calls itself an interval. */
static bool
intervals_doubtful(const struct derivation *w)
{
	const struct curve *c = &w->curves[w->family];
	bool rising = c->n >= 4;
	size_t i;

	if (w->out->source != SOURCE_INTERVAL)
		return false;
	for (i = 1; i < c->n; i++) {
		if (time_elapsed(c->points[i - 1].at, c->points[i].at) <
		    30 * SECOND)
			return true;
		rising = rising && c->points[i].mwh > c->points[i - 1].mwh;
	}
	return rising;
}

/* The value that all three phases have at this time; 0: they haven't. */
static mwh_t
phases_value(const struct derivation *w, const struct point *p)
{
	mwh_t value = 0;
	unsigned phases = 0;
	size_t i;

	for (i = 0; i < p->n; i++) {
		const struct candidate *c = &p->first[i];

		if (w->verdicts[c->index] != VERDICT_USED ||
		    c->phase == PHASE_NONE)
			continue;
		if (phases > 0 && c->reading->mwh != value)
			return 0;
		value = c->reading->mwh;
		phases++;
	}
	return phases == 3 ? value : 0;
}

/* The total, sent three times, where the sum of the phases is used. */
static bool
phases_equal(const struct derivation *w)
{
	const struct decision *d = w->out;
	const struct curve *c = &w->curves[
	    d->source == SOURCE_INTERVAL ? w->family : REGISTERS];
	bool begin = d->source == SOURCE_REGISTER &&
	    d->baseline.from == BASELINE_BEGIN_READING;
	size_t i;

	if (d->source != SOURCE_REGISTER && d->source != SOURCE_INTERVAL)
		return false;
	if (begin && phases_value(w, w->curves[BEGINNINGS].points) == 0)
		return false;
	for (i = 0; i < c->n; i++)
		if (phases_value(w, &c->points[i]) == 0)
			return false;
	return c->n + begin >= 2;
}

static bool
clock_is_wrong(const struct derivation *w)
{
	const struct session_facts *k = w->facts;
	usec_t at = w->out->started_at;

	return at < YEAR_2000 ||
	    (k->end == END_REPORTED && k->reported_end_at < at) ||
	    (k->started && k->has_start_received &&
	    time_elapsed(k->start_received_at, at) > 300 * SECOND);
}

/* Whether a reading was left out that could have counted. */
static bool
reading_ignored(const struct derivation *w)
{
	size_t i;

	for (i = 0; i < w->facts->n_readings; i++)
		switch (w->verdicts[i]) {
		case LEFT_WINDOW:
		case LEFT_VALUE:
		case LEFT_NEGATIVE:
		case LEFT_TOO_LARGE:
		case LEFT_GLITCH:
		case LEFT_IMPOSSIBLE:
			return true;
		default:
			break;
		}
	return false;
}

void
set_flags(struct derivation *w)
{
	static const struct {
		enum flag flag;
		bool (*is_set)(const struct derivation *);
	} rules[] = {
		{ FLAG_READING_IGNORED, reading_ignored },
		{ FLAG_STEPS_DISAGREE, steps_disagree },
		{ FLAG_IMPLAUSIBLE_POWER, rises_implausibly },
		{ FLAG_LARGE_ENERGY, is_large },
		{ FLAG_OVERLAP, overlaps },
		{ FLAG_ENERGY_AFTER_END, rises_after_end },
		{ FLAG_READINGS_END_EARLY, ends_early },
		{ FLAG_INTERVALS_DOUBTFUL, intervals_doubtful },
		{ FLAG_PHASES_EQUAL, phases_equal },
		{ FLAG_CLOCK_SKEW, clock_is_wrong },
	};
	const struct session_facts *k = w->facts;
	struct decision *d = w->out;
	size_t i;

	for (i = 0; i < countof(rules); i++)
		flag_if(w, rules[i].is_set(w), rules[i].flag);
	flag_if(w, k->end != END_NONE && d->source == SOURCE_MISSING,
	    FLAG_ENERGY_MISSING);
	flag_if(w, k->end == END_SUPERSEDED, FLAG_SUPERSEDED);
	flag_if(w, k->end == END_STALE, FLAG_STALE);
	flag_if(w, k->start_conflict, FLAG_CONFLICTING_STARTS);
	flag_if(w, k->end_conflict, FLAG_CONFLICTING_ENDS);
	d->review_flags = flags_of_review(d->flags);
	d->needs_review = d->review_flags != 0;
}
