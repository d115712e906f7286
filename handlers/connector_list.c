/* GET /v1/chargers/{chargePointId}/connectors, by connectorId */
#include "serve/serve.h"
#include "store/charger.h"
#include "wire/charger.h"

static enum fault
connector_list(struct request *rq)
{
	struct connector *list;
	enum fault f;
	size_t n;

	if ((f = store_connector_list(&rq->cx, rq->charger, &list, &n)))
		return f;
	return reply(rq, 200, wire_connectors(&rq->cx, list, n));
}

const struct route route = {
	.method = "GET", .path = "/v1/chargers/{chargePointId}/connectors",
	.handler = connector_list,
	.retry = true,
};
