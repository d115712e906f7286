/*
 * A settlement's statement: the document whose hash a network can carry.
 * Canonical JSON (RFC 8785) of strings, integers, booleans and nulls; it
 * tells nothing of who charged.
 */
#ifndef CPMS_WIRE_STATEMENT_H
#define CPMS_WIRE_STATEMENT_H

#include "core/settlement.h"
#include "document.h"

extern const struct document statement_document;

/* Of a frozen settlement with its place among its site's statements. */
char *wire_statement(struct ctx *, const struct settlement *,
    const struct statement_facts *);

#endif
