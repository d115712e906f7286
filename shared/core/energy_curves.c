/* Readings to curves: what of them counts, at each time and in each stream. */
#include "energy_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* With whom a reading is compared; STREAMS: with none, it doesn't count. */
static enum stream
stream_of(const struct reading *r)
{
	enum reading_context context = reading_context(r);

	switch (r->kind) {
	case READING_OTHER:
		break;
	case READING_REGISTER:
		return context == CONTEXT_BEGIN ? BEGINNINGS : REGISTERS;
	case READING_INTERVAL:
		/* Nothing was delivered at the begin. */
		return context == CONTEXT_BEGIN ? STREAMS :
		    context == CONTEXT_CLOCK ? CLOCKED : SAMPLED;
	}
	return STREAMS;
}

/* The largest value of one reading. */
static mwh_t
largest(enum reading_kind kind)
{
	switch (kind) {
	case READING_OTHER:
		break;
	case READING_REGISTER:
		return MWH_MAX;
	case READING_INTERVAL:
		return BIG;
	}
	return 0;
}

static bool
is_before_session(const struct derivation *w, usec_t ts)
{
	return w->facts->started &&
	    time_elapsed(ts, w->facts->started_at) > SLACK;
}

/* A baseline is looked for where the start gives none. */
static bool
can_be_baseline(const struct derivation *w, const struct reading *r)
{
	return stream_of(r) == BEGINNINGS && w->start != START_GIVEN;
}

/* Whether and why its value can't count. */
static enum verdict
classify_value(const struct reading *r)
{
	if (!r->usable)
		return LEFT_VALUE;
	if (r->mwh < 0)
		return LEFT_NEGATIVE;
	if (r->mwh > largest(r->kind))
		return LEFT_TOO_LARGE;
	return VERDICT_USED;
}

/*
 * The verdict on a reading by itself.  A reading of something else than the
 * session's energy is told so before it is told of its time and value.
 */
static enum verdict
classify_reading(const struct derivation *w, const struct reading *r)
{
	if (r->kind == READING_OTHER)
		return LEFT_MEASURAND;
	if (!decimal_unit_known(r->unit))
		return LEFT_UNIT;
	if (!reading_is_raw(r))
		return LEFT_FORMAT;
	if (!reading_at_outlet(r))
		return LEFT_LOCATION;
	if (reading_phase(r) == PHASE_OTHER)
		return LEFT_PHASE;
	if (reading_context(r) == CONTEXT_BEGIN && !can_be_baseline(w, r))
		return LEFT_BEGIN;
	if (is_before_session(w, r->ts) || is_after_session(w, r->ts))
		return LEFT_WINDOW;
	return classify_value(r);
}

static void
add_candidate(struct derivation *w, size_t index, enum stream stream)
{
	const struct reading *r = &w->facts->readings[index];

	w->candidates[w->n++] = (struct candidate){
		.reading = r, .index = index, .stream = stream,
		.phase = reading_phase(r),
	};
}

void
classify_readings(struct derivation *w)
{
	const struct reading *r;
	struct decision *d = w->out;
	enum verdict verdict;
	size_t i;

	for (i = 0; i < w->facts->n_readings; i++) {
		r = &w->facts->readings[i];
		verdict = w->verdicts[i] = classify_reading(w, r);
		if (verdict == LEFT_VALUE || verdict == LEFT_NEGATIVE ||
		    verdict == LEFT_TOO_LARGE)
			w->refused[stream_of(r)] = true;
		if (verdict == LEFT_WINDOW && stream_of(r) == REGISTERS &&
		    is_after_session(w, r->ts) &&
		    classify_value(r) == VERDICT_USED)
			add_candidate(w, i, LATE);
		if (verdict != VERDICT_USED)
			continue;
		add_candidate(w, i, stream_of(r));
		if (!d->has_last_reading || r->ts > d->last_reading_at)
			d->last_reading_at = r->ts;
		d->has_last_reading = true;
	}
}

static int
order_of(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
text_order(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/*
 * By stream, time and phase, the one that counts first: Transaction.End, then
 * the higher.  The rest is there so that no two orders of arrival sort
 * differently.
 */
static int
candidate_order(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;
	const struct reading *r = a->reading, *s = b->reading;
	int order;

	if ((order = order_of(a->stream, b->stream)) ||
	    (order = order_of(r->ts, s->ts)) ||
	    (order = order_of(a->phase, b->phase)) ||
	    (order = order_of(reading_context(s) == CONTEXT_END,
	    reading_context(r) == CONTEXT_END)) ||
	    (order = order_of(s->mwh, r->mwh)) ||
	    (order = text_order(r->value, s->value)) ||
	    (order = text_order(r->unit, s->unit)) ||
	    (order = text_order(r->context, s->context)) ||
	    (order = text_order(r->phase, s->phase)) ||
	    (order = order_of(r->id, s->id)))
		return order;
	return a->index < b->index ? -1 : 1;
}

static unsigned
phase_bit(enum reading_phase phase)
{
	return 1u << phase;
}

/* The phases that make a whole reading in these streams. */
static unsigned
phases_wanted(const struct derivation *w, enum stream from, enum stream to)
{
	unsigned seen = 0;
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->candidates[i].stream >= from &&
		    w->candidates[i].stream <= to)
			seen |= phase_bit(w->candidates[i].phase);
	return seen & phase_bit(PHASE_NONE) ? phase_bit(PHASE_NONE) : seen;
}

/* The first verdict stands. */
static void
leave_candidate(struct derivation *w, const struct candidate *c,
    enum verdict verdict)
{
	if (w->verdicts[c->index] == VERDICT_USED)
		w->verdicts[c->index] = verdict;
}

void
leave_point(struct derivation *w, const struct point *p, enum verdict verdict)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		leave_candidate(w, &p->first[i], verdict);
}

/* Sums the candidates of one time that count; false: they are no reading. */
static bool
join_phases(struct derivation *w, struct point *p, unsigned wanted)
{
	const struct candidate *c;
	unsigned seen = 0;
	size_t i;

	for (i = 0; i < p->n; i++) {
		c = &p->first[i];
		if (!(wanted & phase_bit(c->phase))) {
			leave_candidate(w, c, c->stream == BEGINNINGS ?
			    LEFT_BEGIN_PHASES : LEFT_PHASED);
		} else if (seen & phase_bit(c->phase)) {
			leave_candidate(w, c, LEFT_SAME_TIME);
		} else {
			seen |= phase_bit(c->phase);
			p->mwh += c->reading->mwh;
		}
	}
	if (seen == wanted)
		return true;
	leave_point(w, p, LEFT_PHASE_LACKING);
	return false;
}

static void
build_curve(struct derivation *w, struct arena *arena, enum stream stream,
    unsigned wanted)
{
	struct curve *curve = &w->curves[stream];
	const struct candidate *c = w->candidates, *end = c + w->n;
	struct point p;
	size_t i, n = 0;

	for (i = 0; i < w->n; i++)
		n += c[i].stream == stream;
	curve->points = arena_calloc(arena, n * sizeof(*curve->points) + 1);
	for (; c < end; c += p.n) {
		p = (struct point){ .at = c->reading->ts, .first = c, .n = 1 };
		if (c->stream != stream)
			continue;
		while (c + p.n < end && c[p.n].stream == stream &&
		    c[p.n].reading->ts == p.at)
			p.n++;
		if (join_phases(w, &p, wanted))
			curve->points[curve->n++] = p;
	}
}

/* Registers are only compared with those of the same phases. */
void
build_curves(struct derivation *w, struct arena *arena)
{
	unsigned registers = phases_wanted(w, REGISTERS, REGISTERS);
	unsigned beginnings = phases_wanted(w, BEGINNINGS, BEGINNINGS);
	unsigned intervals = phases_wanted(w, SAMPLED, CLOCKED);

	if (w->n > 1)
		qsort(w->candidates, w->n, sizeof(*w->candidates),
		    candidate_order);
	build_curve(w, arena, REGISTERS, registers);
	build_curve(w, arena, LATE, registers);
	build_curve(w, arena, BEGINNINGS, registers ? registers : beginnings);
	build_curve(w, arena, SAMPLED, intervals);
	build_curve(w, arena, CLOCKED, intervals);
}
