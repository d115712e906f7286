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
	return reply_document(rq, 200, &s);
}

const struct route route = {
	.says = "One site.",
	.method = "GET", .path = "/v1/sites/{siteId}",
	.answers = (const struct answer[]){
		{ 200, .document = &site_document },
		{ 0 }
	},
	.handler = site_get,
	.retry = true,
};
