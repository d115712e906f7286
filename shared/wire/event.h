/* Posted events: JSON -> struct event. */
#ifndef CPMS_WIRE_EVENT_H
#define CPMS_WIRE_EVENT_H

#include "adapter/json.h"
#include "core/event.h"
#include "document.h"

enum { MAX_EVENTS = 1000, MAX_READINGS = 1000 };

/* The events of a body, by their texts. */
struct event_texts {
	size_t max_event;	/* bytes; the caller's */
	bool is_array;
	size_t n;
	struct json_slice *list;
};

/*
 * One event or an array of up to MAX_EVENTS.  FAULT_SYNTAX: not JSON;
 * FAULT_TOO_LARGE: a single event of more than max_event; FAULT_INVALID: an
 * array of none or of too many.
 */
enum fault wire_events_find(struct ctx *, const char *body, size_t len,
    struct event_texts *);

/*
 * The i-th of them.  FAULT_SYNTAX: not JSON.  FAULT_INVALID: every member that
 * is missing or mistyped, here or in what was read before, is in cx->errors; a
 * place in an array is part of its pointer.
 */
enum fault wire_event_read(struct ctx *, const struct event_texts *, size_t i,
    struct event *);

/*
 * What a body is described by.  It is decoded by hand: members and types that
 * nobody knows are taken and kept, and most of what is wrong is passed over.
 */
extern const struct document event_document;

/* The answer: of an array it tells how many there were. */
extern const struct document accepted_document;
struct accepted {
	const char *type;
	bool accepted, is_array;
	size_t count;
};

#endif
