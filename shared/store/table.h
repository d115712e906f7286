/* Rows on their way into a statement: one array parameter a column. */
#ifndef CPMS_STORE_TABLE_H
#define CPMS_STORE_TABLE_H

#include "adapter/db.h"

enum { TABLE_COLUMNS = 24 };

struct table {
	struct arena *arena;
	size_t rows;
	int columns;
	const enum db_type *types;
	struct db_value *column[TABLE_COLUMNS];
};

/* All null; the caller fills column[c][row] and counts rows. */
void table_init(struct table *, struct ctx *, const enum db_type *types,
    int columns, size_t room);

/*
 * Queues the statement with its columns, then `more`.  Without rows nothing
 * is queued and the slot is NULL.
 */
enum fault table_queue(struct ctx *, const struct db_stmt *,
    const struct table *, const struct db_value *more, int n_more,
    struct rows **slot);

#endif
