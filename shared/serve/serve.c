#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "adapter/db.h"
#include "adapter/fcgi.h"
#include "adapter/thread.h"
#include "route.h"

#define OVERLOADED_AFTER (SECOND / 20)

enum {
	MAX_REQUESTS = 1024,
	IDLE_REQUESTS = 64,	/* with their memory, after a rush */
	BACKLOG = 8192,		/* accepted, nothing read yet */
	PATIENCE = 5,
	LEAVE = 20,
	MAX_THREADS = 64
};

struct header {
	struct header *next;
	const char *name, *value;
};

/* The part of a request that no handler sees. */
struct request_private {
	struct request rq;
	struct fcgi *fcgi;
	struct process *process;
	const char *method, *uri;
	char id[UUID_TEXT];
	usec_t began;		/* steady */
	int status;
	const char *text;	/* the answer's body, or NULL */
	const char *type;
	struct header *headers;
	struct header *extra;	/* members of a problem */
};

/*
 * Requests are either in the free list or owned by one thread.  At most
 * MAX_REQUESTS exist: a thread that finds none waits before it takes a
 * connection.  What we can't hold waits in the socket's backlog, and when
 * that gets long, in a line of ours: a full backlog turns callers away at
 * once, who are to have their 5 s.
 */
struct process {
	struct service service;
	void *state;
	struct lock accept_lock;	/* whose holder polls and accepts */
	int backlog[BACKLOG];		/* under accept_lock; a ring */
	unsigned first, backlogged;
	atomic_bool overloaded;	/* callers wait long before we see them */
	struct lock lock;	/* free list and counts */
	struct request_private *free;
	int made, idle;
	atomic_int busy;	/* accepted and not answered */
	atomic_bool trim_due;	/* more were under way than are kept */
	_Atomic usec_t trimmed;	/* when memory was given back */
	atomic_bool stopping;
	int stop;		/* eventfd, readable = leave */
};

static void
backlog_fill(struct process *p)
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

/* Under p->lock.  Callers line up while there is no room. */
static void
room_wait(struct process *p)
{
	while (p->free == NULL && p->made == MAX_REQUESTS) {
		if (lock_wait_until(&p->lock, time_monotonic() + SECOND / 50))
			continue;
		lock_release(&p->lock);
		lock_acquire(&p->accept_lock);
		if (!atomic_load(&p->stopping))
			backlog_fill(p);
		lock_release(&p->accept_lock);
		lock_acquire(&p->lock);
	}
}

static struct request_private *
private_take(struct process *p)
{
	struct request_private *in;

	lock_acquire(&p->lock);
	room_wait(p);
	if ((in = p->free) != NULL) {
		p->free = (struct request_private *)in->rq.next;
		p->idle--;
	} else
		p->made++;
	lock_release(&p->lock);
	if (in != NULL)
		return in;
	if ((in = calloc(1, sizeof(*in))) == NULL)
		abort();
	ctx_init(&in->rq.cx);
	in->fcgi = fcgi_new();
	in->process = p;
	in->rq.private = in;
	return in;
}

static void
private_free(struct request_private *in)
{
	atomic_store(&in->process->trim_due, true);
	arena_free(&in->rq.cx.arena);
	fcgi_free(in->fcgi);
	free(in);
}

static void
private_give(struct request_private *in)
{
	struct process *p = in->process;
	bool kept;

	ctx_reset(&in->rq.cx, 0, 0);
	lock_acquire(&p->lock);
	kept = p->idle < IDLE_REQUESTS;
	if (kept) {
		in->rq.next = (struct request *)p->free;
		p->free = in;
		p->idle++;
	} else
		p->made--;
	lock_release(&p->lock);
	lock_signal(&p->lock);
	if (!kept)
		private_free(in);
}

/* nginx's request id, 32 hex digits, as a UUID. */
static void
request_id(struct request_private *in)
{
	const char *s = fcgi_param(in->fcgi, "REQUEST_ID");
	struct uuid u;

	if (s != NULL && strlen(s) == 32 &&
	    strspn(s, "0123456789abcdef") == 32) {
		snprintf(in->id, sizeof(in->id),
		    "%.8s-%.4s-%.4s-%.4s-%.12s", s, s + 8, s + 12, s + 16,
		    s + 20);
		return;
	}
	uuid_new(&u);
	uuid_text(in->id, &u);
}

/* A parameter in seconds with three places; 0 when there is none. */
static usec_t
param_seconds(struct request_private *in, const char *name)
{
	const char *s = fcgi_param(in->fcgi, name);
	char *point = NULL;
	long long sec = s == NULL ? 0 : strtoll(s, &point, 10);

	if (point == NULL || *point != '.' || sec < 0 || sec > INT32_MAX * 8LL)
		return 0;
	return sec * SECOND + strtoll(point + 1, NULL, 10) % 1000 * 1000;
}

/*
 * How long it has waited in front of us already, by nginx's $msec, and before
 * that in a process that died over it.
 */
static usec_t
waited(struct request_private *in, usec_t now)
{
	usec_t received = param_seconds(in, "CPMS_RECEIVED");
	usec_t t = param_seconds(in, "CPMS_WAITED");

	if (received > 0 && received < now)
		t += now - received;
	return t > PATIENCE * SECOND ? PATIENCE * SECOND : t;
}

static void
request_init(struct request_private *in)
{
	struct process *p = in->process;
	usec_t now = time_now(), before = waited(in, now);

	atomic_store(&p->overloaded, before > OVERLOADED_AFTER);
	in->began = time_monotonic();
	ctx_reset(&in->rq.cx, now, in->began + PATIENCE * SECOND - before);
	in->rq.cx.pool = p->service.pool;
	in->rq.set = &p->service.set;
	in->rq.state = p->state;
	in->rq.route = p->service.route;
	in->rq.charger = NULL;
	in->rq.body = NULL;
	in->rq.body_len = 0;
	in->status = 0;
	in->text = NULL;
	in->type = "application/json";
	in->headers = in->extra = NULL;
	in->method = fcgi_param(in->fcgi, "REQUEST_METHOD");
	in->uri = fcgi_param(in->fcgi, "REQUEST_URI");
	memset(in->rq.params, 0, sizeof(in->rq.params));
	request_id(in);
}

static void
problem(struct request_private *in, enum fault f)
{
	struct ctx *cx = &in->rq.cx;
	const struct fault_row *row = fault_row(f);
	struct json *p = json_object(cx), *list, *item;
	const struct member_error *e;
	const struct header *x;

	json_add_text(cx, p, "type", arena_printf(&cx->arena,
	    "urn:cpms:problem:%s", row->slug));
	json_add_text(cx, p, "title", row->title);
	json_add_int(cx, p, "status", row->status);
	if (cx->detail != NULL && row->status < 500)
		json_add_text(cx, p, "detail", cx->detail);
	json_add_text(cx, p, "instance", arena_printf(&cx->arena,
	    "urn:uuid:%s", in->id));
	if (f == FAULT_INVALID && cx->errors != NULL) {
		json_add(p, "errors", list = json_array(cx));
		for (e = cx->errors; e != NULL; e = e->next) {
			json_append(list, item = json_object(cx));
			json_add_text(cx, item, "pointer", e->pointer);
			json_add_text(cx, item, "detail", e->detail);
		}
	}
	for (x = in->extra; x != NULL; x = x->next)
		json_add_text(cx, p, x->name, x->value);
	in->status = row->status;
	in->type = "application/problem+json";
	in->text = json_print(cx, p);
	if (row->retry_after > 0)
		reply_header(&in->rq, "Retry-After", arena_printf(&cx->arena,
		    "%d", row->retry_after));
	if (f == FAULT_METHOD)
		reply_header(&in->rq, "Allow", in->rq.route->method);
	if (f == FAULT_UNAUTHORIZED)
		reply_header(&in->rq, "WWW-Authenticate", "Bearer");
}

static const char *
reason(int status)
{
	enum fault f;

	switch (status) {
	case 200:
		return "OK";
	case 201:
		return "Created";
	case 202:
		return "Accepted";
	case 204:
		return "No Content";
	}
	for (f = FAULT_SYNTAX; f < FAULT_BUG; f++)
		if (fault_row(f)->status == status)
			break;
	return fault_row(f)->title;
}

static void
send_answer(struct request_private *in)
{
	struct arena *a = &in->rq.cx.arena;
	size_t n = in->text == NULL ? 0 : strlen(in->text);
	const struct header *h;
	char *head;

	head = arena_printf(a, "Status: %d %s\r\n", in->status,
	    reason(in->status));
	if (in->text != NULL)
		head = arena_printf(a, "%sContent-Type: %s\r\n"
		    "Content-Length: %zu\r\n", head, in->type, n);
	for (h = in->headers; h != NULL; h = h->next)
		head = arena_printf(a, "%s%s: %s\r\n", head, h->name,
		    h->value);
	fcgi_write(in->fcgi, head, strlen(head));
	fcgi_write(in->fcgi, "\r\n", 2);
	if (n > 0)
		fcgi_write(in->fcgi, in->text, n);
	fcgi_end(in->fcgi);
}

static void
log_answer(const struct request_private *in, enum fault f)
{
	const char *why = in->rq.cx.detail;
	long long us = (long long)(time_monotonic() - in->began);

	if (in->status < 500)
		log_later(LOG_INFO_LINE, "request=%s status=%d us=%lld",
		    in->id, in->status, us);
	else
		log_line(f == FAULT_BUG ? LOG_ERROR_LINE : LOG_WARNING_LINE,
		    "request=%s status=%d us=%lld why=\"%s\"", in->id,
		    in->status, us, why == NULL ? "" : why);
}

/*
 * With nothing under way the log is written to its end, and memory goes back:
 * what a rush took, and now and then what large requests did.
 */
static void
done(struct process *p)
{
	usec_t now;

	if (atomic_fetch_sub(&p->busy, 1) > 1)
		return;
	log_flush();
	now = time_monotonic();
	if (!atomic_exchange(&p->trim_due, false) &&
	    now - atomic_load(&p->trimmed) < SECOND)
		return;
	atomic_store(&p->trimmed, now);
	malloc_trim(0);
}

void
request_answer(struct request *rq, enum fault f)
{
	struct request_private *in = rq->private;
	struct process *p = in->process;

	db_release(&rq->cx);
	if (f != FAULT_NONE || in->status == 0)
		problem(in, f == FAULT_NONE ? FAULT_BUG : f);
	send_answer(in);
	log_answer(in, f);
	private_give(in);
	done(p);
}

/* A lost connection costs a caller nothing when asking again is harmless. */
static enum fault
run(struct request *rq)
{
	enum fault f;

	for (;;) {
		f = rq->route->answer(rq);
		if (f != FAULT_DATABASE || !rq->route->retry ||
		    time_monotonic() >= rq->cx.deadline)
			return f;
		db_release(&rq->cx);
		poll(NULL, 0, 20);
	}
}

static enum fault
prepare(struct request_private *in)
{
	struct request *rq = &in->rq;
	enum fault f;
	char *body;

	if (in->method == NULL || in->uri == NULL)
		return ctx_fail(&rq->cx, FAULT_BUG, "no request line");
	body = fcgi_body(in->fcgi, &rq->cx.arena, MAX_BODY, &rq->body_len);
	if ((f = route_match(rq, in->method, in->uri,
	    fcgi_param(in->fcgi, "HTTP_AUTHORIZATION"))))
		return f;
	if (body == NULL && rq->body_len > MAX_BODY)
		return ctx_fail(&rq->cx, FAULT_TOO_LARGE,
		    "the body is over %d bytes", MAX_BODY);
	if (body == NULL)
		return ctx_fail(&rq->cx, FAULT_SYNTAX, "the body broke off");
	rq->body = body;
	if (time_monotonic() >= rq->cx.deadline)
		return ctx_fail(&rq->cx, FAULT_BUSY, "waited too long");
	return FAULT_NONE;
}

static void
handle(struct request_private *in, int fd)
{
	struct process *p = in->process;
	enum fault f;

	atomic_fetch_add(&p->busy, 1);
	if (!fcgi_begin(in->fcgi, fd)) {
		private_give(in);
		done(p);
		return;
	}
	request_init(in);
	if (in->rq.route->method[0] == 'G' && fcgi_peer_gone(in->fcgi)) {
		fcgi_drop(in->fcgi);
		private_give(in);
		done(p);
		return;
	}
	f = prepare(in);
	if (f == FAULT_NONE)
		f = run(&in->rq);
	if (f != FAULT_DEFERRED)
		request_answer(&in->rq, f);
}

/* The next connection, or -1 when the process leaves. */
static int
next_connection(struct process *p)
{
	struct pollfd fds[2] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = p->stop, .events = POLLIN },
	};
	int fd = -1;

	lock_acquire(&p->accept_lock);
	if (atomic_load(&p->overloaded) && !atomic_load(&p->stopping))
		backlog_fill(p);
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

static void *
worker(void *arg)
{
	struct process *p = arg;
	struct request_private *in;
	int fd;

	for (;;) {
		in = private_take(p);
		if ((fd = next_connection(p)) < 0)
			break;
		handle(in, fd);
	}
	private_give(in);
	return NULL;
}

enum fault
request_defer(struct request *rq)
{
	(void)rq;
	return FAULT_DEFERRED;
}

static bool
socket_given(void)
{
	int on = 0;
	socklen_t len = sizeof(on);

	return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &on,
	    &len) == 0 && on != 0;
}

/* Tells the supervisor that requests will be answered from here on. */
static void
ready(void)
{
	const char *s = getenv("CPMS_READY_FD");
	int64_t fd;

	if (s == NULL || !text_int(s, 3, 1 << 20, &fd))
		return;
	if (write((int)fd, "", 1) < 0)
		log_line(LOG_WARNING_LINE, "nobody waits for readiness");
	close((int)fd);
}

static void
shutdown_wait(struct process *p, struct thread *threads, int n)
{
	usec_t until = time_monotonic() + LEAVE * SECOND;
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

static void
signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, set, NULL);
}

int
serve(const struct route *route)
{
	static struct process p;
	static struct thread threads[MAX_THREADS];
	int i, sig, n = route->threads > 0 ? route->threads : 1;
	sigset_t set;

	log_name(program_invocation_short_name);
	signals(&set);
	if (!settings_load(&p.service.set))
		return 1;
	if (!socket_given()) {
		log_line(LOG_ERROR_LINE, "descriptor 0 is not a listening "
		    "socket: start this under spawn-fcgi");
		return 1;
	}
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	more_descriptors();
	fcgi_init();
	p.service.route = route;
	p.service.pool = db_pool_new(p.service.set.database_url,
	    route->connections > 0 ? route->connections : n);
	p.stop = eventfd(0, EFD_CLOEXEC);
	lock_init(&p.accept_lock);
	lock_init(&p.lock);
	if (route->init != NULL &&
	    (p.state = route->init(&p.service)) == NULL)
		return 1;
	for (i = 0; i < n; i++)
		thread_start(&threads[i], worker, &p);
	ready();
	do
		sigwait(&set, &sig);
	while (sig != SIGTERM && sig != SIGINT);
	shutdown_wait(&p, threads, n);
	return 0;
}

enum fault
request_json(struct request *rq, const struct json **out)
{
	struct json_body b;
	enum fault f;

	if ((f = json_parse(&rq->cx, rq->body, rq->body_len, &b)))
		return f;
	if (!json_is_object(b.root)) {
		ctx_bad(&rq->cx, "", "must be an object");
		return ctx_invalid(&rq->cx);
	}
	*out = b.root;
	return FAULT_NONE;
}

enum fault
reply_text(struct request *rq, int status, const char *text)
{
	rq->private->status = status;
	rq->private->text = text;
	return FAULT_NONE;
}

enum fault
reply(struct request *rq, int status, const struct json *j)
{
	return reply_text(rq, status, json_print(&rq->cx, j));
}

enum fault
reply_empty(struct request *rq, int status)
{
	return reply_text(rq, status, NULL);
}

static void
push(struct request *rq, struct header **list, const char *name,
    const char *value)
{
	struct header *h = arena_calloc(&rq->cx.arena, sizeof(*h));

	h->name = name;
	h->value = value;
	h->next = *list;
	*list = h;
}

void
reply_header(struct request *rq, const char *name, const char *value)
{
	push(rq, &rq->private->headers, name, value);
}

void
problem_add(struct request *rq, const char *key, const char *value)
{
	push(rq, &rq->private->extra, key, value);
}

/* This request's path and query with another cursor. */
void
reply_next(struct request *rq, const char *cursor)
{
	struct arena *a = &rq->cx.arena;
	const char *uri = rq->private->uri, *q = strchr(uri, '?');
	char *link = arena_printf(a, "<%.*s?",
	    q == NULL ? (int)strlen(uri) : (int)(q - uri), uri);
	const struct param *p;
	int i;

	for (i = 0, p = rq->route->query; p->name != NULL; i++, p++)
		if (rq->params[i].given && p->kind != PARAM_CURSOR)
			link = arena_printf(a, "%s%s=%s&", link, p->name,
			    text_percent_encode(a, rq->params[i].text));
	reply_header(rq, "Link", arena_printf(a, "%scursor=%s>; rel=\"next\"",
	    link, text_percent_encode(a, cursor)));
}
