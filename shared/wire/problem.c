#include "problem.h"

#include "core/command.h"
#include "core/settlement.h"

static bool
has_errors(const void *p)
{
	return ((const struct problem *)p)->n_errors > 0;
}

static bool
has_missing(const void *p)
{
	return ((const struct problem *)p)->n_missing > 0;
}

static const struct member missing_members[] = {
	{ "name", MEMBER_STRING, AT(missing, name),
	    .says = "database, schema, or an endpoint." },
	{ "detail", MEMBER_STRING, AT(missing, detail) },
	{ 0 }
};
static const struct document missing_document = {
	"Missing", NULL, missing_members, sizeof(struct missing), false
};

static const struct member error_members[] = {
	{ "pointer", MEMBER_STRING, AT(member_error, pointer),
	    .says = "A JSON pointer (RFC 6901) into the body." },
	{ "detail", MEMBER_STRING, AT(member_error, detail) },
	{ 0 }
};
static const struct document error_document = {
	"MemberError", NULL, error_members, sizeof(struct member_error), false
};

static const struct member problem_members[] = {
	{ "type", MEMBER_STRING, AT(problem, type),
	    .says = "urn:cpms:problem: and the name of the problem." },
	{ "title", MEMBER_STRING, AT(problem, title) },
	{ "status", MEMBER_INT, AT(problem, status) },
	{ "detail", MEMBER_STRING, AT(problem, detail), .omitted = true },
	{ "instance", MEMBER_STRING, AT(problem, instance),
	    .says = "urn:uuid: and the id of the request." },
	{ "errors", MEMBER_LIST, AT(problem, errors),
	    COUNT(problem, n_errors), .when = has_errors, .omitted = true,
	    .document = &error_document,
	    .says = "Each member of the body that is missing or wrong." },
	{ "settlementStatus", MEMBER_WORD, AT(problem, settlement_status),
	    .omitted = true, .words = settlement_status_names },
	{ "commandId", MEMBER_STRING, AT(problem, command_id),
	    .omitted = true },
	{ "commandStatus", MEMBER_WORD, AT(problem, command_status),
	    .omitted = true, .words = command_status_names },
	{ "error", MEMBER_STRING, AT(problem, error), .omitted = true,
	    .says = "What went wrong with the command." },
	{ "missing", MEMBER_LIST, AT(problem, missing),
	    COUNT(problem, n_missing), .when = has_missing, .omitted = true,
	    .document = &missing_document,
	    .says = "Each part of the system that does not work." },
	{ 0 }
};
const struct document problem_document = {
	"Problem", "A problem (RFC 9457).",
	problem_members, sizeof(struct problem), false
};
