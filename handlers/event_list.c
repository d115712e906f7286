/* GET /v1/chargers/{chargePointId}/events: as they came, newest first */
#include "serve/serve.h"
#include "store/charger.h"
#include "store/event_query.h"
#include "wire/record.h"

static enum fault
event_list(struct request *rq)
{
	static const struct uuid none;
	struct event_record *list;
	struct charger known;
	struct cursor c;
	enum fault f;
	bool more;
	size_t n;

	if ((f = cursor_read(rq, &c)) ||
	    (f = store_events_list(&rq->cx, rq->charger, c.given ? c.number :
	    INT64_MAX, param_limit(rq), &list, &n, &more)))
		return f;
	if (n == 0 && (f = store_charger_load(&rq->cx, rq->charger, &known)))
		return f;
	if (more)
		reply_next(rq, cursor_text(&rq->cx, list[n - 1].id, &none));
	return reply(rq, 200, wire_event_records(&rq->cx, list, n));
}

const struct route route = {
	.method = "GET", .path = "/v1/chargers/{chargePointId}/events",
	.query = (const struct param[]){
		{ "limit", PARAM_LIMIT, NULL },
		{ "cursor", PARAM_CURSOR, NULL },
		{ 0 }
	},
	.handler = event_list,
	.retry = true,
};
