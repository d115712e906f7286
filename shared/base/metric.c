#include "metric.h"

#include <stdlib.h>

/* The most frequent first. */
static const char *const statuses[] = {
	"200", "202", "201", "204", "400", "401", "404", "405", "409", "413",
	"422", "429", "500", "502", "503", "504", "other", NULL
};

static const char *const events[] = {
	"other", "ChargerBooted", "ChargerHeartbeat",
	"ConnectorStatusChanged", "TransactionStarted", "MeterSample",
	"TransactionEnded", "CommandAck", NULL
};

const struct metric_row metric_rows[METRIC_COUNT] = {
	[METRIC_STARTS] = { "cpms_process_starts_total",
	    "Processes that were started for the endpoint.",
	    METRIC_COUNTER, SOURCE_ENDPOINT, .label = NULL },
	[METRIC_REQUESTS] = { "cpms_requests_total",
	    "Requests that were answered, by endpoint and HTTP status.",
	    METRIC_COUNTER, SOURCE_ENDPOINT,
	    .label = "status", .values = statuses },
	[METRIC_DURATION] = { "cpms_request_duration_seconds",
	    "From reading a request to its answer.",
	    METRIC_HISTOGRAM, SOURCE_ENDPOINT,
	    .is_time = true, .first = 8, .buckets = 17 },
	[METRIC_BATCH] = { "cpms_batch_events",
	    "Events that were stored in one transaction.",
	    METRIC_HISTOGRAM, SOURCE_SUM, .first = 0, .buckets = 11 },
	[METRIC_EVENTS] = { "cpms_events_total",
	    "New events that were stored, by type.",
	    METRIC_COUNTER, SOURCE_SUM, .label = "type", .values = events },
	[METRIC_REPEATED] = { "cpms_events_repeated_total",
	    "Events that were known already.", METRIC_COUNTER, SOURCE_SUM,
	    .label = NULL },
	[METRIC_REFUSED] = { "cpms_bodies_refused_total",
	    "Bodies of events that were refused.",
	    METRIC_COUNTER, SOURCE_SUM, .label = NULL },
	[METRIC_NEWEST] = { "cpms_newest_event_age_seconds",
	    "Since the last new event was stored; absent before the first.",
	    METRIC_GAUGE, SOURCE_LATEST, .is_time = true },
	[METRIC_PROCESSES] = { "cpms_processes",
	    "Processes of the endpoint that live.",
	    METRIC_GAUGE, SOURCE_ALIVE, .label = NULL },
	[METRIC_QUEUE] = { "cpms_queue_requests",
	    "Requests that wait to be stored.", METRIC_GAUGE, SOURCE_PROCESS,
	    .label = NULL },
	[METRIC_QUEUE_AGE] = { "cpms_queue_age_seconds",
	    "How long the oldest of them has waited; 0 when none does.",
	    METRIC_GAUGE, SOURCE_PROCESS, .is_time = true },
	[METRIC_BUILD] = { "cpms_build_info",
	    "The version of the endpoint that says all this; always 1.",
	    METRIC_GAUGE, SOURCE_MEASURED, .label = "version" },
	[METRIC_DATABASE_UP] = { "cpms_database_up",
	    "1 when the database answered; all below is absent otherwise.",
	    METRIC_GAUGE, SOURCE_MEASURED, .label = NULL },
	[METRIC_DATABASE_SIZE] = { "cpms_database_size_bytes",
	    "The database's size on disk.", METRIC_GAUGE, SOURCE_MEASURED,
	    .label = NULL },
	[METRIC_BACKUP_AGE] = { "cpms_backup_age_seconds",
	    "Since the file of CPMS_BACKUP_STAMP was touched; +Inf: never.",
	    METRIC_GAUGE, SOURCE_MEASURED, .is_time = true },
	[METRIC_CHARGERS] = { "cpms_chargers",
	    "Chargers by state; offline: no word for CPMS_OFFLINE_MINUTES.",
	    METRIC_GAUGE, SOURCE_MEASURED, .label = "state" },
	[METRIC_RUNNING] = { "cpms_sessions_running",
	    "Sessions that have not ended.", METRIC_GAUGE, SOURCE_MEASURED,
	    .label = NULL },
	[METRIC_WAITING] = { "cpms_transactions_waiting",
	    "Transactions whose start has not come.",
	    METRIC_GAUGE, SOURCE_MEASURED, .label = NULL },
	[METRIC_FINALIZING] = { "cpms_sessions_finalizing",
	    "Large sessions whose decision is due.",
	    METRIC_GAUGE, SOURCE_MEASURED, .label = NULL },
	[METRIC_FINALIZING_AGE] = { "cpms_session_finalizing_age_seconds",
	    "Since when the oldest of them is; 0 without one.",
	    METRIC_GAUGE, SOURCE_MEASURED, .is_time = true },
	[METRIC_REVIEW] = { "cpms_sessions_review",
	    "Sessions that need a review.", METRIC_GAUGE, SOURCE_MEASURED,
	    .label = NULL },
	[METRIC_REVIEW_REASONS] = { "cpms_sessions_review_reasons",
	    "The same by reason; a session may have several.",
	    METRIC_GAUGE, SOURCE_MEASURED, .label = "reason" },
	[METRIC_UNPRICED] = { "cpms_sessions_unpriced",
	    "Sessions that lack a site or a tariff.",
	    METRIC_GAUGE, SOURCE_MEASURED, .label = NULL },
	[METRIC_COMMANDS] = { "cpms_commands",
	    "Commands by status; those that are settled of the last day.",
	    METRIC_GAUGE, SOURCE_MEASURED, .label = "status" },
	[METRIC_COMMANDS_STUCK] = { "cpms_commands_stuck",
	    "Commands still Queued or Sent after their time was up.",
	    METRIC_GAUGE, SOURCE_MEASURED, .label = NULL },
	[METRIC_SETTLEMENTS] = { "cpms_settlements",
	    "Settlements by status; Confirmed of the last day.",
	    METRIC_GAUGE, SOURCE_MEASURED, .label = "status" },
	[METRIC_PENDING_AGE] = { "cpms_settlement_pending_age_seconds",
	    "Age of the oldest Pending settlement; 0 without one.",
	    METRIC_GAUGE, SOURCE_MEASURED, .is_time = true },
	[METRIC_QUARANTINE] = { "cpms_quarantine_bodies",
	    "Refused bodies that are kept.", METRIC_GAUGE, SOURCE_MEASURED,
	    .label = NULL },
};

unsigned
metric_status(int status)
{
	unsigned i;

	for (i = 0; statuses[i + 1] != NULL; i++)
		if ((statuses[i][0] - '0') * 100 + (statuses[i][1] - '0') * 10
		    + (statuses[i][2] - '0') == status)
			break;
	return i;
}

unsigned
metric_words(const struct metric_row *m)
{
	unsigned n = 0;

	if (m->source > SOURCE_LATEST)
		return 0;
	if (m->type == METRIC_HISTOGRAM)
		return m->buckets + 2;	/* beyond the last one, and the sum */
	while (m->values != NULL && m->values[n] != NULL)
		n++;
	return n > 0 ? n : 1;
}

static uint64_t
mix(uint64_t hash, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (; n > 0; n--)
		hash = (hash ^ *p++) * 1099511628211u;	/* FNV-1a */
	return hash;
}

static uint64_t
mix_text(uint64_t hash, const char *s)
{
	do
		hash = mix(hash, s, 1);
	while (*s++ != '\0');
	return hash;
}

uint64_t
metric_layout(void)
{
	uint64_t hash = 14695981039346656037u;
	const struct metric_row *m;
	unsigned i, k;

	for (i = 0; i < METRIC_COUNT; i++) {
		m = &metric_rows[i];
		if (metric_words(m) == 0 && m->source != SOURCE_PROCESS)
			continue;
		hash = mix_text(hash, m->name);
		hash = mix(hash, &m->first, sizeof(m->first));
		hash = mix(hash, &m->buckets, sizeof(m->buckets));
		for (k = 0; m->values != NULL && m->values[k] != NULL; k++)
			hash = mix_text(hash, m->values[k]);
	}
	return hash;
}
