#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapter/db.h"
#include "base/log.h"
#include "base/time.h"
#include "private.h"
#include "route.h"

#define OVERLOADED_AFTER (SECOND / 20)

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
			accept_backlog(p);
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

/*
 * A parameter of seconds with three places, or of several of them: their sum,
 * 0 when there is none.
 */
static usec_t
param_seconds(struct request_private *in, const char *name)
{
	const char *s = fcgi_param(in->fcgi, name);
	usec_t sum = 0;
	char *end;

	while (s != NULL && *(s += strspn(s, ",: ")) != '\0') {
		long long sec = strtoll(s, &end, 10), ms;

		if (*end != '.' || sec < 0 || sec > INT32_MAX * 8LL)
			return 0;
		ms = strtoll(end + 1, &end, 10);
		sum += sec * SECOND + ms % 1000 * 1000;
		s = end;
	}
	return sum;
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
	in->rq.cx.in_database = 0;
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
	in->headers = NULL;
	in->rq.problem = (struct problem){ .type = NULL };
	in->rq.uuid = (struct uuid){ 0 };
	in->rq.logged = (struct logged){ .charger = NULL };
	in->method = fcgi_param(in->fcgi, "REQUEST_METHOD");
	in->uri = fcgi_param(in->fcgi, "REQUEST_URI");
	memset(in->rq.params, 0, sizeof(in->rq.params));
	request_id(in);
}

/*
 * With nothing to do the log is written to its end, and memory goes back:
 * what a rush took, and now and then what large requests did.
 */
static void
done(struct process *p)
{
	usec_t now;

	if (atomic_fetch_sub(&p->busy, 1) > 1 ||
	    atomic_load(&p->backlogged) > 0)
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
	usec_t taken;

	db_release(&rq->cx);
	if (f != FAULT_NONE || in->status == 0)
		reply_problem(in, f == FAULT_NONE ? FAULT_BUG : f);
	reply_send(in);
	taken = time_monotonic() - in->began;
	reply_count(in, taken);
	reply_log(in, f, taken);
	private_give(in);
	done(p);
}

/* A lost connection costs a caller nothing when asking again is harmless. */
static enum fault
run(struct request *rq)
{
	enum fault f;

	for (;;) {
		f = rq->route->handler(rq);
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
	if (in->rq.route->method[0] == 'G')
		in->rq.cx.caller = fd;
	if (in->rq.route->method[0] == 'G' && atomic_load(&p->overloaded) &&
	    fcgi_peer_gone(in->fcgi)) {
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

void *
request_worker(void *arg)
{
	struct process *p = arg;
	struct request_private *in;
	int fd;

	for (;;) {
		in = private_take(p);
		if ((fd = accept_next(p)) < 0)
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

enum fault
request_read(struct request *rq, void *out)
{
	bool none = rq->body_len == 0 && rq->route->body_optional;

	return document_read(&rq->cx, rq->route->body, none ? "{}" : rq->body,
	    none ? 2 : rq->body_len, out);
}
