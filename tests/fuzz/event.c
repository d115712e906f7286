/* The body of a posted event, or of an array of them. */
#include "wire/event.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "fuzz.h"

enum { MAX_EVENT = 16 * 1024 };

static void
is_event(struct ctx *cx, const struct event *e)
{
	struct json_body payload;
	size_t i;

	MUST(cx->errors == NULL);
	MUST(*e->type_name != '\0');
	MUST(e->type == event_type(e->type_name));
	MUST(text_is_charger_id(e->charger, strlen(e->charger)));
	MUST(e->ts >= TIME_MIN && e->ts <= TIME_MAX);
	MUST(event_effective(e) <= FUZZ_NOW);
	MUST(event_identity(e) <= IDENTITY_KEY);
	MUST(e->n_readings <= MAX_READINGS);
	MUST(!e->has_meter || (e->meter >= 0 && !e->meter_unreadable));
	for (i = 0; i < e->n_readings; i++) {
		MUST(e->items[i] >= 0);
		MUST(e->readings[i].kind != READING_OTHER);
		MUST(e->readings[i].value != NULL);
	}
	MUST(json_parse_any(cx, e->payload, strlen(e->payload),
	    &payload) == FAULT_NONE);
	MUST(payload.items[0].storable);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct ctx *cx = fuzz_context();
	struct event_texts all = { .max_event = MAX_EVENT };
	struct event e;
	size_t i;

	if (wire_events_find(cx, (const char *)data, n, &all) != FAULT_NONE) {
		MUST(cx->detail != NULL || cx->errors != NULL);
		return 0;
	}
	MUST(all.n > 0 && all.n <= MAX_EVENTS);
	for (i = 0; i < all.n; i++)
		if (wire_event_read(cx, &all, i, &e) == FAULT_NONE)
			is_event(cx, &e);
		else
			MUST(cx->detail != NULL || cx->errors != NULL);
	return 0;
}
