/*
 * POST /v1/sessions/{sessionId}/corrections
 *
 * An operator stands for another figure, also where there was none: a
 * revision says who and why, and the figure is priced and settled like any
 * other.  Late data leaves it as it is and asks for a review.
 */
#include "billing/review.h"
#include "serve/serve.h"
#include "wire/session.h"

static enum fault
session_correct(struct request *rq)
{
	struct correction c;
	struct session s;
	bool repeated;
	enum fault f;

	if ((f = request_read(rq, &c)))
		return f;
	c.has_energy = true;
	if ((f = review_correct(&rq->cx, &rq->uuid, &c, &s, &repeated)))
		return f;
	if (repeated)
		reply_header(rq, "Idempotent-Replayed", "true");
	return reply_document(rq, repeated ? 200 : 201, &s);
}

const struct route route = {
	.says = "Gives a session the energy that an operator stands for.",
	.method = "POST", .path = "/v1/sessions/{sessionId}/corrections",
	.body = &correction_document,
	.answers = (const struct answer[]){
		{ 200, .document = &session_document,
		    .header = "Idempotent-Replayed",
		    .says = "The session had this correction already." },
		{ 201, .document = &session_document },
		{ .fault = FAULT_CONFLICT,
		    .says = "The session is running or finalizing." },
		{ .fault = FAULT_KEY_REUSED,
		    .says = "The session had another correction of this "
		    "idempotencyKey." },
		{ 0 }
	},
	.handler = session_correct,
	.retry = true,
};
