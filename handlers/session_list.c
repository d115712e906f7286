/*
 * GET /v1/sessions, newest start first
 *
 * from <= startedAt < to.  A charger that nobody knows has no sessions.
 */
#include <string.h>

#include "billing/evaluate.h"
#include "serve/serve.h"
#include "store/session_query.h"
#include "wire/session.h"

static void
filter_read(const struct request *rq, struct session_filter *q)
{
	const struct param_value *from = param(rq, "from"),
	    *to = param(rq, "to"), *status = param(rq, "status"),
	    *review = param(rq, "needsReview");

	*q = (struct session_filter){
		.charger = param(rq, "chargePointId")->text,
		.from = from->given ? from->time : INT64_MIN,
		.to = to->given ? to->time : INT64_MAX,
		.limit = param_limit(rq),
	};
	if (status->given)
		q->status = strcmp(status->text, "running") == 0 ?
		    SESSION_RUNNING : SESSION_ENDED;
	if (review->given)
		q->review = review->number != 0 ? REVIEW_NEEDED :
		    REVIEW_NOT_NEEDED;
}

static enum fault
session_list(struct request *rq)
{
	const struct energy_policy policy = {
		rq->set->max_charge_kw, rq->set->review_kwh
	};
	struct session_filter q;
	struct session *list;
	struct cursor c;
	enum fault f;
	bool more;
	size_t n;

	filter_read(rq, &q);
	if ((f = cursor_read(rq, &c)))
		return f;
	q.has_last = c.given;
	q.last_at = c.number;
	q.last_id = c.uuid;
	if ((f = store_sessions_list(&rq->cx, &q, &list, &n, &more)) ||
	    (f = sessions_so_far(&rq->cx, &policy, list, n)))
		return f;
	if (more)
		reply_next(rq, cursor_text(&rq->cx, list[n - 1].started_at,
		    &list[n - 1].id));
	return reply(rq, 200, wire_sessions(&rq->cx, list, n));
}

const struct route route = {
	.method = "GET", .path = "/v1/sessions",
	.query = (const struct param[]){
		{ "from", PARAM_TIME, NULL }, { "to", PARAM_TIME, NULL },
		{ "chargePointId", PARAM_CHARGER, NULL },
		{ "status", PARAM_WORD, "running|ended" },
		{ "needsReview", PARAM_BOOL, NULL },
		{ "limit", PARAM_LIMIT, NULL },
		{ "cursor", PARAM_CURSOR, NULL },
		{ 0 }
	},
	.handler = session_list,
	.retry = true,
};
