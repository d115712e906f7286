/*
 * GET /v1/waiting
 *
 * Transactions whose samples or ends have come and whose start has not, by
 * the time at which the first of them came.
 */
#include "serve/cursor.h"
#include "store/event_query.h"
#include "wire/record.h"

static enum fault
waiting_list(struct request *rq)
{
	struct waiting_record last, *list;
	struct cursor c;
	enum fault f;
	bool more;
	size_t n;

	if ((f = cursor_read(rq, &c)))
		return f;
	last = (struct waiting_record){
		.of = { c.charger, (int32_t)c.id }, .first_received_at = c.at,
	};
	if ((f = store_waiting_list(&rq->cx, param(rq, "chargePointId")->text,
	    c.given ? &last : NULL, param_limit(rq), &list, &n, &more)))
		return f;
	if (more)
		cursor_next(rq, &(struct cursor){
		    .at = list[n - 1].first_received_at,
		    .id = list[n - 1].of.id,
		    .charger = list[n - 1].of.charger });
	return reply_list(rq, 200, list, n);
}

const struct route route = {
	.says = "Transactions whose start has not come.",
	.method = "GET", .path = "/v1/waiting",
	.query = (const struct param[]){
		{ "chargePointId", .kind = PARAM_CHARGER },
		{ "limit", .kind = PARAM_LIMIT },
		{ "cursor", .kind = PARAM_CURSOR,
		    .keys = CURSOR_TIME_TRANSACTION },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &waiting_document, .list = true },
		{ 0 }
	},
	.handler = waiting_list,
	.retry = true,
};
