/* Why a session's energy is what it is: the JSON kept with each revision. */
#ifndef CPMS_WIRE_EXPLANATION_H
#define CPMS_WIRE_EXPLANATION_H

#include "core/energy.h"
#include "adapter/json.h"

/*
 * {ruleVersion, step, steps: {<name>: {energyWh | whyNot}}, baseline,
 *  meterStopWh, flags, readingsUsed, readingsLeftOut}.  Energy is in Wh with
 * up to three places.  items: each reading's place in its event.
 */
char *wire_explanation(struct ctx *, const struct session_facts *,
    const struct decision *, const int16_t *items);

/* Thousandths as Wh, "1500.5": exact, no trailing zeros. */
char *wire_mwh(struct arena *, mwh_t);

#endif
