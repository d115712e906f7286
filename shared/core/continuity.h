/*
 * The register of each connector over the sessions of a charger: what it rose
 * while somebody was charged, what it rose between, where it went back.
 *
 * A session is held against the one before it on its connector: of those that
 * started earlier the one that ended last.  A register that differs by no more
 * than 1 Wh goes on; a session that starts before the other's end shares the
 * register with it, and no difference is made.  Pure.
 */
#ifndef CPMS_CORE_CONTINUITY_H
#define CPMS_CORE_CONTINUITY_H

#include "base/uuid.h"
#include "energy.h"

enum link_kind {
	LINK_FIRST,
	LINK_CONTINUOUS,
	LINK_BETWEEN,		/* the meter rose while nobody was charged */
	LINK_METER_BACK,
	LINK_OVERLAP,
	LINK_UNKNOWN		/* a register of the two is not known */
};
/* The words of the API, by enum link_kind; ends with a NULL. */
extern const char *const link_kind_names[];

/* A finalized session and its place in the chain. */
struct link {
	struct uuid session;
	int32_t connector;
	usec_t started_at, ended_at;

	/* As the session has them. */
	bool has_start;
	bool start_unreadable;
	bool has_meter_start;
	mwh_t meter_start;
	bool has_meter_stop;
	mwh_t meter_stop;
	bool has_energy;
	int64_t energy_wh;
	const char *energy_source;

	/* Of its figure's explanation. */
	bool has_baseline;
	mwh_t baseline;
	bool has_register;	/* what step 2 gave */
	mwh_t register_mwh;
	bool restarted;

	/* Made by continuity_of(). */
	bool has_start_mwh, has_end_mwh, has_gap;
	mwh_t start_mwh, end_mwh, gap;
	enum link_kind kind;
};

/* Sums end at the greatest that an mwh_t holds. */
struct continuity_sums {
	size_t sessions, overlaps, unknown;
	mwh_t delivered;	/* the sum of the figures */
	mwh_t between, back;	/* each 0 or above */
};

struct chain {
	int32_t connector;
	struct continuity_sums sums;
	struct link *links;
	size_t n_links;
};

struct continuity {
	const char *charger;
	struct continuity_sums sums;
	struct chain *chains;
	size_t n_chains;
};

/* Sorts the links, which the chains point into, and fills them in. */
void continuity_of(struct arena *, struct link *, size_t n,
    struct continuity *);

#endif
