/* GET /v1/sites, oldest first */
#include "serve/serve.h"
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
	    (f = store_site_list(&rq->cx, c.given ? c.number : INT64_MIN,
	    &c.uuid, param_limit(rq), &list, &n, &more)))
		return f;
	if (more)
		reply_next(rq, cursor_text(&rq->cx, list[n - 1].created_at,
		    &list[n - 1].id));
	return reply(rq, 200, wire_sites(&rq->cx, list, n));
}

const struct route route = {
	.method = "GET", .path = "/v1/sites",
	.query = (const struct param[]){
		{ "limit", PARAM_LIMIT, NULL },
		{ "cursor", PARAM_CURSOR, NULL }, { 0 }
	},
	.handler = site_list,
	.retry = true,
};
