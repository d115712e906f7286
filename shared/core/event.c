#include "event.h"

#include <string.h>

static const char *const names[] = {
	[EVENT_BOOTED] = "ChargerBooted",
	[EVENT_HEARTBEAT] = "ChargerHeartbeat",
	[EVENT_STATUS] = "ConnectorStatusChanged",
	[EVENT_STARTED] = "TransactionStarted",
	[EVENT_SAMPLE] = "MeterSample",
	[EVENT_ENDED] = "TransactionEnded",
	[EVENT_ACK] = "CommandAck",
};

enum event_type
event_type(const char *name)
{
	size_t i;

	for (i = EVENT_BOOTED; i < countof(names); i++)
		if (strcmp(names[i], name) == 0)
			return (enum event_type)i;
	return EVENT_UNKNOWN;
}

usec_t
event_effective(const struct event *e)
{
	return e->ts < e->received ? e->ts : e->received;
}

enum event_identity
event_identity(const struct event *e)
{
	if (e->event_id != NULL)
		return IDENTITY_KEY;
	if (e->dated)
		return IDENTITY_CONTENT;
	return e->type == EVENT_HEARTBEAT || e->type == EVENT_STATUS ?
	    IDENTITY_NONE : IDENTITY_KEY;
}
