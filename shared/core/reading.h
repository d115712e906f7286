/*
 * One meter reading as a charge point sent it, and the sense of its words.
 *
 * The strings are borrowed: the reading neither copies nor frees them, and
 * they must live as long as it is looked at.  NULL or blank is absent.  Words
 * are compared without regard to case and to blanks around them.
 */
#ifndef CPMS_CORE_READING_H
#define CPMS_CORE_READING_H

#include "base/types.h"

/*
 * The measurands that count, one a row: kind, name (OCPP 1.6, 7.31), the
 * letter in meter_samples.kind.  How a kind counts is for energy.c to say.
 */
#define MEASURANDS(ROW) \
	ROW(READING_REGISTER, "Energy.Active.Import.Register", "R") \
	ROW(READING_INTERVAL, "Energy.Active.Import.Interval", "I")

enum reading_kind {
	READING_OTHER,		/* not an energy reading */
#define ROW_KIND(kind, name, letter)	kind,
	MEASURANDS(ROW_KIND)
#undef ROW_KIND
};

/* NULL for READING_OTHER. */
const char *reading_kind_name(enum reading_kind);
/* By enum reading_kind, a NULL behind the last. */
extern const char *const reading_kind_letters[];

struct reading {
	int64_t id, event_id;
	usec_t ts;
	enum reading_kind kind;
	const char *value, *unit, *context, *phase, *location, *format;
	bool usable;		/* value is a number of Wh or kWh in range */
	mwh_t mwh;		/* only when usable; the sign is kept */
};

/*
 * Fills kind, usable and mwh from the measurand (absent is the
 * register), value and unit.  Whether a reading counts in its session is
 * for energy_decide() to say.
 */
void reading_normalize(struct reading *, const char *measurand);

enum reading_context {
	CONTEXT_OTHER, CONTEXT_BEGIN, CONTEXT_END, CONTEXT_CLOCK,
};

enum reading_phase {
	PHASE_NONE, PHASE_L1, PHASE_L2, PHASE_L3,
	PHASE_OTHER,		/* N, L1-L2 and the like: never summed */
};

enum reading_context reading_context(const struct reading *);
enum reading_phase reading_phase(const struct reading *);
bool reading_is_raw(const struct reading *);
bool reading_at_outlet(const struct reading *);

#endif
