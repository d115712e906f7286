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
	return reply(rq, 200, wire_charger(&rq->cx, &c));
}

const struct route route = {
	.method = "GET", .path = "/v1/chargers/{chargePointId}",
	.processes = 2, .handler = charger_get,
	.retry = true,
};
