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
	struct settlement s;
	enum fault f;

	if ((f = request_read(rq, &step)))
		return f;
	step.to = SETTLEMENT_SUBMITTED;
	f = settlement_apply(&rq->cx, &rq->uuid, &step, &s);
	if (f == FAULT_CONFLICT)
		rq->problem.settlement_status =
		    settlement_status_name(s.status);
	return f ? f : reply_empty(rq, 204);
}

const struct route route = {
	.says = "Says that a settlement was sent to a network.",
	.method = "POST", .path = "/v1/settlements/{settlementId}/submitted",
	.body = &submitted_document,
	.answers = (const struct answer[]){
		{ 204, .says = "It is in that status." },
		{ .fault = FAULT_CONFLICT,
		    .says = "Its status does not allow it, or its session "
		    "is finalizing." },
		{ 0 }
	},
	.handler = settlement_submitted,
	.retry = true,
};
