#include "explanation.h"

#include <stdlib.h>

char *
wire_mwh(struct arena *a, mwh_t v)
{
	const char *sign = v < 0 ? "-" : "";
	long long n = llabs(v), part = n % 1000;

	if (part == 0)
		return arena_printf(a, "%s%lld", sign, n / 1000);
	if (part % 100 == 0)
		return arena_printf(a, "%s%lld.%lld", sign, n / 1000,
		    part / 100);
	if (part % 10 == 0)
		return arena_printf(a, "%s%lld.%02lld", sign, n / 1000,
		    part / 10);
	return arena_printf(a, "%s%lld.%03lld", sign, n / 1000, part);
}

static struct json *
steps(struct ctx *cx, const struct decision *d)
{
	struct json *all = json_object(cx), *one;
	int i;

	for (i = 0; i < STEPS; i++) {
		json_add(all, energy_source_name((enum energy_source)i),
		    one = json_object(cx));
		if (d->steps[i].usable)
			json_add_raw(cx, one, "energyWh",
			    wire_mwh(&cx->arena, d->steps[i].mwh));
		else
			json_add_text(cx, one, "whyNot", d->steps[i].why_not);
	}
	return all;
}

static struct json *
baseline(struct ctx *cx, const struct decision *d)
{
	struct json *j = json_object(cx);

	json_add_text(cx, j, "from", baseline_words(d->baseline.from));
	if (d->baseline.from == BASELINE_NONE)
		json_add_null(cx, j, "meterWh");
	else
		json_add_raw(cx, j, "meterWh",
		    wire_mwh(&cx->arena, d->baseline.mwh));
	return j;
}

static struct json *
reading(struct ctx *cx, const struct reading *r, int16_t item)
{
	struct json *j = json_object(cx);

	if (r->event_id == 0)
		json_add_null(cx, j, "eventId");
	else
		json_add_int(cx, j, "eventId", r->event_id);
	json_add_int(cx, j, "item", item);
	json_add_time(cx, j, "ts", r->ts);
	json_add_text(cx, j, "measurand", reading_kind_name(r->kind));
	json_add_text(cx, j, "value", r->value);
	json_add_text(cx, j, "unit", r->unit);
	json_add_raw(cx, j, "energyWh", r->usable ?
	    wire_mwh(&cx->arena, r->mwh) : NULL);
	if (r->context != NULL)
		json_add_text(cx, j, "context", r->context);
	if (r->phase != NULL)
		json_add_text(cx, j, "phase", r->phase);
	if (r->location != NULL)
		json_add_text(cx, j, "location", r->location);
	if (r->format != NULL)
		json_add_text(cx, j, "format", r->format);
	return j;
}

char *
wire_explanation(struct ctx *cx, const struct session_facts *k,
    const struct decision *d, const int16_t *items)
{
	struct json *j = json_object(cx), *flags = json_array(cx),
	    *used = json_array(cx), *left = json_array(cx), *r;
	size_t i;
	int b;

	json_add_int(cx, j, "ruleVersion", RULE_VERSION);
	json_add_text(cx, j, "step", energy_source_name(d->source));
	json_add(j, "steps", steps(cx, d));
	json_add(j, "baseline", baseline(cx, d));
	json_add_raw(cx, j, "meterStopWh", k->has_meter_stop ?
	    wire_mwh(&cx->arena, k->meter_stop) : NULL);
	for (b = 0; b < FLAGS; b++)
		if ((d->flags & 1u << b) != 0)
			json_append(flags, json_raw(cx, arena_printf(
			    &cx->arena, "\"%s\"",
			    flag_name((enum flag)(1 << b)))));
	json_add(j, "flags", flags);
	for (i = 0; i < k->n_readings; i++) {
		r = reading(cx, &k->readings[i], items[i]);
		if (d->verdicts[i] == VERDICT_USED) {
			json_append(used, r);
			continue;
		}
		json_add_text(cx, r, "why", verdict_words(d->verdicts[i]));
		json_append(left, r);
	}
	json_add(j, "readingsUsed", used);
	json_add(j, "readingsLeftOut", left);
	return json_print(cx, j);
}
