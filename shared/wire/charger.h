/* Chargers and connectors: core structs -> JSON; what a charger presents. */
#ifndef CPMS_WIRE_CHARGER_H
#define CPMS_WIRE_CHARGER_H

#include "core/charger.h"
#include "adapter/json.h"

struct json *wire_charger(struct ctx *, const struct charger *);
struct json *wire_chargers(struct ctx *, const struct charger *, size_t n);
struct json *wire_connectors(struct ctx *, const struct connector *, size_t);

/* presentedSecret; whatever else the gateway tells is passed over. */
enum fault wire_secret_read(struct ctx *, const struct json *root,
    const char **);

#endif
