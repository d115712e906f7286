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
	struct tariff t = { .site = rq->uuid };
	const struct json *root;
	enum fault f;

	if ((f = request_json(rq, &root)) ||
	    (f = wire_tariff_read(&rq->cx, root, &t)))
		return f;
	uuid_new(&t.id);
	if ((f = store_tariff_add(&rq->cx, &t)))
		return f;
	return reply(rq, 201, wire_tariff(&rq->cx, &t));
}

/* Asked again after a lost commit it would start the same tariff twice. */
const struct route route = {
	.method = "POST", .path = "/v1/sites/{siteId}/tariffs",
	.handler = tariff_create,
};
