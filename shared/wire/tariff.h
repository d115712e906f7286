/* JSON of tariffs. */
#ifndef CPMS_WIRE_TARIFF_H
#define CPMS_WIRE_TARIFF_H

#include "core/pricing.h"
#include "adapter/json.h"

struct json *wire_tariff(struct ctx *, const struct tariff *);
struct json *wire_tariffs(struct ctx *, const struct tariff *, size_t n);

/* A number literal with 4 places. */
void wire_money(struct ctx *, struct json *, const char *key, amount_t);

/* FAULT_INVALID names each member that is missing or wrong. */
enum fault wire_tariff_read(struct ctx *, const struct json *,
    struct tariff *);

#endif
