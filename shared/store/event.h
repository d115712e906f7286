/*
 * What events leave in the database besides sessions: the raw events, the
 * state of chargers and connectors, readings, ends, and what waits.
 *
 * All of these queue their statements (adapter/db); the caller syncs.  Arrays
 * may be empty, then nothing is queued and the slot of the result is NULL.
 */
#ifndef CPMS_STORE_EVENT_H
#define CPMS_STORE_EVENT_H

#include "core/clock.h"
#include "core/event.h"
#include "core/session.h"
#include "adapter/db.h"

/*
 * Moves lastSeenAt forward to when they arrived, and locks each charger's row
 * until the transaction ends: whoever changes anything of a charger's sessions
 * holds that lock.  Events sorted by charger, so that the rows are always
 * locked in one order.  The second tells from the result whether all were
 * known; else the third registers the unknown ones as inactive.
 */
enum fault store_chargers_touch(struct ctx *, struct event *const *, size_t,
    struct rows **);
bool store_chargers_touched(const struct rows *, struct event *const *,
    size_t);
enum fault store_chargers_add(struct ctx *, struct event *const *, size_t);

/* The clocks of the chargers that were touched, in any order. */
struct charger_clock *store_clocks_read(struct ctx *, const struct rows *,
    size_t *n);
enum fault store_clocks_set(struct ctx *, const struct charger_clock *,
    size_t);

/*
 * The rows of the result go to store_events_added().  Without `repeats` it is
 * faster, and a repetition among the events or of a stored one refuses the
 * statement: db_is_duplicate().
 */
enum fault store_events_add(struct ctx *, struct event *const *, size_t,
    bool repeats, struct rows **);
/* Sets id of those that are new, 0 of those that were known. */
void store_events_added(struct ctx *, const struct rows *,
    struct event *const *, size_t);

/* New events only: those that are of another type are passed over. */
enum fault store_samples_add(struct ctx *, struct event *const *, size_t);
enum fault store_ends_add(struct ctx *, struct event *const *, size_t);
enum fault store_statuses_set(struct ctx *, struct event *const *, size_t);
enum fault store_boots_set(struct ctx *, struct event *const *, size_t);
/*
 * A CommandAck goes to the one command of its charger and type that it can be
 * of: sent of late, still without an answer of the gateway or a CommandAck.
 * With two such it goes to neither, nor when an answer names its uniqueId.
 */
enum fault store_acks_set(struct ctx *, struct event *const *, size_t);

enum fault store_waiting_add(struct ctx *, const struct transaction *,
    size_t, usec_t received);
enum fault store_waiting_remove(struct ctx *, const struct transaction *,
    size_t);

#endif
