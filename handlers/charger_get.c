/* GET /v1/chargers/{chargePointId} */
#include "serve/serve.h"
#include "store/charger.h"
#include "wire/charger.h"

static enum fault
charger_get(struct request *rq)
{
	struct charger c;
	enum fault f;

	if ((f = store_charger_load(&rq->cx, rq->charger, &c)))
		return f;
	return reply_document(rq, 200, &c);
}

const struct route route = {
	.says = "One charger.",
	.method = "GET", .path = "/v1/chargers/{chargePointId}",
	.answers = (const struct answer[]){
		{ 200, .document = &charger_document },
		{ 0 }
	},
	.processes = 2, .handler = charger_get,
	.retry = true,
};
