#include "probe.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "adapter/fcgi.h"
#include "base/time.h"
#include "place.h"

/* The socket on which the question was sent, or -1 and why not. */
static int
ask(const char *directory, const char *name, enum probe_end *end)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	size_t len;
	const void *question = fcgi_question(&len);
	int n, fd;

	*end = PROBE_ABSENT;
	n = snprintf(un.sun_path, sizeof(un.sun_path), "%s%s.sock", directory,
	    name);
	if (n < 0 || (size_t)n >= sizeof(un.sun_path))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&un, sizeof(un)) == 0 &&
	    send(fd, question, len, MSG_NOSIGNAL) == (ssize_t)len) {
		*end = PROBE_SILENT;
		return fd;
	}
	/* its backlog is full, or we have no descriptor */
	if (errno == EAGAIN || errno == EMFILE || errno == ENFILE)
		*end = PROBE_SILENT;
	if (fd >= 0)
		close(fd);
	return -1;
}

static void
take(struct pollfd *p, enum probe_end *end)
{
	char c;

	*end = recv(p->fd, &c, 1, MSG_DONTWAIT) > 0 ? PROBE_ANSWERED :
	    PROBE_ABSENT;
	close(p->fd);
	p->fd = -1;
}

/* How many of them are waited for. */
static size_t
waiting(const struct pollfd *p, size_t n)
{
	size_t i, open = 0;

	for (i = 0; i < n; i++)
		open += p[i].fd >= 0;
	return open;
}

void
probe_endpoints(const char *const *names, size_t n, usec_t until,
    enum probe_end *ends)
{
	struct pollfd *p = calloc(n, sizeof(*p));
	char directory[PLACE_MAX] = "";
	usec_t left;
	size_t i;

	if (p == NULL)
		abort();
	place_directory(directory);
	for (i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = ask(directory, names[i],
		    &ends[i]), .events = POLLIN };
	while (waiting(p, n) > 0 && (left = until - time_monotonic()) > 0) {
		poll(p, (nfds_t)n, (int)(left / 1000) + 1);
		for (i = 0; i < n; i++)
			if (p[i].fd >= 0 && p[i].revents != 0)
				take(&p[i], &ends[i]);
	}
	for (i = 0; i < n; i++)
		if (p[i].fd >= 0)
			close(p[i].fd);
	free(p);
}
