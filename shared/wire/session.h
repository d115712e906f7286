/* Sessions: core structs -> JSON; what an operator says of one. */
#ifndef CPMS_WIRE_SESSION_H
#define CPMS_WIRE_SESSION_H

#include "core/session.h"
#include "adapter/json.h"

/*
 * meterStartWh is 0 when a start came without one and null when no start
 * came; energyWhSoFar and lastReadingAt are null unless it is running.
 */
struct json *wire_session(struct ctx *, const struct session *);
struct json *wire_sessions(struct ctx *, const struct session *, size_t);

/* {by, why}: who accepts a number and on what grounds. */
struct acceptance {
	const char *by, *why;
};
enum fault wire_acceptance_read(struct ctx *, const struct json *root,
    struct acceptance *);

#endif
