/* JSON of what is shown as it was kept. */
#ifndef CPMS_WIRE_RECORD_H
#define CPMS_WIRE_RECORD_H

#include "core/quarantine.h"
#include "core/record.h"
#include "document.h"

/*
 * struct event_record, struct sample_record, struct waiting_record, struct
 * quarantine_record
 */
extern const struct document event_record_document, sample_document,
    waiting_document, quarantine_document;

/*
 * A session's revisions.  The explanation of each (wire/explanation) is among
 * its members.
 */
extern const struct document revisions_document;
struct revisions {
	struct uuid session;
	const struct revision_record *list;
	size_t n;
};

#endif
