/*
 * Whether the endpoints whose sockets lie beside this one's answer.
 *
 * Each is asked what any FastCGI process answers without a request, all of
 * them at once.  A process that is there answers between two requests; under a
 * supervisor the socket alone says nothing, as it outlives the process.
 */
#ifndef CPMS_SERVE_PROBE_H
#define CPMS_SERVE_PROBE_H

#include "base/types.h"

enum probe_end {
	PROBE_SILENT,		/* nothing came until then */
	PROBE_ABSENT,		/* nobody listens, or it hung up */
	PROBE_ANSWERED
};

/* Waits until then (steady time) at most. */
void probe_endpoints(const char *const *names, size_t n, usec_t until,
    enum probe_end *);

#endif
