/* JSON of commands. */
#ifndef CPMS_WIRE_COMMAND_H
#define CPMS_WIRE_COMMAND_H

#include "core/command.h"
#include "document.h"

/* struct command; as a body it asks for one. */
extern const struct document command_document;

#endif
