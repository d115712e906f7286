/* A session (OCPP: transaction) of one charger, as it is stored. */
#ifndef CPMS_CORE_SESSION_H
#define CPMS_CORE_SESSION_H

#include "base/uuid.h"
#include "energy.h"
#include "money.h"

/* A charger's transaction: by it samples and ends find their session. */
struct transaction {
	const char *charger;
	int32_t id;
};

/* Where the money of an ended session is. */
enum billing {
	BILLING_NONE,		/* it runs */
	BILLING_SETTLED,
	BILLING_HELD,		/* until its review */
	BILLING_ZERO,		/* its price is 0 */
	BILLING_UNPRICED
};

enum unpriced {
	UNPRICED_NONE,
	UNPRICED_DUPLICATE,	/* a legacy row that repeats another session */
	UNPRICED_NO_ENERGY,
	UNPRICED_NO_SITE,
	UNPRICED_NO_TARIFF,	/* at its site and start */
	UNPRICED_TOO_LARGE	/* over AMOUNT_MAX */
};

struct session {
	struct uuid id;
	const char *charger;
	bool has_connector;
	int32_t connector;
	bool has_transaction;
	int32_t transaction;
	const char *id_tag;
	bool has_start;		/* false: a startless session */
	bool start_conflict;
	usec_t started_at;
	bool has_meter_start;
	mwh_t meter_start;
	bool start_unreadable;	/* its meterStartWh was sent, but can't be */
	bool has_start_received;
	usec_t start_received_at;

	/* From the decision; end = END_NONE: running. */
	enum end_kind end;
	bool stale;		/* closed for silence, should no end come */
	usec_t ended_at;
	bool has_meter_stop;
	mwh_t meter_stop;
	const char *reason;
	bool has_energy;
	int64_t energy_wh;
	const char *energy_source;	/* NULL: not finalized */
	bool estimated, needs_review;
	unsigned review_reasons;	/* of enum flag; accepting keeps them */
	bool corrected;		/* energy_wh is an operator's word */
	int64_t correction_wh;
	const char *correction_basis;	/* the chain's result at that time */
	bool large;		/* decided beside ingest */
	bool finalizing;	/* that is due */
	bool finalized;
	usec_t finalized_at;

	struct legacy_figure legacy;	/* of a session without events */
	struct uuid duplicate_of;	/* nil: none */
	struct uuid site;		/* at its start; nil: none */
	enum billing billing;
	enum unpriced unpriced;
	struct uuid tariff;		/* nil: none */
	bool has_cost;
	amount_t cost;
	const char *cost_currency;
	bool priced;
	usec_t priced_at;
	usec_t created_at, updated_at;

	/* Of the latest revision; 0 and "" without one. */
	int32_t revision;
	const char *fingerprint;

	/* Running: the energy so far. */
	bool has_so_far, has_last_reading;
	int64_t so_far_wh;
	usec_t last_reading_at;
};

/* As stored, by enum end_kind; NULL for END_NONE and behind the last. */
extern const char *const end_kind_names[];
/* The same of these two; the first of each is NULL. */
extern const char *const billing_names[];
extern const char *const unpriced_names[];

/* Gives a startless session its start; its id and its readings stay. */
void session_set_start(struct session *, const struct session *start);

/*
 * Takes a start of the same identity (charger, transactionId, connectorId,
 * ts) that was reported differently: the lower meterStartWh wins, then one
 * that can't be read, then none; the lower idTag.  True: the session has
 * changed.
 */
bool session_merge_start(struct session *, const struct session *start);

struct session_end {
	enum end_kind kind;
	const char *reason;	/* NULL: none */
};

/* All but the readings, of which they have as many. */
bool session_facts_equal(const struct session_facts *,
    const struct session_facts *);

/*
 * Takes the end of a decision that was made of its latest readings only, or of
 * none: the figure comes later.
 */
void session_set_end(struct session *, const struct session_facts *,
    const struct session_end *, const struct decision *);

/* Takes the figure of a decision; a session that runs has none yet. */
void session_set_decision(struct session *, const struct session_facts *,
    const struct session_end *, const struct decision *);

/* The chain's step and figure, to be held against those of another time. */
char *session_chain_result(struct arena *, const struct decision *);

/*
 * A corrected session with a new decision keeps the operator's figure; it is
 * for review when the chain's result is no longer the one that was corrected.
 */
void session_keep_correction(struct session *, const char *chain_result);

/* Two decisions with the same fingerprint are the same result. */
char *session_fingerprint(struct arena *, const struct session *,
    const struct session_facts *, const struct decision *);

#endif
