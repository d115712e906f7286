/* Whether a statement's arrays are those of its tables of columns. */
#ifndef CPMS_STORE_COLUMNS_CHECK_H
#define CPMS_STORE_COLUMNS_CHECK_H

#include "columns.h"

/* Most columns of a table, and most arrays of a statement. */
enum { COLUMNS_MAX = 64 };

/* As a cast in SQL names it. */
const char *column_type(enum column_kind);

/*
 * Once for each statement: its names and casts are those of the sets, one
 * after another.  Aborts with the first that differs.
 */
void columns_check(const struct db_stmt *, const struct column_rows *,
    size_t n_sets);

#endif
