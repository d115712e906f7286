/* Chargers and connectors: core structs -> JSON; what a charger presents. */
#ifndef CPMS_WIRE_CHARGER_H
#define CPMS_WIRE_CHARGER_H

#include "core/charger.h"
#include "adapter/json.h"

struct json *wire_charger(struct ctx *, const struct charger *);
struct json *wire_chargers(struct ctx *, const struct charger *, size_t n);
struct json *wire_connectors(struct ctx *, const struct connector *, size_t);

/* Whatever else the gateway tells is passed over. */
struct presented {
	const char *secret;
	const char *remote;	/* host:port as the gateway sees it, or "" */
};
enum fault wire_presented_read(struct ctx *, const struct json *root,
    struct presented *);

#endif
