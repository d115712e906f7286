/* The problem (RFC 9457) that an answer can be instead. */
#ifndef CPMS_WIRE_PROBLEM_H
#define CPMS_WIRE_PROBLEM_H

#include "document.h"

extern const struct document problem_document;

struct missing {
	const char *name, *detail;
};

struct problem {
	const char *type, *title;
	int32_t status;
	const char *detail, *instance;
	const struct member_error *errors;
	size_t n_errors;

	/* What some calls tell beside that; NULL: left out. */
	const char *settlement_status;
	const char *command_id, *command_status, *error;
	const struct missing *missing;
	size_t n_missing;
};

#endif
