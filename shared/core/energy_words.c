/* The words of a decision, as the API has them. */
#include "energy.h"

const char *const energy_source_names[] = {
	[SOURCE_STOP] = "StopTransaction",
	[SOURCE_REGISTER] = "MeterValues.Register",
	[SOURCE_INTERVAL] = "MeterValues.Interval",
	[SOURCE_MISSING] = "Missing",
	NULL
};

const char *
energy_source_name(enum energy_source source)
{
	return energy_source_names[source];
}

const char *const flag_names[FLAGS + 1] = {
#define ROW(name, word, review)	word,
	FLAG_ROWS(ROW)
#undef ROW
};

static const bool is_for_review[FLAGS] = {
#define ROW(name, word, review)	review,
	FLAG_ROWS(ROW)
#undef ROW
};

const char *
flag_name(enum flag flag)
{
	size_t i;

	for (i = 0; i < FLAGS; i++)
		if (1u << i == (unsigned)flag)
			return flag_names[i];
	return "";
}

unsigned
flags_of_review(unsigned set)
{
	unsigned review = 0;
	size_t i;

	for (i = 0; i < FLAGS; i++)
		if (is_for_review[i])
			review |= 1u << i;
	return set & review;
}

const char *
verdict_words(enum verdict verdict)
{
	static const char *const words[VERDICTS] = {
		[VERDICT_USED] = "used",
		[LEFT_AMBIGUOUS] = "it may belong to another session of the "
		    "same transactionId",
		[LEFT_MEASURAND] = "another measurand, no energy reading",
		[LEFT_UNIT] = "neither Wh nor kWh, no energy reading",
		[LEFT_FORMAT] = "its format is not Raw",
		[LEFT_LOCATION] = "not measured at the outlet",
		[LEFT_PHASE] = "its phase is not one that is summed",
		[LEFT_BEGIN] = "taken at the transaction's begin, where the "
		    "session has its baseline already",
		[LEFT_BEGIN_PHASES] = "taken at the transaction's begin with "
		    "other phases than the session's readings",
		[LEFT_WINDOW] = "outside the session's time",
		[LEFT_VALUE] = "its value is not a number in range",
		[LEFT_NEGATIVE] = "negative",
		[LEFT_TOO_LARGE] = "more than one reading can hold",
		[LEFT_PHASED] = "one phase, where the session has readings "
		    "of all together",
		[LEFT_PHASE_LACKING] = "the other phases are not all there "
		    "at its time",
		[LEFT_FAMILY] = "overlaps with the intervals that are summed",
		[LEFT_SAME_TIME] = "another reading of the same time counts",
		[LEFT_GLITCH] = "a glitch between two readings in order",
		[LEFT_IMPOSSIBLE] = "an impossible rise since the reading "
		    "before",
	};

	return verdict < VERDICTS ? words[verdict] : "";
}

const char *
baseline_words(enum baseline_from from)
{
	switch (from) {
	case BASELINE_NONE:
		break;
	case BASELINE_METER_START:
		return "meterStartWh";
	case BASELINE_ASSUMED_ZERO:
		return "0, since the start came without a meterStartWh";
	case BASELINE_FIRST_READING:
		return "the first reading";
	case BASELINE_BEGIN_READING:
		return "the reading at Transaction.Begin";
	}
	return "none";
}
