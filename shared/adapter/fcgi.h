/*
 * One FastCGI request on a connection that was accepted elsewhere (libfcgi
 * behind it).  Knows bytes and parameters, no route and no JSON.
 */
#ifndef CPMS_ADAPTER_FCGI_H
#define CPMS_ADAPTER_FCGI_H

#include "base/arena.h"
#include "base/types.h"

struct fcgi;

void fcgi_init(void);		/* once; leaves SIGPIPE ignored */
struct fcgi *fcgi_new(void);	/* to be used for one request at a time */
void fcgi_free(struct fcgi *);

/* Once a connection: a silent peer holds a thread no longer than 5 s. */
void fcgi_adopt(int fd);
/* Takes over the descriptor; false: no readable request head on it. */
bool fcgi_begin(struct fcgi *, int fd);
const char *fcgi_param(struct fcgi *, const char *name);	/* or NULL */

/*
 * Reads the body to its end, keeps up to max bytes and a NUL behind them.
 * NULL with *len = max + 1: too large.  NULL with *len = 0: broken off.
 */
char *fcgi_body(struct fcgi *, struct arena *, size_t max, size_t *len);

/*
 * What a FastCGI process answers before any request (FCGI_GET_VALUES), as
 * bytes to be sent to it.
 */
const void *fcgi_question(size_t *len);

void fcgi_write(struct fcgi *, const char *, size_t);
/*
 * Sends the rest.  With `keep`, when the peer wants it too and everything
 * went well: the descriptor, for the next request; else closes it, -1.
 */
int fcgi_end(struct fcgi *, bool keep);
void fcgi_drop(struct fcgi *);	/* closes without an answer */
bool fcgi_peer_gone(struct fcgi *);

#endif
