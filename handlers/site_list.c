/* GET /v1/sites, oldest first */
#include "serve/cursor.h"
#include "store/site.h"
#include "wire/site.h"

static enum fault
site_list(struct request *rq)
{
	struct site *list;
	struct cursor c;
	enum fault f;
	bool more;
	size_t n;

	if ((f = cursor_read(rq, &c)) ||
	    (f = store_site_list(&rq->cx, c.given ? c.at : INT64_MIN,
	    &c.uuid, param_limit(rq), &list, &n, &more)))
		return f;
	if (more)
		cursor_next(rq, &(struct cursor){
		    .at = list[n - 1].created_at, .uuid = list[n - 1].id });
	return reply_list(rq, 200, list, n);
}

const struct route route = {
	.says = "Sites, oldest first.",
	.method = "GET", .path = "/v1/sites",
	.query = (const struct param[]){
		{ "limit", .kind = PARAM_LIMIT },
		{ "cursor", .kind = PARAM_CURSOR, .keys = CURSOR_TIME_UUID },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &site_document, .list = true },
		{ 0 }
	},
	.handler = site_list,
	.retry = true,
};
