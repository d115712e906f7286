/*
 * hold [-p PIDFILE] COMMAND [ARG...]
 *
 * Keeps the listening socket on descriptor 0 open and runs COMMAND on it, so
 * that the requests of a supervisor that was killed wait for the next one
 * instead of meeting a socket that nobody listens on.  It does nothing else,
 * so that there is little that could end it.
 *
 *   COMMAND is killed     it is started again, at once, or after a growing
 *                         pause when it was young
 *   COMMAND ends itself   hold ends with its status
 *   a signal              SIGHUP, SIGINT and SIGTERM are COMMAND's; SIGUSR1
 *                         too, after the log was opened anew (base/log.h)
 *
 * COMMAND outlives a hold that was killed.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/version.h"

enum {
	YOUNG_MS = 500,		/* being killed before this age is young */
	PAUSE_MIN_MS = 100,
	PAUSE_MAX_MS = 5000,
};

struct holder {
	char **command;
	const char *pidfile;
	sigset_t signals;
	pid_t pid;		/* COMMAND's; 0: it doesn't run */
	int64_t born;
	int pause_ms;
	bool stopping;
};

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
write_pidfile(const struct holder *h)
{
	FILE *f = h->pidfile == NULL ? NULL : fopen(h->pidfile, "we");

	if (h->pidfile == NULL)
		return;
	if (f == NULL || fprintf(f, "%d\n", (int)getpid()) < 0 ||
	    fclose(f) != 0)
		log_line(LOG_WARNING_LINE, "cannot write %s: %s", h->pidfile,
		    strerror(errno));
}

static void
start(struct holder *h)
{
	h->born = now_ms();
	h->pid = fork();
	if (h->pid == 0) {
		sigprocmask(SIG_UNBLOCK, &h->signals, NULL);
		execv(h->command[0], h->command);
		log_line(LOG_ERROR_LINE, "cannot run %s: %s", h->command[0],
		    strerror(errno));
		_exit(127);
	}
	if (h->pid < 0)
		log_line(LOG_WARNING_LINE, "cannot fork: %s", strerror(errno));
	if (h->pid < 0)
		h->pid = 0;
}

static _Noreturn void
leave(const struct holder *h, int status)
{
	if (h->pidfile != NULL)
		unlink(h->pidfile);
	exit(status);
}

static void
reap(struct holder *h)
{
	pid_t pid = h->pid;
	int status;

	if (waitpid(pid, &status, WNOHANG) != pid)
		return;
	h->pid = 0;
	if (WIFEXITED(status))
		leave(h, WEXITSTATUS(status));
	if (h->stopping)
		leave(h, 0);
	log_line(LOG_WARNING_LINE, "%s %d was ended by signal %d (%s), it is "
	    "started again", h->command[0], (int)pid, WTERMSIG(status),
	    strsignal(WTERMSIG(status)));
}

/* The next signal; 0: none came in the pause. */
static int
next_signal(const struct holder *h)
{
	const struct timespec pause = { h->pause_ms / 1000,
	    h->pause_ms % 1000 * 1000000L };
	int n;

	do
		n = h->pid != 0 ? sigwaitinfo(&h->signals, NULL) :
		    sigtimedwait(&h->signals, NULL, &pause);
	while (n < 0 && errno == EINTR);
	return n < 0 ? 0 : n;
}

static void
hold(struct holder *h)
{
	int n;

	for (;;) {
		n = next_signal(h);
		if (n == 0 && h->pid == 0) {
			start(h);
			h->pause_ms = h->pause_ms == 0 ? PAUSE_MIN_MS :
			    h->pause_ms * 2;
			if (h->pause_ms > PAUSE_MAX_MS)
				h->pause_ms = PAUSE_MAX_MS;
		} else if (n == SIGCHLD && h->pid != 0) {
			if (now_ms() - h->born >= YOUNG_MS)
				h->pause_ms = 0;
			reap(h);
		} else if (n != SIGCHLD && n != 0) {
			if (n == SIGUSR1)
				log_file_reopen();
			h->stopping = h->stopping || n == SIGTERM ||
			    n == SIGINT;
			if (h->pid != 0)
				kill(h->pid, n);
			else if (h->stopping)
				leave(h, 0);
		}
	}
}

int
main(int argc, char **argv)
{
	static struct holder h;
	int c;

	if (version_asked(argc, argv))
		return 0;
	while ((c = getopt(argc, argv, "+p:")) == 'p')
		h.pidfile = optarg;
	if (c != -1 || optind == argc) {
		fputs("usage: hold [-p PIDFILE] COMMAND [ARG...]\n", stderr);
		return 2;
	}
	h.command = argv + optind;
	close_range(3, ~0U, 0);
	log_name("hold");
	log_file_name();
	sigemptyset(&h.signals);
	sigaddset(&h.signals, SIGCHLD);
	sigaddset(&h.signals, SIGHUP);
	sigaddset(&h.signals, SIGUSR1);
	sigaddset(&h.signals, SIGTERM);
	sigaddset(&h.signals, SIGINT);
	sigprocmask(SIG_BLOCK, &h.signals, NULL);
	write_pidfile(&h);
	hold(&h);
}
