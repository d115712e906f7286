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
	bool finalized;
	usec_t finalized_at;

	struct legacy_figure legacy;	/* of a session without events */
	struct uuid duplicate_of;	/* nil: none */
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

/* Takes the figure of a decision; a session that runs has none yet. */
void session_set_decision(struct session *, const struct session_facts *,
    const struct session_end *, const struct decision *);

/* Two decisions with the same fingerprint are the same result. */
char *session_fingerprint(struct arena *, const struct session *,
    const struct session_facts *, const struct decision *);

#endif
