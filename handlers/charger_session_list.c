/*
 * GET /v1/chargers/{chargePointId}/sessions, newest start first
 *
 * Repetitions of a session that a database from before holds are listed too.
 */
#include "billing/evaluate.h"
#include "serve/serve.h"
#include "store/charger.h"
#include "store/session_query.h"
#include "wire/session.h"

static enum fault
charger_session_list(struct request *rq)
{
	const struct energy_policy policy = {
		rq->set->max_charge_kw, rq->set->review_kwh
	};
	struct session_filter q = {
		.charger = rq->charger, .from = INT64_MIN, .to = INT64_MAX,
		.limit = param_limit(rq),
	};
	struct session *list;
	struct charger known;
	struct cursor c;
	enum fault f;
	bool more;
	size_t n;

	if ((f = cursor_read(rq, &c)))
		return f;
	q.has_last = c.given;
	q.last_at = c.number;
	q.last_id = c.uuid;
	if ((f = store_sessions_list(&rq->cx, &q, &list, &n, &more)) ||
	    (f = sessions_so_far(&rq->cx, &policy, list, n)))
		return f;
	if (n == 0 && (f = store_charger_load(&rq->cx, rq->charger, &known)))
		return f;
	if (more)
		reply_next(rq, cursor_text(&rq->cx, list[n - 1].started_at,
		    &list[n - 1].id));
	return reply(rq, 200, wire_sessions(&rq->cx, list, n));
}

const struct route route = {
	.method = "GET", .path = "/v1/chargers/{chargePointId}/sessions",
	.query = (const struct param[]){
		{ "limit", PARAM_LIMIT, NULL },
		{ "cursor", PARAM_CURSOR, NULL },
		{ 0 }
	},
	.processes = 2, .handler = charger_session_list,
	.retry = true,
};
