/* Amounts of money, exact. */
#ifndef CPMS_CORE_MONEY_H
#define CPMS_CORE_MONEY_H

#include "base/types.h"

typedef int64_t amount_t;	/* ten-thousandths of a currency's unit */

/* The largest amount of the database's numeric(12,4), either way. */
#define AMOUNT_MAX	((amount_t)999999999999)

enum { MONEY_TEXT = 24 };

/*
 * Decimal text as JSON writes a number (or with a leading zero or sign),
 * taken exactly.  False: not a number, more than 4 places, over AMOUNT_MAX.
 */
bool money_parse(const char *, amount_t *);

/* With 4 places: "0.3000", "-12.0000". */
char *money_text(char buf[MONEY_TEXT], amount_t);

/* A currency's code of ISO 4217, upper case. */
bool currency_known(const char *);

#endif
