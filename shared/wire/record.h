/* What is shown as it was kept: core structs -> JSON. */
#ifndef CPMS_WIRE_RECORD_H
#define CPMS_WIRE_RECORD_H

#include "core/record.h"
#include "adapter/json.h"

struct json *wire_event_records(struct ctx *, const struct event_record *,
    size_t);

/*
 * {sessionId, revisions}.  A revision's explanation (wire/explanation) is
 * among its members; they are null in one from before there were any.
 */
struct json *wire_revisions(struct ctx *, const struct session *,
    const struct revision_record *, size_t);

struct json *wire_samples(struct ctx *, const struct sample_record *, size_t);

struct json *wire_waiting(struct ctx *, const struct waiting_record *,
    size_t);

#endif
