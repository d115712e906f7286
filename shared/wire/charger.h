/* JSON of chargers and connectors, and of a charger's authentication. */
#ifndef CPMS_WIRE_CHARGER_H
#define CPMS_WIRE_CHARGER_H

#include "core/charger.h"
#include "document.h"

/* struct charger; as a body it changes what is given of one. */
extern const struct document charger_document;

/* struct charger_site, a body; null: of no site. */
extern const struct document charger_site_document;
struct charger_site {
	struct uuid site;
	bool given;
	usec_t since;
	bool since_given;
};

/* struct connector */
extern const struct document connector_document;

/* A charger's handshake, as the gateway tells it. */
extern const struct document presented_document;
struct presented {
	const char *secret;
	const char *remote;	/* host:port as the gateway sees it, or NULL */
};

/* Whether the charger is let in. */
extern const struct document allowed_document;
struct allowed {
	const char *ocpp_version;	/* NULL: it is not */
	bool allowed;
};

#endif
