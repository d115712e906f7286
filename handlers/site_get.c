/* GET /v1/sites/{siteId} */
#include "serve/serve.h"
#include "store/site.h"
#include "wire/site.h"

static enum fault
site_get(struct request *rq)
{
	struct site s;
	enum fault f;

	if ((f = store_site_load(&rq->cx, &rq->uuid, &s)))
		return f;
	return reply(rq, 200, wire_site(&rq->cx, &s));
}

const struct route route = {
	.method = "GET", .path = "/v1/sites/{siteId}", .handler = site_get,
	.retry = true,
};
