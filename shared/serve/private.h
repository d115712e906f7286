/*
 * What the files of this room share of a process and its requests; no handler
 * sees it.
 */
#ifndef CPMS_SERVE_PRIVATE_H
#define CPMS_SERVE_PRIVATE_H

#include <stdatomic.h>

#include "adapter/fcgi.h"
#include "adapter/thread.h"
#include "kept.h"
#include "serve.h"

enum {
	MAX_REQUESTS = 1024,
	IDLE_REQUESTS = 64,	/* with their memory, after a rush */
	BACKLOG = 8192,		/* with a request, nothing read yet */
	PATIENCE = 5		/* seconds that a caller is to have */
};

struct header {
	struct header *next;
	const char *name, *value;
};

/* The part of a request that no handler sees. */
struct request_private {
	struct request rq;
	struct fcgi *fcgi;
	struct process *process;
	const char *method, *uri;
	char id[UUID_TEXT];
	usec_t began;		/* steady */
	int status;
	const char *text;	/* the answer's body, or NULL */
	const char *type;
	struct header *headers;
};

/*
 * Requests are either in the free list or owned by one thread.  At most
 * MAX_REQUESTS exist: a thread that finds none waits before it takes a
 * connection.  What we can't hold waits in the socket's backlog, and when
 * that gets long, in a line of ours: a full backlog turns callers away at
 * once, who are to have their 5 s.
 */
struct process {
	struct service service;
	void *state;
	struct lock accept_lock;	/* whose holder polls and accepts */
	int epoll;			/* of the socket, kept, stop */
	struct kept kept;
	int backlog[BACKLOG];		/* under accept_lock; a ring */
	unsigned first;
	atomic_uint backlogged;
	atomic_bool overloaded;	/* callers wait long before we see them */
	struct lock lock;	/* free list and counts */
	struct request_private *free;
	int made, idle;
	atomic_int busy;	/* accepted and not answered */
	atomic_bool trim_due;	/* more were under way than are kept */
	_Atomic usec_t trimmed;	/* when memory was given back */
	atomic_bool starved;	/* no descriptor for a connection */
	atomic_bool stopping;
	int stop;		/* eventfd, readable = leave */
};

/* accept: the next connection with a request, or -1 when the process stops. */
void accept_init(struct process *);
int accept_next(struct process *);
/* Takes over what waits in the socket's backlog, as far as there is room. */
void accept_backlog(struct process *);

/* request: a thread that answers what it accepts until the process stops. */
void *request_worker(void *process);

/* Link: <this path and query with NAME=...>; rel="next" */
void reply_next(struct request *, const char *name, const char *cursor);

/*
 * reply: the answer of a fault; the answer on its way, after which its
 * connection is another's; its counters and its line in the log.
 */
void reply_problem(struct request_private *, enum fault);
void reply_send(struct request_private *);
void reply_count(const struct request_private *, usec_t taken);
void reply_log(const struct request_private *, enum fault, usec_t taken);

#endif
