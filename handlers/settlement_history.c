/* GET /v1/settlements/{settlementId}/history, its steps from the first on */
#include "serve/cursor.h"
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
	    (f = store_settlement_history(&rq->cx, &rq->uuid, c.id,
	    param_limit(rq), &list, &n, &more)))
		return f;
	if (more)
		cursor_next(rq, &(struct cursor){
		    .id = list[n - 1].seq });
	return reply_list(rq, 200, list, n);
}

const struct route route = {
	.says = "The steps of a settlement, from the first on.",
	.method = "GET", .path = "/v1/settlements/{settlementId}/history",
	.query = (const struct param[]){
		{ "limit", .kind = PARAM_LIMIT },
		{ "cursor", .kind = PARAM_CURSOR, .keys = CURSOR_ID },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &settlement_event_document, .list = true },
		{ 0 }
	},
	.handler = settlement_history,
	.retry = true,
};
