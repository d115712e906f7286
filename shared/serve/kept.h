/*
 * Connections that were answered on and wait for their next request.  They
 * hold no thread: an epoll set watches them, beside whatever else is in it.
 */
#ifndef CPMS_SERVE_KEPT_H
#define CPMS_SERVE_KEPT_H

#include <stdatomic.h>

#include "adapter/thread.h"

enum { MAX_KEPT = 512 };	/* the oldest gives way */

struct kept {
	struct lock lock;
	int epoll;
	struct connection *connections;	/* by descriptor */
	int size, oldest, newest;
	atomic_int n;
	bool closed;
};

void kept_init(struct kept *, int epoll);
/* Takes the descriptor over, and closes it where it can't be kept. */
void kept_put(struct kept *, int fd);
/*
 * The connection of an event on the set: the caller's again, with a request
 * to be read.  -1: none is there, or the peer has closed.
 */
int kept_take(struct kept *, uint64_t tag, bool hung_up);
/*
 * Closes all, and each that comes from here on.  A request that came before
 * its connection was closed is not lost: the descriptor of one that has such,
 * to be called until there is none (-1).
 */
int kept_close(struct kept *);

#endif
