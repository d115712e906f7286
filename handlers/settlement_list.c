/* GET /v1/settlements, oldest first */
#include "serve/serve.h"
#include "store/settlement.h"
#include "wire/settlement.h"

static void
filter_read(const struct request *rq, const struct cursor *c,
    struct settlement_filter *q)
{
	const struct param_value *status = param(rq, "status"),
	    *site = param(rq, "siteId");

	*q = (struct settlement_filter){
		.has_site = site->given, .site = site->uuid,
		.has_last = c->given, .last_at = c->number,
		.last_id = c->uuid, .limit = param_limit(rq),
	};
	if (status->given)
		q->has_status = settlement_status_of(status->text,
		    &q->status);
}

static enum fault
settlement_list(struct request *rq)
{
	struct settlement_filter q;
	struct settlement *list;
	struct cursor c;
	enum fault f;
	bool more;
	size_t n;

	if ((f = cursor_read(rq, &c)))
		return f;
	filter_read(rq, &c, &q);
	if ((f = store_settlement_list(&rq->cx, &q, &list, &n, &more)))
		return f;
	if (more)
		reply_next(rq, cursor_text(&rq->cx, list[n - 1].created_at,
		    &list[n - 1].id));
	return reply(rq, 200, wire_settlements(&rq->cx, list, n));
}

const struct route route = {
	.method = "GET", .path = "/v1/settlements",
	.query = (const struct param[]){
		{ "status", PARAM_WORD,
		    "Held|Pending|Submitted|Confirmed|Failed" },
		{ "siteId", PARAM_UUID, NULL },
		{ "limit", PARAM_LIMIT, NULL },
		{ "cursor", PARAM_CURSOR, NULL }, { 0 }
	},
	.handler = settlement_list,
	.retry = true,
};
