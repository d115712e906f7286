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

/* The place of a reading by ts, then id.  Of copies: 0 and how many. */
struct reading_place {
	usec_t ts;
	int64_t id;
};

/* What is said of a revision's readings beside a page of them. */
struct revision_readings {
	bool known;
	int64_t n, n_used;
	const char *sha256;	/* NULL: they are copies */
	bool checked, unchanged;	/* against it */
	bool more;		/* behind the page's last one */
	struct reading_place last;
	const char *next;	/* cursor to them */
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
	const char *explanation;	/* JSON object without the next two;
				   "{}": none was made */
	const char *judgement;	/* of its readings, JSON; or NULL */
	int64_t n_copied, n_copied_used;	/* copies of its readings */
	const char *used, *left;	/* JSON lists of a page of them; NULL:
				   nobody knows its readings */
	struct revision_readings readings;
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
