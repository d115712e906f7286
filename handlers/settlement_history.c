/* GET /v1/settlements/{settlementId}/history, its steps from the first on */
#include "serve/serve.h"
#include "store/settlement.h"
#include "wire/settlement.h"

static enum fault
settlement_history(struct request *rq)
{
	struct settlement_event *list;
	struct cursor c;
	enum fault f;
	bool more;
	size_t n;

	if ((f = cursor_read(rq, &c)) ||
	    (f = store_settlement_history(&rq->cx, &rq->uuid, c.number,
	    param_limit(rq), &list, &n, &more)))
		return f;
	if (more)
		reply_next(rq, cursor_text(&rq->cx, list[n - 1].seq,
		    &rq->uuid));
	return reply(rq, 200, wire_settlement_events(&rq->cx, list, n));
}

const struct route route = {
	.method = "GET", .path = "/v1/settlements/{settlementId}/history",
	.query = (const struct param[]){
		{ "limit", PARAM_LIMIT, NULL },
		{ "cursor", PARAM_CURSOR, NULL }, { 0 }
	},
	.handler = settlement_history,
	.retry = true,
};
