/* Which files of sql/ the database has had. */
#ifndef CPMS_STORE_SCHEMA_H
#define CPMS_STORE_SCHEMA_H

#include "base/ctx.h"

/*
 * How many of the n files it has not had, and the first of them: all, when it
 * is empty or another program's.
 */
enum fault schema_lacks(struct ctx *, const char *const *files, size_t n,
    size_t *lacks, const char **first);

#endif
