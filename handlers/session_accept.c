/*
 * POST /v1/sessions/{sessionId}/accept
 *
 * Somebody looked at the number and lets it stand: a revision says who and
 * why, and the session's settlement is no longer held.  Late data that changes
 * the result asks for a review again.
 */
#include "billing/review.h"
#include "serve/serve.h"
#include "wire/session.h"

static enum fault
session_accept(struct request *rq)
{
	struct acceptance a;
	struct session s;
	enum fault f;

	if ((f = request_read(rq, &a)) ||
	    (f = review_accept(&rq->cx, &rq->uuid, a.by, a.why, &s)))
		return f;
	return reply_document(rq, 200, &s);
}

/* Asked again after a lost commit it would find nothing to accept. */
const struct route route = {
	.says = "Lets the number of a session under review stand.",
	.method = "POST", .path = "/v1/sessions/{sessionId}/accept",
	.body = &acceptance_document,
	.answers = (const struct answer[]){
		{ 200, .document = &session_document },
		{ .fault = FAULT_CONFLICT,
		    .says = "The session is running or finalizing, or needs "
		    "no review." },
		{ 0 }
	},
	.handler = session_accept,
};
