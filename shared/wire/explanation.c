#include "explanation.h"

/* A reading and what became of it. */
struct explained {
	struct reading reading;
	int16_t item;
	const char *why;	/* it was left out; NULL: it was used */
};

struct reasons {
	struct decision decision;
	struct baseline baseline;	/* of the step that was chosen */
	const char *max_power_from;
	struct uuid overlaps;
	const char *source;
	const char *const *flags;
	size_t n_flags;
	const struct explained *used, *left;
	size_t n_used, n_left;
};

struct explanation {
	int32_t rule_version;
	struct reasons reasons;
	bool has_meter_stop;
	mwh_t meter_stop;
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

static const struct member reading_members[] = {
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
static const struct document reading_document = {
	"ExplainedReading", NULL, reading_members, sizeof(struct explained),
	false
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
	{ "readingsUsed", MEMBER_LIST, AT(reasons, used),
	    COUNT(reasons, n_used), .nullable = true,
	    .document = &reading_document },
	{ "readingsLeftOut", MEMBER_LIST, AT(reasons, left),
	    COUNT(reasons, n_left), .nullable = true,
	    .document = &reading_document },
	{ 0 }
};
const struct document reasons_document = {
	"Reasons", NULL, reasons_members, sizeof(struct reasons), false
};

static const struct member explanation_members[] = {
	{ "ruleVersion", MEMBER_INT, AT(explanation, rule_version) },
	{ "meterStopWh", MEMBER_MWH, AT(explanation, meter_stop),
	    HAS(explanation, has_meter_stop) },
	{ "", MEMBER_INLINE, AT(explanation, reasons),
	    .document = &reasons_document },
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

static void
readings_split(struct arena *a, const struct session_facts *k,
    const int16_t *items, struct reasons *r)
{
	struct explained *used = arena_alloc(a,
	    k->n_readings * sizeof(*used));
	struct explained *left = arena_alloc(a,
	    k->n_readings * sizeof(*left));
	size_t i;

	for (i = 0; i < k->n_readings; i++)
		if (r->decision.verdicts[i] == VERDICT_USED)
			used[r->n_used++] = (struct explained){
				k->readings[i], items[i], NULL
			};
		else
			left[r->n_left++] = (struct explained){
				k->readings[i], items[i],
				verdict_words(r->decision.verdicts[i])
			};
	r->used = used;
	r->left = left;
}

char *
wire_explanation(struct ctx *cx, const struct session_facts *k,
    const struct decision *d, const int16_t *items)
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
	readings_split(&cx->arena, k, items, &e.reasons);
	buf_init(&b, &cx->arena);
	document_write(cx, &b, &explanation_document, &e);
	return b.text;
}
