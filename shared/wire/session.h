/* JSON of sessions, and of an operator's word on one. */
#ifndef CPMS_WIRE_SESSION_H
#define CPMS_WIRE_SESSION_H

#include "core/correction.h"
#include "core/session.h"
#include "document.h"

/* struct session */
extern const struct document session_document;

/* A session that was finalized, and whether it was forced. */
extern const struct document finalized_document;
struct finalized {
	struct session session;
	bool force;
};

/* struct correction */
extern const struct document correction_document;

/* Who accepts a number and on what grounds. */
extern const struct document acceptance_document;
struct acceptance {
	const char *by, *why;
};

#endif
