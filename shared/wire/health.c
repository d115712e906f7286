#include "health.h"

static const struct member health_members[] = {
	{ "status", MEMBER_STRING, AT(health, status) },
	{ 0 }
};
const struct document health_document = {
	"Health", "The state of the process.",
	health_members, sizeof(struct health), false
};

static const struct member readiness_members[] = {
	{ "status", MEMBER_STRING, AT(readiness, status) },
	{ "version", MEMBER_STRING, AT(readiness, version) },
	{ "schema", MEMBER_STRING, AT(readiness, schema),
	    .says = "The newest migration that the programs need." },
	{ "endpoints", MEMBER_INT, AT(readiness, endpoints),
	    .says = "How many there are, all of which answer." },
	{ "gatewayReachable", MEMBER_BOOL, AT(readiness, gateway),
	    .says = "Told only: without it all but commands works." },
	{ 0 }
};
const struct document readiness_document = {
	"Readiness", "The state of the system.",
	readiness_members, sizeof(struct readiness), false
};
