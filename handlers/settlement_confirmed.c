/*
 * POST /v1/settlements/{settlementId}/confirmed
 *
 * {txHash?}, or no body: the chain has it, for good.  The same again changes
 * nothing.
 */
#include "billing/settlement.h"
#include "serve/serve.h"
#include "wire/settlement.h"

static enum fault
body(struct request *rq, const struct json **root)
{
	if (rq->body_len == 0) {
		*root = json_object(&rq->cx);
		return FAULT_NONE;
	}
	return request_json(rq, root);
}

static enum fault
settlement_confirmed(struct request *rq)
{
	struct settlement_step step;
	const struct json *root;
	struct settlement s;
	enum fault f;

	if ((f = body(rq, &root)) ||
	    (f = wire_confirmed_read(&rq->cx, root, &step)))
		return f;
	f = settlement_apply(&rq->cx, &rq->uuid, &step, &s);
	if (f == FAULT_CONFLICT)
		problem_add(rq, "settlementStatus",
		    settlement_status_name(s.status));
	return f ? f : reply_empty(rq, 204);
}

const struct route route = {
	.method = "POST", .path = "/v1/settlements/{settlementId}/confirmed",
	.handler = settlement_confirmed,
	.retry = true,
};
