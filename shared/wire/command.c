#include "command.h"

enum { MAX_KEY = 255 };

static const struct member command_members[] = {
	{ "commandId", MEMBER_UUID, AT(command, id), .read_only = true },
	{ "type", MEMBER_WORD, AT(command, type),
	    .words = command_type_names },
	{ "chargePointId", MEMBER_CHARGER, AT(command, charger) },
	{ "idempotencyKey", MEMBER_STRING, AT(command, key), .min = 1,
	    .max = MAX_KEY,
	    .says = "The command is sent once for a charger and key." },
	{ "payload", MEMBER_PAYLOAD, AT(command, payload),
	    .says = "What the charger gets, as OCPP has it." },
	{ "status", MEMBER_STATE, AT(command, status),
	    .words = command_status_names, .read_only = true },
	{ "gatewayResponse", MEMBER_FOREIGN, AT(command, response),
	    .nullable = true, .read_only = true,
	    .says = "The gateway's answer as it came, JSON or else text." },
	{ "error", MEMBER_STRING, AT(command, error), .nullable = true,
	    .read_only = true, .says = "What went wrong." },
	{ "createdAt", MEMBER_TIME, AT(command, created_at),
	    .read_only = true },
	{ "updatedAt", MEMBER_TIME, AT(command, updated_at),
	    .read_only = true },
	{ 0 }
};
const struct document command_document = {
	"Command", "A command to a charger and what became of it.",
	command_members, sizeof(struct command), false
};
