/*
 * The number on the bill: what is known of a session in, its energy with the
 * reasons out.  Pure: no database, no clock, and the order of the readings or
 * their repetition make no difference.
 *
 * RULE_VERSION is stored with each decision: raise it with every change that
 * makes another figure of the same facts.
 */
#ifndef CPMS_CORE_ENERGY_H
#define CPMS_CORE_ENERGY_H

#include "reading.h"

struct arena;

enum { RULE_VERSION = 1 };

enum end_kind {
	END_NONE,		/* running: the steps say what came so far */
	END_REPORTED,
	END_SUPERSEDED,		/* by the next start on its connector */
	END_STALE,
	END_AMBIGUOUS,		/* can't be told from another session */
};

/*
 * Borrowed throughout.  Of an ambiguous session nothing is attributed; its
 * readings are listed as left out.  A meter value that can't be (negative,
 * over MWH_MAX) counts as absent.
 */
struct session_facts {
	bool started;		/* false: no start was ever reported */
	usec_t started_at;
	bool has_meter_start;
	mwh_t meter_start;
	bool start_conflict;
	enum end_kind end;
	usec_t reported_end_at;	/* END_REPORTED, END_AMBIGUOUS */
	bool has_meter_stop;	/* END_REPORTED */
	mwh_t meter_stop;
	bool end_conflict;
	usec_t next_start;	/* END_SUPERSEDED */
	const struct reading *readings;	/* any order, may hold repeats */
	size_t n_readings;
};

struct energy_policy {
	int64_t max_charge_kw;
	int64_t review_kwh;
};

enum energy_source {
	SOURCE_STOP, SOURCE_REGISTER, SOURCE_INTERVAL, SOURCE_MISSING,
};

enum { STEPS = SOURCE_MISSING };	/* those that give a figure */

struct step {
	bool usable;
	mwh_t mwh;		/* only when usable */
	const char *why_not;	/* plain words, NULL when usable */
};

enum baseline_from {
	BASELINE_NONE,		/* no start and no reading */
	BASELINE_METER_START,
	BASELINE_ASSUMED_ZERO,	/* a start without a meter value */
	BASELINE_FIRST_READING,
	BASELINE_BEGIN_READING,	/* a reading of context Transaction.Begin */
};

struct baseline {
	enum baseline_from from;
	mwh_t mwh;
	usec_t at;
};

/* What became of a reading. */
enum verdict {
	VERDICT_USED,		/* it counts in the step of its measurand */
	LEFT_AMBIGUOUS,
	LEFT_MEASURAND,
	LEFT_UNIT,
	LEFT_FORMAT,
	LEFT_LOCATION,
	LEFT_PHASE,
	LEFT_BEGIN,
	LEFT_WINDOW,
	LEFT_VALUE,
	LEFT_NEGATIVE,
	LEFT_TOO_LARGE,
	LEFT_PHASED,
	LEFT_PHASE_LACKING,
	LEFT_FAMILY,
	LEFT_SAME_TIME,
	LEFT_GLITCH,
	LEFT_IMPOSSIBLE,
	VERDICTS
};

enum flag {
	FLAG_START_ASSUMED_ZERO		= 1 << 0,
	FLAG_START_REPLACED		= 1 << 1,
	FLAG_START_MISSING		= 1 << 2,
	FLAG_STOP_BELOW_START		= 1 << 3,
	FLAG_METER_RESTART		= 1 << 4,
	FLAG_READING_IGNORED		= 1 << 5,
	FLAG_STEPS_DISAGREE		= 1 << 6,
	FLAG_IMPLAUSIBLE_POWER		= 1 << 7,
	FLAG_LARGE_ENERGY		= 1 << 8,
	FLAG_CLOCK_SKEW			= 1 << 9,
	FLAG_CONFLICTING_STARTS		= 1 << 10,
	FLAG_CONFLICTING_ENDS		= 1 << 11,
	FLAG_AMBIGUOUS_TRANSACTION	= 1 << 12,
	FLAG_SUPERSEDED			= 1 << 13,
	FLAG_STALE			= 1 << 14,
};

enum { FLAGS = 15 };

struct decision {
	bool has_energy;
	int64_t energy_wh;	/* only with has_energy */
	enum energy_source source;
	bool estimated, needs_review;
	unsigned flags;		/* of enum flag */
	struct step steps[STEPS];	/* by enum energy_source */
	struct baseline baseline;	/* the one the steps worked with */
	const enum verdict *verdicts;	/* one a reading, in their order */

	usec_t started_at;	/* no start: the first reading's time, of any
				   kind, else the reported end's */
	bool has_ended;
	usec_t ended_at;
	bool has_last_reading;	/* the last eligible one in the window */
	usec_t last_reading_at;
};

/* The decision's memory comes from the arena. */
void energy_decide(struct arena *, const struct session_facts *,
    const struct energy_policy *, struct decision *);

/* The words of the API; never NULL. */
const char *energy_source_name(enum energy_source);
const char *flag_name(enum flag);
const char *verdict_words(enum verdict);
const char *baseline_words(enum baseline_from);

#endif
