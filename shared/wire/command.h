/* Commands: JSON <-> core structs. */
#ifndef CPMS_WIRE_COMMAND_H
#define CPMS_WIRE_COMMAND_H

#include "core/command.h"
#include "adapter/json.h"

/*
 * A posted command's type, chargePointId and idempotencyKey into the struct;
 * its payload was only looked at and stays in the body.  FAULT_SYNTAX: not
 * JSON; FAULT_INVALID: every bad member is in cx->errors.
 */
enum fault wire_command_read(struct ctx *, const char *body, size_t len,
    struct command *);

struct json *wire_command(struct ctx *, const struct command *);

#endif
