/* GET /v1/sites/{siteId}/tariffs, newest first */
#include "serve/cursor.h"
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
	    c.given ? c.at : INT64_MAX, &c.uuid, param_limit(rq), &list,
	    &n, &more)))
		return f;
	if (more)
		cursor_next(rq, &(struct cursor){
		    .at = list[n - 1].created_at, .uuid = list[n - 1].id });
	return reply_list(rq, 200, list, n);
}

const struct route route = {
	.says = "The tariffs of a site, newest first.",
	.method = "GET", .path = "/v1/sites/{siteId}/tariffs",
	.query = (const struct param[]){
		{ "limit", .kind = PARAM_LIMIT },
		{ "cursor", .kind = PARAM_CURSOR, .keys = CURSOR_TIME_UUID },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &tariff_document, .list = true },
		{ 0 }
	},
	.handler = tariff_list,
	.retry = true,
};
