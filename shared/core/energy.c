#include "energy.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "decimal.h"

#define SLACK		(60 * SECOND)	/* around the session's time */
#define NOISE		MWH_PER_WH	/* a fall up to this is none */
#define BIG		(100 * MWH_PER_KWH)	/* what power must explain */
#define SUM_MAX		(INT64_MAX / 4)

/* Readings that are compared with each other. */
enum stream { REGISTERS, BEGINNINGS, SAMPLED, CLOCKED, STREAMS };

struct candidate {
	const struct reading *reading;
	size_t index;		/* in the readings given */
	enum stream stream;
	enum reading_phase phase;
};

/* All phases of a stream at one time. */
struct point {
	usec_t at;
	mwh_t mwh;
	const struct candidate *first;
	size_t n;
};

struct curve {
	struct point *points;
	size_t n;
};

struct derivation {
	const struct session_facts *facts;
	const struct energy_policy *policy;
	struct decision *out;
	enum verdict *verdicts;
	struct candidate *candidates;
	size_t n;
	struct curve curves[STREAMS];
	bool refused[STREAMS];
	bool has_stop;		/* a meterStopWh that can be */
	bool stop_impossible;
};

static void
flag_if(struct derivation *w, bool condition, enum flag flag)
{
	if (condition)
		w->out->flags |= (unsigned)flag;
}

/* Time from one moment to a later one; 0 when it isn't later. */
static usec_t
elapsed(usec_t from, usec_t to)
{
	usec_t span;

	if (to <= from)
		return 0;
	return __builtin_sub_overflow(to, from, &span) ? INT64_MAX : span;
}

/* More than any charge point delivers in that time. */
static bool
implausible(const struct energy_policy *policy, mwh_t energy, usec_t time)
{
	/* 1 kW gives 1/3600 mWh a microsecond. */
	return energy > BIG &&
	    (__int128)energy * 3600 > (__int128)policy->max_charge_kw * time;
}

static bool
can_be(mwh_t meter)
{
	return meter >= 0 && meter <= MWH_MAX;
}

static void
find_start(struct derivation *w)
{
	const struct session_facts *k = w->facts;
	usec_t at = k->started_at;
	size_t i;

	if (!k->started) {
		if (k->end == END_REPORTED || k->end == END_AMBIGUOUS)
			at = k->reported_end_at;
		for (i = 0; i < k->n_readings; i++)
			if (i == 0 || k->readings[i].ts < at)
				at = k->readings[i].ts;
	}
	w->out->started_at = at;
}

/* Whether the end is one that bounds the readings. */
static bool
is_bound(const struct derivation *w)
{
	return w->facts->end == END_REPORTED &&
	    w->facts->reported_end_at >= w->out->started_at;
}

static bool
in_window(const struct derivation *w, usec_t ts)
{
	if (w->facts->started && elapsed(ts, w->facts->started_at) > SLACK)
		return false;
	return !is_bound(w) ||
	    elapsed(w->facts->reported_end_at, ts) <= SLACK;
}

static void
find_end(struct derivation *w)
{
	const struct session_facts *k = w->facts;
	struct decision *d = w->out;
	usec_t last = d->started_at;

	if (d->has_last_reading && d->last_reading_at > last)
		last = d->last_reading_at;
	d->has_ended = k->end != END_NONE;
	switch (k->end) {
	case END_NONE:
		break;
	case END_REPORTED:
	case END_AMBIGUOUS:
		d->ended_at = k->reported_end_at;
		break;
	case END_SUPERSEDED:
		d->ended_at = last < k->next_start ? last : k->next_start;
		break;
	case END_STALE:
		d->ended_at = last;
		break;
	}
	flag_if(w, k->end == END_REPORTED &&
	    k->reported_end_at < d->started_at, FLAG_CLOCK_SKEW);
	flag_if(w, k->end == END_SUPERSEDED, FLAG_SUPERSEDED);
	flag_if(w, k->end == END_STALE, FLAG_STALE);
}

/* How long it charged; a wrong clock's end gives way to the readings. */
static usec_t
duration(const struct derivation *w)
{
	const struct decision *d = w->out;

	if (d->has_ended && d->ended_at >= d->started_at)
		return elapsed(d->started_at, d->ended_at);
	return d->has_last_reading ?
	    elapsed(d->started_at, d->last_reading_at) : 0;
}

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

/*
 * What can be said of a reading by itself.  What is no reading of this
 * session's energy comes before what should have been one.
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
	if (stream_of(r) == STREAMS ||
	    (stream_of(r) == BEGINNINGS && w->facts->started))
		return LEFT_BEGIN;
	if (!in_window(w, r->ts))
		return LEFT_WINDOW;
	if (!r->usable)
		return LEFT_VALUE;
	if (r->mwh < 0)
		return LEFT_NEGATIVE;
	if (r->mwh > largest(r->kind))
		return LEFT_TOO_LARGE;
	return VERDICT_USED;
}

static void
classify_readings(struct derivation *w)
{
	const struct reading *r;
	struct decision *d = w->out;
	struct candidate *c;
	enum verdict verdict;
	size_t i;

	for (i = 0; i < w->facts->n_readings; i++) {
		r = &w->facts->readings[i];
		verdict = w->verdicts[i] = classify_reading(w, r);
		if (verdict == LEFT_VALUE || verdict == LEFT_NEGATIVE ||
		    verdict == LEFT_TOO_LARGE)
			w->refused[stream_of(r)] = true;
		if (verdict != VERDICT_USED)
			continue;
		c = &w->candidates[w->n++];
		c->reading = r;
		c->index = i;
		c->stream = stream_of(r);
		c->phase = reading_phase(r);
		if (!d->has_last_reading || r->ts > d->last_reading_at)
			d->last_reading_at = r->ts;
		d->has_last_reading = true;
	}
}

static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/*
 * By stream, time and phase, the one that counts first: Transaction.End, then
 * the higher.  The rest is there so that no two orders of arrival sort
 * differently.
 */
static int
compare_candidates(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;
	const struct reading *r = a->reading, *s = b->reading;
	int order;

	if ((order = compare(a->stream, b->stream)) ||
	    (order = compare(r->ts, s->ts)) ||
	    (order = compare(a->phase, b->phase)) ||
	    (order = compare(reading_context(s) == CONTEXT_END,
	    reading_context(r) == CONTEXT_END)) ||
	    (order = compare(s->mwh, r->mwh)) ||
	    (order = compare_text(r->value, s->value)) ||
	    (order = compare_text(r->unit, s->unit)) ||
	    (order = compare_text(r->context, s->context)) ||
	    (order = compare_text(r->phase, s->phase)) ||
	    (order = compare(r->id, s->id)))
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

static void
mark(struct derivation *w, const struct point *p, enum verdict verdict)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (w->verdicts[p->first[i].index] == VERDICT_USED)
			w->verdicts[p->first[i].index] = verdict;
}

/* What counts of the candidates of one time; false: they are no reading. */
static bool
join_phases(struct derivation *w, struct point *p, unsigned wanted)
{
	const struct candidate *c;
	unsigned seen = 0;
	size_t i;

	for (i = 0; i < p->n; i++) {
		c = &p->first[i];
		if (!(wanted & phase_bit(c->phase))) {
			w->verdicts[c->index] = LEFT_PHASED;
		} else if (seen & phase_bit(c->phase)) {
			w->verdicts[c->index] = LEFT_SAME_TIME;
		} else {
			seen |= phase_bit(c->phase);
			p->mwh += c->reading->mwh;
		}
	}
	if (seen == wanted)
		return true;
	mark(w, p, LEFT_PHASE_LACKING);
	return false;
}

static void
build_curve(struct derivation *w, struct arena *arena, enum stream stream,
    unsigned wanted)
{
	struct curve *curve = &w->curves[stream];
	const struct candidate *c = w->candidates, *end = c + w->n;
	struct point p;

	curve->points = arena_calloc(arena, w->n * sizeof(*curve->points) + 1);
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

static void
build_curves(struct derivation *w, struct arena *arena)
{
	unsigned registers = phases_wanted(w, REGISTERS, REGISTERS);
	unsigned beginnings = phases_wanted(w, BEGINNINGS, BEGINNINGS);
	unsigned intervals = phases_wanted(w, SAMPLED, CLOCKED);

	/* The sum of the phases only compares with all of them. */
	if (!(beginnings & phase_bit(PHASE_NONE)) &&
	    !(registers & phase_bit(PHASE_NONE)))
		beginnings |= registers;
	qsort(w->candidates, w->n, sizeof(*w->candidates),
	    compare_candidates);
	build_curve(w, arena, REGISTERS, registers);
	build_curve(w, arena, BEGINNINGS, beginnings);
	build_curve(w, arena, SAMPLED, intervals);
	build_curve(w, arena, CLOCKED, intervals);
}

static void
set_baseline(struct derivation *w, enum baseline_from from, mwh_t mwh,
    usec_t at)
{
	w->out->baseline = (struct baseline){ from, mwh, at };
}

static void
set_baseline_point(struct derivation *w, enum baseline_from from,
    const struct point *p)
{
	set_baseline(w, from, p->mwh, p->at);
}

static void
choose_baseline(struct derivation *w)
{
	const struct session_facts *k = w->facts;
	const struct curve *registers = &w->curves[REGISTERS];
	const struct curve *beginnings = &w->curves[BEGINNINGS];
	size_t i;

	for (i = 1; i < beginnings->n; i++)
		mark(w, &beginnings->points[i], LEFT_BEGIN);
	if (k->started && k->has_meter_start && can_be(k->meter_start))
		set_baseline(w, BASELINE_METER_START, k->meter_start,
		    k->started_at);
	else if (k->started)
		set_baseline(w, BASELINE_ASSUMED_ZERO, 0, k->started_at);
	else if (beginnings->n > 0)
		set_baseline_point(w, BASELINE_BEGIN_READING,
		    &beginnings->points[0]);
	else if (registers->n > 0)
		set_baseline_point(w, BASELINE_FIRST_READING,
		    &registers->points[0]);
	flag_if(w, w->out->baseline.from == BASELINE_ASSUMED_ZERO,
	    FLAG_START_ASSUMED_ZERO);
	flag_if(w, !k->started, FLAG_START_MISSING);
}

/* A glitch below: between two neighbours in order, but lower than the left. */
static void
drop_dips(struct derivation *w, struct curve *curve)
{
	mwh_t left = w->out->baseline.mwh, right;
	struct point *p;
	size_t i, kept = 0;

	for (i = 0; i < curve->n; i++) {
		p = &curve->points[i];
		right = i + 1 < curve->n ? p[1].mwh : w->facts->meter_stop;
		if ((i + 1 < curve->n || w->has_stop) &&
		    left <= right + NOISE && p->mwh < left - NOISE) {
			mark(w, p, LEFT_GLITCH);
			continue;
		}
		left = p->mwh;
		curve->points[kept++] = *p;
	}
	curve->n = kept;
}

/*
 * A glitch above: between two neighbours in order, but higher than the right.
 * Where nothing comes after the right one to bear it out, either of the two
 * may be the odd one: then it stays, and the fall is a restart.
 */
static void
drop_spikes(struct derivation *w, struct curve *curve)
{
	mwh_t left = w->out->baseline.mwh, right;
	struct point *p;
	size_t i, kept = 0;

	for (i = 0; i < curve->n; i++) {
		p = &curve->points[i];
		right = i + 1 < curve->n ? p[1].mwh : w->facts->meter_stop;
		if ((i + 2 < curve->n || w->has_stop) &&
		    left <= right + NOISE && p->mwh > right + NOISE) {
			mark(w, p, LEFT_GLITCH);
			continue;
		}
		left = p->mwh;
		curve->points[kept++] = *p;
	}
	curve->n = kept;
}

static bool
rises_impossibly(const struct derivation *w, mwh_t from, usec_t since,
    mwh_t to, usec_t at)
{
	return implausible(w->policy, to - from, elapsed(since, at));
}

/*
 * When no reading is possible from the baseline, it is the baseline that
 * can't be; without a reading it is the stop.
 */
static void
check_baseline(struct derivation *w, const struct curve *curve)
{
	const struct baseline *b = &w->out->baseline;
	const struct point *p = curve->points;
	size_t i;

	if (curve->n == 0) {
		w->stop_impossible = w->has_stop && w->facts->started &&
		    implausible(w->policy, w->facts->meter_stop - b->mwh,
		    duration(w));
		return;
	}
	for (i = 0; i < curve->n; i++)
		if (!rises_impossibly(w, b->mwh, b->at, p[i].mwh, p[i].at))
			return;
	set_baseline_point(w, BASELINE_FIRST_READING, p);
	flag_if(w, true, FLAG_START_REPLACED);
}

static void
drop_impossible(struct derivation *w, struct curve *curve)
{
	mwh_t last = w->out->baseline.mwh;
	usec_t since = w->out->baseline.at;
	struct point *p;
	size_t i, kept = 0;

	for (i = 0; i < curve->n; i++) {
		p = &curve->points[i];
		if (rises_impossibly(w, last, since, p->mwh, p->at)) {
			mark(w, p, LEFT_IMPOSSIBLE);
			continue;
		}
		last = p->mwh;
		since = p->at;
		curve->points[kept++] = *p;
	}
	curve->n = kept;
}

static mwh_t
add(mwh_t sum, mwh_t more)
{
	sum += more;
	return sum < SUM_MAX ? sum : SUM_MAX;
}

/* What the meter counted from the baseline on, over its restarts. */
static mwh_t
sum_stretches(struct derivation *w, const struct curve *curve)
{
	mwh_t first = w->out->baseline.mwh, last = first, sum = 0;
	size_t i;

	for (i = 0; i < curve->n; i++) {
		if (curve->points[i].mwh < last - NOISE) {
			sum = add(sum, last - first);
			first = curve->points[i].mwh;
			flag_if(w, true, FLAG_METER_RESTART);
		}
		last = curve->points[i].mwh;
	}
	sum = add(sum, last - first);
	return sum > 0 ? sum : 0;
}

static void
set_step(struct derivation *w, enum energy_source source, mwh_t mwh,
    const char *why_not)
{
	w->out->steps[source] = (struct step){
		.usable = !why_not, .mwh = why_not ? 0 : mwh,
		.why_not = why_not,
	};
}

static const char *
why_no_stop(const struct derivation *w)
{
	const struct session_facts *k = w->facts;

	if (!k->started)
		return "no start was reported";
	if (k->end == END_NONE)
		return "the session is still running";
	if (k->end != END_REPORTED)
		return "the charge point did not report the end";
	if (!k->has_meter_stop)
		return "the end came without a meterStopWh";
	if (!w->has_stop)
		return "the meterStopWh can't be";
	if (k->meter_stop < w->out->baseline.mwh - NOISE)
		return "the meterStopWh lies below the start";
	if (w->stop_impossible)
		return "the meterStopWh lies impossibly far above the start "
		    "and there is no reading to replace it";
	return NULL;
}

static void
take_stop(struct derivation *w)
{
	mwh_t energy = w->has_stop ?
	    w->facts->meter_stop - w->out->baseline.mwh : 0;

	flag_if(w, w->facts->started && energy < -NOISE,
	    FLAG_STOP_BELOW_START);
	set_step(w, SOURCE_STOP, energy > 0 ? energy : 0, why_no_stop(w));
}

static void
take_registers(struct derivation *w)
{
	struct curve *curve = &w->curves[REGISTERS];
	const struct point *last;

	drop_dips(w, curve);
	drop_spikes(w, curve);
	check_baseline(w, curve);
	drop_impossible(w, curve);
	if (curve->n == 0) {
		set_step(w, SOURCE_REGISTER, 0, "no register reading counts");
		return;
	}
	set_step(w, SOURCE_REGISTER, sum_stretches(w, curve), NULL);
	last = &curve->points[curve->n - 1];
	flag_if(w, w->has_stop &&
	    (w->facts->meter_stop < last->mwh - NOISE ||
	    rises_impossibly(w, last->mwh, last->at, w->facts->meter_stop,
	    w->facts->reported_end_at) ||
	    (w->out->flags & FLAG_METER_RESTART)), FLAG_STEPS_DISAGREE);
}

/* Clock-aligned and other intervals overlap: only one family is summed. */
static enum stream
choose_family(struct derivation *w)
{
	bool clocked = w->curves[CLOCKED].n > w->curves[SAMPLED].n;
	const struct curve *other = &w->curves[clocked ? SAMPLED : CLOCKED];
	size_t i;

	for (i = 0; i < other->n; i++)
		mark(w, &other->points[i], LEFT_FAMILY);
	return clocked ? CLOCKED : SAMPLED;
}

static void
take_intervals(struct derivation *w, enum stream family)
{
	const struct curve *curve = &w->curves[family];
	mwh_t sum = 0;
	size_t i;

	for (i = 0; i < curve->n; i++)
		sum = add(sum, curve->points[i].mwh);
	set_step(w, SOURCE_INTERVAL, sum,
	    curve->n > 0 ? NULL : "no interval reading counts");
}

static void
choose_step(struct derivation *w, enum stream family)
{
	struct decision *d = w->out;
	bool no_start = d->flags & FLAG_START_MISSING;
	bool shaky = d->flags & (FLAG_START_REPLACED | FLAG_METER_RESTART);
	mwh_t energy;

	d->source = SOURCE_STOP;
	while (d->source < SOURCE_MISSING && !d->steps[d->source].usable)
		d->source++;
	d->estimated = d->source == SOURCE_MISSING || no_start ||
	    (d->source == SOURCE_INTERVAL ? w->refused[family] : shaky);
	flag_if(w, w->stop_impossible, FLAG_IMPLAUSIBLE_POWER);
	if (d->source == SOURCE_MISSING)
		return;
	energy = d->steps[d->source].mwh;
	d->has_energy = true;
	d->energy_wh = mwh_to_wh(energy);
	flag_if(w, implausible(w->policy, energy, duration(w)),
	    FLAG_IMPLAUSIBLE_POWER);
	flag_if(w, energy > (__int128)w->policy->review_kwh * MWH_PER_KWH,
	    FLAG_LARGE_ENERGY);
}

static void
leave_ambiguous(struct derivation *w)
{
	static const char why[] =
	    "the transaction can't be told from another one";
	size_t i;

	for (i = 0; i < w->facts->n_readings; i++)
		w->verdicts[i] = LEFT_AMBIGUOUS;
	for (i = 0; i < STEPS; i++)
		set_step(w, (enum energy_source)i, 0, why);
	w->out->source = SOURCE_MISSING;
	w->out->estimated = true;
	flag_if(w, true, FLAG_AMBIGUOUS_TRANSACTION);
	find_end(w);
}

static void
run_steps(struct derivation *w, struct arena *arena)
{
	enum stream family;

	classify_readings(w);
	find_end(w);
	build_curves(w, arena);
	choose_baseline(w);
	take_registers(w);
	take_stop(w);
	family = choose_family(w);
	take_intervals(w, family);
	choose_step(w, family);
}

static bool
was_ignored(enum verdict verdict)
{
	switch (verdict) {
	case LEFT_WINDOW:
	case LEFT_VALUE:
	case LEFT_NEGATIVE:
	case LEFT_TOO_LARGE:
	case LEFT_GLITCH:
	case LEFT_IMPOSSIBLE:
		return true;
	default:
		return false;
	}
}

static void
set_review(struct derivation *w)
{
	static const unsigned doubtful = FLAG_START_REPLACED |
	    FLAG_METER_RESTART | FLAG_STEPS_DISAGREE |
	    FLAG_IMPLAUSIBLE_POWER | FLAG_LARGE_ENERGY |
	    FLAG_CONFLICTING_STARTS | FLAG_CONFLICTING_ENDS |
	    FLAG_AMBIGUOUS_TRANSACTION;
	size_t i;

	for (i = 0; i < w->facts->n_readings; i++)
		flag_if(w, was_ignored(w->verdicts[i]), FLAG_READING_IGNORED);
	flag_if(w, w->facts->start_conflict, FLAG_CONFLICTING_STARTS);
	flag_if(w, w->facts->end_conflict, FLAG_CONFLICTING_ENDS);
	w->out->needs_review = w->out->flags & doubtful;
	w->out->verdicts = w->verdicts;
}

void
energy_decide(struct arena *arena, const struct session_facts *facts,
    const struct energy_policy *policy, struct decision *out)
{
	struct derivation w = { .facts = facts, .policy = policy, .out = out };
	size_t n = facts->n_readings;

	*out = (struct decision){ 0 };
	w.verdicts = arena_calloc(arena, n * sizeof(*w.verdicts) + 1);
	w.candidates = arena_calloc(arena, n * sizeof(*w.candidates) + 1);
	w.has_stop = facts->end == END_REPORTED && facts->has_meter_stop &&
	    can_be(facts->meter_stop);
	find_start(&w);
	if (facts->end == END_AMBIGUOUS)
		leave_ambiguous(&w);
	else
		run_steps(&w, arena);
	set_review(&w);
}

const char *
energy_source_name(enum energy_source source)
{
	switch (source) {
	case SOURCE_STOP:
		return "StopTransaction";
	case SOURCE_REGISTER:
		return "MeterValues.Register";
	case SOURCE_INTERVAL:
		return "MeterValues.Interval";
	case SOURCE_MISSING:
		break;
	}
	return "Missing";
}

const char *
flag_name(enum flag flag)
{
	static const char *const names[FLAGS] = {
		"StartAssumedZero", "StartReplaced", "StartMissing",
		"StopBelowStart", "MeterRestart", "ReadingIgnored",
		"StepsDisagree", "ImplausiblePower", "LargeEnergy",
		"ClockSkew", "ConflictingStarts", "ConflictingEnds",
		"AmbiguousTransaction", "Superseded", "Stale",
	};
	size_t i;

	for (i = 0; i < FLAGS; i++)
		if (1u << i == (unsigned)flag)
			return names[i];
	return "";
}

const char *
verdict_words(enum verdict verdict)
{
	static const char *const words[VERDICTS] = {
		[VERDICT_USED] = "used",
		[LEFT_AMBIGUOUS] = "it may belong to another session of the "
		    "same transactionId",
		[LEFT_MEASURAND] = "another measurand, no energy reading",
		[LEFT_UNIT] = "neither Wh nor kWh, no energy reading",
		[LEFT_FORMAT] = "its format is not Raw",
		[LEFT_LOCATION] = "not measured at the outlet",
		[LEFT_PHASE] = "its phase is not one that is summed",
		[LEFT_BEGIN] = "taken at the transaction's begin, where the "
		    "session has its baseline already",
		[LEFT_WINDOW] = "outside the session's time",
		[LEFT_VALUE] = "its value is not a number in range",
		[LEFT_NEGATIVE] = "negative",
		[LEFT_TOO_LARGE] = "more than one reading can hold",
		[LEFT_PHASED] = "one phase, where the session has readings "
		    "of all together",
		[LEFT_PHASE_LACKING] = "the other phases are not all there "
		    "at its time",
		[LEFT_FAMILY] = "overlaps with the intervals that are summed",
		[LEFT_SAME_TIME] = "another reading of the same time counts",
		[LEFT_GLITCH] = "a glitch between two readings in order",
		[LEFT_IMPOSSIBLE] = "an impossible rise since the reading "
		    "before",
	};

	return verdict < VERDICTS ? words[verdict] : "";
}

const char *
baseline_words(enum baseline_from from)
{
	switch (from) {
	case BASELINE_NONE:
		break;
	case BASELINE_METER_START:
		return "meterStartWh";
	case BASELINE_ASSUMED_ZERO:
		return "0, since the start came without a meterStartWh";
	case BASELINE_FIRST_READING:
		return "the first reading";
	case BASELINE_BEGIN_READING:
		return "the reading at Transaction.Begin";
	}
	return "none";
}
