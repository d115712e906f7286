#include "reading.h"

#include <string.h>

#include "decimal.h"

static const struct measurand {
	enum reading_kind kind;
	const char *name;
} measurands[] = {
	{ READING_OTHER, NULL },
#define ROW(kind, name, letter)	{ kind, name },
	MEASURANDS(ROW)
#undef ROW
};

const char *const reading_kind_letters[] = {
	NULL,
#define ROW(kind, name, letter)	letter,
	MEASURANDS(ROW)
#undef ROW
	NULL
};

const char *
reading_kind_name(enum reading_kind kind)
{
	return measurands[kind].name;
}

static enum reading_kind
measurand_kind(const char *measurand)
{
	size_t i;

	if (word_is(measurand, ""))
		return READING_REGISTER;
	for (i = 1; i < countof(measurands); i++)
		if (word_is(measurand, measurands[i].name))
			return measurands[i].kind;
	return READING_OTHER;
}

void
reading_normalize(struct reading *r, const char *measurand)
{
	r->kind = measurand_kind(measurand);
	r->mwh = 0;
	r->usable = r->kind != READING_OTHER &&
	    decimal_mwh(r->value, r->unit, &r->mwh);
}

enum reading_context
reading_context(const struct reading *r)
{
	if (word_is(r->context, "Transaction.Begin"))
		return CONTEXT_BEGIN;
	if (word_is(r->context, "Transaction.End"))
		return CONTEXT_END;
	if (word_is(r->context, "Sample.Clock"))
		return CONTEXT_CLOCK;
	return CONTEXT_OTHER;
}

enum reading_phase
reading_phase(const struct reading *r)
{
	static const struct {
		const char *word;
		enum reading_phase phase;
	} phases[] = {
		{ "", PHASE_NONE },
		{ "L1", PHASE_L1 }, { "L1-N", PHASE_L1 },
		{ "L2", PHASE_L2 }, { "L2-N", PHASE_L2 },
		{ "L3", PHASE_L3 }, { "L3-N", PHASE_L3 },
	};
	size_t i;

	for (i = 0; i < countof(phases); i++)
		if (word_is(r->phase, phases[i].word))
			return phases[i].phase;
	return PHASE_OTHER;
}

bool
reading_is_raw(const struct reading *r)
{
	return word_is(r->format, "") || word_is(r->format, "Raw");
}

bool
reading_at_outlet(const struct reading *r)
{
	return word_is(r->location, "") || word_is(r->location, "Outlet");
}
