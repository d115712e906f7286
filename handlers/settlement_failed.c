/*
 * POST /v1/settlements/{settlementId}/failed
 *
 * {error, txHash?}: what was submitted will not be confirmed.  The same again
 * changes nothing.
 */
#include "billing/settlement.h"
#include "serve/serve.h"
#include "wire/settlement.h"

static enum fault
settlement_failed(struct request *rq)
{
	struct settlement_step step;
	const struct json *root;
	struct settlement s;
	enum fault f;

	if ((f = request_json(rq, &root)) ||
	    (f = wire_failed_read(&rq->cx, root, &step)))
		return f;
	f = settlement_apply(&rq->cx, &rq->uuid, &step, &s);
	if (f == FAULT_CONFLICT)
		problem_add(rq, "settlementStatus",
		    settlement_status_name(s.status));
	return f ? f : reply_empty(rq, 204);
}

const struct route route = {
	.method = "POST", .path = "/v1/settlements/{settlementId}/failed",
	.handler = settlement_failed,
	.retry = true,
};
