#include "gauges.h"

/*
 * Each gives rows of value (of the metric's label, or null) and n, and reads
 * the index of what it counts and no more.  The one of the chargers reads all
 * of them: an index of last_seen_at would have to be written with every event.
 */
#define COUNT(from)	"SELECT NULL::text AS value, count(*) AS n FROM " from
#define MICROSECONDS(age) \
	"coalesce(extract(epoch FROM " age ") * 1000000, 0)::bigint"
/* The word stands in it: the planner knows how many have it. */
#define COUNT_OF(table, word) \
	"SELECT '" word "' AS value, count(*) AS n FROM " table \
	" WHERE status = '" word "'"
/* Of those that nobody has to do with any more there are ever more. */
#define COUNT_DAY(table, word) \
	COUNT_OF(table, word) " AND created_at > now() - interval '1 day'"
#define AND		" UNION ALL "

static const struct db_stmt gauge_chargers = { "gauge_chargers",
    "SELECT v.value, v.n FROM (SELECT"
    "  count(*) FILTER (WHERE is_active AND heard) AS online,"
    "  count(*) FILTER (WHERE is_active AND heard IS NOT TRUE) AS offline,"
    "  count(*) FILTER (WHERE NOT is_active AND secret_hash = '')"
    "  AS unknown,"
    "  count(*) FILTER (WHERE NOT is_active AND secret_hash <> '')"
    "  AS disabled FROM (SELECT *, last_seen_at >"
    "  now() - $1::bigint * interval '1 min' AS heard FROM chargers) h) c"
    " CROSS JOIN LATERAL (VALUES ('online', online), ('offline', offline),"
    "  ('unknown', unknown), ('disabled', disabled)) v (value, n)" };

static const struct db_stmt gauge_running = { "gauge_running",
    COUNT("sessions WHERE ended_at IS NULL") };

static const struct db_stmt gauge_waiting = { "gauge_waiting",
    COUNT("waiting_transactions") };

static const struct db_stmt gauge_finalizing = { "gauge_finalizing",
    COUNT("large_sessions WHERE due_since IS NOT NULL") };

static const struct db_stmt gauge_finalizing_age = { "gauge_finalizing_age",
    "SELECT NULL::text AS value, "
    MICROSECONDS("clock_timestamp() - min(due_since)") " AS n"
    " FROM large_sessions WHERE due_since IS NOT NULL" };

static const struct db_stmt gauge_review = { "gauge_review",
    COUNT("sessions WHERE needs_review") };

static const struct db_stmt gauge_review_reasons = { "gauge_review_reasons",
    "SELECT r.value, count(*) AS n"
    " FROM sessions, unnest(review_reasons) AS r (value)"
    " WHERE needs_review GROUP BY r.value" };

static const struct db_stmt gauge_unpriced = { "gauge_unpriced",
    COUNT("sessions WHERE unpriced_reason IN ('NoSite', 'NoTariff')") };

static const struct db_stmt gauge_commands = { "gauge_commands",
    COUNT_OF("commands", "Queued") AND COUNT_OF("commands", "Sent")
    AND COUNT_DAY("commands", "Acked") AND COUNT_DAY("commands", "Failed")
    AND COUNT_DAY("commands", "Unknown") };

/* As command_expire() has it. */
static const struct db_stmt gauge_commands_stuck = { "gauge_commands_stuck",
    COUNT("commands WHERE status IN ('Queued', 'Sent')"
    " AND coalesce(deadline_at, created_at + interval '15 s') <"
    " clock_timestamp() AND ack_unique_id IS NULL") };

static const struct db_stmt gauge_settlements = { "gauge_settlements",
    COUNT_OF("settlements", "Held") AND COUNT_OF("settlements", "Pending")
    AND COUNT_OF("settlements", "Submitted")
    AND COUNT_DAY("settlements", "Confirmed")
    AND COUNT_OF("settlements", "Failed") };

static const struct db_stmt gauge_pending_age = { "gauge_pending_age",
    "SELECT NULL::text AS value, "
    MICROSECONDS("clock_timestamp() - min(created_at)") " AS n"
    " FROM settlements WHERE status = 'Pending'" };

static const struct db_stmt gauge_quarantine = { "gauge_quarantine",
    COUNT("quarantine") };

static const struct db_stmt gauge_size = { "gauge_size",
    "SELECT NULL::text AS value,"
    " pg_database_size(current_database()) AS n" };

static const struct gauge {
	enum metric metric;
	const struct db_stmt *stmt;
} gauges[] = {
	{ METRIC_CHARGERS, &gauge_chargers },
	{ METRIC_RUNNING, &gauge_running },
	{ METRIC_WAITING, &gauge_waiting },
	{ METRIC_FINALIZING, &gauge_finalizing },
	{ METRIC_FINALIZING_AGE, &gauge_finalizing_age },
	{ METRIC_REVIEW, &gauge_review },
	{ METRIC_REVIEW_REASONS, &gauge_review_reasons },
	{ METRIC_UNPRICED, &gauge_unpriced },
	{ METRIC_COMMANDS, &gauge_commands },
	{ METRIC_COMMANDS_STUCK, &gauge_commands_stuck },
	{ METRIC_SETTLEMENTS, &gauge_settlements },
	{ METRIC_PENDING_AGE, &gauge_pending_age },
	{ METRIC_QUARANTINE, &gauge_quarantine },
	{ METRIC_DATABASE_SIZE, &gauge_size },
};

static void
gauge_read(const struct gauge *g, const struct rows *r, struct measured *out)
{
	int value = rows_column(r, "value"), n = rows_column(r, "n");
	size_t i;

	for (i = 0; i < rows_count(r); i++)
		out[i] = (struct measured){
			g->metric, rows_text(r, i, value), rows_i64(r, i, n)
		};
}

enum fault
store_gauges(struct ctx *cx, int64_t offline_minutes, struct measured **out,
    size_t *n)
{
	struct db_value minutes = db_i64(&cx->arena, offline_minutes);
	struct rows *r[countof(gauges)];
	size_t i, all = 0;
	enum fault f;

	for (i = 0; i < countof(gauges); i++)
		if ((f = db_queue(cx, gauges[i].stmt, &minutes,
		    gauges[i].metric == METRIC_CHARGERS, &r[i])))
			return f;
	if ((f = db_sync(cx)))
		return f;
	for (i = 0; i < countof(gauges); i++)
		all += rows_count(r[i]);
	*out = arena_calloc(&cx->arena, all * sizeof(**out));
	*n = 0;
	for (i = 0; i < countof(gauges); i++) {
		gauge_read(&gauges[i], r[i], *out + *n);
		*n += rows_count(r[i]);
	}
	return FAULT_NONE;
}
