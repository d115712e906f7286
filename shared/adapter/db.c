#include "db.h"

#include <endian.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/time.h"
#include "cancel.h"
#include "numeric.h"
#include "thread.h"

#define UNIQUE_VIOLATION "23505"

/* 2000-01-01, from which PostgreSQL counts, after 1970-01-01. */
#define PG_EPOCH ((usec_t)946684800 * SECOND)

/*
 * A connection is in pipeline mode from its first statement to its end.
 *
 *	queue	the results that db_sync() reads, in order; a preparation
 *		stands before the statement that needed it
 *	begun	a BEGIN was queued and no COMMIT's result was read since
 */
struct queued {
	const struct db_stmt *st;
	bool prepares;
	struct rows **slot;	/* NULL: nobody asks */
};

struct db {
	PGconn *pg;
	const struct db_stmt **prepared;
	size_t n_prepared, prepared_room;
	struct queued *queue;
	size_t n_queued, queue_room;
	bool begun;
	char sqlstate[6];
	struct db *next;	/* in the pool's stack */
};

struct db_pool {
	const char *url;
	struct lock lock;
	struct db *idle;	/* last used first */
};

const struct db_stmt db_begin = { "begin", "BEGIN" };
const struct db_stmt db_commit = { "commit", "COMMIT" };

struct db_pool *
db_pool_new(const char *url, int size)
{
	struct db_pool *p = calloc(1, sizeof(*p));

	if (p == NULL)
		abort();
	p->url = url;
	lock_init(&p->lock);
	while (size-- > 0) {
		struct db *db = calloc(1, sizeof(*db));

		if (db == NULL)
			abort();
		db->next = p->idle;
		p->idle = db;
	}
	return p;
}

static void
db_close(struct db *db)
{
	PQfinish(db->pg);
	db->pg = NULL;
	db->n_prepared = 0;
	db->n_queued = 0;
	db->begun = false;
}

/* Milliseconds for poll(), rounded up so that it never spins. */
static int
left_ms(usec_t deadline)
{
	usec_t left = deadline - time_monotonic();

	return left <= 0 ? 0 : left > 3600 * SECOND ? 3600000 :
	    (int)((left + 999) / 1000);
}

static bool
wait_for(PGconn *pg, short events, usec_t deadline)
{
	struct pollfd p = { .fd = PQsocket(pg), .events = events };

	while (p.fd >= 0) {
		int ms = left_ms(deadline);

		if (poll(&p, 1, ms) > 0)
			return true;
		if (ms == 0)
			return false;
	}
	return false;
}

static void
notice_drop(void *arg, const PGresult *r)
{
	(void)arg;
	(void)r;
}

static bool
connect_wait(PGconn *pg, usec_t deadline)
{
	PostgresPollingStatusType s = PGRES_POLLING_WRITING;

	while (s != PGRES_POLLING_OK) {
		if (s == PGRES_POLLING_FAILED || PQstatus(pg) ==
		    CONNECTION_BAD || !wait_for(pg, s == PGRES_POLLING_READING ?
		    POLLIN : POLLOUT, deadline))
			return false;
		s = PQconnectPoll(pg);
	}
	return true;
}

/*
 * Index lookups only: a plan made while a table is young must not become a
 * sequential scan when it has grown.
 */
static const char settings[] =
    "SET statement_timeout = '8s'; SET lock_timeout = '6s';"
    "SET idle_in_transaction_session_timeout = '20s';"
    "SET timezone = 'UTC'; SET client_encoding = 'UTF8';"
    "SET enable_seqscan = off; SET enable_hashjoin = off;"
    "SET enable_mergejoin = off; SET jit = off;"
    "SET plan_cache_mode = force_generic_plan";

static bool
session_options(PGconn *pg, usec_t deadline)
{
	PGresult *r;
	bool ok = true;

	if (!PQsendQuery(pg, settings))
		return false;
	for (;;) {
		while (PQisBusy(pg))
			if (!wait_for(pg, POLLIN, deadline) ||
			    !PQconsumeInput(pg))
				return false;
		if ((r = PQgetResult(pg)) == NULL)
			break;
		ok = ok && PQresultStatus(r) == PGRES_COMMAND_OK;
		PQclear(r);
	}
	return ok && PQenterPipelineMode(pg) && PQsetnonblocking(pg, 1) == 0;
}

static bool
db_open(struct db *db, const char *url, usec_t deadline)
{
	db_close(db);
	db->pg = PQconnectStart(url);
	if (db->pg == NULL)
		abort();
	PQsetNoticeReceiver(db->pg, notice_drop, NULL);
	if (PQstatus(db->pg) != CONNECTION_BAD &&
	    connect_wait(db->pg, deadline) && session_options(db->pg, deadline))
		return true;
	db_close(db);
	return false;
}

/*
 * An idle connection has nothing to say; when it does, it is the end, or so
 * rare that a new connection costs nothing.
 */
static bool
db_alive(struct db *db)
{
	struct pollfd p;

	if (db->pg == NULL || PQstatus(db->pg) != CONNECTION_OK)
		return false;
	p = (struct pollfd){ .fd = PQsocket(db->pg), .events = POLLIN };
	return poll(&p, 1, 0) <= 0;
}

static struct db *
pool_take(struct db_pool *p, usec_t deadline)
{
	struct db *db;

	lock_acquire(&p->lock);
	while ((db = p->idle) == NULL)
		if (!lock_wait_until(&p->lock, deadline))
			break;
	if (db != NULL)
		p->idle = db->next;
	lock_release(&p->lock);
	return db;
}

static void
pool_give(struct db_pool *p, struct db *db)
{
	lock_acquire(&p->lock);
	db->next = p->idle;
	p->idle = db;
	lock_release(&p->lock);
	lock_signal(&p->lock);
}

static bool
db_reopen(struct db *db, const char *url, usec_t deadline)
{
	int pause = 20;

	while (!db_open(db, url, deadline)) {
		if (left_ms(deadline) <= pause)
			return false;
		poll(NULL, 0, pause);
		pause = pause >= 400 ? 400 : pause * 2;
	}
	return true;
}

static enum fault
acquire(struct ctx *cx)
{
	struct db *db;

	db = pool_take(cx->pool, cx->deadline);
	if (db == NULL)
		return ctx_fail(cx, FAULT_BUSY,
		    "no database connection free in time");
	if (!db_alive(db) && !db_reopen(db, cx->pool->url, cx->deadline)) {
		pool_give(cx->pool, db);
		log_line(LOG_WARNING_LINE, "the database does not answer");
		return ctx_fail(cx, FAULT_DATABASE,
		    "the database does not answer");
	}
	cx->db = db;
	return FAULT_NONE;
}

enum fault
db_acquire(struct ctx *cx)
{
	usec_t began;
	enum fault f;

	if (cx->db != NULL)
		return FAULT_NONE;
	began = time_monotonic();
	f = acquire(cx);
	cx->in_database += time_monotonic() - began;
	return f;
}

void
db_release(struct ctx *cx)
{
	if (cx->db == NULL)
		return;
	if (cx->db->begun || cx->db->n_queued > 0)
		db_rollback(cx);
	pool_give(cx->pool, cx->db);
	cx->db = NULL;
}

static enum fault
lost(struct ctx *cx, const char *what)
{
	log_line(LOG_WARNING_LINE, "database connection given up: %s", what);
	db_close(cx->db);
	return ctx_fail(cx, FAULT_DATABASE, "the database did not answer");
}

/* Room for one more behind the n items. */
static void *
grow(void *list, size_t *room, size_t n, size_t size)
{
	if (n < *room)
		return list;
	*room = n * 2 + 16;
	if ((list = reallocarray(list, *room, size)) == NULL)
		abort();
	return list;
}

static void
queue_push(struct db *db, struct queued q)
{
	db->queue = grow(db->queue, &db->queue_room, db->n_queued, sizeof(q));
	db->queue[db->n_queued++] = q;
}

static bool
is_prepared(const struct db *db, const struct db_stmt *st)
{
	size_t i;

	for (i = 0; i < db->n_prepared; i++)
		if (db->prepared[i] == st)
			return true;
	return false;
}

static bool
prepare(struct db *db, const struct db_stmt *st)
{
	if (is_prepared(db, st))
		return true;
	if (!PQsendPrepare(db->pg, st->name, st->sql, 0, NULL))
		return false;
	db->prepared = grow(db->prepared, &db->prepared_room, db->n_prepared,
	    sizeof(const struct db_stmt *));
	db->prepared[db->n_prepared++] = st;
	queue_push(db, (struct queued){ st, true, NULL });
	return true;
}

static bool
statement_send(struct ctx *cx, const struct db_stmt *st,
    const struct db_value *values, int n)
{
	size_t room = (size_t)n;
	const char **data = arena_alloc(&cx->arena, room * sizeof(char *));
	int *len = arena_alloc(&cx->arena, 2 * room * sizeof(*len));
	int *format = len + n, i;

	for (i = 0; i < n; i++) {
		data[i] = values[i].data;
		len[i] = values[i].len;
		format[i] = 1;
	}
	return PQsendQueryPrepared(cx->db->pg, st->name, n, data, len, format,
	    1);
}

enum fault
db_queue(struct ctx *cx, const struct db_stmt *st,
    const struct db_value *values, int n, struct rows **slot)
{
	enum fault f;

	if (slot != NULL)
		*slot = NULL;
	if ((f = db_acquire(cx)))
		return f;
	if (cx->db->pg == NULL)
		return lost(cx, "closed");
	if (!prepare(cx->db, st) || !statement_send(cx, st, values, n))
		return lost(cx, "send");
	queue_push(cx->db, (struct queued){ st, false, slot });
	if (st == &db_begin)
		cx->db->begun = true;
	return FAULT_NONE;
}

static void
clear(void *r)
{
	PQclear(r);
}

/* False: the deadline came, or the caller has gone and there is none left. */
static bool
wait_for_result(struct ctx *cx, short events)
{
	struct pollfd p[] = {
		{ .fd = PQsocket(cx->db->pg), .events = events },
		{ .fd = cx->caller, .events = POLLRDHUP },
	};
	int ms = 1;

	while (p[0].fd >= 0 && ms > 0) {
		ms = left_ms(cx->deadline);
		if (poll(p, countof(p), ms) <= 0)
			continue;
		if (p[0].revents != 0)
			return true;
		cx->deadline = 0;
	}
	return false;
}

/* What nobody waits for any longer doesn't go on. */
static PGresult *
next_result(struct ctx *cx)
{
	PGconn *pg = cx->db->pg;

	while (PQisBusy(pg)) {
		int unsent = PQflush(pg);

		if (unsent < 0)
			return NULL;
		if (!wait_for_result(cx, (short)(unsent > 0 ?
		    POLLIN | POLLOUT : POLLIN))) {
			cancel_statement(pg);
			return NULL;
		}
		if (!PQconsumeInput(pg))
			return NULL;
	}
	return PQgetResult(pg);
}

/* Our own words only: a server's message can quote the data. */
static enum fault
refused(struct ctx *cx, const struct db_stmt *st, const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *constraint =
	    PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
	const char *code = cx->db->sqlstate;
	bool down;

	snprintf(cx->db->sqlstate, sizeof(cx->db->sqlstate), "%s",
	    state == NULL ? "" : state);
	log_line(db_is_duplicate(cx) ? LOG_INFO_LINE : LOG_WARNING_LINE,
	    "statement=%s sqlstate=%s constraint=%s", st->name,
	    code, constraint == NULL ? "" : constraint);
	if (strcmp(code, "0A000") == 0 || strcmp(code, "26000") == 0)
		return lost(cx, "its prepared statements are out of date");
	down = state == NULL || strncmp(state, "53", 2) == 0 ||
	    strncmp(state, "57", 2) == 0 || strncmp(state, "58", 2) == 0 ||
	    strncmp(state, "08", 2) == 0 || strncmp(state, "40", 2) == 0 ||
	    strncmp(state, "55", 2) == 0 || strcmp(state, "25006") == 0 ||
	    strcmp(state, "25P03") == 0;
	return down ?
	    ctx_fail(cx, FAULT_DATABASE, "the database could not do it now") :
	    ctx_fail(cx, FAULT_BUG, "the database refused a statement");
}

/* A statement whose preparation failed must be prepared again. */
static void
forget(struct db *db, const struct db_stmt *st)
{
	size_t i;

	for (i = 0; i < db->n_prepared; i++)
		if (db->prepared[i] == st)
			db->prepared[i] = db->prepared[--db->n_prepared];
}

static enum fault
read_one(struct ctx *cx, const struct queued *q, enum fault f)
{
	PGresult *r = next_result(cx), *end;
	ExecStatusType s;

	if (r == NULL)
		return lost(cx, "no result");
	s = PQresultStatus(r);
	arena_defer(&cx->arena, clear, r);
	if ((end = next_result(cx)) != NULL) {
		PQclear(end);
		return lost(cx, "out of step");
	}
	if (s == PGRES_TUPLES_OK || s == PGRES_COMMAND_OK) {
		if (q->slot != NULL)
			*q->slot = (struct rows *)r;
		if (!q->prepares && q->st == &db_commit)
			cx->db->begun = false;
		return f;
	}
	if (q->prepares)
		forget(cx->db, q->st);
	if (f != FAULT_NONE || s == PGRES_PIPELINE_ABORTED)
		return f == FAULT_NONE ? FAULT_BUG : f;
	return refused(cx, q->st, r);
}

static enum fault
read_sync(struct ctx *cx)
{
	PGresult *r = next_result(cx);
	bool ok = r != NULL && PQresultStatus(r) == PGRES_PIPELINE_SYNC;

	PQclear(r);
	return ok ? FAULT_NONE : lost(cx, "no sync");
}

/* After an error the rest of the queue comes back as aborted. */
static enum fault
read_all(struct ctx *cx)
{
	struct db *db = cx->db;
	enum fault f = FAULT_NONE;
	size_t i, total = db->n_queued;

	db->n_queued = 0;
	for (i = 0; i < total; i++) {
		f = read_one(cx, &db->queue[i], f);
		if (db->pg == NULL)
			return FAULT_DATABASE;
	}
	if (read_sync(cx) != FAULT_NONE)
		return FAULT_DATABASE;
	return f;
}

enum fault
db_sync(struct ctx *cx)
{
	usec_t began;
	enum fault f;

	if (cx->db == NULL || cx->db->pg == NULL)
		return ctx_fail(cx, FAULT_DATABASE, "no connection");
	cx->db->sqlstate[0] = '\0';
	began = time_monotonic();
	if (!PQpipelineSync(cx->db->pg))
		return lost(cx, "send");
	f = read_all(cx);
	cx->in_database += time_monotonic() - began;
	if (f != FAULT_NONE && cx->db->begun)
		db_rollback(cx);
	return f;
}

enum fault
db_run(struct ctx *cx, const struct db_stmt *st,
    const struct db_value *values, int n, struct rows **slot)
{
	enum fault f;

	if ((f = db_queue(cx, st, values, n, slot)))
		return f;
	return db_sync(cx);
}

static const struct db_stmt rollback = { "rollback", "ROLLBACK" };

void
db_rollback(struct ctx *cx)
{
	char state[6];

	if (cx->db == NULL || cx->db->pg == NULL)
		return;
	cx->db->begun = false;
	if (cx->db->n_queued > 0) {
		db_close(cx->db);	/* half a pipeline can't be recalled */
		return;
	}
	memcpy(state, cx->db->sqlstate, sizeof(state));
	if (db_run(cx, &rollback, NULL, 0, NULL) != FAULT_NONE)
		db_close(cx->db);
	memcpy(cx->db->sqlstate, state, sizeof(state));
}

const char *
db_sqlstate(struct ctx *cx)
{
	return cx->db == NULL ? "" : cx->db->sqlstate;
}

bool
db_is_duplicate(struct ctx *cx)
{
	return strcmp(db_sqlstate(cx), UNIQUE_VIOLATION) == 0;
}

struct db_value
db_null(void)
{
	return (struct db_value){ NULL, 0 };
}

struct db_value
db_text(const char *s)
{
	return (struct db_value){ s, s == NULL ? 0 : (int)strlen(s) };
}

struct db_value
db_bytes(const void *p, size_t n)
{
	return (struct db_value){ p, (int)n };
}

static struct db_value
copied(struct arena *a, const void *p, size_t n)
{
	return (struct db_value){ memcpy(arena_alloc(a, n), p, n), (int)n };
}

struct db_value
db_i16(struct arena *a, int16_t v)
{
	uint16_t n = htobe16((uint16_t)v);

	return copied(a, &n, sizeof(n));
}

struct db_value
db_i32(struct arena *a, int32_t v)
{
	uint32_t n = htobe32((uint32_t)v);

	return copied(a, &n, sizeof(n));
}

struct db_value
db_i64(struct arena *a, int64_t v)
{
	uint64_t n = htobe64((uint64_t)v);

	return copied(a, &n, sizeof(n));
}

struct db_value
db_bool(bool b)
{
	return (struct db_value){ b ? "\1" : "\0", 1 };
}

/* The ends of time are PostgreSQL's -infinity and infinity. */
struct db_value
db_time(struct arena *a, usec_t t)
{
	return db_i64(a, t == INT64_MIN || t == INT64_MAX ? t : t - PG_EPOCH);
}

struct db_value
db_uuid(const struct uuid *u)
{
	return (struct db_value){ u, u == NULL ? 0 : (int)sizeof(*u) };
}

struct db_value
db_numeric(struct arena *a, int64_t v, int places)
{
	unsigned char *p = arena_alloc(a, NUMERIC_SIZE);

	return (struct db_value){ p, (int)numeric_encode(p, v, places) };
}

static char *
put32(char *p, size_t v)
{
	uint32_t n = htobe32((uint32_t)v);

	memcpy(p, &n, sizeof(n));
	return p + sizeof(n);
}

struct db_value
db_array(struct arena *a, enum db_type type, const struct db_value *v,
    size_t n)
{
	size_t i, size = 20 + 4 * n;
	char *start, *p;

	for (i = 0; i < n; i++)
		size += (size_t)v[i].len;
	p = start = arena_alloc(a, size);
	p = put32(p, n > 0);
	p = put32(p, 1);	/* may hold nulls */
	p = put32(p, type);
	if (n > 0) {
		p = put32(p, n);
		p = put32(p, 1);
	}
	for (i = 0; i < n; i++) {
		if (v[i].data == NULL) {
			p = put32(p, (size_t)-1);
			continue;
		}
		p = put32(p, (size_t)v[i].len);
		memcpy(p, v[i].data, (size_t)v[i].len);
		p += v[i].len;
	}
	return (struct db_value){ start, (int)(p - start) };
}

static const PGresult *
result(const struct rows *r)
{
	return (const PGresult *)r;
}

size_t
rows_count(const struct rows *r)
{
	return r == NULL ? 0 : (size_t)PQntuples(result(r));
}

int
rows_column(const struct rows *r, const char *name)
{
	int c = PQfnumber(result(r), name);

	if (c < 0) {
		log_line(LOG_ERROR_LINE, "a result has no column %s", name);
		abort();
	}
	return c;
}

const char *
rows_name(const struct rows *r, int c)
{
	return c < PQnfields(result(r)) ? PQfname(result(r), c) : NULL;
}

enum db_type
rows_type(const struct rows *r, int c)
{
	return (enum db_type)PQftype(result(r), c);
}

bool
rows_null(const struct rows *r, size_t row, int c)
{
	return PQgetisnull(result(r), (int)row, c);
}

const char *
rows_text(const struct rows *r, size_t row, int c)
{
	return rows_null(r, row, c) ? NULL :
	    PQgetvalue(result(r), (int)row, c);
}

const void *
rows_bytes(const struct rows *r, size_t row, int c, size_t *len)
{
	*len = (size_t)PQgetlength(result(r), (int)row, c);
	return PQgetvalue(result(r), (int)row, c);
}

int16_t
rows_i16(const struct rows *r, size_t row, int c)
{
	uint16_t n;

	if (rows_null(r, row, c))
		return 0;
	memcpy(&n, PQgetvalue(result(r), (int)row, c), sizeof(n));
	return (int16_t)be16toh(n);
}

int32_t
rows_i32(const struct rows *r, size_t row, int c)
{
	uint32_t n;

	if (rows_null(r, row, c))
		return 0;
	memcpy(&n, PQgetvalue(result(r), (int)row, c), sizeof(n));
	return (int32_t)be32toh(n);
}

int64_t
rows_i64(const struct rows *r, size_t row, int c)
{
	uint64_t n;

	if (rows_null(r, row, c))
		return 0;
	memcpy(&n, PQgetvalue(result(r), (int)row, c), sizeof(n));
	return (int64_t)be64toh(n);
}

bool
rows_bool(const struct rows *r, size_t row, int c)
{
	return !rows_null(r, row, c) &&
	    PQgetvalue(result(r), (int)row, c)[0] != 0;
}

usec_t
rows_time(const struct rows *r, size_t row, int c)
{
	int64_t n = rows_i64(r, row, c);

	if (rows_null(r, row, c))
		return 0;
	return n == INT64_MIN || n == INT64_MAX ? n : n + PG_EPOCH;
}

void
rows_uuid(const struct rows *r, size_t row, int c, struct uuid *u)
{
	if (rows_null(r, row, c)) {
		memset(u, 0, sizeof(*u));
		return;
	}
	memcpy(u, PQgetvalue(result(r), (int)row, c), sizeof(*u));
}

int64_t
rows_numeric(const struct rows *r, size_t row, int c, int places)
{
	return rows_null(r, row, c) ? 0 : numeric_decode(PQgetvalue(result(r),
	    (int)row, c), (size_t)PQgetlength(result(r), (int)row, c), places);
}
