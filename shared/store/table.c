#include "table.h"

void
table_init(struct table *t, struct ctx *cx, const enum db_type *types,
    int columns, size_t room)
{
	int i;

	t->arena = &cx->arena;
	t->rows = 0;
	t->columns = columns;
	t->types = types;
	for (i = 0; i < columns; i++)
		t->column[i] = arena_calloc(t->arena,
		    room * sizeof(struct db_value));
}

enum fault
table_queue(struct ctx *cx, const struct db_stmt *st,
    const struct table *t, const struct db_value *more, int n_more,
    struct rows **slot)
{
	struct db_value v[TABLE_COLUMNS + 4];
	int i;

	if (slot != NULL)
		*slot = NULL;
	if (t->rows == 0)
		return FAULT_NONE;
	for (i = 0; i < t->columns; i++)
		v[i] = db_array(t->arena, t->types[i], t->column[i], t->rows);
	for (i = 0; i < n_more; i++)
		v[t->columns + i] = more[i];
	return db_queue(cx, st, v, t->columns + n_more, slot);
}
