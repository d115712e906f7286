/*
 * POST /v1/sites/{siteId}/tariffs
 *
 * Ends the site's tariff and starts this one, at one moment: validFrom, in the
 * past, or now.  Sessions are priced by the tariff in force at their start; one
 * that has a price keeps it, others get it by this.  The price and currency in
 * force, or a tariff of the site as it is shown, change nothing: 200.
 */
#include "billing/finalize.h"
#include "serve/serve.h"
#include "store/tariff.h"
#include "wire/tariff.h"

static enum fault
tariff_create(struct request *rq)
{
	struct tariff t;
	bool added;
	enum fault f;

	if ((f = request_read(rq, &t)))
		return f;
	if (!uuid_is_nil(&t.site) && !uuid_equal(&t.site, &rq->uuid))
		ctx_bad(&rq->cx, "/siteId", "is not that of the path");
	if (t.valid_from_given && t.valid_from > rq->cx.now)
		ctx_bad(&rq->cx, "/validFrom", "is in the future");
	t.site = rq->uuid;
	if ((f = ctx_invalid(&rq->cx)) ||
	    (f = store_tariff_add(&rq->cx, &t, &added)))
		return f;
	price_unpriced_now(&rq->cx, NULL, &rq->uuid);
	return reply_document(rq, added ? 201 : 200, &t);
}

const struct route route = {
	.says = "Starts a tariff at a site and ends the one in force.",
	.method = "POST", .path = "/v1/sites/{siteId}/tariffs",
	.body = &tariff_document,
	.answers = (const struct answer[]){
		{ 200, .document = &tariff_document,
		    .says = "It was there, and nothing changed." },
		{ 201, .document = &tariff_document,
		    .says = "It was started." },
		{ .fault = FAULT_CONFLICT,
		    .says = "The tariff of this tariffId is another, or "
		    "the one in force began after validFrom, or just then." },
		{ 0 }
	},
	.handler = tariff_create,
	.retry = true,
};
