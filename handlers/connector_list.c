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
	return reply_list(rq, 200, list, n);
}

const struct route route = {
	.says = "The connectors of a charger, by connectorId.",
	.method = "GET", .path = "/v1/chargers/{chargePointId}/connectors",
	.answers = (const struct answer[]){
		{ 200, .document = &connector_document, .list = true },
		{ 0 }
	},
	.handler = connector_list,
	.retry = true,
};
