#include "fcgi.h"

#include <fcgiapp.h>
#include <poll.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PATIENCE = 5, SHORT = 32 * 1024 };

struct fcgi {
	FCGX_Request rq;
	int fd;
	bool asked;		/* to keep the connection */
	size_t written;
};

void
fcgi_init(void)
{
	FCGX_Init();
	signal(SIGPIPE, SIG_IGN);
}

struct fcgi *
fcgi_new(void)
{
	struct fcgi *f = calloc(1, sizeof(*f));

	if (f == NULL)
		abort();
	f->fd = -1;
	return f;
}

void
fcgi_free(struct fcgi *f)
{
	free(f);
}

static void
limit(int fd, int option)
{
	struct timeval t = { .tv_sec = PATIENCE };

	setsockopt(fd, SOL_SOCKET, option, &t, sizeof(t));
}

void
fcgi_adopt(int fd)
{
	limit(fd, SO_RCVTIMEO);
}

/*
 * With ipcFd set the library reads this connection instead of accepting
 * one; with keepConnection set it never closes it; with listen_sock -1 a
 * broken head is an error and not a wait for the next connection.
 */
bool
fcgi_begin(struct fcgi *f, int fd)
{
	f->written = 0;
	FCGX_InitRequest(&f->rq, -1, 0);
	f->rq.ipcFd = f->fd = fd;
	f->rq.keepConnection = 1;
	if (FCGX_Accept_r(&f->rq) >= 0) {
		f->asked = f->rq.keepConnection != 0;
		return true;
	}
	fcgi_drop(f);
	return false;
}

const char *
fcgi_param(struct fcgi *f, const char *name)
{
	return FCGX_GetParam(name, f->rq.envp);
}

static size_t
declared(struct fcgi *f, size_t max)
{
	const char *s = fcgi_param(f, "CONTENT_LENGTH");
	unsigned long long n = s == NULL ? 0 : strtoull(s, NULL, 10);

	return n > max ? max + 1 : (size_t)n;
}

char *
fcgi_body(struct fcgi *f, struct arena *a, size_t max, size_t *len)
{
	size_t want = declared(f, max), n = 0;
	char *body, rest[4096];
	int k;

	if (want > max) {
		while (FCGX_GetStr(rest, sizeof(rest), f->rq.in) > 0)
			continue;
		*len = max + 1;
		return NULL;
	}
	body = arena_alloc(a, want + 1);
	while (n < want && (k = FCGX_GetStr(body + n, (int)(want - n),
	    f->rq.in)) > 0)
		n += (size_t)k;
	body[n] = '\0';
	*len = n;
	if (n < want) {
		*len = 0;
		return NULL;
	}
	while (FCGX_GetStr(rest, sizeof(rest), f->rq.in) > 0)
		continue;
	return body;
}

/* The socket takes a short answer at once, whatever the peer does. */
void
fcgi_write(struct fcgi *f, const char *s, size_t n)
{
	if (f->written <= SHORT && f->written + n > SHORT)
		limit(f->fd, SO_SNDTIMEO);
	f->written += n;
	while (n > 0) {
		int part = n > 1 << 20 ? 1 << 20 : (int)n;

		if (FCGX_PutStr(s, part, f->rq.out) != part)
			return;
		s += part;
		n -= (size_t)part;
	}
}

/*
 * Closing ourselves spares the library's shutdown-and-wait.  The unread rest
 * of a body would be taken for the next request, so it must be at its end.
 * After an error the library has closed the descriptor.
 */
int
fcgi_end(struct fcgi *f, bool keep)
{
	int fd = f->fd;

	keep = keep && f->asked && FCGX_HasSeenEOF(f->rq.in) == EOF;
	f->rq.keepConnection = 1;
	FCGX_Finish_r(&f->rq);
	if (!keep || f->rq.ipcFd != fd) {
		fcgi_drop(f);
		return -1;
	}
	f->fd = -1;
	return fd;
}

/* After an error the library has closed the descriptor itself. */
void
fcgi_drop(struct fcgi *f)
{
	FCGX_Free(&f->rq, 0);
	if (f->fd >= 0 && f->rq.ipcFd == f->fd)
		close(f->fd);
	f->fd = -1;
}

bool
fcgi_peer_gone(struct fcgi *f)
{
	struct pollfd p = { .fd = f->fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) > 0 &&
	    (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

const void *
fcgi_question(size_t *len)
{
	static const char record[] =
	    "\1\11\0\0"	/* version, type, request 0 */
	    "\0\21\7\0"	/* 17 bytes and 7 to fill up */
	    "\17\0FCGI_MPXS_CONNS"
	    "\0\0\0\0\0\0";	/* and the NUL that ends it */

	*len = sizeof(record);
	return record;
}
