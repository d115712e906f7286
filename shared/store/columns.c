#include "columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "columns_check.h"

static const struct {
	enum db_type type;
	const char *sql;
	size_t width;
} kinds[] = {
	[COL_BOOL] = { DB_BOOL, "bool", sizeof(bool) },
	[COL_I16] = { DB_I16, "smallint", sizeof(int16_t) },
	[COL_I32] = { DB_I32, "int", sizeof(int32_t) },
	[COL_I64] = { DB_I64, "bigint", sizeof(int64_t) },
	[COL_TEXT] = { DB_TEXT, "text", sizeof(char *) },
	[COL_TIME] = { DB_TIME, "timestamptz", sizeof(usec_t) },
	[COL_UUID] = { DB_UUID, "uuid", sizeof(struct uuid) },
	[COL_MWH] = { DB_NUMERIC, "numeric", sizeof(int64_t) },
	[COL_AMOUNT] = { DB_NUMERIC, "numeric", sizeof(int64_t) },
	[COL_WORD] = { DB_TEXT, "text", sizeof(unsigned) },
	[COL_SET] = { DB_TEXT, "text", sizeof(unsigned) },
};

enum { MWH_PLACES = 3, AMOUNT_PLACES = 4 };

const char *
column_type(enum column_kind k)
{
	return kinds[k].sql;
}

static void
column_check(const struct column *c)
{
	if (c->width == kinds[c->kind].width)
		return;
	log_line(LOG_ERROR_LINE, "column %s: its field is no %s", c->name,
	    kinds[c->kind].sql);
	abort();
}

/* Where the columns of a table stand in a result. */
struct places {
	int at[COLUMNS_MAX];
};

static int
column_place(const struct column *c, const struct rows *r, int guess)
{
	const char *name = rows_name(r, guess);
	int at = name != NULL && strcmp(name, c->name) == 0 ? guess :
	    rows_column(r, c->name);

	column_check(c);
	if (rows_type(r, at) != kinds[c->kind].type) {
		log_line(LOG_ERROR_LINE, "the result's column %s is no %s",
		    c->name, kinds[c->kind].sql);
		abort();
	}
	return at;
}

static void
places_find(struct places *p, const struct columns *of, const struct rows *r)
{
	const struct column *c;
	int n = 0;

	for (c = of->list; c->name != NULL; c++) {
		if (c->unread)
			continue;
		if (n == COLUMNS_MAX)
			abort();
		p->at[n] = column_place(c, r, n == 0 ? 0 : p->at[n - 1] + 1);
		n++;
	}
}

/* The schema's checks let no other word in; it would read as 0. */
static unsigned
word_read(column_words words, const char *text)
{
	unsigned i;

	if (text != NULL)
		for (i = words[0] == NULL; words[i] != NULL; i++)
			if (strcmp(words[i], text) == 0)
				return i;
	return 0;
}

/* Words that the table lacks are passed over. */
static unsigned
set_read(column_words words, const char *text)
{
	unsigned i, set = 0;
	size_t n;

	for (; text != NULL && *text != '\0'; text += n + (text[n] == ',')) {
		n = strcspn(text, ",");
		for (i = 0; words[i] != NULL; i++)
			if (strlen(words[i]) == n &&
			    memcmp(words[i], text, n) == 0)
				set |= 1u << i;
	}
	return set;
}

static struct db_value
set_write(struct arena *a, column_words words, unsigned set)
{
	const char *text = "";
	unsigned i;

	for (i = 0; words[i] != NULL; i++)
		if ((set & 1u << i) != 0)
			text = arena_printf(a, "%s%s%s", text,
			    *text == '\0' ? "" : ",", words[i]);
	return db_text(text);
}

static void
value_read(const struct column *c, const struct rows *r, size_t i, int at,
    void *p)
{
	switch (c->kind) {
	case COL_BOOL:
		*(bool *)p = rows_bool(r, i, at);
		break;
	case COL_I16:
		*(int16_t *)p = rows_i16(r, i, at);
		break;
	case COL_I32:
		*(int32_t *)p = rows_i32(r, i, at);
		break;
	case COL_I64:
		*(int64_t *)p = rows_i64(r, i, at);
		break;
	case COL_TEXT:
		*(const char **)p = rows_text(r, i, at);
		break;
	case COL_TIME:
		*(usec_t *)p = rows_time(r, i, at);
		break;
	case COL_UUID:
		rows_uuid(r, i, at, p);
		break;
	case COL_MWH:
		*(mwh_t *)p = rows_numeric(r, i, at, MWH_PLACES);
		break;
	case COL_AMOUNT:
		*(int64_t *)p = rows_numeric(r, i, at, AMOUNT_PLACES);
		break;
	case COL_WORD:
		*(unsigned *)p = word_read(c->words, rows_text(r, i, at));
		break;
	case COL_SET:
		*(unsigned *)p = set_read(c->words, rows_text(r, i, at));
		break;
	}
}

static void
row_read(const struct columns *of, const struct places *p,
    const struct rows *r, size_t i, char *item)
{
	const struct column *c;
	const int *at = p->at;
	bool null;

	for (c = of->list; c->name != NULL; c++) {
		if (c->unread)
			continue;
		/* NOLINTNEXTLINE: places_find() set as many as are read */
		null = rows_null(r, i, *at);
		if (null)
			memset(item + c->offset, 0, kinds[c->kind].width);
		else
			value_read(c, r, i, *at, item + c->offset);
		if (c->has != 0)
			*(bool *)(item + c->has - 1) = !null;
		at++;
	}
}

void
columns_read_one(const struct columns *of, const struct rows *r, size_t row,
    void *item)
{
	struct places p;

	places_find(&p, of, r);
	row_read(of, &p, r, row, item);
}

void
columns_read(const struct columns *of, const struct rows *r, void *items,
    size_t n)
{
	struct places p;
	size_t i;

	if (r == NULL)
		return;
	places_find(&p, of, r);
	for (i = 0; i < n; i++)
		row_read(of, &p, r, i, (char *)items + i * of->size);
}

void *
columns_read_first(struct ctx *cx, const struct columns *of,
    const struct rows *r, size_t n)
{
	void *items = arena_calloc(&cx->arena, n * of->size);

	columns_read(of, r, items, n);
	return items;
}

void *
columns_read_all(struct ctx *cx, const struct columns *of,
    const struct rows *r, size_t *n)
{
	*n = rows_count(r);
	return columns_read_first(cx, of, r, *n);
}

static const char *
item_of(const struct column_rows *s, size_t i)
{
	const char *p = s->items;

	if (!s->pointers)
		return p + i * s->columns->size;
	memcpy(&p, p + i * sizeof(p), sizeof(p));
	return p;
}

void
columns_read_numbered(const struct column_rows *s, const struct rows *r)
{
	struct places p;
	size_t i, n;
	int at;

	if (r == NULL)
		return;
	places_find(&p, s->columns, r);
	at = rows_column(r, "n");
	for (i = 0; i < rows_count(r); i++) {
		n = (size_t)rows_i32(r, i, at) - 1;
		if (n >= s->n)
			abort();
		row_read(s->columns, &p, r, i, (char *)item_of(s, n));
	}
}

static struct db_value
value_write(struct arena *a, const struct column *c, const char *item)
{
	const void *p = item + c->offset;

	if (c->has != 0 && !*(const bool *)(item + c->has - 1))
		return db_null();
	switch (c->kind) {
	case COL_BOOL:
		return db_bool(*(const bool *)p);
	case COL_I16:
		return db_i16(a, *(const int16_t *)p);
	case COL_I32:
		return db_i32(a, *(const int32_t *)p);
	case COL_I64:
		return db_i64(a, *(const int64_t *)p);
	case COL_TEXT:
		return db_text(*(const char *const *)p);
	case COL_TIME:
		return db_time(a, *(const usec_t *)p);
	case COL_UUID:
		return uuid_is_nil(p) ? db_null() : db_uuid(p);
	case COL_MWH:
		return db_numeric(a, *(const mwh_t *)p, MWH_PLACES);
	case COL_AMOUNT:
		return db_numeric(a, *(const int64_t *)p, AMOUNT_PLACES);
	case COL_WORD:
		return db_text(c->words[*(const unsigned *)p]);
	case COL_SET:
		return set_write(a, c->words, *(const unsigned *)p);
	}
	abort();
}

static struct db_value
array_write(struct arena *a, const struct column *c,
    const struct column_rows *s)
{
	struct db_value *v = arena_alloc(a, s->n * sizeof(*v));
	size_t i;

	for (i = 0; i < s->n; i++)
		v[i] = value_write(a, c, item_of(s, i));
	return db_array(a, kinds[c->kind].type, v, s->n);
}

enum fault
columns_queue(struct ctx *cx, const struct db_stmt *st,
    const struct column_rows *sets, size_t n_sets, struct rows **slot)
{
	struct db_value v[COLUMNS_MAX];
	const struct column *c;
	size_t i, rows = 0;
	int n = 0;

	if (slot != NULL)
		*slot = NULL;
	for (i = 0; i < n_sets; i++)
		rows += sets[i].n;
	if (rows == 0)
		return FAULT_NONE;
	columns_check(st, sets, n_sets);
	for (i = 0; i < n_sets; i++)
		for (c = sets[i].columns->list; c->name != NULL; c++)
			if (c->in & sets[i].in)
				v[n++] = array_write(&cx->arena, c, &sets[i]);
	return db_queue(cx, st, v, n, slot);
}
