/*
 * POST /v1/sessions/{sessionId}/finalize[?force=true]
 *
 * Runs the fallback chain.  Asking again answers the same session: the
 * caller may have lost our first answer.
 */
#include "billing/finalize.h"
#include "serve/serve.h"
#include "wire/session.h"

static enum fault
session_finalize(struct request *rq)
{
	struct finalized d = { .force = param(rq, "force")->number != 0 };
	enum fault f;

	if ((f = finalize_session(&rq->cx, &rq->set->energy, &rq->uuid, d.force,
	    &d.session)))
		return f;
	return reply_document(rq, 200, &d);
}

const struct route route = {
	.says = "Runs the fallback chain of a session that has ended.",
	.method = "POST", .path = "/v1/sessions/{sessionId}/finalize",
	.query = (const struct param[]){
		{ "force", .kind = PARAM_BOOL },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &finalized_document },
		{ .fault = FAULT_CONFLICT,
		    .says = "The session is running." },
		{ 0 }
	},
	.handler = session_finalize,
	.retry = true,
};
