/* GET /v1/sessions/{sessionId} */
#include "billing/evaluate.h"
#include "serve/serve.h"
#include "wire/session.h"

static enum fault
session_get(struct request *rq)
{
	struct session s;
	enum fault f;

	if ((f = store_session_load(&rq->cx, &rq->uuid, &s)) ||
	    (f = sessions_so_far(&rq->cx, &rq->set->energy, &s, 1)))
		return f;
	return reply_document(rq, 200, &s);
}

const struct route route = {
	.says = "One session, with what came so far while it runs.",
	.method = "GET", .path = "/v1/sessions/{sessionId}",
	.answers = (const struct answer[]){
		{ 200, .document = &session_document },
		{ 0 }
	},
	.processes = 2, .handler = session_get,
	.retry = true,
};
