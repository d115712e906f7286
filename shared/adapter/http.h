/*
 * HTTP as a client (libcurl behind it): one POST of JSON at a time.
 *
 * A request is sent at most once.  Each has a connection of its own, because
 * libcurl sends again when a kept one turns out to be dead; no redirect, no
 * proxy, no authentication dance does either.
 */
#ifndef CPMS_ADAPTER_HTTP_H
#define CPMS_ADAPTER_HTTP_H

#include "base/ctx.h"

enum { HTTP_MAX_ANSWER = 64 * 1024 };

enum http_end {
	HTTP_ANSWERED,		/* whole */
	HTTP_NOT_CONNECTED,	/* not a byte of it can have been sent */
	HTTP_TIMED_OUT,
	HTTP_BROKEN		/* broke off, too large, not HTTP */
};

struct http_answer {
	enum http_end end;
	int status;		/* HTTP_ANSWERED only */
	const char *body;	/* NUL behind it; may hold others */
	size_t len;
};

struct http;			/* a handle, for one thread at a time */

void http_init(void);		/* once, before any thread */
struct http *http_new(void);

/* An http or https URL with a host. */
bool http_url_ok(const char *);

/* Waits until the context's deadline.  An empty bearer is not sent. */
void http_post(struct ctx *, struct http *, const char *url,
    const char *bearer, const char *json, struct http_answer *);

/* Connects, until the context's deadline, and sends nothing. */
bool http_connects(struct ctx *, struct http *, const char *url);

#endif
