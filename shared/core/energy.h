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

#include "base/uuid.h"
#include "reading.h"

struct arena;

enum { RULE_VERSION = 2 };

enum end_kind {
	END_NONE,		/* running: the steps say what came so far */
	END_REPORTED,
	END_SUPERSEDED,		/* by the next start on its connector */
	END_STALE,
	END_AMBIGUOUS,		/* can't be told from another session */
};

enum energy_source {
	SOURCE_STOP, SOURCE_REGISTER, SOURCE_INTERVAL, SOURCE_MISSING,
};

/* The figure of an earlier edition, for a session without any event. */
struct legacy_figure {
	bool any;
	int64_t energy_wh;
	enum energy_source source;	/* SOURCE_MISSING: it is none */
	bool estimated;
};

/*
 * Borrowed throughout.  Of an ambiguous session nothing is attributed; its
 * readings are listed as left out.  A meterStopWh that can't be (negative,
 * over MWH_MAX) counts as absent; a meterStartWh that can't be is unreadable.
 */
struct session_facts {
	bool started;		/* false: no start was ever reported */
	usec_t started_at;
	bool has_start_received;
	usec_t start_received_at;
	bool has_meter_start;
	mwh_t meter_start;
	bool start_unreadable;	/* a value was sent, and none can be read */
	bool start_conflict;
	enum end_kind end;
	usec_t reported_end_at;	/* END_REPORTED, END_AMBIGUOUS */
	bool has_meter_stop;	/* END_REPORTED */
	mwh_t meter_stop;
	bool end_conflict;
	bool has_next_start;	/* a later one on its connector */
	usec_t next_start;
	struct uuid next_session;	/* with that start */
	int64_t max_power_kw;	/* the charger's own limit; 0: none */
	const struct reading *readings;	/* any order, may hold repeats */
	size_t n_readings;
	struct legacy_figure legacy;
};

struct energy_policy {
	int64_t max_charge_kw;	/* of a charger without a limit of its own */
	int64_t review_kwh;
	int64_t large_session;	/* readings; of more the decision is made
				   later, and is the same */
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
	LEFT_BEGIN_PHASES,
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

/*
 * Flags of a session, one a row: name, word of the API, whether somebody
 * should look.  Sets of flags are stored by their bits, so a new row
 * comes last.
 */
#define FLAG_ROWS(ROW) \
	ROW(START_ASSUMED_ZERO, "StartAssumedZero", false) \
	ROW(START_REPLACED, "StartReplaced", true) \
	ROW(START_MISSING, "StartMissing", false) \
	ROW(STOP_BELOW_START, "StopBelowStart", false) \
	ROW(METER_RESTART, "MeterRestart", true) \
	ROW(READING_IGNORED, "ReadingIgnored", false) \
	ROW(STEPS_DISAGREE, "StepsDisagree", true) \
	ROW(IMPLAUSIBLE_POWER, "ImplausiblePower", true) \
	ROW(LARGE_ENERGY, "LargeEnergy", true) \
	ROW(CLOCK_SKEW, "ClockSkew", true) \
	ROW(CONFLICTING_STARTS, "ConflictingStarts", true) \
	ROW(CONFLICTING_ENDS, "ConflictingEnds", true) \
	ROW(AMBIGUOUS_TRANSACTION, "AmbiguousTransaction", true) \
	ROW(SUPERSEDED, "Superseded", false) \
	ROW(STALE, "Stale", false) \
	ROW(ENERGY_MISSING, "EnergyMissing", true) \
	ROW(START_UNREADABLE, "StartUnreadable", true) \
	ROW(OVERLAP, "Overlap", true) \
	ROW(ENERGY_AFTER_END, "EnergyAfterEnd", true) \
	ROW(READINGS_END_EARLY, "ReadingsEndEarly", true) \
	ROW(INTERVALS_DOUBTFUL, "IntervalsDoubtful", true) \
	ROW(PHASES_EQUAL, "PhasesEqual", true) \
	ROW(LEGACY_FIGURE, "LegacyFigure", false) \
	ROW(CORRECTION_OUTDATED, "CorrectionOutdated", true) \
	ROW(COST_TOO_LARGE, "CostTooLarge", true)

#define ROW_BIT(name, word, review)	FLAG_BIT_##name,
enum flag_bit { FLAG_ROWS(ROW_BIT) FLAGS };
#undef ROW_BIT

#define ROW_FLAG(name, word, review)	FLAG_##name = 1 << FLAG_BIT_##name,
enum flag { FLAG_ROWS(ROW_FLAG) };
#undef ROW_FLAG

struct decision {
	bool has_energy;
	int64_t energy_wh;	/* only with has_energy */
	enum energy_source source;
	bool estimated, needs_review;
	unsigned flags;		/* of enum flag */
	unsigned review_flags;	/* those of them that ask for a review */
	struct step steps[STEPS];	/* by enum energy_source; with
			LegacyFigure that of the source is not usable */
	struct baseline baseline;	/* of the registers */
	struct baseline stop_baseline;	/* of the stop; mostly the same */
	int64_t max_power_kw;	/* the limit that was used */
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
extern const char *const energy_source_names[];	/* ends with a NULL */
const char *energy_source_name(enum energy_source);
const char *flag_name(enum flag);	/* "": none, or several */
extern const char *const flag_names[];	/* by bit; ends with a NULL */
unsigned flags_of_review(unsigned flags);
const char *verdict_words(enum verdict);
const char *baseline_words(enum baseline_from);

#endif
