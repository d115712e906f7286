/* GET /v1/chargers, by chargePointId */
#include <string.h>

#include "base/text.h"
#include "serve/serve.h"
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
	    *active = param(rq, "active"), *seen = param(rq, "seen"),
	    *cursor = param(rq, "cursor");
	bool is_active = active->number != 0, is_seen = seen->number != 0;
	struct charger_filter q = {
		.site = site->given ? &site->uuid : NULL,
		.active = active->given ? &is_active : NULL,
		.seen = seen->given ? &is_seen : NULL,
		.seen_since = time_of(param(rq, "seenSince")),
		.seen_before = time_of(param(rq, "seenBefore")),
		.after = cursor->text, .limit = param_limit(rq),
	};
	struct charger *list;
	enum fault f;
	bool more;
	size_t n;

	if (cursor->given &&
	    !text_is_charger_id(cursor->text, strlen(cursor->text)))
		return ctx_fail(&rq->cx, FAULT_QUERY,
		    "query parameter cursor is none that was given out");
	if ((f = store_charger_list(&rq->cx, &q, &list, &n, &more)))
		return f;
	if (more)
		reply_next(rq, list[n - 1].id);
	return reply(rq, 200, wire_chargers(&rq->cx, list, n));
}

const struct route route = {
	.method = "GET", .path = "/v1/chargers",
	.query = (const struct param[]){
		{ "siteId", PARAM_UUID, NULL },
		{ "active", PARAM_BOOL, NULL }, { "seen", PARAM_BOOL, NULL },
		{ "seenSince", PARAM_TIME, NULL },
		{ "seenBefore", PARAM_TIME, NULL },
		{ "limit", PARAM_LIMIT, NULL },
		{ "cursor", PARAM_CURSOR, NULL }, { 0 }
	},
	.handler = charger_list,
	.retry = true,
};
