/* JSON of the process's own state. */
#ifndef CPMS_WIRE_HEALTH_H
#define CPMS_WIRE_HEALTH_H

#include "document.h"

extern const struct document health_document;

struct health {
	const char *status;
	const char *version;	/* NULL: left out */
};

#endif
