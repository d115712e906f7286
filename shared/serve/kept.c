#include "kept.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * An event may be read after its connection was closed and the descriptor
 * taken again: `turn` tells the turns of a descriptor apart.
 */
struct connection {
	int older, newer;	/* -1: none */
	uint32_t turn;
	bool waits;		/* in the list */
};

void
kept_init(struct kept *k, int epoll)
{
	struct rlimit r;

	lock_init(&k->lock);
	k->epoll = epoll;
	k->oldest = k->newest = -1;
	k->size = getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < 1 << 16 ?
	    (int)r.rlim_cur : 1 << 16;
	k->connections = calloc((size_t)k->size, sizeof(*k->connections));
	if (k->connections == NULL)
		abort();
}

static void
link_newest(struct kept *k, int fd)
{
	struct connection *c = &k->connections[fd];

	c->older = k->newest;
	c->newer = -1;
	if (k->newest >= 0)
		k->connections[k->newest].newer = fd;
	else
		k->oldest = fd;
	k->newest = fd;
	c->waits = true;
	k->n++;
}

static void
unlink_one(struct kept *k, int fd)
{
	struct connection *c = &k->connections[fd];

	if (c->older >= 0)
		k->connections[c->older].newer = c->newer;
	else
		k->oldest = c->newer;
	if (c->newer >= 0)
		k->connections[c->newer].older = c->older;
	else
		k->newest = c->older;
	c->waits = false;
	k->n--;
}

static bool
has_request(int fd)
{
	char c;

	return recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/*
 * After the shutdown nothing more can be sent to us, and what was sent is
 * still there to be read: a peer that is refused knows that nobody saw its
 * request.  True: there is one.
 */
static bool
refuse_more(int fd)
{
	shutdown(fd, SHUT_RD);
	return has_request(fd);
}

static void
drop_oldest(struct kept *k)
{
	int fd = k->oldest;

	unlink_one(k, fd);
	if (refuse_more(fd))
		link_newest(k, fd);	/* its event comes */
	else
		close(fd);
}

/* One event is told, then the connection is quiet until it is put back. */
static bool
watch(struct kept *k, int fd)
{
	struct epoll_event e = { 0 };

	e.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;
	e.data.u64 = (uint64_t)++k->connections[fd].turn << 32 | (uint32_t)fd;
	return epoll_ctl(k->epoll, EPOLL_CTL_MOD, fd, &e) == 0 ||
	    epoll_ctl(k->epoll, EPOLL_CTL_ADD, fd, &e) == 0;
}

void
kept_put(struct kept *k, int fd)
{
	bool kept;

	lock_acquire(&k->lock);
	kept = !k->closed && fd < k->size && watch(k, fd);
	if (kept)
		link_newest(k, fd);
	if (k->n > MAX_KEPT)
		drop_oldest(k);
	lock_release(&k->lock);
	if (!kept)
		close(fd);
}

int
kept_take(struct kept *k, uint64_t tag, bool hung_up)
{
	int fd = (int)(tag & UINT32_MAX);
	struct connection *c = &k->connections[fd];
	bool mine;

	lock_acquire(&k->lock);
	mine = c->waits && c->turn == tag >> 32;
	if (mine)
		unlink_one(k, fd);
	lock_release(&k->lock);
	if (!mine)
		return -1;
	if (!hung_up || has_request(fd))
		return fd;
	close(fd);
	return -1;
}

int
kept_close(struct kept *k)
{
	int fd = -1;

	lock_acquire(&k->lock);
	k->closed = true;
	while (fd < 0 && k->oldest >= 0) {
		fd = k->oldest;
		unlink_one(k, fd);
		if (refuse_more(fd))
			break;
		close(fd);
		fd = -1;
	}
	lock_release(&k->lock);
	return fd;
}
