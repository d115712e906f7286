/*
 * POST /v1/commands
 *
 * Stored before it is sent, sent at most once for a charger and
 * idempotencyKey.  Whoever stored it sends it; all others with that key get
 * the stored outcome, and wait for it while it is under way.  No connection
 * to the database is held while the gateway is asked.
 */
#include <poll.h>
#include <string.h>

#include "base/time.h"
#include "gateway/gateway.h"
#include "adapter/thread.h"
#include "serve/serve.h"
#include "store/command.h"
#include "wire/command.h"

/* For storing an outcome, and for whoever had a command in hand to do so. */
#define STORING (5 * SECOND)
#define GRACE (2 * SECOND)

/* A caller that waits for a command that another one sent. */
struct waiter {
	struct waiter *next;
	struct request *rq;
	struct uuid id;
	usec_t until;		/* steady; the database may be gone */
};

struct command_state {
	struct gateway *gateway;
	struct db_pool *pool;
	struct lock lock;
	struct waiter *waiters;
};

static enum fault
answer(struct request *rq, const struct command *c, bool replayed)
{
	struct arena *a = &rq->cx.arena;
	const char *status = command_status_name(c->status);
	const char *error = c->error == NULL ? "" :
	    arena_strdup(a, c->error);
	char id[UUID_TEXT];

	if (replayed)
		reply_header(rq, "Idempotent-Replayed", "true");
	if (c->status == COMMAND_ACKED)
		return reply(rq, 200, wire_command(&rq->cx, c));
	problem_add(rq, "error", error);
	problem_add(rq, "commandStatus", status);
	problem_add(rq, "commandId", arena_strdup(a, uuid_text(id, &c->id)));
	return ctx_fail(&rq->cx, c->answer == 504 ? FAULT_GATEWAY_SLOW :
	    FAULT_GATEWAY, "command %s is %s: %s", id, status, error);
}

/* Runs a step that may be repeated until it is done or its time is up. */
static enum fault
retry_step(struct request *rq, enum fault (*step)(struct ctx *,
    struct command *), struct command *c)
{
	enum fault f;

	while ((f = step(&rq->cx, c)) == FAULT_DATABASE &&
	    time_monotonic() < rq->cx.deadline) {
		db_release(&rq->cx);
		poll(NULL, 0, 20);
	}
	return f;
}

/* Ours: nobody else sends it, whatever happens from here on. */
static enum fault
send_once(struct request *rq, struct command *c)
{
	struct command_state *d = rq->state;
	usec_t began = time_monotonic();
	enum fault f;

	if ((f = retry_step(rq, store_command_send, c)))
		return f;
	db_release(&rq->cx);
	if (c->status != COMMAND_SENT) {
		command_expire(c, INT64_MAX);
		return answer(rq, c, false);
	}
	rq->cx.deadline = began + COMMAND_PATIENCE;
	gateway_send(&rq->cx, d->gateway, c);
	rq->cx.deadline = time_monotonic() + STORING;
	if (retry_step(rq, store_command_settle, c) == FAULT_NONE)
		return answer(rq, c, false);
	c->status = COMMAND_UNKNOWN;	/* as everybody will read it */
	c->error = "the outcome could not be stored";
	return answer(rq, c, false);
}

static bool
settled(struct command *c)
{
	command_expire(c, c->read_at - GRACE);
	return command_settled(c);
}

/* The caller is the watcher's from here on. */
static enum fault
wait_for(struct request *rq, const struct uuid *id)
{
	struct command_state *d = rq->state;
	struct waiter *w = arena_calloc(&rq->cx.arena, sizeof(*w));

	db_release(&rq->cx);
	w->rq = rq;
	w->id = *id;
	w->until = time_monotonic() + COMMAND_PATIENCE + GRACE + STORING;
	lock_acquire(&d->lock);
	w->next = d->waiters;
	d->waiters = w;
	lock_release(&d->lock);
	lock_signal(&d->lock);
	return request_defer(rq);
}

static enum fault
command_create(struct request *rq)
{
	struct command_order o = { .body = rq->body, .body_len = rq->body_len };
	struct command c;
	struct uuid id;
	enum fault f;
	bool same;

	if ((f = wire_command_read(&rq->cx, rq->body, rq->body_len, &c)))
		return f;
	o.charger = c.charger;
	o.type = c.type;
	o.key = c.key;
	uuid_new(&id);
	while ((f = store_command_open(&rq->cx, &o, &id, &c, &same)) ==
	    FAULT_DATABASE && time_monotonic() < rq->cx.deadline) {
		db_release(&rq->cx);
		poll(NULL, 0, 20);
	}
	if (f)
		return f;
	if (uuid_equal(&id, &c.id))
		return send_once(rq, &c);
	if (!same)
		return ctx_fail(&rq->cx, FAULT_KEY_REUSED, "this charger had "
		    "another command with this idempotencyKey");
	return settled(&c) ? answer(rq, &c, true) : wait_for(rq, &c.id);
}

/* True: answered, or out of time. */
static bool
waiter_poll(struct waiter *w, enum fault f, struct command *c)
{
	if (f == FAULT_NONE && settled(c))
		request_answer(w->rq, answer(w->rq, c, true));
	else if (time_monotonic() >= w->until)
		request_answer(w->rq, ctx_fail(&w->rq->cx, FAULT_DATABASE,
		    "the database does not tell the outcome"));
	else
		return false;
	return true;
}

/* Looks at each; gives back those that go on waiting. */
static struct waiter *
waiters_poll(struct ctx *cx, struct waiter *w)
{
	struct waiter *left = NULL, *next;
	struct uuid last = { { 0 } };
	enum fault f = FAULT_NOT_FOUND;
	struct command c;

	for (; w != NULL; w = next) {
		next = w->next;
		if (!uuid_equal(&last, &w->id)) {
			db_release(cx);
			ctx_reset(cx, time_now(), time_monotonic() + GRACE);
			last = w->id;
			f = store_command_load(cx, &last, &c);
		}
		if (!waiter_poll(w, f, &c)) {
			w->next = left;
			left = w;
		}
	}
	db_release(cx);
	return left;
}

/* One thread watches for all: other processes send commands too. */
static void *
watch(void *arg)
{
	struct command_state *d = arg;
	struct waiter *list, **end;
	struct ctx cx;

	ctx_init(&cx);
	cx.pool = d->pool;
	for (;;) {
		lock_acquire(&d->lock);
		while (d->waiters == NULL)
			lock_wait(&d->lock);
		list = d->waiters;
		d->waiters = NULL;
		lock_release(&d->lock);
		list = waiters_poll(&cx, list);
		if (list == NULL)
			continue;
		poll(NULL, 0, 100);
		for (end = &list; *end != NULL; end = &(*end)->next)
			continue;
		lock_acquire(&d->lock);
		*end = d->waiters;
		d->waiters = list;
		lock_release(&d->lock);
	}
	return NULL;
}

static void *
command_init(const struct service *sv)
{
	static struct command_state d;
	static struct thread watcher;

	d.gateway = gateway_new(sv->set.gateway_base_url,
	    sv->set.gateway_api_key);
	if (d.gateway == NULL)
		return NULL;
	d.pool = sv->pool;
	lock_init(&d.lock);
	thread_start(&watcher, watch, &d);
	return &d;
}

const struct route route = {
	.method = "POST", .path = "/v1/commands", .handler = command_create,
	.init = command_init, .threads = 32, .connections = 2,
	.nginx = { .read_timeout = 30 },
};
