/*
 * POST /v1/sessions/{sessionId}/accept
 *
 * Somebody looked at the number and lets it stand: a revision says who and
 * why, and what the session comes to is no longer held.  Late data that
 * changes the result asks for a review again.
 */
#include "billing/price.h"
#include "serve/serve.h"
#include "store/session.h"
#include "store/session_accept.h"
#include "wire/session.h"

/* Again, now that nobody else changes it. */
static enum fault
session_lock(struct ctx *cx, const struct uuid *id, struct session *s)
{
	enum fault f;

	if ((f = store_session_load(cx, id, s)) ||
	    (f = db_queue(cx, &db_begin, NULL, 0, NULL)) ||
	    (f = store_charger_lock(cx, s->charger)) ||
	    (f = db_sync(cx)))
		return f;
	return store_session_load(cx, id, s);
}

static enum fault
acceptable(struct ctx *cx, const struct session *s)
{
	if (s->end == END_NONE)
		return ctx_fail(cx, FAULT_CONFLICT, "the session is running");
	if (!s->needs_review)
		return ctx_fail(cx, FAULT_CONFLICT,
		    "the session needs no review");
	return FAULT_NONE;
}

static enum fault
accept_number(struct ctx *cx, struct session *s, const struct acceptance *a)
{
	enum fault f;

	if ((f = store_session_accept(cx, s, a->by, a->why)))
		return f;
	s->needs_review = false;
	return price_session(cx, s);
}

static enum fault
session_accept(struct request *rq)
{
	struct ctx *cx = &rq->cx;
	struct acceptance a;
	struct session s;
	enum fault f;

	if ((f = request_read(rq, &a)))
		return f;
	if ((f = session_lock(cx, &rq->uuid, &s)) ||
	    (f = acceptable(cx, &s)) ||
	    (f = accept_number(cx, &s, &a)) ||
	    (f = db_queue(cx, &db_commit, NULL, 0, NULL)) ||
	    (f = db_sync(cx))) {
		db_rollback(cx);
		return f;
	}
	return reply_document(rq, 200, &s);
}

/* Asked again after a lost commit it would find nothing to accept. */
const struct route route = {
	.says = "Lets the number of a session under review stand.",
	.method = "POST", .path = "/v1/sessions/{sessionId}/accept",
	.body = &acceptance_document,
	.answers = (const struct answer[]){
		{ 200, .document = &session_document },
		{ 409, .says = "The session is running, or needs no review." },
		{ 0 }
	},
	.handler = session_accept,
};
