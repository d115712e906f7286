/* GET /v1/sites/{siteId}/tariffs, newest first */
#include <string.h>

#include "serve/serve.h"
#include "store/tariff.h"
#include "wire/tariff.h"

static enum fault
tariff_list(struct request *rq)
{
	struct tariff *list;
	struct cursor c;
	enum fault f;
	bool more;
	size_t n;

	if ((f = cursor_read(rq, &c)) ||
	    (f = store_tariff_list(&rq->cx, &rq->uuid,
	    c.given ? c.number : INT64_MAX, &c.uuid, param_limit(rq), &list,
	    &n, &more)))
		return f;
	if (more)
		reply_next(rq, cursor_text(&rq->cx, list[n - 1].created_at,
		    &list[n - 1].id));
	return reply(rq, 200, wire_tariffs(&rq->cx, list, n));
}

const struct route route = {
	.method = "GET", .path = "/v1/sites/{siteId}/tariffs",
	.query = (const struct param[]){
		{ "limit", PARAM_LIMIT, NULL },
		{ "cursor", PARAM_CURSOR, NULL }, { 0 }
	},
	.handler = tariff_list,
	.retry = true,
};
