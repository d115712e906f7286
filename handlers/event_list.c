/* GET /v1/chargers/{chargePointId}/events: as they came, newest first */
#include "serve/cursor.h"
#include "store/charger.h"
#include "store/event_query.h"
#include "wire/record.h"

static enum fault
event_list(struct request *rq)
{
	struct event_record *list;
	struct charger known;
	struct cursor c;
	enum fault f;
	bool more;
	size_t n;

	if ((f = cursor_read(rq, &c)) ||
	    (f = store_events_list(&rq->cx, rq->charger, c.given ? c.id :
	    INT64_MAX, param_limit(rq), &list, &n, &more)))
		return f;
	if (n == 0 && (f = store_charger_load(&rq->cx, rq->charger, &known)))
		return f;
	if (more)
		cursor_next(rq, &(struct cursor){ .id = list[n - 1].id });
	return reply_list(rq, 200, list, n);
}

const struct route route = {
	.says = "The events of a charger as they came, newest first.",
	.method = "GET", .path = "/v1/chargers/{chargePointId}/events",
	.query = (const struct param[]){
		{ "limit", .kind = PARAM_LIMIT },
		{ "cursor", .kind = PARAM_CURSOR, .keys = CURSOR_ID },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &event_record_document, .list = true },
		{ 0 }
	},
	.handler = event_list,
	.retry = true, .processes = 3,
};
