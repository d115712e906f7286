/*
 * POST /v1/settlements/{settlementId}/submitted
 *
 * {chain, txHash, externalRef?, leaseToken?}: it was sent to a chain.  The
 * first time freezes it with its statement.  The same again changes nothing;
 * a Failed one may be submitted again.
 */
#include "billing/settlement.h"
#include "serve/serve.h"
#include "wire/settlement.h"

static enum fault
settlement_submitted(struct request *rq)
{
	struct settlement_step step;
	const struct json *root;
	struct settlement s;
	enum fault f;

	if ((f = request_json(rq, &root)) ||
	    (f = wire_submitted_read(&rq->cx, root, &step)))
		return f;
	f = settlement_apply(&rq->cx, &rq->uuid, &step, &s);
	if (f == FAULT_CONFLICT)
		problem_add(rq, "settlementStatus",
		    settlement_status_name(s.status));
	return f ? f : reply_empty(rq, 204);
}

const struct route route = {
	.method = "POST", .path = "/v1/settlements/{settlementId}/submitted",
	.handler = settlement_submitted,
	.retry = true,
};
