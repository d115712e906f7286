/* GET /v1/chargers, by chargePointId */
#include "serve/cursor.h"
#include "store/charger.h"
#include "wire/charger.h"

static const usec_t *
time_of(const struct param_value *v)
{
	return v->given ? &v->time : NULL;
}

static enum fault
charger_list(struct request *rq)
{
	const struct param_value *site = param(rq, "siteId"),
	    *active = param(rq, "active"), *seen = param(rq, "seen");
	bool is_active = active->number != 0, is_seen = seen->number != 0;
	struct charger_filter q = {
		.site = site->given ? &site->uuid : NULL,
		.active = active->given ? &is_active : NULL,
		.seen = seen->given ? &is_seen : NULL,
		.seen_since = time_of(param(rq, "seenSince")),
		.seen_before = time_of(param(rq, "seenBefore")),
		.state = param(rq, "state")->text,
		.online_since = rq->cx.now -
		    rq->set->offline_minutes * 60 * SECOND,
		.limit = param_limit(rq),
	};
	struct charger *list;
	struct cursor c;
	enum fault f;
	bool more;
	size_t n;

	if ((f = cursor_read(rq, &c)))
		return f;
	q.after = c.charger;
	if ((f = store_charger_list(&rq->cx, &q, &list, &n, &more)))
		return f;
	if (more)
		cursor_next(rq, &(struct cursor){
		    .charger = list[n - 1].id });
	return reply_list(rq, 200, list, n);
}

const struct route route = {
	.says = "Chargers, by chargePointId.",
	.method = "GET", .path = "/v1/chargers",
	.query = (const struct param[]){
		{ "siteId", .kind = PARAM_UUID },
		{ "active", .kind = PARAM_BOOL },
		{ "seen", .kind = PARAM_BOOL },
		{ "seenSince", .kind = PARAM_TIME },
		{ "seenBefore", .kind = PARAM_TIME },
		{ "state", .kind = PARAM_WORD, .words = charger_state_names,
		    .says = "online: heard within CPMS_OFFLINE_MINUTES." },
		{ "limit", .kind = PARAM_LIMIT },
		{ "cursor", .kind = PARAM_CURSOR, .keys = CURSOR_CHARGER },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &charger_document, .list = true },
		{ 0 }
	},
	.handler = charger_list,
	.retry = true,
};
