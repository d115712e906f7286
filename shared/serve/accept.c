#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "private.h"

/* Tags of events; a kept connection's holds its descriptor. */
#define LISTENING	UINT64_MAX
#define STOP		(UINT64_MAX - 1)

enum { ROUND = 64 };	/* events taken at a time */

static void
watch(int epoll, int fd, uint64_t tag)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = tag };

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) != 0)
		abort();
}

void
accept_init(struct process *p)
{
	lock_init(&p->accept_lock);
	p->epoll = epoll_create1(EPOLL_CLOEXEC);
	watch(p->epoll, STDIN_FILENO, LISTENING);
	watch(p->epoll, p->stop, STOP);
	kept_init(&p->kept, p->epoll);
}

static void
backlog_put(struct process *p, int fd)
{
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

/* At most n connections out of the socket's backlog; false: it has no more. */
static bool
accept_some(struct process *p, int n)
{
	int fd;

	for (; n > 0 && p->backlogged < BACKLOG; n--) {
		fd = accept4(STDIN_FILENO, NULL, NULL, SOCK_CLOEXEC);
		atomic_store(&p->starved,
		    fd < 0 && (errno == EMFILE || errno == ENFILE));
		if (atomic_load(&p->starved))
			poll(NULL, 0, 10);
		if (fd < 0)
			return false;
		fcgi_adopt(fd);
		backlog_put(p, fd);
	}
	return true;
}

void
accept_backlog(struct process *p)
{
	accept_some(p, BACKLOG);
}

/*
 * What is there to be read, in turn: kept connections, and for each of them
 * and once more a new one, so that neither kind waits for the other to end.
 */
static void
gather(struct process *p, int timeout)
{
	struct epoll_event e[ROUND];
	int room = BACKLOG - (int)p->backlogged;
	bool listening = false;
	int i, n, fd, kept = 0;

	if (room == 0)
		return;
	n = epoll_wait(p->epoll, e, room < ROUND ? room : ROUND, timeout);
	for (i = 0; i < n; i++) {
		if (e[i].data.u64 == LISTENING)
			listening = true;
		if (e[i].data.u64 >= STOP)
			continue;
		fd = kept_take(&p->kept, e[i].data.u64,
		    (e[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
		if (fd < 0)
			continue;
		backlog_put(p, fd);
		kept++;
	}
	if (listening)
		accept_some(p, kept + 1);
}

/* With none kept, a connection that waits is taken without a look around. */
static void
wait_for_any(struct process *p)
{
	if (atomic_load(&p->kept.n) > 0 || !accept_some(p, 1))
		gather(p, -1);
}

/* Requests that came over kept connections before those were closed. */
static void
take_leftovers(struct process *p)
{
	int fd;

	while (p->backlogged < BACKLOG && (fd = kept_close(&p->kept)) >= 0)
		backlog_put(p, fd);
}

/* The next connection, or -1 when the process leaves. */
int
accept_next(struct process *p)
{
	bool stopping = false;
	int fd = -1;

	lock_acquire(&p->accept_lock);
	while (fd < 0 && !(stopping && p->backlogged == 0)) {
		stopping = atomic_load(&p->stopping);
		if (stopping)
			take_leftovers(p);
		else if (atomic_load(&p->overloaded)) {
			gather(p, 0);
			accept_backlog(p);
		}
		if (!stopping && p->backlogged == 0)
			wait_for_any(p);
		if (p->backlogged > 0)
			fd = backlog_take(p);
	}
	lock_release(&p->accept_lock);
	return fd;
}
