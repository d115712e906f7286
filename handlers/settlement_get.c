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
	return reply(rq, 200, wire_settlement(&rq->cx, &s));
}

const struct route route = {
	.method = "GET", .path = "/v1/settlements/{settlementId}",
	.handler = settlement_get,
	.retry = true,
};
