/*
 * PUT /v1/chargers/{chargePointId}/site
 *
 * {siteId, since}, siteId null for no site.  From `since` on, a time in the
 * past, or from now on; without it a charger's first site counts for all its
 * sessions before too.  Sessions that get a price by it are priced then.
 */
#include "billing/finalize.h"
#include "serve/serve.h"
#include "store/site.h"
#include "wire/charger.h"

static enum fault
charger_site_put(struct request *rq)
{
	struct charger_site to;
	struct charger c;
	enum fault f;

	if ((f = request_read(rq, &to)))
		return f;
	if (to.since_given && to.since > rq->cx.now)
		ctx_bad(&rq->cx, "/since", "is in the future");
	if ((f = ctx_invalid(&rq->cx)) ||
	    (f = store_charger_site(&rq->cx, rq->charger, &to.site,
	    to.since_given ? &to.since : NULL, &c)))
		return f;
	price_unpriced_now(&rq->cx, rq->charger, NULL);
	return reply_document(rq, 200, &c);
}

const struct route route = {
	.says = "Moves a charger to a site, or to none.",
	.method = "PUT", .path = "/v1/chargers/{chargePointId}/site",
	.body = &charger_site_document,
	.answers = (const struct answer[]){
		{ 200, .document = &charger_document },
		{ .fault = FAULT_CONFLICT,
		    .says = "It came to its present site after `since`, or "
		    "just then." },
		{ 0 }
	},
	.handler = charger_site_put,
	.retry = true,
};
