/*
 * PUT /v1/chargers/{chargePointId}/site
 *
 * {siteId}, null for no site.  From now on; a charger's first site counts
 * for all its sessions before too.
 */
#include "serve/serve.h"
#include "store/site.h"
#include "wire/charger.h"
#include "wire/site.h"

static enum fault
charger_site_put(struct request *rq)
{
	const struct json *root;
	struct uuid site;
	struct charger c;
	enum fault f;

	if ((f = request_json(rq, &root)) ||
	    (f = wire_charger_site_read(&rq->cx, root, &site)) ||
	    (f = store_charger_site(&rq->cx, rq->charger, &site, &c)))
		return f;
	return reply(rq, 200, wire_charger(&rq->cx, &c));
}

const struct route route = {
	.method = "PUT", .path = "/v1/chargers/{chargePointId}/site",
	.handler = charger_site_put,
	.retry = true,
};
