/*
 * SQL of settlements, what a price is made of, and what a statement says.
 * Functions that say "queues" leave the round trip to the caller; those that
 * find something take the slot of the result.
 */
#ifndef CPMS_STORE_SETTLEMENT_H
#define CPMS_STORE_SETTLEMENT_H

#include "core/pricing.h"
#include "core/settlement.h"
#include "adapter/db.h"

/*
 * Queues: site and tariff of each charger at its session's start.  A session
 * that has a tariff keeps it (there can be another for its time by now), unless
 * it is startless and begins elsewhere (moved[i]; NULL: none does).
 */
enum fault store_bases_find(struct ctx *, struct session *const *, size_t n,
    const bool *moved, struct rows **);
void store_bases_read(const struct rows *, struct tariff_basis *, size_t n);

struct settlement_rows {
	struct settlement *list;
	size_t n;
};

/* Queues: the settlements of sessions, by ordinal, and locks them. */
enum fault store_settlements_of(struct ctx *, struct session *const *,
    size_t n, struct rows **);
void store_settlements_of_read(struct ctx *, const struct rows *,
    struct settlement_rows *, size_t n);

/* Queue: new ones; what those that follow a session came to. */
enum fault store_settlements_add(struct ctx *, struct settlement *const *,
    size_t n);
enum fault store_settlements_follow(struct ctx *, struct settlement *const *,
    size_t n);

/* FAULT_NOT_FOUND: no such settlement.  The lock is kept to the commit. */
enum fault store_settlement_load(struct ctx *, const struct uuid *,
    struct settlement *);
enum fault store_settlement_lock(struct ctx *, const struct uuid *,
    struct settlement *);

/* Locks what is to be had, oldest first; begin before it. */
enum fault store_settlements_claim(struct ctx *, int64_t limit,
    struct settlement **, size_t *n);

/*
 * What statements are made of.  Locks the sites of the settlements until the
 * commit, so that each site's statements follow one another.
 */
struct site_head {
	struct uuid site;
	const char *wallet;
	int64_t seq;		/* of the last statement; 0: none */
	const char *sha256;
	usec_t now;		/* the database's clock, under the lock */
};
enum fault store_statement_facts(struct ctx *, const struct settlement *,
    size_t n, struct statement_facts **, struct site_head **,
    size_t *n_sites);

/* Queues: status, lease and statement. */
enum fault store_settlements_save(struct ctx *, const struct settlement *,
    size_t n);

/* Oldest first. */
struct settlement_filter {
	bool has_status, has_site, has_last;
	enum settlement_status status;
	struct uuid site, last_id;
	usec_t last_at;
	int64_t limit;
};
enum fault store_settlement_list(struct ctx *,
    const struct settlement_filter *, struct settlement **, size_t *n,
    bool *more);

/* By seq, after the given one.  FAULT_NOT_FOUND: no such settlement. */
enum fault store_settlement_history(struct ctx *, const struct uuid *,
    int64_t after, int64_t limit, struct settlement_event **, size_t *n,
    bool *more);

#endif
