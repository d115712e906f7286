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
#include "serve/waiter.h"
#include "store/command.h"
#include "wire/command.h"

/* For storing an outcome, and for whoever had a command in hand to do so. */
#define STORING (5 * SECOND)
#define GRACE (2 * SECOND)

struct command_state {
	struct gateway *gateway;
	struct waiters *waiters;	/* for what another caller sent */
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
		return reply_document(rq, 200, c);
	rq->problem.error = error;
	rq->problem.command_status = status;
	rq->problem.command_id = arena_strdup(a, uuid_text(id, &c->id));
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

static enum fault
outcome_wait(struct request *rq, const struct uuid *id)
{
	struct command_state *d = rq->state;

	return waiters_add(d->waiters, rq, id, time_monotonic() +
	    COMMAND_PATIENCE + GRACE + STORING);
}

static enum fault
command_create(struct request *rq)
{
	struct command_order o;
	struct command c;
	struct uuid id;
	enum fault f;
	bool same;

	if ((f = request_read(rq, &c)))
		return f;
	rq->logged.charger = c.charger;
	o = (struct command_order){ c.charger, c.type, c.key, c.payload };
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
	return settled(&c) ? answer(rq, &c, true) : outcome_wait(rq, &c.id);
}

static enum fault
outcome_load(struct ctx *cx, const struct uuid *id, void *command)
{
	return store_command_load(cx, id, command);
}

static enum fault
outcome(struct request *rq, void *command)
{
	return settled(command) ? answer(rq, command, true) : FAULT_DEFERRED;
}

static void *
command_init(const struct service *sv)
{
	static const struct waiter_work work = {
		.period = SECOND / 10, .patience = GRACE,
		.load = outcome_load, .outcome = outcome,
	};
	static struct command_state d;
	static struct command waited_for;

	d.gateway = gateway_new(sv->set.gateway_base_url,
	    sv->set.gateway_api_key);
	if (d.gateway == NULL)
		return NULL;
	d.waiters = waiters_new(&work, &waited_for, sv->pool);
	return &d;
}

const struct route route = {
	.says = "Sends a command to a charger, once for an idempotencyKey.",
	.method = "POST", .path = "/v1/commands",
	.body = &command_document,
	.answers = (const struct answer[]){
		{ 200, .document = &command_document,
		    .header = "Idempotent-Replayed",
		    .says = "The charger answered, whatever it said." },
		{ .fault = FAULT_GATEWAY, .header = "Idempotent-Replayed",
		    .says = "The command is Failed or Unknown: commandStatus "
		    "says which." },
		{ .fault = FAULT_GATEWAY_SLOW,
		    .header = "Idempotent-Replayed",
		    .says = "The gateway did not answer in time: the command "
		    "is Unknown." },
		{ .fault = FAULT_NOT_FOUND, .says = "The charger is unknown." },
		{ .fault = FAULT_KEY_REUSED,
		    .says = "The charger had another command of this "
		    "idempotencyKey." },
		{ 0 }
	},
	.handler = command_create,
	.init = command_init, .threads = 32, .connections = 2,
	.nginx = { .read_timeout = 30 },
};
