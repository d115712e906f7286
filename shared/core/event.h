/*
 * An event as the gateway posts it, decoded.  Its texts are borrowed from
 * the body it came in.
 */
#ifndef CPMS_CORE_EVENT_H
#define CPMS_CORE_EVENT_H

#include "base/types.h"
#include "reading.h"

enum event_type {
	EVENT_UNKNOWN,		/* kept, without an effect */
	EVENT_BOOTED,
	EVENT_HEARTBEAT,
	EVENT_STATUS,
	EVENT_STARTED,
	EVENT_SAMPLE,
	EVENT_ENDED,
	EVENT_ACK
};

struct event {
	enum event_type type;
	const char *type_name;
	const char *charger;
	const char *event_id;	/* the sender's own, or NULL */
	const char *payload;	/* the event as JSON text that jsonb takes */
	bool dated;		/* ts is the charger's own, not ours */
	usec_t ts;
	usec_t received;
	int32_t connector;
	int32_t transaction;	/* 0 or below: none */

	const char *vendor, *model, *firmware, *ocpp_version;
	const char *status, *error_code;
	const char *id_tag, *reason;
	const char *command_type, *unique_id;	/* of the OCPP call */
	bool has_meter;		/* meterStartWh or meterStopWh */
	bool meter_unreadable;	/* a value was sent, and it is no meter's */
	mwh_t meter;
	struct reading *readings;	/* energy readings, usable or not */
	int16_t *items;			/* their places in samples */
	size_t n_readings;

	int64_t id;		/* of the stored event; 0: it was known */
};

enum event_type event_type(const char *name);

/* A clock in the future pins nothing: the earlier of ts and received. */
usec_t event_effective(const struct event *);

/*
 * How a repetition is told from a second event.  Without a time of their
 * own two heartbeats are two.
 */
enum event_identity {
	IDENTITY_CONTENT,	/* charger, ts and content */
	IDENTITY_NONE,
	IDENTITY_KEY		/* eventId, else the content without a time */
};
enum event_identity event_identity(const struct event *);

#endif
