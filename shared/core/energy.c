#include "energy.h"

#include "base/arena.h"
#include "energy_private.h"

#define SUM_MAX		(INT64_MAX / 4)

void
flag_if(struct derivation *w, bool condition, enum flag flag)
{
	if (condition)
		w->out->flags |= (unsigned)flag;
}

usec_t
time_elapsed(usec_t from, usec_t to)
{
	usec_t span;

	if (to <= from)
		return 0;
	return __builtin_sub_overflow(to, from, &span) ? INT64_MAX : span;
}

/* More than the limit delivers in that time. */
static bool
over_limit(const struct derivation *w, mwh_t energy, usec_t time)
{
	/* 1 kW gives 1/3600 mWh a microsecond. */
	return (__int128)energy * 3600 >
	    (__int128)w->out->max_power_kw * time;
}

bool
rise_impossible(const struct derivation *w, mwh_t energy, usec_t time)
{
	return energy > BIG && over_limit(w, energy, time);
}

bool
rise_implausible(const struct derivation *w, mwh_t energy, usec_t time)
{
	return over_limit(w, energy - BURST, time);
}

static bool
can_be(mwh_t meter)
{
	return meter >= 0 && meter <= MWH_MAX;
}

static enum start_value
start_value(const struct session_facts *k)
{
	if (!k->started)
		return START_NONE;
	if (k->has_meter_start && can_be(k->meter_start))
		return START_GIVEN;
	return k->has_meter_start || k->start_unreadable ?
	    START_UNREADABLE : START_ABSENT;
}

/* The meter's value at the start is 0 or known: it tells what was delivered. */
static bool
start_counts(const struct derivation *w)
{
	return w->start == START_GIVEN || w->start == START_ABSENT;
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

/*
 * The real end bounds the readings, unless a wrong clock puts it before the
 * start; without one the next start on the connector does.
 */
bool
is_after_session(const struct derivation *w, usec_t ts)
{
	const struct session_facts *k = w->facts;

	if (k->end == END_REPORTED)
		return k->reported_end_at >= w->out->started_at &&
		    time_elapsed(k->reported_end_at, ts) > SLACK;
	return k->has_next_start && time_elapsed(k->next_start, ts) > SLACK;
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
}

usec_t
session_duration(const struct derivation *w)
{
	const struct decision *d = w->out;

	if (d->has_ended && d->ended_at >= d->started_at)
		return time_elapsed(d->started_at, d->ended_at);
	return d->has_last_reading ?
	    time_elapsed(d->started_at, d->last_reading_at) : 0;
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

/* The first at Transaction.Begin, where it tells more than an implied 0. */
static bool
baseline_from_begin(struct derivation *w)
{
	const struct curve *c = &w->curves[BEGINNINGS];
	bool found = c->n > 0 &&
	    (w->start != START_ABSENT || c->points[0].mwh > NOISE);
	size_t i;

	for (i = found; i < c->n; i++)
		leave_point(w, &c->points[i], LEFT_BEGIN);
	if (found)
		set_baseline_point(w, BASELINE_BEGIN_READING, c->points);
	return found;
}

static void
choose_baseline(struct derivation *w)
{
	const struct session_facts *k = w->facts;
	const struct curve *registers = &w->curves[REGISTERS];

	if (w->start == START_GIVEN) {
		set_baseline(w, BASELINE_METER_START, k->meter_start,
		    k->started_at);
	} else if (baseline_from_begin(w)) {
		flag_if(w, w->start == START_ABSENT, FLAG_START_REPLACED);
	} else if (w->start == START_ABSENT) {
		set_baseline(w, BASELINE_ASSUMED_ZERO, 0, k->started_at);
	} else if (registers->n > 0) {
		set_baseline_point(w, BASELINE_FIRST_READING,
		    &registers->points[0]);
	}
	flag_if(w, w->start == START_ABSENT, FLAG_START_ASSUMED_ZERO);
	flag_if(w, w->start == START_UNREADABLE, FLAG_START_UNREADABLE);
	flag_if(w, w->start == START_NONE, FLAG_START_MISSING);
}

/*
 * The stop's own baseline: below the reading at Transaction.Begin that
 * replaced an implied 0, it is held against the 0.
 */
static void
choose_stop_baseline(struct derivation *w)
{
	struct decision *d = w->out;

	d->stop_baseline = d->baseline;
	if (w->has_stop && w->start == START_ABSENT &&
	    d->baseline.from == BASELINE_BEGIN_READING &&
	    w->facts->meter_stop < d->baseline.mwh - NOISE)
		d->stop_baseline = (struct baseline){
			BASELINE_ASSUMED_ZERO, 0, w->facts->started_at
		};
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
			leave_point(w, p, LEFT_GLITCH);
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
 * may be the odd one: then it stays, and the fall is a restart.  Where only
 * the stop bears it out, and power and time allow the reading, it is the stop
 * that may be wrong.
 */
static void
drop_spikes(struct derivation *w, struct curve *curve)
{
	mwh_t left = w->out->baseline.mwh, right;
	usec_t since = w->out->baseline.at;
	struct point *p;
	size_t i, kept = 0;

	for (i = 0; i < curve->n; i++) {
		p = &curve->points[i];
		right = i + 1 < curve->n ? p[1].mwh : w->facts->meter_stop;
		if ((i + 2 < curve->n || w->has_stop) &&
		    left <= right + NOISE && p->mwh > right + NOISE) {
			leave_point(w, p, LEFT_GLITCH);
			if (i + 2 >= curve->n && !rise_implausible(w,
			    p->mwh - left, time_elapsed(since, p->at)))
				w->stop_against_glitch = true;
			continue;
		}
		left = p->mwh;
		since = p->at;
		curve->points[kept++] = *p;
	}
	curve->n = kept;
}

/* No reading to hold the stop against: it is possible, or it is not used. */
static void
check_stop(struct derivation *w)
{
	const struct baseline *b = &w->out->stop_baseline;
	mwh_t energy = w->facts->meter_stop - b->mwh;
	usec_t time = session_duration(w);

	w->stop_impossible = w->has_stop && start_counts(w) &&
	    (rise_impossible(w, energy, time) ||
	    (b->from == BASELINE_ASSUMED_ZERO &&
	    rise_implausible(w, energy, time)));
}

/*
 * When no reading is possible from the baseline, it is the baseline that
 * can't be.  A baseline that is only assumed to be 0 gives way at once when
 * the first reading shows a lifetime.
 */
static void
check_baseline(struct derivation *w, const struct curve *curve)
{
	const struct baseline *b = &w->out->baseline;
	const struct point *p = curve->points;
	size_t i;

	if (curve->n == 0)
		return;
	if (b->from != BASELINE_ASSUMED_ZERO || !rise_implausible(w,
	    p->mwh - b->mwh, time_elapsed(b->at, p->at)))
		for (i = 0; i < curve->n; i++)
			if (!rise_impossible(w, p[i].mwh - b->mwh,
			    time_elapsed(b->at, p[i].at)))
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
		if (rise_impossible(w, p->mwh - last,
		    time_elapsed(since, p->at))) {
			leave_point(w, p, LEFT_IMPOSSIBLE);
			continue;
		}
		last = p->mwh;
		since = p->at;
		curve->points[kept++] = *p;
	}
	curve->n = kept;
}

static mwh_t
sum_add(mwh_t sum, mwh_t more)
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
			sum = sum_add(sum, last - first);
			first = curve->points[i].mwh;
			flag_if(w, true, FLAG_METER_RESTART);
		}
		last = curve->points[i].mwh;
	}
	sum = sum_add(sum, last - first);
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
	if (w->start == START_UNREADABLE)
		return "the start's meterStartWh can't be read";
	if (k->meter_stop < w->out->stop_baseline.mwh - NOISE)
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
	    w->facts->meter_stop - w->out->stop_baseline.mwh : 0;

	flag_if(w, start_counts(w) && energy < -NOISE,
	    FLAG_STOP_BELOW_START);
	set_step(w, SOURCE_STOP, energy > 0 ? energy : 0, why_no_stop(w));
}

static void
take_registers(struct derivation *w)
{
	struct curve *curve = &w->curves[REGISTERS];

	drop_dips(w, curve);
	drop_spikes(w, curve);
	check_baseline(w, curve);
	drop_impossible(w, curve);
	set_step(w, SOURCE_REGISTER,
	    curve->n > 0 ? sum_stretches(w, curve) : 0,
	    curve->n > 0 ? NULL : "no register reading counts");
	choose_stop_baseline(w);
	if (curve->n == 0)
		check_stop(w);
}

/* Clock-aligned and other intervals overlap: only one family is summed. */
static void
choose_family(struct derivation *w)
{
	bool clocked = w->curves[CLOCKED].n > w->curves[SAMPLED].n;
	const struct curve *other = &w->curves[clocked ? SAMPLED : CLOCKED];
	size_t i;

	for (i = 0; i < other->n; i++)
		leave_point(w, &other->points[i], LEFT_FAMILY);
	w->family = clocked ? CLOCKED : SAMPLED;
}

static void
take_intervals(struct derivation *w)
{
	const struct curve *curve = &w->curves[w->family];
	mwh_t sum = 0;
	size_t i;

	for (i = 0; i < curve->n; i++)
		sum = sum_add(sum, curve->points[i].mwh);
	set_step(w, SOURCE_INTERVAL, sum,
	    curve->n > 0 ? NULL : "no interval reading counts");
}

/* Whether the chosen step's figure is more than the meter's own words. */
static bool
is_estimated(const struct derivation *w)
{
	const struct decision *d = w->out;
	bool restarted = d->flags & FLAG_METER_RESTART;
	bool replaced = d->flags & FLAG_START_REPLACED;

	if (!start_counts(w))
		return true;
	switch (d->source) {
	case SOURCE_STOP:
		return restarted || (replaced &&
		    d->stop_baseline.from == d->baseline.from);
	case SOURCE_REGISTER:
		return restarted || replaced;
	case SOURCE_INTERVAL:
		return w->refused[w->family];
	case SOURCE_MISSING:
		break;
	}
	return true;
}

static void
choose_step(struct derivation *w)
{
	struct decision *d = w->out;

	d->source = SOURCE_STOP;
	while (d->source < SOURCE_MISSING && !d->steps[d->source].usable)
		d->source++;
	d->estimated = is_estimated(w);
	d->has_energy = d->source != SOURCE_MISSING;
	if (d->has_energy)
		d->energy_wh = mwh_to_wh(d->steps[d->source].mwh);
}

/*
 * Of a session whose events were never stored the chain can say nothing: the
 * figure that an earlier edition made of them stands.
 */
static void
keep_legacy_figure(struct derivation *w)
{
	const struct legacy_figure *l = &w->facts->legacy;
	struct decision *d = w->out;

	if (d->source != SOURCE_MISSING || !l->any ||
	    l->source == SOURCE_MISSING || w->facts->n_readings > 0 ||
	    w->facts->end == END_NONE)
		return;
	d->source = l->source;
	d->estimated = l->estimated;
	d->has_energy = true;
	d->energy_wh = l->energy_wh;
	flag_if(w, true, FLAG_LEGACY_FIGURE);
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
	classify_readings(w);
	find_end(w);
	build_curves(w, arena);
	choose_baseline(w);
	take_registers(w);
	take_stop(w);
	choose_family(w);
	take_intervals(w);
	choose_step(w);
	keep_legacy_figure(w);
}

void
energy_decide(struct arena *arena, const struct session_facts *facts,
    const struct energy_policy *policy, struct decision *out)
{
	struct derivation w = {
		.facts = facts, .policy = policy, .out = out,
		.start = start_value(facts),
		.has_stop = facts->end == END_REPORTED &&
		    facts->has_meter_stop && can_be(facts->meter_stop),
	};
	size_t n = facts->n_readings;

	*out = (struct decision){
		.max_power_kw = facts->max_power_kw > 0 ?
		    facts->max_power_kw : policy->max_charge_kw,
	};
	w.verdicts = arena_calloc(arena, n * sizeof(*w.verdicts) + 1);
	w.candidates = arena_calloc(arena, n * sizeof(*w.candidates) + 1);
	out->verdicts = w.verdicts;
	find_start(&w);
	if (facts->end == END_AMBIGUOUS)
		leave_ambiguous(&w);
	else
		run_steps(&w, arena);
	set_flags(&w);
}
