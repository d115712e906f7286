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
	const struct energy_policy policy = {
		rq->set->max_charge_kw, rq->set->review_kwh
	};
	bool force = param(rq, "force")->number != 0;
	struct json *j = json_object(&rq->cx);
	struct session s;
	enum fault f;

	if ((f = finalize_session(&rq->cx, &policy, &rq->uuid, force, &s)))
		return f;
	json_add(j, "session", wire_session(&rq->cx, &s));
	json_add_bool(&rq->cx, j, "force", force);
	return reply(rq, 200, j);
}

const struct route route = {
	.method = "POST", .path = "/v1/sessions/{sessionId}/finalize",
	.query = (const struct param[]){ { "force", PARAM_BOOL, NULL }, { 0 } },
	.handler = session_finalize,
	.retry = true,
};
