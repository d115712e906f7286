#include "pricing.h"

#include <string.h>

#include "base/arena.h"

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

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

enum pricing
session_price(struct arena *a, struct session *s, const struct tariff_basis *b,
    usec_t now)
{
	bool had = s->priced, too_large = false, priced;
	const char *tariff = NULL, *amount = NULL, *currency = NULL;
	char uuid[UUID_TEXT], money[MONEY_TEXT];
	amount_t cost;

	priced = s->finalized && s->has_energy && !uuid_is_nil(&b->tariff);
	if (priced && !cost_of(s->energy_wh, b->price_per_kwh, &cost)) {
		priced = false;
		too_large = true;
	}
	if (priced) {
		tariff = arena_strdup(a, uuid_text(uuid, &b->tariff));
		amount = arena_strdup(a, money_text(money, cost));
		currency = b->currency;
	}
	if (had == priced && same_text(s->tariff_id, tariff) &&
	    same_text(s->cost_amount, amount) &&
	    same_text(s->cost_currency, currency))
		return too_large ? PRICING_TOO_LARGE : PRICING_SAME;
	s->tariff_id = tariff;
	s->cost_amount = amount;
	s->cost_currency = currency;
	s->priced = priced;
	s->priced_at = now;
	return too_large ? PRICING_TOO_LARGE : PRICING_CHANGED;
}
