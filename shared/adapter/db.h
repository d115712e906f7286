/*
 * PostgreSQL (libpq behind it).
 *
 * Statements are constants with a name, prepared on first use on each
 * connection.  They are queued, each with a slot for its result, and then
 * sent together by db_sync(): one round trip for all of them.  Every wait ends
 * at the context's deadline, or when its caller goes; the statement is
 * cancelled then and the connection given up.
 *
 * Parameters and results are in binary; cast parameters in the SQL
 * ($1::bigint, $2::text[]).  A numeric is an int64_t of so many places
 * (adapter/numeric).
 *
 * A fault leaves no transaction open.  FAULT_DATABASE: the database did not
 * do it, or the connection broke and nobody knows (only a statement that
 * may be repeated may then be repeated).  FAULT_BUG: the database refused
 * the statement; db_sqlstate() says why.
 */
#ifndef CPMS_ADAPTER_DB_H
#define CPMS_ADAPTER_DB_H

#include "base/ctx.h"
#include "base/uuid.h"

struct db_stmt {
	const char *name;	/* unique in the program */
	const char *sql;
};

struct db_value {
	const void *data;	/* NULL = SQL null */
	int len;
};

struct rows;

/* Connections are opened when first needed.  At most `size` at a time. */
struct db_pool *db_pool_new(const char *url, int size);

/*
 * Holds a connection for this context (a no-op when it has one), reconnecting
 * with back-off until the deadline.  db_release() gives it back; an open
 * transaction is rolled back.
 */
enum fault db_acquire(struct ctx *);
void db_release(struct ctx *);

/*
 * Queues.  The n values are copied; the slot (NULL: nobody asks) is NULL until
 * db_sync() fills it, so it has to live that long.  Acquires.
 */
enum fault db_queue(struct ctx *, const struct db_stmt *,
    const struct db_value *, int n, struct rows **slot);

/*
 * Sends the queue and fills the slots; a result lives as long as the
 * context.  After a fault, slots may be NULL still.
 */
enum fault db_sync(struct ctx *);

/* db_queue() and db_sync(): earlier statements of the queue go with it. */
enum fault db_run(struct ctx *, const struct db_stmt *,
    const struct db_value *, int n, struct rows **slot);

/* BEGIN and COMMIT are queued like any other, so they cost no round trip. */
extern const struct db_stmt db_begin, db_commit;

/* Drops the queue and rolls back. */
void db_rollback(struct ctx *);

/* SQLSTATE of the last refusal, "" = none. */
const char *db_sqlstate(struct ctx *);
/* It was that a unique key exists already. */
bool db_is_duplicate(struct ctx *);

struct db_value db_null(void);
struct db_value db_text(const char *);			/* NULL = null */
struct db_value db_bytes(const void *, size_t);
struct db_value db_i16(struct arena *, int16_t);
struct db_value db_i32(struct arena *, int32_t);
struct db_value db_i64(struct arena *, int64_t);
struct db_value db_bool(bool);
struct db_value db_time(struct arena *, usec_t);
struct db_value db_uuid(const struct uuid *);
struct db_value db_numeric(struct arena *, int64_t, int places);

/* One-dimensional arrays; items may be null. */
enum db_type {
	DB_BOOL = 16, DB_BYTEA = 17, DB_I64 = 20, DB_I16 = 21, DB_I32 = 23,
	DB_TEXT = 25, DB_TIME = 1184, DB_NUMERIC = 1700, DB_UUID = 2950
};
struct db_value db_array(struct arena *, enum db_type,
    const struct db_value *, size_t n);

/* NULL is a result without rows. */
size_t rows_count(const struct rows *);
int rows_column(const struct rows *, const char *name);	/* aborts: no such */
const char *rows_name(const struct rows *, int);	/* NULL: no such */
enum db_type rows_type(const struct rows *, int);
bool rows_null(const struct rows *, size_t row, int column);
const char *rows_text(const struct rows *, size_t, int);  /* NULL = null */
const void *rows_bytes(const struct rows *, size_t, int, size_t *len);
int16_t rows_i16(const struct rows *, size_t, int);	/* null reads 0 */
int32_t rows_i32(const struct rows *, size_t, int);
int64_t rows_i64(const struct rows *, size_t, int);
bool rows_bool(const struct rows *, size_t, int);
usec_t rows_time(const struct rows *, size_t, int);
void rows_uuid(const struct rows *, size_t, int, struct uuid *);
int64_t rows_numeric(const struct rows *, size_t, int, int places);

#endif
