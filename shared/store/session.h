/*
 * Sessions and what decides them.  Functions that say "queues" leave the
 * round trip to the caller and take the slot of the result, which another
 * function reads.
 */
#ifndef CPMS_STORE_SESSION_H
#define CPMS_STORE_SESSION_H

#include "core/attribution.h"
#include "core/session.h"
#include "adapter/db.h"

/* A start on a connector, to find the session that it ends. */
struct start_key {
	const char *charger;
	int32_t connector, transaction;
	usec_t at;
};

/*
 * Queues: the sessions of these transactions and of the transaction before
 * each start on its connector.  Field duplicates are not among them.
 */
enum fault store_sessions_find(struct ctx *, const struct transaction *,
    size_t n, const struct start_key *, size_t n_starts, struct rows **);

/*
 * Queues: those of the transactions whose sessions all run.  The second keeps
 * the others and tells how many they are.
 */
enum fault store_running_find(struct ctx *, const struct transaction *,
    size_t n, struct rows **);
size_t store_running_read(const struct rows *, struct transaction *,
    size_t n);

/* All sessions of a result. */
void store_sessions_read(struct ctx *, const struct rows *,
    struct session **, size_t *n);

/* One session by its id, duplicate or not.  FAULT_NOT_FOUND. */
enum fault store_session_load(struct ctx *, const struct uuid *,
    struct session *);

/*
 * Queues: locks the charger's row (see store_chargers_touch).  Begin first.
 */
enum fault store_charger_lock(struct ctx *, const char *charger);

/* Queue: new sessions; all that can change of known ones. */
enum fault store_sessions_add(struct ctx *, struct session *const *,
    size_t n);
enum fault store_sessions_save(struct ctx *, struct session *const *,
    size_t n);

/*
 * Queues: the next start on each session's connector, and the limit of its
 * charger.  Read into a zeroed list.
 */
struct surroundings {
	bool has_next_start;
	usec_t next_start;
	struct uuid next_session;
	int32_t max_power_kw;	/* 0: the charger has no limit of its own */
};
enum fault store_surroundings_find(struct ctx *, struct session *const *,
    size_t n, struct rows **);
void store_surroundings_read(const struct rows *, struct surroundings *,
    size_t n);

/*
 * A part of a transaction's time, lo <= ts < hi, and how many rows are read of
 * it at most.
 */
struct time_span {
	struct transaction of;
	usec_t lo, hi;
	int64_t room;
};

/* Queues: the first ends of spans. */
enum fault store_ends_find(struct ctx *, const struct time_span *,
    size_t n, struct rows **);
struct end_list {
	struct end *list;
	size_t n;
};
void store_ends_read(struct ctx *, const struct rows *, struct end_list *,
    size_t n);

/* Queue: the latest energy readings of spans, or the first. */
enum fault store_latest_readings_find(struct ctx *,
    const struct time_span *, size_t n, struct rows **);
enum fault store_first_readings_find(struct ctx *,
    const struct time_span *, size_t n, struct rows **);

/* By ts, as the second reads the rows; the first turns them round. */
struct reading_list {
	struct reading *list;
	int16_t *items;		/* places in their events */
	size_t n;
	int64_t rows;		/* with those of events without a reading */
	usec_t from;		/* the first row's ts */
};
void store_latest_readings_read(struct ctx *, const struct rows *,
    struct reading_list *, size_t n);
void store_readings_read(struct ctx *, const struct rows *,
    struct reading_list *, size_t n);

/* Queues: the latest revision of each session, into revision/fingerprint. */
enum fault store_revisions_find(struct ctx *, struct session *const *,
    size_t n, struct rows **);
void store_revisions_read(const struct rows *, struct session *const *,
    size_t n);

/* Queues a new revision of each session, numbered s->revision. */
struct revision {
	const struct session *session;
	const char *cause;
	const char *explanation;	/* JSON */
	const char *accepted_by, *accepted_why;	/* or NULL */
};
enum fault store_revisions_add(struct ctx *, const struct revision *,
    size_t n);

#endif
