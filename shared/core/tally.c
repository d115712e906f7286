#include "tally.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

char *
amount_sum_text(char buf[AMOUNT_SUM_TEXT], amount_sum_t sum)
{
	char *p = buf + AMOUNT_SUM_TEXT;
	bool minus = sum < 0;
	int place = 0;

	*--p = '\0';
	do {
		int digit = (int)(sum % 10);

		*--p = (char)('0' + (digit < 0 ? -digit : digit));
		sum /= 10;
		if (++place == 4)
			*--p = '.';
	} while (sum != 0 || place < 5);
	if (minus)
		*--p = '-';
	return p;
}

void
tally_init(struct tally *t, struct arena *a)
{
	*t = (struct tally){ .arena = a };
}

/* The sums of one currency, which is copied. */
static struct tally_sums *
tally_sums_of(struct tally *t, const char *currency)
{
	const char *key = currency == NULL ? "" : currency;
	struct tally_sums *grown;
	size_t i = 0;

	while (i < t->n_sums && strcmp(t->sums[i].currency, key) < 0)
		i++;
	if (i < t->n_sums && strcmp(t->sums[i].currency, key) == 0)
		return &t->sums[i];
	if (t->n_sums == t->room) {
		t->room = t->room * 2 + 4;
		grown = arena_calloc(t->arena, t->room * sizeof(*grown));
		if (t->n_sums > 0)
			memcpy(grown, t->sums, t->n_sums * sizeof(*grown));
		t->sums = grown;
	}
	memmove(&t->sums[i + 1], &t->sums[i],
	    (t->n_sums++ - i) * sizeof(*t->sums));
	t->sums[i] = (struct tally_sums){
		.currency = arena_strdup(t->arena, key),
	};
	return &t->sums[i];
}

static bool
tally_session(struct tally *t, const struct session *a,
    const struct session *b)
{
	bool energy = a->has_energy != b->has_energy ||
	    (a->has_energy && a->energy_wh != b->energy_wh);
	bool source = !text_equal(a->energy_source, b->energy_source);
	bool review = a->needs_review != b->needs_review;
	bool price = a->has_cost != b->has_cost || a->cost != b->cost ||
	    !text_equal(a->cost_currency, b->cost_currency) ||
	    !uuid_equal(&a->tariff, &b->tariff);

	t->energy += energy;
	t->source += source;
	t->review += review;
	t->price += price;
	return energy || source || review || price ||
	    a->estimated != b->estimated || a->finalized != b->finalized ||
	    a->end != b->end || a->ended_at != b->ended_at ||
	    a->started_at != b->started_at ||
	    a->has_meter_stop != b->has_meter_stop ||
	    a->meter_stop != b->meter_stop || !text_equal(a->reason, b->reason);
}

/* A new revision alone changes nothing that is paid. */
static void
tally_settlement(struct tally *t, const struct settlement *a,
    const struct settlement *b)
{
	bool held = b->status == SETTLEMENT_HELD;
	bool changed = a != NULL && (a->has_amount != b->has_amount ||
	    a->amount != b->amount || !uuid_equal(&a->site, &b->site) ||
	    !uuid_equal(&a->tariff, &b->tariff) ||
	    !text_equal(a->currency, b->currency));
	bool moved = a == NULL || a->status != b->status;

	t->settlements += changed || moved;
	t->made += a == NULL && b->ordinal == 1;
	t->adjusted += a == NULL && b->ordinal > 1;
	t->changed += changed;
	t->held += moved && held;
	t->released += a != NULL && moved && !held;
}

static void
tally_settlements(struct tally *t, const struct session_settlements *s)
{
	const struct settlement *x;
	struct tally_sums *sums;
	size_t i;

	for (i = 0; i < s->n; i++) {
		x = &s->list[i];
		if (!x->has_amount)
			continue;
		sums = tally_sums_of(t, x->currency);
		sums->settled_before += x->amount;
		sums->settled_after += x->amount;
	}
	for (i = 0; i < s->n_changes; i++) {
		x = s->changes[i].before;
		if (x != NULL && x->has_amount)
			tally_sums_of(t, x->currency)->settled_after -=
			    x->amount;
		tally_settlement(t, x, s->changes[i].after);
		x = s->changes[i].after;
		if (x->has_amount)
			tally_sums_of(t, x->currency)->settled_after +=
			    x->amount;
	}
}

bool
tally_add(struct tally *t, const struct session_outcome *o)
{
	bool changed = tally_session(t, &o->before, o->after);

	t->seen++;
	t->sessions += changed;
	t->explained += o->decided && !changed;
	if (o->before.has_cost)
		tally_sums_of(t, o->before.cost_currency)->costs_before +=
		    o->before.cost;
	if (o->after->has_cost)
		tally_sums_of(t, o->after->cost_currency)->costs_after +=
		    o->after->cost;
	tally_settlements(t, o->settlements);
	return changed;
}
