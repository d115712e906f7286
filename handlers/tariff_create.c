/*
 * POST /v1/sites/{siteId}/tariffs
 *
 * Ends the site's tariff and starts this one, at one moment.  Sessions are
 * priced by the tariff in force at their start.
 */
#include "serve/serve.h"
#include "store/tariff.h"
#include "wire/tariff.h"

static enum fault
tariff_create(struct request *rq)
{
	struct tariff t;
	enum fault f;

	if ((f = request_read(rq, &t)))
		return f;
	t.site = rq->uuid;
	uuid_new(&t.id);
	if ((f = store_tariff_add(&rq->cx, &t)))
		return f;
	return reply_document(rq, 201, &t);
}

/* Asked again after a lost commit it would start the same tariff twice. */
const struct route route = {
	.says = "Starts a tariff at a site and ends the one in force.",
	.method = "POST", .path = "/v1/sites/{siteId}/tariffs",
	.body = &tariff_document,
	.answers = (const struct answer[]){
		{ 200, .document = &tariff_document,
		    .says = "It was there, and nothing changed." },
		{ 201, .document = &tariff_document,
		    .says = "It was started." },
		{ 409, .says = "The tariff of this tariffId is another." },
		{ 0 }
	},
	.handler = tariff_create,
};
