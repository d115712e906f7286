#include "schema.h"

#include "adapter/db.h"

static const struct db_stmt record_find = { "schema_record_find",
	"SELECT EXISTS (SELECT FROM pg_attribute"
	" WHERE attrelid = to_regclass('schema_migrations')"
	" AND attname = 'file' AND NOT attisdropped) AS found"
};

static const struct db_stmt files_lacking = { "schema_files_lacking",
	"SELECT wanted.file FROM unnest($1::text[]) AS wanted (file)"
	" WHERE NOT EXISTS (SELECT FROM schema_migrations m"
	" WHERE m.file = wanted.file) ORDER BY wanted.file"
};

enum fault
schema_lacks(struct ctx *cx, const char *const *files, size_t n,
    size_t *lacks, const char **first)
{
	struct db_value *v = arena_calloc(&cx->arena, n * sizeof(*v)), list;
	struct rows *r;
	enum fault f;
	size_t i;

	*lacks = n;
	*first = files[0];
	if ((f = db_run(cx, &record_find, NULL, 0, &r)))
		return f;
	if (!rows_bool(r, 0, 0))
		return FAULT_NONE;
	for (i = 0; i < n; i++)
		v[i] = db_text(files[i]);
	list = db_array(&cx->arena, DB_TEXT, v, n);
	if ((f = db_run(cx, &files_lacking, &list, 1, &r)))
		return f;
	*lacks = rows_count(r);
	if (*lacks > 0)
		*first = rows_text(r, 0, 0);
	return FAULT_NONE;
}
