#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "private.h"

void
accept_backlog(struct process *p)
{
	int fd;

	while (p->backlogged < BACKLOG && (fd = accept4(STDIN_FILENO, NULL,
	    NULL, SOCK_CLOEXEC)) >= 0)
		p->backlog[(p->first + p->backlogged++) % BACKLOG] = fd;
}

static int
backlog_take(struct process *p)
{
	int fd = p->backlog[p->first];

	p->first = (p->first + 1) % BACKLOG;
	p->backlogged--;
	return fd;
}

/* The next connection, or -1 when the process leaves. */
int
accept_next(struct process *p)
{
	struct pollfd fds[2] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = p->stop, .events = POLLIN },
	};
	int fd = -1;

	lock_acquire(&p->accept_lock);
	if (atomic_load(&p->overloaded) && !atomic_load(&p->stopping))
		accept_backlog(p);
	while (p->backlogged > 0 || !atomic_load(&p->stopping)) {
		fd = p->backlogged > 0 ? backlog_take(p) : accept4(STDIN_FILENO,
		    NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			break;
		if (errno == EMFILE || errno == ENFILE)
			poll(NULL, 0, 10);
		else if (errno == EAGAIN)
			poll(fds, 2, -1);
	}
	lock_release(&p->accept_lock);
	return fd;
}
