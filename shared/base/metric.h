/*
 * Every metric of GET /metrics, a row each: its name, its type, its words.
 *
 * What is counted lies in memory that an endpoint's processes share
 * (counters.h); the rest is measured when somebody asks.  Times are
 * microseconds here and seconds in the text.
 */
#ifndef CPMS_BASE_METRIC_H
#define CPMS_BASE_METRIC_H

#include "types.h"

enum metric {
	/* counted by every endpoint */
	METRIC_STARTS,
	METRIC_REQUESTS,	/* metric_status() is the value */
	METRIC_DURATION,
	/* counted by some, and their sum is shown */
	METRIC_BATCH,
	METRIC_EVENTS,		/* an enum event_type is the value */
	METRIC_REPEATED,
	METRIC_REFUSED,
	METRIC_NEWEST,		/* the time of the last one */
	/* of processes that live */
	METRIC_PROCESSES,
	METRIC_QUEUE,
	METRIC_QUEUE_AGE,	/* since when its oldest waits, steady time */
	/* measured */
	METRIC_BUILD,
	METRIC_DATABASE_UP,
	METRIC_DATABASE_SIZE,
	METRIC_BACKUP_AGE,
	METRIC_CHARGERS,
	METRIC_RUNNING,
	METRIC_WAITING,
	METRIC_FINALIZING,
	METRIC_FINALIZING_AGE,
	METRIC_REVIEW,
	METRIC_REVIEW_REASONS,
	METRIC_UNPRICED,
	METRIC_COMMANDS,
	METRIC_COMMANDS_STUCK,
	METRIC_SETTLEMENTS,
	METRIC_PENDING_AGE,
	METRIC_QUARANTINE,
	METRIC_COUNT
};

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

enum metric_source {
	SOURCE_ENDPOINT,	/* with a label handler */
	SOURCE_SUM,		/* of all endpoints */
	SOURCE_LATEST,		/* of all endpoints, the age of it is shown */
	SOURCE_ALIVE,		/* how many of an endpoint's processes are */
	SOURCE_PROCESS,		/* of each of these, see counters.h */
	SOURCE_MEASURED
};

struct metric_row {
	const char *name, *help;
	enum metric_type type;
	enum metric_source source;
	const char *label;		/* NULL: none of its own */
	const char *const *values;	/* of a counted one's label; ends with
					   a NULL */
	bool is_time;
	/* A histogram's buckets end at 2^first, 2^(first + 1), ... */
	unsigned first, buckets;
};

extern const struct metric_row metric_rows[METRIC_COUNT];

/* A value of a metric that is measured. */
struct measured {
	enum metric metric;
	const char *value;	/* of its label; NULL: it has none */
	int64_t n;		/* METRIC_INFINITE is shown as +Inf */
};
#define METRIC_INFINITE INT64_MAX

/* The place of an HTTP status among the values; the last is any other. */
unsigned metric_status(int status);

/* How many 64-bit words of shared memory it needs. */
unsigned metric_words(const struct metric_row *);

/* A number that differs when any metric that is counted does. */
uint64_t metric_layout(void);

#endif
