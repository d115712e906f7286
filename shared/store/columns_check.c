#include "columns_check.h"

#include <ctype.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

enum { CHECKED_MAX = 128 };

/* A part of the SQL. */
struct part {
	const char *text;
	int len;
};

/* The arrays of a statement, $1 first. */
struct array_list {
	struct part type[COLUMNS_MAX], name[COLUMNS_MAX];
	int n;
};

static const char *
skip(const char *p, const char *text)
{
	size_t n = strlen(text);

	while (isspace((unsigned char)*p))
		p++;
	return strncmp(p, text, n) == 0 ? p + n : NULL;
}

static struct part
word_at(const char *p)
{
	struct part w = { p, 0 };

	while (isalnum((unsigned char)p[w.len]) || p[w.len] == '_')
		w.len++;
	return w;
}

/* `$1::uuid[], $2::text[])`: returns the end, NULL where it reads otherwise. */
static const char *
arrays_scan(const char *p, struct array_list *l)
{
	char param[16];
	const char *next;

	do {
		if (l->n == COLUMNS_MAX)
			return NULL;
		snprintf(param, sizeof(param), "$%d::", l->n + 1);
		if ((p = skip(p, param)) == NULL)
			return NULL;
		l->type[l->n] = word_at(p);
		if ((p = skip(p + l->type[l->n].len, "[]")) == NULL)
			return NULL;
		l->n++;
	} while ((next = skip(p, ",")) != NULL && (p = next));
	return skip(p, ")");
}

/* `AS t (session_id, reason)` or `AS reason`, for the arrays from there on. */
static bool
names_scan(const char *p, struct array_list *l, int from)
{
	const char *next;
	int i;

	if ((next = skip(p, "WITH ORDINALITY")) != NULL)
		p = next;
	if ((p = skip(p, "AS ")) == NULL)
		return false;
	l->name[from] = word_at(p);
	if ((p = skip(p + l->name[from].len, "(")) == NULL)
		return l->n == from + 1;
	for (i = from; i < l->n; i++) {
		while (isspace((unsigned char)*p))
			p++;
		l->name[i] = word_at(p);
		p += l->name[i].len;
		if (*p != ',' && i + 1 < l->n)
			return false;
		p++;
	}
	return true;
}

static bool
statement_scan(const char *sql, struct array_list *l)
{
	const char *p = sql;
	int from;

	l->n = 0;
	while ((p = strstr(p, "unnest(")) != NULL) {
		from = l->n;
		if ((p = arrays_scan(p + strlen("unnest("), l)) == NULL ||
		    !names_scan(p, l, from))
			return false;
	}
	return true;
}

static bool
part_is(const struct part *w, const char *text)
{
	return strlen(text) == (size_t)w->len &&
	    strncmp(w->text, text, (size_t)w->len) == 0;
}

static _Noreturn void
differs(const struct db_stmt *st, const char *stands, int len,
    const char *wanted)
{
	log_line(LOG_ERROR_LINE, "statement=%s: \"%.*s\" stands where the"
	    " table of columns says \"%s\"", st->name, len, stands, wanted);
	abort();
}

static void
column_compare(const struct db_stmt *st, const struct column *c,
    const struct array_list *l, int i)
{
	const char *type = column_type(c->kind);

	if (i >= l->n)
		differs(st, "nothing", 7, c->name);
	if (!part_is(&l->name[i], c->name))
		differs(st, l->name[i].text, l->name[i].len, c->name);
	if (!part_is(&l->type[i], type))
		differs(st, l->type[i].text, l->type[i].len, type);
}

static void
statement_compare(const struct db_stmt *st, const struct column_rows *sets,
    size_t n_sets)
{
	const struct column *c;
	struct array_list l;
	size_t k;
	int i = 0;

	if (!statement_scan(st->sql, &l))
		differs(st, st->sql, (int)strlen(st->sql),
		    "unnest($1::type[], ...) AS t (name, ...)");
	for (k = 0; k < n_sets; k++)
		for (c = sets[k].columns->list; c->name != NULL; c++)
			if (c->in & sets[k].in)
				column_compare(st, c, &l, i++);
	if (i < l.n)
		differs(st, l.name[i].text, l.name[i].len, "no more");
}

/* Full, every statement is checked at each use: slower, but right. */
void
columns_check(const struct db_stmt *st, const struct column_rows *sets,
    size_t n_sets)
{
	static _Atomic(const struct db_stmt *) checked[CHECKED_MAX];
	const struct db_stmt *known;
	size_t i;

	for (i = 0; i < CHECKED_MAX; i++) {
		known = atomic_load(&checked[i]);
		if (known == st)
			return;
		if (known == NULL)
			break;
	}
	statement_compare(st, sets, n_sets);
	for (; i < CHECKED_MAX; i++) {
		known = NULL;
		if (atomic_compare_exchange_strong(&checked[i], &known, st))
			return;
	}
}
