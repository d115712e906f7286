/* Between the sources of energy.h: a decision while it is being made. */
#ifndef CPMS_CORE_ENERGY_PRIVATE_H
#define CPMS_CORE_ENERGY_PRIVATE_H

#include "decimal.h"
#include "energy.h"

#define SLACK		(60 * SECOND)	/* around the session's time */
#define NOISE		MWH_PER_WH	/* a fall up to this is none */
#define BIG		(100 * MWH_PER_KWH)	/* what power must explain */
#define BURST		(10 * MWH_PER_KWH)	/* that needs no time */

/* Readings that are compared with each other. */
enum stream {
	REGISTERS,
	LATE,			/* registers after the session's time */
	BEGINNINGS,		/* registers of context Transaction.Begin */
	SAMPLED, CLOCKED,	/* intervals */
	STREAMS			/* none: the reading doesn't count */
};

struct candidate {
	const struct reading *reading;
	size_t index;		/* in the readings given */
	enum stream stream;
	enum reading_phase phase;
};

/* All phases of a stream at one time. */
struct point {
	usec_t at;
	mwh_t mwh;
	const struct candidate *first;
	size_t n;
};

struct curve {
	struct point *points;
	size_t n;
};

/* What the start said of the meter. */
enum start_value { START_NONE, START_ABSENT, START_UNREADABLE, START_GIVEN };

struct derivation {
	const struct session_facts *facts;
	const struct energy_policy *policy;
	struct decision *out;
	enum start_value start;
	enum verdict *verdicts;
	struct candidate *candidates;
	size_t n;
	struct curve curves[STREAMS];
	bool refused[STREAMS];
	bool has_stop;		/* a meterStopWh that can be */
	bool stop_impossible;
	bool stop_against_glitch;	/* the stop alone made a glitch of a
				   reading above it that could be */
	enum stream family;	/* of the intervals that are summed */
};

void flag_if(struct derivation *, bool condition, enum flag);

/* Time from one moment to a later one; 0 when it isn't later. */
usec_t time_elapsed(usec_t from, usec_t to);

/* How long it charged; a wrong clock's end gives way to the readings. */
usec_t session_duration(const struct derivation *);

/* More than BIG, and more than the limit delivers in that time. */
bool rise_impossible(const struct derivation *, mwh_t energy, usec_t time);

/* More than BURST and what the limit delivers in that time. */
bool rise_implausible(const struct derivation *, mwh_t energy, usec_t time);

/* Whether a time lies behind the session's. */
bool is_after_session(const struct derivation *, usec_t ts);

/* energy_curves.c: verdicts on single readings, then the curves. */
void classify_readings(struct derivation *);
void build_curves(struct derivation *, struct arena *);
void leave_point(struct derivation *, const struct point *, enum verdict);

/* energy_flags.c: the flags that no step depends on. */
void set_flags(struct derivation *);

#endif
