/* Why a session's energy is what it is: the JSON kept with each revision. */
#ifndef CPMS_WIRE_EXPLANATION_H
#define CPMS_WIRE_EXPLANATION_H

#include "core/energy.h"
#include "document.h"

/*
 * The members of an explanation that a revision shows as they were stored.
 * They are null in a revision that was made without any.
 */
extern const struct document reasons_document;

/* Energy is in Wh.  items: each reading's place in its event. */
char *wire_explanation(struct ctx *, const struct session_facts *,
    const struct decision *, const int16_t *items);

#endif
