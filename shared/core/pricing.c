#include "pricing.h"

#include "base/text.h"

const char *
price_read(const char *text, amount_t *price)
{
	amount_t v;

	if (!money_parse(text, &v))
		return "must be a decimal below 100000000 with up to 4 places";
	if (v < 0)
		return "must not be negative";
	*price = v;
	return NULL;
}

bool
cost_of(int64_t energy_wh, amount_t price_per_kwh, amount_t *cost)
{
	__int128 v = (__int128)energy_wh * price_per_kwh;

	v = (v + (v < 0 ? -500 : 500)) / 1000;
	if (v > AMOUNT_MAX || v < -AMOUNT_MAX)
		return false;
	*cost = (amount_t)v;
	return true;
}

/* The cost of *s, in *out.  False: it is over AMOUNT_MAX. */
static bool
price_of(const struct session *s, const struct tariff_basis *b,
    struct session *out)
{
	out->tariff = (struct uuid){ { 0 } };
	out->has_cost = false;
	out->cost = 0;
	out->cost_currency = NULL;
	if (!s->finalized || !s->has_energy || uuid_is_nil(&b->tariff))
		return true;
	if (!cost_of(s->energy_wh, b->price_per_kwh, &out->cost))
		return false;
	out->tariff = b->tariff;
	out->has_cost = true;
	out->cost_currency = b->currency;
	return true;
}

static bool
same_price(const struct session *a, const struct session *b)
{
	return a->has_cost == b->has_cost && uuid_equal(&a->tariff,
	    &b->tariff) && a->cost == b->cost &&
	    text_equal(a->cost_currency, b->cost_currency);
}

static enum unpriced
unpriced_reason(const struct session *s, const struct tariff_basis *b,
    bool fits)
{
	if (!uuid_is_nil(&s->duplicate_of))
		return UNPRICED_DUPLICATE;
	if (!s->has_energy)
		return UNPRICED_NO_ENERGY;
	if (!fits)
		return UNPRICED_TOO_LARGE;
	return uuid_is_nil(&b->site) ? UNPRICED_NO_SITE : UNPRICED_NO_TARIFF;
}

bool
session_bill(struct session *s, const struct tariff_basis *b)
{
	const struct session before = *s;
	amount_t cost;
	bool fits = !s->has_energy || uuid_is_nil(&b->tariff) ||
	    cost_of(s->energy_wh, b->price_per_kwh, &cost);

	s->site = b->site;
	s->unpriced = UNPRICED_NONE;
	if (s->end == END_NONE)
		s->billing = BILLING_NONE;
	else if (!s->has_cost) {
		s->billing = BILLING_UNPRICED;
		s->unpriced = unpriced_reason(s, b, fits);
	} else if (s->needs_review)
		s->billing = BILLING_HELD;
	else
		s->billing = s->cost == 0 ? BILLING_ZERO : BILLING_SETTLED;
	return s->billing != before.billing ||
	    s->unpriced != before.unpriced ||
	    !uuid_equal(&s->site, &before.site);
}

enum pricing
session_price(struct session *s, const struct tariff_basis *b, usec_t now)
{
	struct session priced = *s;
	bool fits = price_of(s, b, &priced);

	priced.priced = priced.has_cost;
	if (s->priced == priced.priced && same_price(s, &priced))
		return fits ? PRICING_SAME : PRICING_TOO_LARGE;
	priced.priced_at = now;
	*s = priced;
	return fits ? PRICING_CHANGED : PRICING_TOO_LARGE;
}
