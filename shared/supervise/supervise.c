/*
 * supervise [-n PROCESSES | -d] [-e FILE] [-k] [-p PIDFILE] [-u USER]
 *     APP [ARG...]
 *
 * Holds the listening socket on descriptor 0 for as long as the endpoint
 * lives and runs APP on it, so that neither a crash nor a restart of APP
 * closes the socket or loses a request in its backlog.  Who holds it for us,
 * so that our own end doesn't either, is systemd's cpms@.socket or hold.c.
 *
 *   SIGHUP            start APP anew beside each running one; when the new one
 *                     says that it serves, the old one gets SIGTERM.  If the
 *                     new one ends first, the old one is kept.
 *   SIGUSR1           open the log anew, for APP too: see base/log.h.
 *   SIGTERM, SIGINT   SIGTERM to every process, SIGKILL after 25 s, exit 0.
 *   a process ends    another takes its place, at once, or after a growing
 *                     pause when it died young or never served.
 *
 * With -e APP's environment is what FILE sets (base/env_file.h), over ours.
 * FILE is read at start and on SIGHUP; one with a wrong line ends the start
 * with status 78, and a SIGHUP that meets it changes nothing.
 *
 * With -d there are as many processes as APP --describe says; with -k APP is
 * told, in CPMS_KEY_REQUIRED, to serve only with a key.  An APP that ends with
 * status 78 before any process has served can't do with its settings: we end
 * with that status too.
 *
 * Under systemd (Type=notify) it says READY=1 when each process serves,
 * RELOADING=1 from a SIGHUP on until they do again, STOPPING=1, and WATCHDOG=1.
 *
 * APP says that it serves by writing one byte to the descriptor named in
 * CPMS_READY_FD, a socket of its own.  If it keeps that open, it is asked over
 * it, a byte each second, and answers with one; when it has not done so for
 * three, it is killed.  The listening socket can't tell as much: several
 * processes share it, and a long backlog isn't death.  Asks are counted, not
 * seconds: when the machine sleeps, all sleep.
 *
 * With -u APP runs as USER.  Its supervisor does not: no user of APP can end
 * it or write what is believed of it.
 *
 * PIDFILE is replaced as a whole at every change:
 *
 *   <own pid>
 *   generation <count of the restarts asked for>
 *   refused <count of new processes that were given up>
 *   died <count of processes that ended by themselves>
 *   child <pid> starting|ready|new|retiring
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/env_file.h"
#include "base/log.h"
#include "base/notify.h"
#include "base/text.h"
#include "base/version.h"

enum {
	SLOTS_MAX = 32,
	RETIRED_MAX = 64,
	READY_MS = 15000,	/* a new process has this long to serve */
	DRAIN_MS = 25000,	/* an old one has this long to finish */
	YOUNG_MS = 500,		/* dying before this age is dying young */
	PAUSE_MIN_MS = 100,
	PAUSE_MAX_MS = 5000,
	ASK_MS = 1000,
	SILENCES_MAX = 3,
	DESCRIPTION_MAX = 256 * 1024,
};

struct process {
	pid_t pid;		/* 0: none */
	int fd;			/* -1: it never speaks, or no longer */
	bool ready;
	int64_t born;
	int64_t deadline;
	int64_t ask_at;
	int silences;		/* asks since its last answer */
};

/*
 * now   serves; pid 0 means that it died and that respawn_at is due
 * next  takes over from now as soon as it is ready
 */
struct slot {
	struct process now, next;
	int64_t respawn_at;
	int pause_ms;
	bool again;		/* SIGHUP came while next was under way */
};

struct supervisor {
	char **app;
	const char *name;
	const char *pidfile;
	const struct passwd *user;	/* NULL: ours */
	const char *env_path;		/* NULL: APP's environment is ours */
	char **env;			/* APP's */
	bool key_required;
	bool described;			/* APP knows n_slots */
	int n_slots;
	struct slot slot[SLOTS_MAX];
	struct process retired[RETIRED_MAX];
	sigset_t signals;
	int signal_fd;
	unsigned generation, refused, died;
	int notify_fd;
	int watchdog_ms;	/* 0: none */
	int64_t watchdog_at;
	int status;		/* to end with */
	bool served;		/* a process has, once */
	bool announced;		/* systemd knows that all serve */
	bool stopping;
	bool changed;		/* the pid file is out of date */
};

__attribute__((format(printf, 2, 3)))
static void
say(const struct supervisor *sv, const char *format, ...)
{
	char line[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	log_name(sv->name);
	log_line(LOG_WARNING_LINE, "supervise: %s", line);
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
write_child(FILE *f, const struct process *p, const char *state)
{
	if (p->pid)
		fprintf(f, "child %d %s\n", (int)p->pid, state);
}

/* A reader sees the old file or the new one, never half of one. */
static void
write_pidfile(struct supervisor *sv)
{
	char fresh[PATH_MAX];
	FILE *f;
	int i;

	sv->changed = false;
	if (!sv->pidfile)
		return;
	snprintf(fresh, sizeof(fresh), "%s.new", sv->pidfile);
	f = fopen(fresh, "we");
	if (!f) {
		say(sv, "cannot write %s: %s", fresh, strerror(errno));
		return;
	}
	fprintf(f, "%d\ngeneration %u\nrefused %u\ndied %u\n", (int)getpid(),
	    sv->generation, sv->refused, sv->died);
	for (i = 0; i < sv->n_slots; i++) {
		const struct slot *s = &sv->slot[i];

		write_child(f, &s->now, s->now.ready ? "ready" : "starting");
		write_child(f, &s->next, "new");
	}
	for (i = 0; i < RETIRED_MAX; i++)
		write_child(f, &sv->retired[i], "retiring");
	if (fclose(f) || rename(fresh, sv->pidfile))
		say(sv, "cannot write %s: %s", sv->pidfile, strerror(errno));
}

/* False: the file can't be read, and the environment is as it was. */
static bool
load_environment(struct supervisor *sv)
{
	char why[ENV_FILE_WHY];
	char **env;

	if (sv->env_path == NULL) {
		sv->env = environ;
		return true;
	}
	env = env_file_load(sv->env_path, environ, why);
	if (env == NULL) {
		say(sv, "%s: %s", sv->env_path, why);
		return false;
	}
	free(sv->env);
	sv->env = env;
	return true;
}

static bool
become_user(const struct passwd *user)
{
	return initgroups(user->pw_name, user->pw_gid) == 0 &&
	    setgid(user->pw_gid) == 0 && setuid(user->pw_uid) == 0;
}

/* The order counts: another user's process forgets whose death ends it. */
static _Noreturn void
become_app(const struct supervisor *sv, int fd, pid_t parent)
{
	char number[16];

	if (sv->user != NULL && !become_user(sv->user)) {
		say(sv, "cannot become user %s: %s", sv->user->pw_name,
		    strerror(errno));
		_exit(126);
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(0);
	sigprocmask(SIG_UNBLOCK, &sv->signals, NULL);
	fcntl(fd, F_SETFD, 0);
	snprintf(number, sizeof(number), "%d", fd);
	environ = sv->env;
	setenv("CPMS_READY_FD", number, 1);
	if (sv->key_required)
		setenv("CPMS_KEY_REQUIRED", "1", 1);
	execv(sv->app[0], sv->app);
	say(sv, "cannot run %s: %s", sv->app[0], strerror(errno));
	_exit(127);
}

/* Leaves p->pid 0 when the system has no process to give. */
static void
start(struct supervisor *sv, struct process *p)
{
	pid_t parent = getpid();
	int ends[2];

	*p = (struct process){ .fd = -1 };
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) {
		say(sv, "cannot make a socket: %s", strerror(errno));
		return;
	}
	p->pid = fork();
	if (p->pid == 0)
		become_app(sv, ends[1], parent);
	close(ends[1]);
	if (p->pid < 0) {
		say(sv, "cannot fork: %s", strerror(errno));
		close(ends[0]);
		p->pid = 0;
		return;
	}
	p->fd = ends[0];
	p->born = now_ms();
	p->deadline = p->born + READY_MS;
	sv->changed = true;
}

static void
hang_up(struct process *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

/*
 * Ends a process that is no longer wanted; it may finish its requests, even
 * when somebody had stopped it.
 */
static void
retire(struct supervisor *sv, struct process *p)
{
	int i;

	hang_up(p);
	kill(p->pid, SIGTERM);
	kill(p->pid, SIGCONT);
	p->deadline = now_ms() + DRAIN_MS;
	for (i = 0; i < RETIRED_MAX && sv->retired[i].pid; i++)
		;
	if (i < RETIRED_MAX)
		sv->retired[i] = *p;
	else
		kill(p->pid, SIGKILL);
	p->pid = 0;
	sv->changed = true;
}

static void
give_up(struct supervisor *sv, struct slot *s, const char *why)
{
	sv->refused++;
	sv->changed = true;
	say(sv, "new process %d %s, the old one is kept", (int)s->next.pid,
	    why);
}

static void
start_next(struct supervisor *sv, struct slot *s)
{
	if (s->next.pid) {
		s->again = true;
		return;
	}
	s->again = false;
	s->pause_ms = 0;
	if (!s->now.pid) {
		s->respawn_at = now_ms();
		return;
	}
	start(sv, &s->next);
	if (!s->next.pid)
		give_up(sv, s, "could not be started");
}

static void
take_over(struct supervisor *sv, struct slot *s)
{
	retire(sv, &s->now);
	s->now = s->next;
	s->next.pid = 0;
	s->next.fd = -1;
	if (s->again)
		start_next(sv, s);
}

static void
describe(char *text, size_t size, int status)
{
	if (WIFSIGNALED(status))
		snprintf(text, size, "was ended by signal %d (%s)",
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(text, size, "ended with status %d",
		    WEXITSTATUS(status));
}

/* One that served for a while is no reason to keep its clients waiting. */
static void
plan_respawn(struct slot *s, bool grown_up)
{
	int pause = grown_up ? 0 : s->pause_ms;

	s->respawn_at = now_ms() + pause;
	s->pause_ms = pause ? pause * 2 : PAUSE_MIN_MS;
	if (s->pause_ms > PAUSE_MAX_MS)
		s->pause_ms = PAUSE_MAX_MS;
}

static void
stop_all(struct supervisor *sv)
{
	int i;

	if (sv->stopping)
		return;
	sv->stopping = true;
	notify(sv->notify_fd, "STOPPING=1\n");
	for (i = 0; i < sv->n_slots; i++) {
		if (sv->slot[i].now.pid)
			retire(sv, &sv->slot[i].now);
		if (sv->slot[i].next.pid)
			retire(sv, &sv->slot[i].next);
	}
}

/* What waits in the socket waits for better settings. */
static void
give_up_all(struct supervisor *sv)
{
	say(sv, "it can't run with these settings");
	sv->status = EXIT_SETTINGS;
	stop_all(sv);
}

static void
ended(struct supervisor *sv, pid_t pid, int status)
{
	char how[64];
	int i;

	describe(how, sizeof(how), status);
	sv->changed = true;
	for (i = 0; i < RETIRED_MAX; i++) {
		if (sv->retired[i].pid == pid) {
			sv->retired[i].pid = 0;
			return;
		}
	}
	for (i = 0; i < sv->n_slots; i++) {
		struct slot *s = &sv->slot[i];

		if (s->next.pid == pid) {
			if (!sv->stopping)
				give_up(sv, s, how);
			hang_up(&s->next);
			s->next.pid = 0;
			if (s->again && !sv->stopping)
				start_next(sv, s);
		} else if (s->now.pid == pid) {
			hang_up(&s->now);
			s->now.pid = 0;
			if (sv->stopping)
				return;
			say(sv, "process %d %s", (int)pid, how);
			sv->died++;
			if (!sv->served && WIFEXITED(status) &&
			    WEXITSTATUS(status) == EXIT_SETTINGS) {
				give_up_all(sv);
				return;
			}
			plan_respawn(s, s->now.ready &&
			    now_ms() - s->now.born >= YOUNG_MS);
			if (s->next.pid) {
				s->now = s->next;
				s->next.pid = 0;
				s->next.fd = -1;
			}
		}
	}
}

static void
reap(struct supervisor *sv)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		ended(sv, pid, status);
}

/* The time is one that later versions of systemd want beside it. */
static void
notify_reloading(struct supervisor *sv)
{
	struct timespec ts;

	sv->announced = false;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	notify(sv->notify_fd, "RELOADING=1\nMONOTONIC_USEC=%lld\n",
	    (long long)ts.tv_sec * 1000000 + ts.tv_nsec / 1000);
}

static void
restart_all(struct supervisor *sv)
{
	int i;

	if (sv->stopping)
		return;
	sv->generation++;
	sv->changed = true;
	notify_reloading(sv);
	if (!load_environment(sv)) {
		sv->refused++;
		say(sv, "the old processes and their settings are kept");
		return;
	}
	for (i = 0; i < sv->n_slots; i++)
		start_next(sv, &sv->slot[i]);
}

/* It may run as a user who can't open the file. */
static void
send_log(const struct process *p)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec v = { (char[]){ 0 }, 1 };
	struct msghdr m = {
		.msg_iov = &v, .msg_iovlen = 1,
		.msg_control = room, .msg_controllen = sizeof(room)
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	if (p->pid == 0 || p->fd < 0)
		return;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &(int){ STDERR_FILENO }, sizeof(int));
	sendmsg(p->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
reopen_log(const struct supervisor *sv)
{
	int i;

	if (!log_file_reopen())
		return;
	for (i = 0; i < sv->n_slots; i++) {
		send_log(&sv->slot[i].now);
		send_log(&sv->slot[i].next);
	}
}

static void
take_signals(struct supervisor *sv)
{
	struct signalfd_siginfo info;

	while (read(sv->signal_fd, &info, sizeof(info)) ==
	    (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap(sv);
		else if (info.ssi_signo == SIGHUP)
			restart_all(sv);
		else if (info.ssi_signo == SIGUSR1)
			reopen_log(sv);
		else
			stop_all(sv);
	}
}

/* It serves, or it has answered. */
static void
listen_to(struct supervisor *sv, struct slot *s, struct process *p)
{
	char bytes[16];

	if (recv(p->fd, bytes, sizeof(bytes), MSG_DONTWAIT) <= 0) {
		hang_up(p);
		return;
	}
	p->silences = 0;
	if (p->ready)
		return;
	p->ready = sv->served = true;
	p->ask_at = now_ms() + ASK_MS;
	sv->changed = true;
	if (p == &s->next)
		take_over(sv, s);
}

static bool
is_asked(const struct process *p)
{
	return p->pid != 0 && p->ready && p->fd >= 0;
}

static void
ask(const struct supervisor *sv, struct process *p)
{
	if (p->silences == SILENCES_MAX) {
		say(sv, "process %d has not answered %d times, killed",
		    (int)p->pid, p->silences);
		hang_up(p);
		kill(p->pid, SIGKILL);
		return;
	}
	/* whether it arrives or not, it counts */
	send(p->fd, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	p->silences++;
	p->ask_at = now_ms() + ASK_MS;
}

/*
 * Tells systemd when every process serves, and that this one is alive: it sees
 * to the others itself.
 */
static void
notify_state(struct supervisor *sv, int64_t now)
{
	int i, ready = 0;

	if (sv->watchdog_ms > 0 && sv->watchdog_at <= now) {
		notify(sv->notify_fd, "WATCHDOG=1\n");
		sv->watchdog_at = now + sv->watchdog_ms;
	}
	for (i = 0; i < sv->n_slots; i++)
		if (sv->slot[i].now.pid && sv->slot[i].now.ready &&
		    !sv->slot[i].next.pid)
			ready++;
	if (sv->announced || sv->stopping || ready < sv->n_slots)
		return;
	sv->announced = true;
	notify(sv->notify_fd, "READY=1\nSTATUS=%d processes, %u restarts, "
	    "%u refused\n", ready, sv->generation, sv->refused);
}

/* Does the work that is due; returns the ms until more is. */
static int
run_timers(struct supervisor *sv)
{
	int64_t now = now_ms(), due = now + 60000;
	int i;

	notify_state(sv, now);
	if (sv->watchdog_ms > 0)
		due = sv->watchdog_at;

	for (i = 0; i < RETIRED_MAX; i++) {
		struct process *p = &sv->retired[i];

		if (p->pid && p->deadline <= now) {
			say(sv, "process %d did not finish in time, killed",
			    (int)p->pid);
			kill(p->pid, SIGKILL);
			p->deadline = now + DRAIN_MS;
		}
		if (p->pid && p->deadline < due)
			due = p->deadline;
	}
	for (i = 0; i < sv->n_slots && !sv->stopping; i++) {
		struct slot *s = &sv->slot[i];

		if (!s->now.pid && s->respawn_at <= now) {
			start(sv, &s->now);
			if (!s->now.pid)
				plan_respawn(s, false);
		}
		if (!s->now.pid && s->respawn_at < due)
			due = s->respawn_at;
		if (is_asked(&s->now) && s->now.ask_at <= now)
			ask(sv, &s->now);
		if (is_asked(&s->now) && s->now.ask_at < due)
			due = s->now.ask_at;
		if (s->next.pid && s->next.deadline <= now) {
			give_up(sv, s, "did not serve in time");
			retire(sv, &s->next);
			if (s->again)
				start_next(sv, s);
		}
		if (s->next.pid && s->next.deadline < due)
			due = s->next.deadline;
	}
	return due > now ? (int)(due - now) : 0;
}

static bool
all_gone(const struct supervisor *sv)
{
	int i;

	for (i = 0; i < RETIRED_MAX; i++)
		if (sv->retired[i].pid)
			return false;
	return true;
}

static void
wait_and_take(struct supervisor *sv, int timeout_ms)
{
	struct pollfd fds[1 + 2 * SLOTS_MAX] = {
		{ .fd = sv->signal_fd, .events = POLLIN },
	};
	int i;

	for (i = 0; i < sv->n_slots; i++) {
		struct slot *s = &sv->slot[i];

		fds[1 + 2 * i] = (struct pollfd){
			.fd = s->now.pid ? s->now.fd : -1,
			.events = POLLIN,
		};
		fds[2 + 2 * i] = (struct pollfd){
			.fd = s->next.pid ? s->next.fd : -1,
			.events = POLLIN,
		};
	}
	if (poll(fds, 1 + 2 * (nfds_t)sv->n_slots, timeout_ms) <= 0)
		return;
	/* now before next: taking over moves next into now's place */
	for (i = 0; i < sv->n_slots; i++) {
		struct slot *s = &sv->slot[i];

		if (fds[1 + 2 * i].revents)
			listen_to(sv, s, &s->now);
		if (fds[2 + 2 * i].revents)
			listen_to(sv, s, &s->next);
	}
	if (fds[0].revents)
		take_signals(sv);
}

static void
supervise(struct supervisor *sv)
{
	int timeout_ms;

	for (;;) {
		timeout_ms = run_timers(sv);
		if (sv->stopping && all_gone(sv))
			break;
		if (sv->changed)
			write_pidfile(sv);
		wait_and_take(sv, timeout_ms);
	}
	if (sv->pidfile)
		unlink(sv->pidfile);
}

static _Noreturn void
usage(void)
{
	fputs("usage: supervise [-n PROCESSES | -d] [-e FILE] [-k] "
	    "[-p PIDFILE] [-u USER] APP [ARG...]\n", stderr);
	exit(2);
}

static void
parse(struct supervisor *sv, int argc, char **argv)
{
	const char *slash;
	int64_t n;
	int c;

	while ((c = getopt(argc, argv, "+de:kn:p:u:")) != -1) {
		switch (c) {
		case 'd':
			sv->described = true;
			break;
		case 'e':
			sv->env_path = optarg;
			break;
		case 'k':
			sv->key_required = true;
			break;
		case 'n':
			if (!text_int(optarg, 1, SLOTS_MAX, &n))
				usage();
			sv->n_slots = (int)n;
			break;
		case 'p':
			sv->pidfile = optarg;
			break;
		case 'u':
			sv->user = getpwnam(optarg);
			if (sv->user == NULL) {
				fprintf(stderr, "supervise: no user %s\n",
				    optarg);
				exit(2);
			}
			break;
		default:
			usage();
		}
	}
	if (optind == argc)
		usage();
	sv->app = argv + optind;
	slash = strrchr(sv->app[0], '/');
	sv->name = slash ? slash + 1 : sv->app[0];
}

/* The number behind "processes" in what APP says of itself; 0: it doesn't. */
static int
ask_processes(const struct supervisor *sv)
{
	static char said[DESCRIPTION_MAX];
	int ends[2], status = -1;
	const char *at;
	FILE *f;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return 0;
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execl(sv->app[0], sv->app[0], "--describe", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	f = fdopen(ends[0], "r");
	if (f == NULL || fread(said, 1, sizeof(said) - 1, f) == 0)
		said[0] = '\0';
	if (f != NULL)
		fclose(f);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return 0;
	at = strstr(said, "\"processes\":");
	return at == NULL ? 0 : atoi(strchr(at, ':') + 1);
}

static bool
prepare(struct supervisor *sv)
{
	sv->notify_fd = notify_open();
	sv->watchdog_ms = notify_watchdog_ms();
	if (!load_environment(sv))
		return false;
	if (!sv->described)
		return true;
	sv->n_slots = ask_processes(sv);
	if (sv->n_slots >= 1 && sv->n_slots <= SLOTS_MAX)
		return true;
	say(sv, "%s --describe doesn't say how many processes", sv->app[0]);
	return false;
}

static void
block_signals(struct supervisor *sv)
{
	sigemptyset(&sv->signals);
	sigaddset(&sv->signals, SIGCHLD);
	sigaddset(&sv->signals, SIGHUP);
	sigaddset(&sv->signals, SIGUSR1);
	sigaddset(&sv->signals, SIGTERM);
	sigaddset(&sv->signals, SIGINT);
	sigprocmask(SIG_BLOCK, &sv->signals, NULL);
	sv->signal_fd = signalfd(-1, &sv->signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

int
main(int argc, char **argv)
{
	static struct supervisor sv = { .n_slots = 1, .changed = true };
	int i;

	if (version_asked(argc, argv))
		return 0;
	parse(&sv, argc, argv);
	close_range(3, ~0U, 0);
	log_file_name();
	block_signals(&sv);
	if (sv.signal_fd < 0) {
		say(&sv, "cannot take signals: %s", strerror(errno));
		return 1;
	}
	if (!prepare(&sv))
		return EXIT_SETTINGS;
	for (i = 0; i < sv.n_slots; i++)
		sv.slot[i].now.fd = sv.slot[i].next.fd = -1;
	write_pidfile(&sv);
	supervise(&sv);
	return sv.status;
}
