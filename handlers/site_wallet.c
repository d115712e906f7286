/*
 * POST /v1/sites/{siteId}/wallet
 *
 * From now on; statements that are frozen already keep the wallet they name.
 */
#include "serve/serve.h"
#include "store/site.h"
#include "wire/site.h"

static enum fault
site_wallet(struct request *rq)
{
	const struct json *root;
	const char *wallet;
	enum fault f;

	if ((f = request_json(rq, &root)) ||
	    (f = wire_wallet_read(&rq->cx, root, &wallet)) ||
	    (f = store_site_wallet(&rq->cx, &rq->uuid, wallet)))
		return f;
	return reply_empty(rq, 204);
}

const struct route route = {
	.method = "POST", .path = "/v1/sites/{siteId}/wallet",
	.handler = site_wallet,
	.retry = true,
};
