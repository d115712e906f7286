#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adapter/db.h"
#include "base/env_file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "metrics.h"
#include "private.h"
#include "route.h"

enum { SHUTDOWN_PATIENCE = 20 };

static bool
socket_given(void)
{
	int on = 0;
	socklen_t len = sizeof(on);

	return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &on,
	    &len) == 0 && on != 0;
}

/*
 * Tells the supervisor that requests will be answered from here on.  The
 * socket on which it asks, or -1 when there is none.
 */
static int
ready(void)
{
	const char *s = getenv("CPMS_READY_FD");
	int64_t fd;

	if (s == NULL || !text_int(s, 3, 1 << 20, &fd))
		return -1;
	if (write((int)fd, "", 1) < 0)
		log_line(LOG_WARNING_LINE, "nobody waits for readiness");
	return (int)fd;
}

/* The log that the supervisor has opened anew comes along with its question. */
static void
log_take(struct msghdr *m)
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(m);
	int fd;

	if (c == NULL || c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len != CMSG_LEN(sizeof(fd)))
		return;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	log_file_take(fd);
}

/* Silence says that this process can't take requests.  False: nobody asks. */
static bool
supervisor_answer(const struct process *p, int fd)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int))];
	char asks[16];
	struct iovec v = { asks, sizeof(asks) };
	struct msghdr m = {
		.msg_iov = &v, .msg_iovlen = 1,
		.msg_control = room, .msg_controllen = sizeof(room)
	};

	if (recvmsg(fd, &m, MSG_CMSG_CLOEXEC) <= 0)
		return false;
	log_take(&m);
	return atomic_load(&p->starved) || write(fd, "", 1) == 1;
}

/* True: it asks for the end. */
static bool
signal_take(int fd)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return false;
	if (info.ssi_signo != SIGUSR1)
		return true;
	log_file_reopen();
	return false;
}

/* Answers the supervisor until somebody asks for the end. */
static void
shutdown_await(const struct process *p, int supervisor)
{
	struct pollfd fds[2] = {
		{ .events = POLLIN },
		{ .fd = supervisor, .events = POLLIN },
	};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	fds[0].fd = signalfd(-1, &set, SFD_CLOEXEC);
	for (;;) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents != 0 && signal_take(fds[0].fd))
			return;
		if (fds[1].revents != 0 && !supervisor_answer(p, fds[1].fd))
			fds[1].fd = -1;
	}
}

static void
shutdown_wait(struct process *p, struct thread *threads, int n)
{
	usec_t until = time_monotonic() + SHUTDOWN_PATIENCE * SECOND;
	uint64_t one = 1;
	int i;

	atomic_store(&p->stopping, true);
	if (write(p->stop, &one, sizeof(one)) < 0)
		return;
	for (i = 0; i < n; i++)
		if (!thread_join(&threads[i], until))
			return;
	lock_acquire(&p->lock);
	while (p->idle < p->made && lock_wait_until(&p->lock, until))
		continue;
	lock_release(&p->lock);
	log_flush();
}

/* A descriptor a waiting caller, as far as the system lets us. */
static void
more_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return;
	r.rlim_cur = r.rlim_max < 16384 ? r.rlim_max : 16384;
	setrlimit(RLIMIT_NOFILE, &r);
}

/* A core would hold secrets and keys. */
static void
no_core(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
}

static void
signals_block(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int
serve_check(void)
{
	struct settings set;

	log_name(program_invocation_short_name);
	return settings_load(&set) && settings_have_key(&set) ? 0 :
	    EXIT_SETTINGS;
}

int
serve(const struct route *route)
{
	static struct process p;
	static struct thread threads[MAX_THREADS];
	int i, n = route->threads > 0 ? route->threads : 1;

	log_name(program_invocation_short_name);
	log_file_name();
	no_core();
	signals_block();
	if (!settings_load(&p.service.set) ||
	    !settings_have_key(&p.service.set))
		return EXIT_SETTINGS;
	if (!socket_given()) {
		log_line(LOG_ERROR_LINE, "descriptor 0 is not a listening "
		    "socket: start this under spawn-fcgi");
		return 1;
	}
	metrics_open(program_invocation_short_name);
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	more_descriptors();
	fcgi_init();
	p.service.route = route;
	p.service.pool = db_pool_new(p.service.set.database_url,
	    route->connections > 0 ? route->connections : n);
	p.stop = eventfd(0, EFD_CLOEXEC);
	accept_init(&p);
	lock_init(&p.lock);
	if (route->init != NULL &&
	    (p.state = route->init(&p.service)) == NULL)
		return 1;
	for (i = 0; i < n; i++)
		thread_start(&threads[i], request_worker, &p);
	shutdown_await(&p, ready());
	shutdown_wait(&p, threads, n);
	return 0;
}
