/* JSON of tariffs. */
#ifndef CPMS_WIRE_TARIFF_H
#define CPMS_WIRE_TARIFF_H

#include "core/pricing.h"
#include "document.h"

/* struct tariff; as a body it asks for one. */
extern const struct document tariff_document;

#endif
