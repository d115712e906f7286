/* JSON of the process's and the system's own state. */
#ifndef CPMS_WIRE_HEALTH_H
#define CPMS_WIRE_HEALTH_H

#include "document.h"

extern const struct document health_document, readiness_document;

struct health {
	const char *status;
};

struct readiness {
	const char *status;
	const char *version;
	const char *schema;	/* the newest file of sql/ that is needed */
	size_t endpoints;
	bool gateway;
};

#endif
