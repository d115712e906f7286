/* GET /v1/settlements, oldest first */
#include "serve/cursor.h"
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
		.has_last = c->given, .last_at = c->at,
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
		cursor_next(rq, &(struct cursor){
		    .at = list[n - 1].created_at, .uuid = list[n - 1].id });
	return reply_list(rq, 200, list, n);
}

const struct route route = {
	.says = "Settlements, oldest first.",
	.method = "GET", .path = "/v1/settlements",
	.query = (const struct param[]){
		{ "status", .kind = PARAM_WORD,
		    .words = settlement_status_names },
		{ "siteId", .kind = PARAM_UUID },
		{ "limit", .kind = PARAM_LIMIT },
		{ "cursor", .kind = PARAM_CURSOR, .keys = CURSOR_TIME_UUID },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &settlement_document, .list = true },
		{ 0 }
	},
	.handler = settlement_list,
	.retry = true,
};
