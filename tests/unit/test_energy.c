#include "core/energy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "core/decimal.h"

enum { MAX_READINGS = 32, MAX_LINE = 1024, MAX_NAME = 64 };

/* All times of the file are seconds from here. */
static const usec_t epoch = 1788000000 * SECOND;
static const struct energy_policy policy = { .max_charge_kw = 500,
    .review_kwh = 250 };

/* A row of tests/data/decisions.txt; its head says what is what. */
struct row {
	char text[MAX_LINE];	/* the strings of known point in here */
	const char *expected, *name;
	struct session_facts facts;
	struct reading readings[MAX_READINGS];
};

static const char *const sources[] = {
	"Stop", "Register", "Interval", "Missing",
};

static const char *const reasons[VERDICTS] = {
	[LEFT_AMBIGUOUS] = "ambiguous", [LEFT_MEASURAND] = "measurand",
	[LEFT_UNIT] = "unit", [LEFT_FORMAT] = "format",
	[LEFT_LOCATION] = "location", [LEFT_PHASE] = "phase",
	[LEFT_BEGIN] = "begin", [LEFT_BEGIN_PHASES] = "begin-phases",
	[LEFT_WINDOW] = "window",
	[LEFT_VALUE] = "value", [LEFT_NEGATIVE] = "negative",
	[LEFT_TOO_LARGE] = "large", [LEFT_PHASED] = "phased",
	[LEFT_PHASE_LACKING] = "lacking", [LEFT_FAMILY] = "family",
	[LEFT_SAME_TIME] = "same", [LEFT_GLITCH] = "glitch",
	[LEFT_IMPOSSIBLE] = "impossible",
};

static const char *const baselines[] = {
	[BASELINE_NONE] = "none", [BASELINE_METER_START] = "start",
	[BASELINE_ASSUMED_ZERO] = "zero", [BASELINE_FIRST_READING] = "first",
	[BASELINE_BEGIN_READING] = "begin",
};

static char *
trimmed(char *text)
{
	char *end;

	text += strspn(text, " \t\n");
	for (end = text + strlen(text); end > text &&
	    strchr(" \t\n", end[-1]); end--)
		end[-1] = '\0';
	return text;
}

static usec_t
seconds(const char *text)
{
	char *end;
	long given = strtol(text, &end, 10);

	if (end == text || *end)
		fail_msg("no time: %s", text);
	return epoch + (usec_t)given * SECOND;
}

static mwh_t
meter(const char *text)
{
	mwh_t mwh;

	if (!decimal_mwh(text, NULL, &mwh))
		fail_msg("no meter value: %s", text);
	return mwh;
}

static void
parse_start_word(struct session_facts *k, const char *word)
{
	if (strcmp(word, "none") == 0) {
		k->started = false;
	} else if (strcmp(word, "conflict") == 0) {
		k->start_conflict = true;
	} else if (strcmp(word, "bad") == 0) {
		k->start_unreadable = true;
	} else if (strncmp(word, "max=", 4) == 0) {
		k->max_power_kw = strtol(word + 4, NULL, 10);
	} else if (strncmp(word, "arrived@", 8) == 0) {
		k->has_start_received = true;
		k->start_received_at = seconds(word + 8);
	} else if (word[0] == '@') {
		k->started_at = seconds(word + 1);
	} else if (strcmp(word, "-") != 0) {
		k->has_meter_start = true;
		k->meter_start = meter(word);
	}
}

static void
parse_start(struct session_facts *k, char *text)
{
	char *save, *word;

	k->started = true;
	k->started_at = epoch;
	for (word = strtok_r(text, " ", &save); word;
	    word = strtok_r(NULL, " ", &save))
		parse_start_word(k, word);
}

/* legacy=Register:700 or legacy=Register:700:est */
static void
parse_legacy(struct legacy_figure *l, const char *word)
{
	size_t i;
	char *end;

	for (i = 0; i < countof(sources); i++)
		if (strncmp(word, sources[i], strlen(sources[i])) == 0)
			break;
	assert_true(i < countof(sources));
	l->any = true;
	l->source = (enum energy_source)i;
	l->energy_wh = strtoll(word + strlen(sources[i]) + 1, &end, 10);
	l->estimated = strcmp(end, ":est") == 0;
}

static void
parse_end_word(struct session_facts *k, const char *word)
{
	if (strcmp(word, "conflict") == 0) {
		k->end_conflict = true;
	} else if (word[0] == '@') {
		k->reported_end_at = seconds(word + 1);
	} else if (strcmp(word, "running") == 0) {
		k->end = END_NONE;
	} else if (strcmp(word, "stale") == 0) {
		k->end = END_STALE;
	} else if (strcmp(word, "ambiguous") == 0) {
		k->end = END_AMBIGUOUS;
	} else if (strncmp(word, "superseded@", 11) == 0) {
		k->end = END_SUPERSEDED;
		k->has_next_start = true;
		k->next_start = seconds(word + 11);
	} else if (strncmp(word, "legacy=", 7) == 0) {
		parse_legacy(&k->legacy, word + 7);
	} else if (strncmp(word, "next@", 5) == 0) {
		k->has_next_start = true;
		k->next_start = seconds(word + 5);
	} else if (strcmp(word, "-") != 0) {
		k->has_meter_stop = true;
		k->meter_stop = meter(word);
	}
}

static void
parse_end(struct session_facts *k, char *text)
{
	char *save, *word;

	k->end = END_REPORTED;
	k->reported_end_at = seconds("3600");
	for (word = strtok_r(text, " ", &save); word;
	    word = strtok_r(NULL, " ", &save))
		parse_end_word(k, word);
}

/* Cuts the part after the mark off and returns it, NULL without one. */
static char *
part(char *text, char mark)
{
	char *p = strchr(text, mark);

	if (!p)
		return NULL;
	*p = '\0';
	return p + 1;
}

static char *
unescaped(char *text)
{
	char *p;

	if (!text)
		return NULL;
	for (p = text; *p; p++)
		if (*p == '_')
			*p = ' ';
	return strcmp(text, "''") == 0 ? text + 2 : text;
}

static void
parse_reading(struct reading *r, char *text, usec_t next)
{
	const char *measurand = NULL;
	char *rest = part(text, ':');

	r->ts = rest ? seconds(text) : next;
	if (rest)
		text = rest;
	if (strncmp(text, "i=", 2) == 0)
		measurand = "Energy.Active.Import.Interval";
	else if (strncmp(text, "p=", 2) == 0)
		measurand = "Power.Active.Import";
	if (measurand)
		text += 2;
	r->format = unescaped(part(text, '%'));
	r->location = unescaped(part(text, '!'));
	r->phase = unescaped(part(text, '~'));
	r->context = unescaped(part(text, '@'));
	r->unit = unescaped(part(text, '*'));
	r->value = unescaped(text);
	reading_normalize(r, measurand);
}

static void
parse_readings(struct row *row, char *text)
{
	char *save, *word;
	usec_t next = epoch + 60 * SECOND;
	size_t n = 0;

	for (word = strtok_r(text, " ", &save); word;
	    word = strtok_r(NULL, " ", &save)) {
		if (strcmp(word, "none") == 0)
			break;
		assert_true(n < MAX_READINGS);
		row->readings[n].id = (int64_t)n + 1;
		parse_reading(&row->readings[n], word, next);
		next = row->readings[n].ts + 60 * SECOND;
		n++;
	}
	row->facts.readings = row->readings;
	row->facts.n_readings = n;
}

static bool
parse_row(struct row *row, const char *line)
{
	char *columns[5], *save;
	size_t i;

	memset(row, 0, sizeof(*row));
	snprintf(row->text, sizeof(row->text), "%s", line);
	if (strchr("#\n", row->text[0]))
		return false;
	columns[0] = strtok_r(row->text, "|", &save);
	for (i = 1; i < countof(columns); i++)
		columns[i] = strtok_r(NULL, "|", &save);
	if (!columns[4])
		fail_msg("not five columns: %s", line);
	row->expected = trimmed(columns[0]);
	row->name = trimmed(columns[4]);
	parse_start(&row->facts, trimmed(columns[1]));
	parse_end(&row->facts, trimmed(columns[2]));
	parse_readings(row, trimmed(columns[3]));
	return true;
}

static char *
show_time(struct arena *arena, bool any, usec_t at)
{
	return any ? arena_printf(arena, "%lld",
	    (long long)((at - epoch) / SECOND)) : arena_strdup(arena, "-");
}

static char *
show_steps(struct arena *arena, const struct decision *d)
{
	char *text = arena_strdup(arena, "");
	size_t i;

	for (i = 0; i < STEPS; i++) {
		assert_true(d->steps[i].usable == !d->steps[i].why_not);
		text = d->steps[i].usable ?
		    arena_printf(arena, "%s%s%lld", text, i ? "/" : "",
		    (long long)mwh_to_wh(d->steps[i].mwh)) :
		    arena_printf(arena, "%s%s-", text, i ? "/" : "");
	}
	return text;
}

/* What the row asks for beside the usual. */
static char *
show_asked(struct arena *arena, const char *expected,
    const struct decision *d)
{
	const struct {
		const char *key, *value;
	} all[] = {
		{ "started=", show_time(arena, true, d->started_at) },
		{ "ended=", show_time(arena, d->has_ended, d->ended_at) },
		{ "last=", show_time(arena, d->has_last_reading,
		    d->last_reading_at) },
		{ "base=", baselines[d->baseline.from] },
		{ "steps=", show_steps(arena, d) },
		{ "limit=", arena_printf(arena, "%lld",
		    (long long)d->max_power_kw) },
	};
	char *text = arena_strdup(arena, "");
	size_t i;

	for (i = 0; i < countof(all); i++)
		if (strstr(expected, all[i].key))
			text = arena_printf(arena, "%s %s%s", text,
			    all[i].key, all[i].value);
	return text;
}

/* A decision as the first column of the file words it. */
static char *
show(struct arena *arena, const struct row *row, const struct decision *d)
{
	char *text;
	size_t i;

	text = d->has_energy ? arena_printf(arena, "%lld",
	    (long long)d->energy_wh) : arena_strdup(arena, "null");
	text = arena_printf(arena, "%s %s%s", text, sources[d->source],
	    d->estimated ? " est" : "");
	for (i = 0; i < FLAGS; i++)
		if (d->flags & 1u << i)
			text = arena_printf(arena, "%s %s%s", text,
			    d->review_flags & 1u << i ? "!" : "",
			    flag_name((enum flag)(1u << i)));
	assert_int_equal(d->needs_review, d->review_flags != 0);
	for (i = 0; i < row->facts.n_readings; i++)
		if (d->verdicts[i] != VERDICT_USED)
			text = arena_printf(arena, "%s %zu:%s", text, i + 1,
			    reasons[d->verdicts[i]]);
	return arena_printf(arena, "%s%s", text,
	    show_asked(arena, row->expected, d));
}

static void
each_row(void (*call)(struct arena *, const struct row *, void *), void *with)
{
	struct arena arena;
	struct row row;
	char line[MAX_LINE];
	FILE *file = fopen("tests/data/decisions.txt", "r");

	if (!file)
		fail_msg("tests/data/decisions.txt can't be opened");
	arena_init(&arena);
	while (fgets(line, sizeof(line), file)) {
		if (parse_row(&row, line))
			call(&arena, &row, with);
		arena_reset(&arena);
	}
	arena_free(&arena);
	fclose(file);
}

struct score {
	size_t rows, wrong;
};

static void
check_row(struct arena *arena, const struct row *row, void *with)
{
	struct score *score = with;
	struct decision d;
	const char *got;

	energy_decide(arena, &row->facts, &policy, &d);
	got = show(arena, row, &d);
	score->rows++;
	if (strcmp(got, row->expected) == 0)
		return;
	score->wrong++;
	print_error("%s\n  expected %s\n  decided  %s\n", row->name,
	    row->expected, got);
}

static void
every_row_of_the_file_is_decided_as_it_says(void **state)
{
	struct score score = { 0, 0 };

	(void)state;
	each_row(check_row, &score);
	assert_int_equal(score.wrong, 0);
	assert_true(score.rows >= 100);
}

static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static size_t
below(uint64_t *seed, size_t n)
{
	return (size_t)(next_random(seed) % n);
}

static void
shuffle(struct reading *r, size_t n, uint64_t *seed)
{
	struct reading kept;
	size_t i, j;

	for (i = n; i > 1; i--) {
		j = below(seed, i);
		kept = r[i - 1];
		r[i - 1] = r[j];
		r[j] = kept;
	}
}

/* The same readings, each one to three times, in another order. */
static struct session_facts
scrambled(struct arena *arena, const struct session_facts *k, uint64_t *seed)
{
	struct reading *r = arena_calloc(arena,
	    (k->n_readings * 3 + 1) * sizeof(*r));
	struct session_facts copy = *k;
	size_t i, times, n = 0;

	for (i = 0; i < k->n_readings; i++) {
		r[n++] = k->readings[i];
		for (times = below(seed, 3); times > 0; times--) {
			r[n] = k->readings[i];
			if (below(seed, 2))
				r[n].id += 1000000;
			n++;
		}
	}
	shuffle(r, n, seed);
	copy.readings = r;
	copy.n_readings = n;
	return copy;
}

static void
assert_same_figures(const struct decision *a, const struct decision *b)
{
	size_t i;

	assert_int_equal(a->has_energy, b->has_energy);
	assert_int_equal(a->energy_wh, b->energy_wh);
	assert_int_equal(a->source, b->source);
	assert_int_equal(a->estimated, b->estimated);
	assert_int_equal(a->needs_review, b->needs_review);
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->review_flags, b->review_flags);
	for (i = 0; i < STEPS; i++) {
		assert_int_equal(a->steps[i].usable, b->steps[i].usable);
		assert_int_equal(a->steps[i].mwh, b->steps[i].mwh);
	}
	assert_int_equal(a->baseline.from, b->baseline.from);
	assert_int_equal(a->baseline.mwh, b->baseline.mwh);
	assert_int_equal(a->started_at, b->started_at);
	assert_int_equal(a->has_ended, b->has_ended);
	assert_int_equal(a->ended_at, b->ended_at);
	assert_int_equal(a->has_last_reading, b->has_last_reading);
	assert_int_equal(a->last_reading_at, b->last_reading_at);
}

/* Each reading fares as before; a repeat of it may only come second. */
static void
assert_same_verdicts(const struct session_facts *k, const struct decision *a,
    const struct session_facts *copy, const struct decision *b)
{
	size_t i, j, same;

	for (i = 0; i < k->n_readings; i++) {
		same = 0;
		for (j = 0; j < copy->n_readings; j++) {
			if (copy->readings[j].id % 1000000 !=
			    k->readings[i].id)
				continue;
			if (b->verdicts[j] == a->verdicts[i])
				same++;
			else
				assert_int_equal(b->verdicts[j],
				    LEFT_SAME_TIME);
		}
		assert_true(same > 0);
		if (a->verdicts[i] == VERDICT_USED)
			assert_int_equal(same, 1);
	}
}

static void
assert_scrambling_is_no_matter(struct arena *arena,
    const struct session_facts *k, uint64_t *seed)
{
	struct decision plain, other;
	struct session_facts copy = scrambled(arena, k, seed);

	energy_decide(arena, k, &policy, &plain);
	energy_decide(arena, &copy, &policy, &other);
	assert_same_figures(&plain, &other);
	assert_same_verdicts(k, &plain, &copy, &other);
}

static void
scramble_row(struct arena *arena, const struct row *row, void *seed)
{
	int times;

	for (times = 0; times < 50; times++)
		assert_scrambling_is_no_matter(arena, &row->facts, seed);
}

static void
neither_order_nor_repeats_change_a_row(void **state)
{
	uint64_t seed = 20261123;

	(void)state;
	each_row(scramble_row, &seed);
}

static struct reading
random_reading(uint64_t *seed)
{
	static const char *const values[] = {
		"1000", "1100", "1099.5", "1200", "0", "50", "9999999",
		"1300", "-5", "n/a", "1250.25", "250000000",
	};
	static const char *const units[] = { NULL, "Wh", "kWh", "varh" };
	static const char *const contexts[] = {
		NULL, "Sample.Periodic", "Sample.Clock", "Transaction.End",
		"Transaction.Begin",
	};
	static const char *const phases[] = { "L1", "L2", "L3", "N" };
	struct reading r = {
		.ts = epoch + (int64_t)below(seed, 70) * 60 * SECOND -
		    120 * SECOND,
		.value = values[below(seed, countof(values))],
		.unit = below(seed, 3) ? NULL :
		    units[below(seed, countof(units))],
		.context = contexts[below(seed, countof(contexts))],
		.phase = below(seed, 2) ? NULL :
		    phases[below(seed, countof(phases))],
		.location = below(seed, 20) ? NULL : "Inlet",
	};

	reading_normalize(&r, below(seed, 3) ? NULL :
	    "Energy.Active.Import.Interval");
	return r;
}

static struct session_facts
random_facts(uint64_t *seed)
{
	static const enum end_kind kinds[] = {
		END_NONE, END_REPORTED, END_REPORTED, END_REPORTED,
		END_SUPERSEDED, END_STALE,
	};

	return (struct session_facts){
		.started = below(seed, 4) > 0,
		.started_at = epoch,
		.has_meter_start = below(seed, 3) > 0,
		.start_unreadable = below(seed, 8) == 0,
		.meter_start = 1000 * MWH_PER_WH,
		.end = kinds[below(seed, countof(kinds))],
		.reported_end_at = epoch +
		    (int64_t)below(seed, 4000) * SECOND - 200 * SECOND,
		.has_meter_stop = below(seed, 2) > 0,
		.meter_stop = (mwh_t)below(seed, 1500) * MWH_PER_WH,
		.has_next_start = below(seed, 2) > 0,
		.next_start = epoch + 3000 * SECOND,
	};
}

static void
neither_order_nor_repeats_change_a_random_session(void **state)
{
	struct arena arena;
	struct reading readings[24];
	struct session_facts k;
	uint64_t seed = 7;
	size_t i, n;
	int times;
	bool phased;

	(void)state;
	arena_init(&arena);
	for (times = 0; times < 20000; times++) {
		k = random_facts(&seed);
		n = below(&seed, countof(readings) + 1);
		phased = below(&seed, 3) == 0;
		for (i = 0; i < n; i++) {
			readings[i] = random_reading(&seed);
			readings[i].id = (int64_t)i + 1;
			if (phased && !readings[i].phase)
				readings[i].phase = "L1";
		}
		k.readings = readings;
		k.n_readings = n;
		assert_scrambling_is_no_matter(&arena, &k, &seed);
		arena_reset(&arena);
	}
	arena_free(&arena);
}

static void
a_hundred_thousand_readings_are_no_burden(void **state)
{
	enum { N = 100000 };
	static struct reading readings[N];
	struct session_facts k = { .started = true, .has_meter_start = true,
	    .readings = readings, .n_readings = N };
	struct decision d;
	struct arena arena;
	uint64_t seed = 3;
	size_t i;

	(void)state;
	for (i = 0; i < N; i++) {
		readings[i] = (struct reading){ .id = (int64_t)i,
		    .ts = (usec_t)i * SECOND, .kind = READING_REGISTER,
		    .usable = true, .mwh = (mwh_t)i * 1000 };
	}
	shuffle(readings, N, &seed);
	arena_init(&arena);
	energy_decide(&arena, &k, &policy, &d);
	assert_int_equal(d.energy_wh, N - 1);
	assert_int_equal(d.source, SOURCE_REGISTER);
	arena_free(&arena);
}

static void
values_and_times_at_the_ends_of_their_range_do_no_harm(void **state)
{
	static const usec_t times[] = { INT64_MIN, 0, INT64_MAX };
	static const struct energy_policy none = { .review_kwh = 0 };
	static const struct energy_policy all = {
		.max_charge_kw = INT64_MAX, .review_kwh = INT64_MAX
	};
	struct reading readings[6];
	struct session_facts k = { .end = END_REPORTED, .has_meter_start = true,
	    .has_meter_stop = true, .readings = readings, .n_readings = 6 };
	struct decision d;
	struct arena arena;
	size_t i, j;

	(void)state;
	arena_init(&arena);
	for (i = 0; i < 3 * 3 * 2; i++) {
		k.started = i % 2;
		k.started_at = times[i / 2 % 3];
		k.reported_end_at = times[i / 6];
		k.meter_start = INT64_MIN;
		k.meter_stop = INT64_MAX;
		for (j = 0; j < 6; j++) {
			readings[j] = (struct reading){ .ts = times[j / 2],
			    .kind = j % 2 ? READING_REGISTER :
			    READING_INTERVAL, .usable = true,
			    .mwh = j % 3 ? MWH_MAX : 0 };
		}
		energy_decide(&arena, &k, &none, &d);
		energy_decide(&arena, &k, &all, &d);
		assert_true(!d.has_energy || d.energy_wh >= 0);
	}
	arena_free(&arena);
}

static void
what_is_not_known_is_not_looked_at(void **state)
{
	static const enum end_kind kinds[] = {
		END_NONE, END_REPORTED, END_SUPERSEDED, END_STALE,
	};
	struct session_facts k = { .started = true, .started_at = epoch,
	    .meter_start = 900 * MWH_PER_WH, .meter_stop = MWH_MAX,
	    .reported_end_at = epoch, .next_start = epoch };
	struct decision d;
	struct arena arena;
	size_t i;

	(void)state;
	arena_init(&arena);
	for (i = 0; i < countof(kinds); i++) {
		k.end = kinds[i];
		k.has_meter_stop = k.end != END_REPORTED;
		energy_decide(&arena, &k, &policy, &d);
		assert_int_equal(d.source, SOURCE_MISSING);
		assert_int_equal(d.baseline.mwh, 0);
		assert_int_equal(d.flags & ~(unsigned)(FLAG_SUPERSEDED |
		    FLAG_STALE | FLAG_ENERGY_MISSING),
		    FLAG_START_ASSUMED_ZERO);
	}
	arena_free(&arena);
}

static const char *
why_no_stop(const struct session_facts *k)
{
	struct decision d;
	struct arena arena;

	arena_init(&arena);
	energy_decide(&arena, k, &policy, &d);
	arena_free(&arena);
	return d.steps[SOURCE_STOP].why_not;
}

static void
a_step_that_is_not_usable_says_why(void **state)
{
	struct session_facts k = { .has_meter_start = true,
	    .meter_start = MWH_PER_KWH };

	(void)state;
	assert_string_equal(why_no_stop(&k), "no start was reported");
	k.started = true;
	assert_string_equal(why_no_stop(&k), "the session is still running");
	k.end = END_STALE;
	assert_string_equal(why_no_stop(&k),
	    "the charge point did not report the end");
	k.end = END_REPORTED;
	assert_string_equal(why_no_stop(&k),
	    "the end came without a meterStopWh");
	k.has_meter_stop = true;
	k.meter_stop = -1;
	assert_string_equal(why_no_stop(&k), "the meterStopWh can't be");
	k.meter_stop = 0;
	assert_string_equal(why_no_stop(&k),
	    "the meterStopWh lies below the start");
	k.meter_stop = MWH_MAX;
	assert_string_equal(why_no_stop(&k),
	    "the meterStopWh lies impossibly far above the start and there "
	    "is no reading to replace it");
	k.meter_stop = 2 * MWH_PER_KWH;
	assert_null(why_no_stop(&k));
	k.end = END_AMBIGUOUS;
	assert_string_equal(why_no_stop(&k),
	    "the transaction can't be told from another one");
}

static void
decide_with(struct arena *arena, const struct session_facts *k,
    int64_t max_charge_kw, int64_t review_kwh, struct decision *d)
{
	const struct energy_policy limits = {
		.max_charge_kw = max_charge_kw, .review_kwh = review_kwh
	};

	energy_decide(arena, k, &limits, d);
}

static void
the_limits_are_the_callers(void **state)
{
	struct reading r = { .ts = epoch + 3600 * SECOND,
	    .kind = READING_REGISTER, .usable = true,
	    .mwh = 150 * MWH_PER_KWH };
	struct session_facts k = { .started = true, .started_at = epoch,
	    .has_meter_start = true, .readings = &r, .n_readings = 1 };
	struct decision d;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	decide_with(&arena, &k, 150, 150, &d);
	assert_int_equal(d.energy_wh, 150000);
	assert_int_equal(d.flags, 0);
	decide_with(&arena, &k, 150, 149, &d);
	assert_int_equal(d.flags, FLAG_LARGE_ENERGY);
	decide_with(&arena, &k, 149, 150, &d);
	assert_int_equal(d.energy_wh, 0);
	assert_int_equal(d.flags, FLAG_START_REPLACED);
	arena_free(&arena);
}

static void
every_word_has_a_text(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < VERDICTS; i++)
		assert_true(verdict_words((enum verdict)i)[0] != '\0');
	for (i = 0; i < FLAGS; i++)
		assert_true(flag_name((enum flag)(1u << i))[0] != '\0');
	for (i = 0; i < countof(baselines); i++)
		assert_true(baseline_words((enum baseline_from)i)[0] != '\0');
	assert_string_equal(energy_source_name(SOURCE_STOP),
	    "StopTransaction");
	assert_string_equal(energy_source_name(SOURCE_REGISTER),
	    "MeterValues.Register");
	assert_string_equal(energy_source_name(SOURCE_INTERVAL),
	    "MeterValues.Interval");
	assert_string_equal(energy_source_name(SOURCE_MISSING), "Missing");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_file_is_decided_as_it_says),
		cmocka_unit_test(neither_order_nor_repeats_change_a_row),
		cmocka_unit_test(
		    neither_order_nor_repeats_change_a_random_session),
		cmocka_unit_test(a_hundred_thousand_readings_are_no_burden),
		cmocka_unit_test(
		    values_and_times_at_the_ends_of_their_range_do_no_harm),
		cmocka_unit_test(what_is_not_known_is_not_looked_at),
		cmocka_unit_test(a_step_that_is_not_usable_says_why),
		cmocka_unit_test(the_limits_are_the_callers),
		cmocka_unit_test(every_word_has_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
