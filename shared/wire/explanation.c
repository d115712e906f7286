#include "explanation.h"

#include <string.h>

#include "adapter/json.h"
#include "base/time.h"

struct reasons {
	struct decision decision;
	struct baseline baseline;	/* of the step that was chosen */
	const char *max_power_from;
	struct uuid overlaps;
	const char *source;
	const char *const *flags;
	size_t n_flags;
};

/* A series with its changes as text. */
struct series_row {
	struct series series;
	const char *verdicts;
};

struct judgement_row {
	struct judgement judgement;
	const char *const *words;	/* but for the first */
	size_t n_words;
	const struct series_row *series;
	char sha256[HASH_SHA256_TEXT];
};

struct explanation {
	int32_t rule_version;
	struct reasons reasons;
	bool has_meter_stop;
	mwh_t meter_stop;
	struct judgement_row judged;
};

static bool
step_is_usable(const void *s)
{
	return ((const struct step *)s)->usable;
}

static const struct member step_members[] = {
	{ "energyWh", MEMBER_MWH, AT(step, mwh), .when = step_is_usable,
	    .omitted = true },
	{ "whyNot", MEMBER_STRING, AT(step, why_not), .omitted = true },
	{ 0 }
};
static const struct document step_document = {
	"Step", NULL, step_members, sizeof(struct step), false
};

/* Named as energy_source_name() has them. */
static const struct member steps_members[] = {
	{ "StopTransaction", MEMBER_OBJECT,
	    AT(decision, steps[SOURCE_STOP]), .document = &step_document },
	{ "MeterValues.Register", MEMBER_OBJECT,
	    AT(decision, steps[SOURCE_REGISTER]),
	    .document = &step_document },
	{ "MeterValues.Interval", MEMBER_OBJECT,
	    AT(decision, steps[SOURCE_INTERVAL]),
	    .document = &step_document },
	{ 0 }
};
static const struct document steps_document = {
	"Steps", NULL, steps_members, sizeof(struct decision), false
};

static const char *
baseline_from(const void *b)
{
	return baseline_words(((const struct baseline *)b)->from);
}

static bool
baseline_is_there(const void *b)
{
	return ((const struct baseline *)b)->from != BASELINE_NONE;
}

static const struct member baseline_members[] = {
	{ "from", MEMBER_STRING, .get = baseline_from },
	{ "meterWh", MEMBER_MWH, AT(baseline, mwh),
	    .when = baseline_is_there },
	{ 0 }
};
static const struct document baseline_document = {
	"Baseline", NULL, baseline_members, sizeof(struct baseline), false
};

static bool
reading_has_event(const void *r)
{
	return ((const struct explained *)r)->reading.event_id != 0;
}

static const char *
reading_measurand(const void *r)
{
	return reading_kind_name(((const struct explained *)r)->reading.kind);
}

static const struct member explained_members[] = {
	{ "eventId", MEMBER_INT, AT(explained, reading.event_id),
	    .when = reading_has_event },
	{ "item", MEMBER_INT, AT(explained, item),
	    .says = "Its place in the event." },
	{ "ts", MEMBER_TIME, AT(explained, reading.ts) },
	{ "measurand", MEMBER_STRING, .get = reading_measurand },
	{ "value", MEMBER_STRING, AT(explained, reading.value),
	    .nullable = true },
	{ "unit", MEMBER_STRING, AT(explained, reading.unit),
	    .nullable = true },
	{ "energyWh", MEMBER_MWH, AT(explained, reading.mwh),
	    HAS(explained, reading.usable) },
	{ "context", MEMBER_STRING, AT(explained, reading.context),
	    .omitted = true },
	{ "phase", MEMBER_STRING, AT(explained, reading.phase),
	    .omitted = true },
	{ "location", MEMBER_STRING, AT(explained, reading.location),
	    .omitted = true },
	{ "format", MEMBER_STRING, AT(explained, reading.format),
	    .omitted = true },
	{ "why", MEMBER_STRING, AT(explained, why), .omitted = true,
	    .says = "It was left out because of this." },
	{ 0 }
};
const struct document explained_document = {
	"ExplainedReading", NULL, explained_members,
	sizeof(struct explained), false
};

static const struct member reasons_members[] = {
	{ "step", MEMBER_STRING, AT(reasons, source), .nullable = true,
	    .says = "The step of the fallback chain that gave the number." },
	{ "steps", MEMBER_OBJECT, AT(reasons, decision), .nullable = true,
	    .document = &steps_document },
	{ "baseline", MEMBER_OBJECT, AT(reasons, baseline),
	    .nullable = true, .document = &baseline_document },
	{ "flags", MEMBER_LIST, AT(reasons, flags), COUNT(reasons, n_flags),
	    .nullable = true },
	{ "maxPowerKw", MEMBER_INT, AT(reasons, decision.max_power_kw),
	    .nullable = true },
	{ "maxPowerFrom", MEMBER_STRING, AT(reasons, max_power_from),
	    .nullable = true, .says = "The setting that gave it." },
	{ "overlapsSessionId", MEMBER_UUID, AT(reasons, overlaps),
	    .omitted = true, .says = "The session that flag Overlap is of." },
	{ 0 }
};
const struct document reasons_document = {
	"Reasons", NULL, reasons_members, sizeof(struct reasons), false
};

static bool
series_has_words(const void *s)
{
	return !((const struct series_row *)s)->series.any;
}

static bool
series_has_none(const void *s)
{
	return !series_has_words(s);
}

/* By their names they are read again: see series_read(). */
static const struct member series_members[] = {
	{ "any", MEMBER_BOOL, AT(series_row, series.any),
	    .when = series_has_none, .omitted = true },
	{ "item", MEMBER_INT, AT(series_row, series.item),
	    .when = series_has_words, .omitted = true },
	{ "measurand", MEMBER_STRING, AT(series_row, series.measurand),
	    .omitted = true },
	{ "unit", MEMBER_STRING, AT(series_row, series.unit),
	    .omitted = true },
	{ "context", MEMBER_STRING, AT(series_row, series.context),
	    .omitted = true },
	{ "phase", MEMBER_STRING, AT(series_row, series.phase),
	    .omitted = true },
	{ "location", MEMBER_STRING, AT(series_row, series.location),
	    .omitted = true },
	{ "format", MEMBER_STRING, AT(series_row, series.format),
	    .omitted = true },
	{ "verdicts", MEMBER_STRING, AT(series_row, verdicts) },
	{ 0 }
};
static const struct document series_document = {
	"Series", NULL, series_members, sizeof(struct series_row), false
};

static const char *
judgement_sha256(const void *j)
{
	return ((const struct judgement_row *)j)->sha256;
}

static bool
judgement_has_from(const void *j)
{
	return ((const struct judgement *)j)->from != INT64_MIN;
}

static bool
judgement_has_to(const void *j)
{
	return ((const struct judgement *)j)->to != INT64_MAX;
}

_Static_assert(offsetof(struct judgement_row, judgement) == 0,
    "what is asked of a judgement may be asked of its row");

static const struct member judgement_members[] = {
	{ "from", MEMBER_TIME, AT(judgement_row, judgement.from),
	    .when = judgement_has_from, .omitted = true },
	{ "to", MEMBER_TIME, AT(judgement_row, judgement.to),
	    .when = judgement_has_to, .omitted = true },
	{ "lastId", MEMBER_INT, AT(judgement_row, judgement.last_id) },
	{ "count", MEMBER_INT, AT(judgement_row, judgement.n) },
	{ "used", MEMBER_INT, AT(judgement_row, judgement.n_used) },
	{ "sha256", MEMBER_STRING, .get = judgement_sha256 },
	{ "words", MEMBER_LIST, AT(judgement_row, words),
	    COUNT(judgement_row, n_words) },
	{ "series", MEMBER_LIST, AT(judgement_row, series),
	    COUNT(judgement_row, judgement.n_series),
	    .document = &series_document },
	{ 0 }
};
static const struct document judgement_document = {
	"Judgement", NULL, judgement_members, sizeof(struct judgement_row),
	false
};

static const struct member explanation_members[] = {
	{ "ruleVersion", MEMBER_INT, AT(explanation, rule_version) },
	{ "meterStopWh", MEMBER_MWH, AT(explanation, meter_stop),
	    HAS(explanation, has_meter_stop) },
	{ "", MEMBER_INLINE, AT(explanation, reasons),
	    .document = &reasons_document },
	{ "judgement", MEMBER_OBJECT, AT(explanation, judged),
	    .document = &judgement_document },
	{ 0 }
};
static const struct document explanation_document = {
	"Explanation", NULL, explanation_members,
	sizeof(struct explanation), false
};

static void
flags_list(struct arena *a, struct reasons *r)
{
	const char **names = arena_calloc(a, FLAGS * sizeof(*names));
	int b;

	for (b = 0; b < FLAGS; b++)
		if ((r->decision.flags & 1u << b) != 0)
			names[r->n_flags++] = flag_name((enum flag)(1 << b));
	r->flags = names;
}

/* order NULL: they are in it. */
static void
readings_hash(struct arena *a, const struct reading *r, const int16_t *items,
    const size_t *order, size_t n, char hex[HASH_SHA256_TEXT])
{
	struct hash_pieces h;
	struct buf b;
	size_t i, k;

	buf_init(&b, a);
	hash_pieces_begin(&h);
	for (i = 0; i < n; i++) {
		k = order == NULL ? i : order[i];
		b.len = 0;
		judgement_reading_text(&b, &r[k], items[k]);
		hash_pieces_add(&h, b.text, b.len);
	}
	hash_pieces_end(&h, hex);
}

void
wire_readings_sha256(struct ctx *cx, const struct reading *r,
    const int16_t *items, size_t n, char hex[HASH_SHA256_TEXT])
{
	readings_hash(&cx->arena, r, items, NULL, n, hex);
}

static void
judge(struct arena *a, const struct judged *of, struct judgement_row *out)
{
	const size_t *order = judgement_order(a, of);
	struct judgement *j = &out->judgement;
	struct series_row *rows;
	size_t i;

	judgement_make(a, of, order, j);
	out->words = j->words + 1;
	out->n_words = j->n_words - 1;
	rows = arena_alloc(a, j->n_series * sizeof(*rows) + 1);
	for (i = 0; i < j->n_series; i++)
		rows[i] = (struct series_row){
			j->series[i], series_text(a, &j->series[i])
		};
	out->series = rows;
	readings_hash(a, of->readings, of->items, order, of->n, out->sha256);
}

char *
wire_explanation(struct ctx *cx, const struct session_facts *k,
    const struct decision *d, const struct judged *judged)
{
	struct explanation e = {
		.rule_version = RULE_VERSION,
		.reasons = {
			.decision = *d,
			.source = energy_source_name(d->source),
			.baseline = d->source == SOURCE_STOP ?
			    d->stop_baseline : d->baseline,
			.max_power_from = k->max_power_kw > 0 ?
			    "maxPowerKw of the charger" :
			    "CPMS_MAX_CHARGE_KW",
		},
		.has_meter_stop = k->has_meter_stop,
		.meter_stop = k->meter_stop,
	};
	struct buf b;

	if (d->flags & FLAG_OVERLAP)
		e.reasons.overlaps = k->next_session;
	flags_list(&cx->arena, &e.reasons);
	judge(&cx->arena, judged, &e.judged);
	buf_init(&b, &cx->arena);
	document_write(cx, &b, &explanation_document, &e);
	return b.text;
}

static bool
series_read(struct arena *a, const struct json *v, size_t n_words,
    struct series *s)
{
	const char *verdicts = json_string(json_get(v, "verdicts"));
	int64_t item = 0;

	*s = (struct series){
		.measurand = json_string(json_get(v, "measurand")),
		.unit = json_string(json_get(v, "unit")),
		.context = json_string(json_get(v, "context")),
		.phase = json_string(json_get(v, "phase")),
		.location = json_string(json_get(v, "location")),
		.format = json_string(json_get(v, "format")),
	};
	if (!json_bool(json_get(v, "any"), &s->any) &&
	    !json_int(json_get(v, "item"), INT16_MIN, INT16_MAX, &item))
		return false;
	s->item = (int16_t)item;
	return verdicts != NULL && series_parse(a, verdicts, n_words, s);
}

static size_t
json_count(const struct json *list)
{
	const struct json *v;
	size_t n = 0;

	for (v = json_first(list); v != NULL; v = json_next(v))
		n++;
	return n;
}

static bool
lists_read(struct arena *a, const struct json *words,
    const struct json *series, struct judgement *out)
{
	const struct json *v;

	out->words = arena_calloc(a,
	    (json_count(words) + 1) * sizeof(const char *));
	out->n_words = 1;
	for (v = json_first(words); v != NULL; v = json_next(v))
		if ((out->words[out->n_words++] = json_string(v)) == NULL)
			return false;
	out->series = arena_calloc(a,
	    json_count(series) * sizeof(*out->series) + 1);
	for (v = json_first(series); v != NULL; v = json_next(v))
		if (!series_read(a, v, out->n_words,
		    &out->series[out->n_series++]))
			return false;
	return true;
}

static bool
time_read(const struct json *v, usec_t *t)
{
	return json_is_null(v) || (json_string(v) != NULL &&
	    time_parse(json_string(v), t));
}

static bool
judgement_read(struct arena *a, const struct json *v, struct judgement *out,
    const char **sha256)
{
	int64_t n, n_used;

	*out = (struct judgement){ .from = INT64_MIN, .to = INT64_MAX };
	*sha256 = json_string(json_get(v, "sha256"));
	if (!json_int(json_get(v, "lastId"), INT64_MIN, INT64_MAX,
	    &out->last_id) ||
	    !json_int(json_get(v, "count"), 0, INT64_MAX, &n) ||
	    !json_int(json_get(v, "used"), 0, n, &n_used) ||
	    !time_read(json_get(v, "from"), &out->from) ||
	    !time_read(json_get(v, "to"), &out->to) || *sha256 == NULL)
		return false;
	out->n = (size_t)n;
	out->n_used = (size_t)n_used;
	return lists_read(a, json_get(v, "words"), json_get(v, "series"),
	    out);
}

enum fault
wire_judgement_read(struct ctx *cx, const char *json, struct judgement *out,
    const char **sha256)
{
	struct json_body body;
	enum fault f;

	if ((f = json_parse(cx, json, strlen(json), &body)) ||
	    !judgement_read(&cx->arena, body.root, out, sha256))
		return ctx_fail(cx, FAULT_BUG,
		    "a judgement of readings can't be read");
	return FAULT_NONE;
}
