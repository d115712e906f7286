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
settlement_confirmed(struct request *rq)
{
	struct settlement_step step;
	struct settlement s;
	enum fault f;

	if ((f = request_read(rq, &step)))
		return f;
	step.to = SETTLEMENT_CONFIRMED;
	f = settlement_apply(&rq->cx, &rq->uuid, &step, &s);
	if (f == FAULT_CONFLICT)
		rq->problem.settlement_status =
		    settlement_status_name(s.status);
	return f ? f : reply_empty(rq, 204);
}

const struct route route = {
	.says = "Says that the network has a settlement for good.",
	.method = "POST", .path = "/v1/settlements/{settlementId}/confirmed",
	.body = &confirmed_document,
	.body_optional = true,
	.answers = (const struct answer[]){
		{ 204, .says = "It is in that status." },
		{ .fault = FAULT_CONFLICT,
		    .says = "Its status does not allow it." },
		{ 0 }
	},
	.handler = settlement_confirmed,
	.retry = true,
};
