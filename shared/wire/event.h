/* Posted events: JSON -> struct event. */
#ifndef CPMS_WIRE_EVENT_H
#define CPMS_WIRE_EVENT_H

#include "core/event.h"
#include "document.h"

enum { MAX_EVENTS = 1000 };

/*
 * One event or an array of up to MAX_EVENTS.  FAULT_SYNTAX: not JSON;
 * FAULT_INVALID: every member that is missing or mistyped is in cx->errors.
 * *is_array tells which it was.
 */
enum fault wire_events(struct ctx *, const char *body, size_t len,
    struct event **, size_t *n, bool *is_array);

/*
 * What a body is described by.  It is decoded by hand: members and types that
 * nobody knows are taken and kept.
 */
extern const struct document event_document;
struct event_head {
	const char *type, *charger, *ts;
};

/* The answer: of an array it tells how many there were. */
extern const struct document accepted_document;
struct accepted {
	const char *type;
	bool accepted, is_array;
	size_t count;
};

#endif
