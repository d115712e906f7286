/* JSON of a charger's continuity. */
#ifndef CPMS_WIRE_CONTINUITY_H
#define CPMS_WIRE_CONTINUITY_H

#include "core/continuity.h"
#include "document.h"

/* struct continuity */
extern const struct document continuity_document;

#endif
