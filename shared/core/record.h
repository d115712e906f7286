/* Rows that are kept and shown as they stand: no rule works on these. */
#ifndef CPMS_CORE_RECORD_H
#define CPMS_CORE_RECORD_H

#include "reading.h"
#include "session.h"

/* An event as it came. */
struct event_record {
	int64_t id;
	const char *charger, *type;
	usec_t ts, received_at;
	const char *payload;		/* JSON */
};

/* A decision about a session, as it was stored when it was made. */
struct revision_record {
	int32_t number;
	usec_t made_at;
	const char *cause;
	int32_t rule_version;		/* 0: made before there were rules */
	bool has_energy;
	int64_t energy_wh;
	const char *energy_source;
	bool estimated, needs_review;
	unsigned review_reasons;	/* of enum flag */
	bool corrected;
	bool has_started, has_ended;
	usec_t started_at, ended_at;
	bool has_meter_start, has_meter_stop;
	mwh_t meter_start, meter_stop;
	const char *reason;
	const char *accepted_by, *accepted_why;	/* NULL: not accepted */
	const char *explanation;	/* JSON object; "{}": none was made */
};

/* An energy reading with the time at which it was received. */
struct sample_record {
	struct reading reading;
	usec_t received_at;
};

/* Samples and ends whose start has not come. */
struct waiting_record {
	struct transaction of;
	usec_t first_received_at, last_received_at;
	int64_t samples, ends;		/* events */
};

#endif
