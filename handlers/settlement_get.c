/* GET /v1/settlements/{settlementId} */
#include "serve/serve.h"
#include "store/settlement.h"
#include "wire/settlement.h"

static enum fault
settlement_get(struct request *rq)
{
	struct settlement s;
	enum fault f;

	if ((f = store_settlement_load(&rq->cx, &rq->uuid, &s)))
		return f;
	return reply_document(rq, 200, &s);
}

const struct route route = {
	.says = "One settlement.",
	.method = "GET", .path = "/v1/settlements/{settlementId}",
	.answers = (const struct answer[]){
		{ 200, .document = &settlement_document },
		{ 0 }
	},
	.handler = settlement_get,
	.retry = true,
};
