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
	struct site s;
	enum fault f;

	if ((f = request_read(rq, &s)) ||
	    (f = store_site_wallet(&rq->cx, &rq->uuid, s.wallet)))
		return f;
	return reply_empty(rq, 204);
}

const struct route route = {
	.says = "Sets the wallet that the settlements of a site pay from now "
	    "on.",
	.method = "POST", .path = "/v1/sites/{siteId}/wallet",
	.body = &wallet_document,
	.answers = (const struct answer[]){
		{ 204, .says = "The wallet is set." },
		{ 0 }
	},
	.handler = site_wallet,
	.retry = true,
};
