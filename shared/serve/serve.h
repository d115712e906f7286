/*
 * The process of an endpoint: one route, answered for ever.
 *
 * An endpoint is a row, `const struct route route`, and the handler that it
 * names; main() is in this room.  Everything that nginx, the list of endpoints
 * and the description of the API say of a call is printed from its row
 * (--describe).
 *
 * Descriptor 0 is a listening socket (spawn-fcgi's way).  serve() reads the
 * settings, answers requests until SIGTERM, finishes those under way and
 * returns the exit code.
 */
#ifndef CPMS_SERVE_SERVE_H
#define CPMS_SERVE_SERVE_H

#include "base/ctx.h"
#include "base/uuid.h"
#include "settings.h"
#include "wire/problem.h"

enum param_kind {
	PARAM_BOOL,	/* true, false, 1, 0 */
	PARAM_LIMIT,	/* 1..200 */
	PARAM_TIME,	/* RFC 3339 */
	PARAM_CHARGER,	/* a charge point id */
	PARAM_UUID,
	PARAM_INT,	/* a 32-bit number from 1 on */
	PARAM_TEXT,	/* 1 to 255 bytes, no control characters */
	PARAM_WORD,	/* one of `words` */
	PARAM_CURSOR	/* opaque: what a Link header gave out */
};

/* What the order of a list goes by: serve/cursor.h */
enum cursor_keys {
	CURSOR_TIME_UUID, CURSOR_ID, CURSOR_CHARGER, CURSOR_TIME_ID,
	CURSOR_TIME_TRANSACTION		/* of a charger */
};

struct param {
	const char *name;
	enum param_kind kind;
	const char *const *words;	/* ends with a NULL */
	enum cursor_keys keys;
	const char *says;
};

/* Who may call: holders of GATEWAY_API_KEY, of CPMS_OPERATOR_KEY, anybody. */
enum access { ACCESS_OPERATOR, ACCESS_GATEWAY, ACCESS_OPEN };

struct request;
struct service;

/*
 * One of a call's answers: each that is no problem, and the problems of its
 * own.  Those that every call of its kind can come to are understood.  Rows
 * end with a { 0 }.
 */
struct answer {
	int status;		/* of what is no problem */
	enum fault fault;	/* the problem; its status is the fault's */
	const struct document *document;	/* NULL: no body */
	bool list;		/* an array of them */
	const char *type;	/* of what is no JSON */
	const char *header;	/* of its own, that it may carry */
	const char *says;	/* when; NULL where the status says it */
};

/* What nginx must know of a call beside its method and path. */
struct nginx_needs {
	int read_timeout;	/* seconds; 0 = 20 */
	bool unbuffered;	/* the answer is one short line */
	bool private_query;	/* it may hold an idTag, which nginx would
				   write into its error log */
	bool closes;		/* the caller's connection ends with the
				   answer: one that nginx closes at a reload
				   takes a request along, and this caller
				   never sends it again */
	bool second_try;	/* once more when a process dies over it; only
				   where twice is the same as once */
};

struct route {
	const char *says;	/* what the call is for, one sentence */
	const char *method;
	/*
	 * May hold one {name}: {chargePointId} takes anything between what
	 * stands before and behind it, others take a UUID.  Else 404.
	 */
	const char *path;
	enum access access;
	const struct param *query;	/* ends with a { 0 } */
	const struct document *body;	/* NULL: none is read */
	bool body_optional;	/* none is an empty object */
	int body_list;		/* it may be an array of 1 to so many */
	const struct answer *answers;
	enum fault (*handler)(struct request *);
	/*
	 * Before the first request; what it returns is rq->state.
	 * NULL when there is none.
	 */
	void *(*init)(const struct service *);
	int processes;		/* 0 = 1 */
	int threads;		/* requests at a time; 0 = 1 */
	int connections;	/* to the database; 0 = as threads */
	/*
	 * A connection to the database that breaks is no end: the handler runs
	 * again.  Only where running twice is harmless.
	 */
	bool retry;
	struct nginx_needs nginx;
};

struct service {
	const struct route *route;
	struct settings set;
	struct db_pool *pool;
};

struct param_value {
	bool given;
	const char *text;
	int64_t number;		/* bool, limit */
	usec_t time;
	struct uuid uuid;
};

enum {
	MAX_PARAMS = 16, DEFAULT_LIMIT = 50, MAX_LIMIT = 200,
	MAX_BODY = 2 * 1024 * 1024
};

/* What its line in the log says it was about, beside the path's {name}. */
struct logged {
	const char *charger;		/* of the request's arena, or NULL */
	struct uuid session;
	int32_t transaction;		/* 0: none */
};

struct request {
	struct ctx cx;
	const struct settings *set;
	void *state;			/* process lifetime, from init() */
	const struct route *route;
	const char *charger;		/* {chargePointId}, or NULL */
	struct uuid uuid;		/* any other {name} */
	struct param_value params[MAX_PARAMS];
	const char *body;		/* NUL behind it */
	size_t body_len;
	struct problem problem;		/* its further members, should it
					   become one */
	struct logged logged;
	struct request *next;		/* for whoever keeps it */

	struct request_private *private;		/* the process's own */
};

int serve(const struct route *);

/* Status 0: it could serve with these settings; else what it can't do with. */
int serve_check(void);

/* Prints the row as JSON. */
int describe(const struct route *);

/*
 * The value of a query parameter; given = false: absent.  Aborts when the row
 * has none of the name.
 */
const struct param_value *param(const struct request *, const char *name);
int64_t param_limit(const struct request *);

/*
 * Decodes the body by the route's document into its struct: FAULT_SYNTAX when
 * it isn't JSON, FAULT_INVALID with every bad member.
 */
enum fault request_read(struct request *, void *);

/*
 * The answer; the last call counts.  A struct, or an array of n, is encoded
 * by the route's row of the status.
 */
enum fault reply_document(struct request *, int status, const void *);
enum fault reply_list(struct request *, int status, const void *, size_t n);
enum fault reply_text(struct request *, int status, const char *);
enum fault reply_empty(struct request *, int status);
/* A header of the answer; for faults too. */
void reply_header(struct request *, const char *name, const char *value);

/*
 * A handler that answers later keeps the request: it returns what
 * request_defer() gives and some thread calls request_answer() exactly once.
 */
enum fault request_defer(struct request *);
void request_answer(struct request *, enum fault);

#endif
