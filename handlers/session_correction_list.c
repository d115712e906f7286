/* GET /v1/sessions/{sessionId}/corrections, from the first on */
#include "serve/serve.h"
#include "store/session.h"
#include "store/session_review.h"
#include "wire/session.h"

static enum fault
session_correction_list(struct request *rq)
{
	struct correction *list;
	struct session s;
	enum fault f;
	size_t n;

	if ((f = store_session_load(&rq->cx, &rq->uuid, &s)) ||
	    (f = store_correction_list(&rq->cx, &s, &list, &n)))
		return f;
	return reply_list(rq, 200, list, n);
}

const struct route route = {
	.says = "The corrections of a session, and their withdrawals.",
	.method = "GET", .path = "/v1/sessions/{sessionId}/corrections",
	.answers = (const struct answer[]){
		{ 200, .document = &correction_document, .list = true }, { 0 }
	},
	.handler = session_correction_list,
	.retry = true,
};
