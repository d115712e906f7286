/*
 * A settlement's statement: the document whose hash a chain can carry.
 * Canonical JSON (RFC 8785) of strings, integers, booleans and nulls; it
 * tells nothing of who charged.
 */
#ifndef CPMS_WIRE_STATEMENT_H
#define CPMS_WIRE_STATEMENT_H

#include "core/settlement.h"
#include "adapter/json.h"

/* Of a frozen settlement with its place among its site's statements. */
char *wire_statement(struct ctx *, const struct settlement *,
    const struct statement_facts *);

#endif
