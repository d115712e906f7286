/*
 * DELETE /v1/sessions/{sessionId}/corrections
 *
 * Back to the figure of the fallback chain, with a revision of its own; what
 * was corrected stays in the list.
 */
#include "billing/review.h"
#include "serve/serve.h"
#include "wire/session.h"

static enum fault
session_correction_delete(struct request *rq)
{
	struct correction c = {
		.by = param(rq, "by")->text, .why = param(rq, "why")->text,
	};
	char key[UUID_TEXT];
	struct uuid id;
	struct session s;
	enum fault f;

	uuid_new(&id);
	c.key = uuid_text(key, &id);
	if ((f = review_withdraw(&rq->cx, &rq->set->energy, &rq->uuid, &c, &s)))
		return f;
	return reply_document(rq, 200, &s);
}

/* Asked again after a lost commit it would find no correction. */
const struct route route = {
	.says = "Withdraws the correction of a session.",
	.method = "DELETE", .path = "/v1/sessions/{sessionId}/corrections",
	.query = (const struct param[]){
		{ "by", .kind = PARAM_TEXT }, { "why", .kind = PARAM_TEXT },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &session_document },
		{ .fault = FAULT_CONFLICT,
		    .says = "The session is finalizing." },
		{ 0 }
	},
	.handler = session_correction_delete,
};
