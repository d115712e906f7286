#include "health.h"

static const struct member health_members[] = {
	{ "status", MEMBER_STRING, AT(health, status) },
	{ "version", MEMBER_STRING, AT(health, version), .omitted = true },
	{ 0 }
};
const struct document health_document = {
	"Health", "The state of the process.",
	health_members, sizeof(struct health), false
};
