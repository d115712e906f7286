#include "core/reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct reading
normalized(const char *measurand, const char *value, const char *unit)
{
	struct reading r = { .value = value, .unit = unit };

	reading_normalize(&r, measurand);
	return r;
}

static void
an_absent_measurand_is_the_register(void **state)
{
	(void)state;
	assert_int_equal(normalized(NULL, "1", NULL).kind, READING_REGISTER);
	assert_int_equal(normalized(" ", "1", NULL).kind, READING_REGISTER);
}

static void
measurands_are_told_by_their_whole_name(void **state)
{
	static const struct {
		const char *measurand;
		enum reading_kind kind;
	} rows[] = {
		{ "Energy.Active.Import.Register", READING_REGISTER },
		{ " energy.active.import.REGISTER ", READING_REGISTER },
		{ "Energy.Active.Import.Interval", READING_INTERVAL },
		{ "energy.active.import.interval\n", READING_INTERVAL },
		{ "Energy.Active.Export.Register", READING_OTHER },
		{ "Energy.Reactive.Import.Register", READING_OTHER },
		{ "Energy.Active.Import.RegisterX", READING_OTHER },
		{ "Energy.Active.Import", READING_OTHER },
		{ "Power.Active.Import", READING_OTHER },
		{ "SoC", READING_OTHER },
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++)
		assert_int_equal(normalized(rows[i].measurand, "1",
		    NULL).kind, rows[i].kind);
}

static void
a_value_is_usable_as_a_number_of_an_energy_unit(void **state)
{
	struct reading r = normalized(NULL, "1.5", "kWh");

	(void)state;
	assert_true(r.usable);
	assert_int_equal(r.mwh, 1500000);
	r = normalized(NULL, "-3", NULL);
	assert_true(r.usable);
	assert_int_equal(r.mwh, -3000);
	assert_false(normalized(NULL, "n/a", "Wh").usable);
	assert_false(normalized(NULL, NULL, "Wh").usable);
	assert_false(normalized(NULL, "5", "varh").usable);
	assert_false(normalized("Power.Active.Import", "5", "Wh").usable);
}

static void
phases_are_lines_and_lines_to_neutral(void **state)
{
	static const struct {
		const char *text;
		enum reading_phase phase;
	} rows[] = {
		{ NULL, PHASE_NONE }, { "", PHASE_NONE }, { " ", PHASE_NONE },
		{ "L1", PHASE_L1 }, { "L2", PHASE_L2 }, { "L3", PHASE_L3 },
		{ "L1-N", PHASE_L1 }, { "l2-n", PHASE_L2 },
		{ " L3-N ", PHASE_L3 }, { "N", PHASE_OTHER },
		{ "L1-L2", PHASE_OTHER }, { "L2-L3", PHASE_OTHER },
		{ "L3-L1", PHASE_OTHER }, { "L4", PHASE_OTHER },
	};
	struct reading r;
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		r = (struct reading){ .phase = rows[i].text };
		assert_int_equal(reading_phase(&r), rows[i].phase);
	}
}

static void
contexts_are_told_apart(void **state)
{
	static const struct {
		const char *text;
		enum reading_context context;
	} rows[] = {
		{ NULL, CONTEXT_OTHER }, { "Sample.Periodic", CONTEXT_OTHER },
		{ "Transaction.Begin", CONTEXT_BEGIN },
		{ " transaction.end", CONTEXT_END },
		{ "Sample.Clock", CONTEXT_CLOCK }, { "Trigger", CONTEXT_OTHER },
	};
	struct reading r;
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		r = (struct reading){ .context = rows[i].text };
		assert_int_equal(reading_context(&r), rows[i].context);
	}
}

static void
absent_format_and_location_are_raw_at_the_outlet(void **state)
{
	struct reading r = { 0 };

	(void)state;
	assert_true(reading_is_raw(&r));
	assert_true(reading_at_outlet(&r));
	r.format = " raw";
	r.location = "OUTLET";
	assert_true(reading_is_raw(&r));
	assert_true(reading_at_outlet(&r));
	r.format = "SignedData";
	r.location = "Inlet";
	assert_false(reading_is_raw(&r));
	assert_false(reading_at_outlet(&r));
}

static void
a_measurand_is_known_by_its_name_and_by_its_letter(void **state)
{
	static const enum reading_kind kinds[] = {
#define ROW(kind, name, letter)	kind,
		MEASURANDS(ROW)
#undef ROW
	};
	size_t i;

	(void)state;
	assert_string_equal(reading_kind_name(READING_INTERVAL),
	    "Energy.Active.Import.Interval");
	assert_string_equal(reading_kind_letters[READING_INTERVAL], "I");
	assert_null(reading_kind_letters[READING_OTHER]);
	for (i = 0; i < countof(kinds); i++) {
		assert_int_equal(strlen(reading_kind_letters[kinds[i]]), 1);
		assert_int_equal(normalized(reading_kind_name(kinds[i]), "1",
		    NULL).kind, kinds[i]);
	}
	assert_null(reading_kind_letters[i + 1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_absent_measurand_is_the_register),
		cmocka_unit_test(measurands_are_told_by_their_whole_name),
		cmocka_unit_test(
		    a_value_is_usable_as_a_number_of_an_energy_unit),
		cmocka_unit_test(phases_are_lines_and_lines_to_neutral),
		cmocka_unit_test(contexts_are_told_apart),
		cmocka_unit_test(
		    absent_format_and_location_are_raw_at_the_outlet),
		cmocka_unit_test(
		    a_measurand_is_known_by_its_name_and_by_its_letter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
