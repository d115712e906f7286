/*
 * Sessions as they are shown: lists by pages, newest first, and a session's
 * revisions and readings.
 *
 * Each reads one page; *more says that another follows behind its last row.
 */
#ifndef CPMS_STORE_SESSION_QUERY_H
#define CPMS_STORE_SESSION_QUERY_H

#include "core/record.h"
#include "store/session.h"

enum session_status { SESSION_ANY, SESSION_RUNNING, SESSION_ENDED };
enum session_review { REVIEW_ANY, REVIEW_NEEDED, REVIEW_NOT_NEEDED };

/* NULL, nil, 0: of all. */
struct session_filter {
	const char *charger;
	const char *billing;		/* of billing_names or unpriced_names */
	const char *review_reason;	/* of flag_names */
	const char *energy_source;
	struct uuid site;
	int64_t transaction;
	const char *id_tag;
	const usec_t *updated_since;	/* by updatedAt then, oldest first */
	enum session_status status;
	enum session_review review;
	usec_t from, to;		/* from <= startedAt < to */
	bool has_last;			/* of the page before: its last row */
	usec_t last_at;
	struct uuid last_id;
	int64_t limit;
};

/*
 * By startedAt, then id, newest first; or by updatedAt, then id.  Legacy
 * duplicates are among them.
 */
enum fault store_sessions_list(struct ctx *, const struct session_filter *,
    struct session **, size_t *n, bool *more);

/*
 * A page of revisions, newest first: those numbered below `before`, fewer than
 * `limit` where they have more than READINGS_AT_ONCE readings together.  Where
 * an explanation copies its readings, `used` and `left` hold the page of these
 * behind the first `copied_from`.
 */
enum { READINGS_PAGE = 1000, READINGS_AT_ONCE = 5000 };
struct revision_query {
	int64_t before, limit, copied_from;
};
enum fault store_revisions_list(struct ctx *, const struct session *,
    const struct revision_query *, struct revision_record **, size_t *n,
    bool *more);

/*
 * Queues: the first `limit` readings of each span by ts, then id, behind that
 * ts and id (INT64_MIN: from the beginning), with an id up to last_id.  Read
 * by store_readings_read().
 */
struct reading_page {
	struct time_span span;
	struct reading_place after;
	int64_t last_id, limit;
};
enum fault store_readings_page(struct ctx *, const struct reading_page *,
    size_t n, struct rows **);

/*
 * The energy readings of a transaction within the span, by ts, then id.
 * last_id = INT64_MIN: from the span's beginning, else behind the reading of
 * that ts and id.
 */
enum fault store_samples_list(struct ctx *, const struct time_span *,
    usec_t last_at, int64_t last_id, int64_t limit, struct sample_record **,
    size_t *n, bool *more);

#endif
