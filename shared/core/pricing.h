/*
 * The cost of a session: its energy times the price of the tariff that was in
 * force at its start, on the site that its charger belonged to then.
 */
#ifndef CPMS_CORE_PRICING_H
#define CPMS_CORE_PRICING_H

#include "money.h"
#include "session.h"

struct tariff {
	struct uuid id;
	struct uuid site;
	amount_t price_per_kwh;
	const char *currency;
	usec_t valid_from;	/* INT64_MIN: ever since */
	bool has_end;
	usec_t valid_to;	/* not in force any more at this time */
	usec_t created_at;

	bool valid_from_given;	/* of a body alone */
};

/* A price per kWh.  NULL, or the words for a text that is none. */
const char *price_read(const char *text, amount_t *);

/* Site and tariff for a session's start; nil where there is none. */
struct tariff_basis {
	struct uuid site;
	struct uuid tariff;
	amount_t price_per_kwh;
	const char *currency;
};

/*
 * Wh / 1000 times the price, rounded once to ten-thousandths, half away from
 * zero.  False: more than AMOUNT_MAX either way.
 */
bool cost_of(int64_t energy_wh, amount_t price_per_kwh, amount_t *);

enum pricing {
	PRICING_SAME,
	PRICING_CHANGED,	/* other price, or none any more */
	PRICING_TOO_LARGE	/* no price: it is over AMOUNT_MAX */
};

/*
 * Sets the session's tariff and cost.  Without an end, energy, site or
 * tariff it has none.  PRICING_TOO_LARGE may have changed it too.
 */
enum pricing session_price(struct session *, const struct tariff_basis *,
    usec_t now);

/*
 * Sets site, billing and the reason for having no price, of a session with
 * its price and review.  True: one of them has changed.
 */
bool session_bill(struct session *, const struct tariff_basis *);

#endif
