/* Energy as charge points write it: decimal text and a unit. */
#ifndef CPMS_CORE_DECIMAL_H
#define CPMS_CORE_DECIMAL_H

#include "base/types.h"

#define MWH_PER_WH	((mwh_t)1000)
#define MWH_PER_KWH	((mwh_t)1000000)

/* No meter shows more (1 TWh): decimal_mwh() refuses it, either way. */
#define MWH_MAX		(1000000000 * MWH_PER_KWH)

/*
 * Thousandths of a watt-hour, exact and rounded once, half away from zero.
 *
 * The text may have blanks around it, a sign, a fraction and an exponent;
 * the unit is Wh or kWh in any case with blanks around it, and Wh when it
 * is NULL or blank.  False for everything else (NULL, "", "NaN", "12,5",
 * another unit, more than MWH_MAX), with *out as it was.
 */
bool decimal_mwh(const char *text, const char *unit, mwh_t *out);

/* Whether the unit is one that decimal_mwh() takes. */
bool decimal_unit_known(const char *unit);

/* Whole watt-hours, half away from zero. */
int64_t mwh_to_wh(mwh_t);

/*
 * Whether the text is that word, case and the blanks around it aside.
 * NULL is the empty word.
 */
bool word_is(const char *text, const char *word);

#endif
