/*
 * The columns of a struct's rows, as a table.
 *
 * One reader fills structs from a result, by name; one writer makes of
 * structs the array parameters of a statement
 *
 *	... unnest($1::uuid[], $2::text[]) AS t (session_id, reason)
 *	... unnest($1::uuid[]) AS session_id, unnest($2::text[]) AS reason
 *
 * A column that a result lacks, or has with another type, and a statement
 * whose names and casts are not those of the table in its order, abort the
 * process with the column's name: the first use of a statement tells.
 */
#ifndef CPMS_STORE_COLUMNS_H
#define CPMS_STORE_COLUMNS_H

#include "adapter/db.h"

enum column_kind {
	COL_BOOL, COL_I16, COL_I32, COL_I64, COL_TEXT, COL_TIME,
	COL_UUID,		/* nil is null */
	COL_MWH,		/* mwh_t, a numeric of Wh */
	COL_AMOUNT,		/* amount_t, a numeric of 4 places */
	COL_WORD,		/* an enumeration, text of `words` */
	COL_SET			/* unsigned, bits in the order of `words`: text
				   of those that are set, with commas */
};

/* Ends with a NULL; a first word of NULL is null. */
typedef const char *const *column_words;

struct column {
	const char *name;
	enum column_kind kind;
	size_t offset, width;	/* AT() */
	size_t has;		/* HAS(): a bool, false is null; without one
				   null reads as 0, false, NULL */
	column_words words;
	unsigned in;		/* the statements that write it, as bits of
				   the file's own; 0: it is only read */
	bool unread;		/* it is only written */
};

#define AT(type, field) \
	.offset = offsetof(struct type, field), \
	.width = sizeof(((const struct type *)0)->field)
/* One more than the offset: a struct may begin with the bool. */
#define HAS(type, field) .has = offsetof(struct type, field) + 1

struct columns {
	const struct column *list;	/* ends with a { 0 } */
	size_t size;			/* of the struct */
};

/* One row, or the first n of a result in an array.  Other fields stay. */
void columns_read_one(const struct columns *, const struct rows *,
    size_t row, void *);
void columns_read(const struct columns *, const struct rows *, void *,
    size_t n);

/* All rows of a result, or the first n of them, in zeroed memory. */
void *columns_read_all(struct ctx *, const struct columns *,
    const struct rows *, size_t *n);
void *columns_read_first(struct ctx *, const struct columns *,
    const struct rows *, size_t n);

/* n structs, or n pointers to structs, with the columns in that statement. */
struct column_rows {
	const struct columns *columns;
	const void *items;
	size_t n;
	bool pointers;
	unsigned in;
};

/* Each row into the item whose number, from 1, is in the column n. */
void columns_read_numbered(const struct column_rows *, const struct rows *);

/*
 * Queues a statement that takes the arrays of these sets one after another;
 * nothing, with a slot of NULL, when all of them are empty.
 */
enum fault columns_queue(struct ctx *, const struct db_stmt *,
    const struct column_rows *, size_t n_sets, struct rows **slot);

#endif
