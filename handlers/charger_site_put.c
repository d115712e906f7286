/*
 * PUT /v1/chargers/{chargePointId}/site
 *
 * {siteId}, null for no site.  From now on; a charger's first site counts
 * for all its sessions before too.
 */
#include "serve/serve.h"
#include "store/site.h"
#include "wire/charger.h"

static enum fault
charger_site_put(struct request *rq)
{
	struct charger_site to;
	struct charger c;
	enum fault f;

	if ((f = request_read(rq, &to)) ||
	    (f = store_charger_site(&rq->cx, rq->charger, &to.site, &c)))
		return f;
	return reply_document(rq, 200, &c);
}

const struct route route = {
	.says = "Moves a charger to a site, or to none, from now on.",
	.method = "PUT", .path = "/v1/chargers/{chargePointId}/site",
	.body = &charger_site_document,
	.answers = (const struct answer[]){
		{ 200, .document = &charger_document },
		{ 0 }
	},
	.handler = charger_site_put,
	.retry = true,
};
