/*
 * Settlements: the amount that a priced session comes to, for a program that
 * pays out.
 *
 *	Held <-> Pending -> Submitted -> Confirmed
 *	                    Submitted -> Failed -> Submitted
 *
 * Until it is first claimed or submitted a settlement follows its session.
 * Then it is frozen, with a statement that never changes, and what the
 * session comes to later is made up for by adjustments: for each site and
 * currency the amounts of a session's settlements add up to its cost.
 *
 * The database enforces the same steps (settlement_guard in sql).
 */
#ifndef CPMS_CORE_SETTLEMENT_H
#define CPMS_CORE_SETTLEMENT_H

#include "base/uuid.h"
#include "money.h"

struct arena;

enum settlement_status {
	SETTLEMENT_HELD,	/* the session needs review, or has no price */
	SETTLEMENT_PENDING,
	SETTLEMENT_SUBMITTED,
	SETTLEMENT_CONFIRMED,
	SETTLEMENT_FAILED
};

struct settlement {
	struct uuid id;
	struct uuid session;		/* nil in some legacy rows */
	const char *charger;
	struct uuid site;		/* nil in some legacy rows */
	int32_t ordinal;		/* 1: the settlement, else adjusts */
	struct uuid adjusts;
	bool has_revision;
	int32_t revision;
	struct uuid tariff;		/* nil: none known */
	bool has_amount;
	amount_t amount;
	const char *currency;
	enum settlement_status status;
	const char *wallet;		/* the site's until it is frozen */
	const char *network, *tx_hash, *external_ref, *error;
	const char *worker;		/* who claimed it last */
	struct uuid lease;		/* nil: none */
	usec_t lease_until;
	bool frozen;
	usec_t frozen_at;
	bool has_statement;		/* a frozen legacy row has none */
	int64_t site_seq;
	const char *statement, *sha256;
	bool finalizing;		/* its session is */
	usec_t created_at, updated_at;
	usec_t read_at;			/* the database's clock */
};

/* In the order of the enum; the two kinds.  Each ends with a NULL. */
extern const char *const settlement_status_names[];
extern const char *const settlement_kind_names[];

const char *settlement_status_name(enum settlement_status);
/* False: not one. */
bool settlement_status_of(const char *, enum settlement_status *);
const char *settlement_kind(const struct settlement *);

bool settlement_leased(const struct settlement *);

/* It says all that a statement needs. */
bool settlement_complete(const struct settlement *);

/* A step that is asked for; texts that don't belong to it are NULL. */
struct settlement_step {
	enum settlement_status to;
	const char *network, *tx_hash, *external_ref;	/* SUBMITTED; tx_hash
			with the others: has to be that of the settlement */
	const char *error;		/* FAILED */
	struct uuid lease;		/* nil: none given */
};

enum settlement_moved {
	SETTLEMENT_MOVED,
	SETTLEMENT_REPEATED,	/* the same again: nothing to change */
	SETTLEMENT_REFUSED	/* *why says it */
};

/* The only way from one status to another but for following the session. */
enum settlement_moved settlement_move(struct settlement *,
    const struct settlement_step *, const char **why);

/* The amount that a session comes to now. */
struct session_due {
	struct uuid session;
	const char *charger;
	int32_t revision;
	bool priced;		/* false: nothing */
	bool hold;		/* under review, or running again */
	struct uuid site, tariff;
	amount_t amount;
	const char *currency;
};

/*
 * Makes the session's settlements (in the order of their ordinals) follow.
 * Gives back those that are new (nil id, which the caller sets; adjusts is
 * set) or changed, in the arena.
 */
size_t settlement_reconcile(struct arena *, const struct session_due *,
    const struct settlement *list, size_t n, struct settlement **out);

/* A step as its history tells it. */
struct settlement_event {
	int32_t seq;
	const char *from, *to;	/* from NULL: made */
	usec_t at;
	const char *data;	/* JSON */
};

/* A worker's request. */
struct settlement_claim {
	const char *worker;
	int64_t limit;
	int64_t lease_seconds;
};

/* The facts of a statement beside the settlement. */
struct statement_facts {
	bool has_connector;
	int32_t connector;
	usec_t started_at;
	bool has_end;
	usec_t ended_at;
	bool has_energy;
	int64_t energy_wh;
	const char *energy_source;
	bool estimated;
	amount_t price_per_kwh;		/* of the settlement's tariff */
	const char *tariff_currency;
	const char *explanation_sha256;
	const char *previous_sha256;	/* of the site; NULL: the first */
};

#endif
