/*
 * GET /v1/chargers/{chargePointId}/sessions, newest start first
 *
 * Repetitions of a session that a database from before holds are listed too.
 */
#include "billing/evaluate.h"
#include "serve/cursor.h"
#include "store/charger.h"
#include "store/session_query.h"
#include "wire/session.h"

static enum fault
charger_session_list(struct request *rq)
{
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
	q.last_at = c.at;
	q.last_id = c.uuid;
	if ((f = store_sessions_list(&rq->cx, &q, &list, &n, &more)) ||
	    (f = sessions_so_far(&rq->cx, &rq->set->energy, list, n)))
		return f;
	if (n == 0 && (f = store_charger_load(&rq->cx, rq->charger, &known)))
		return f;
	if (more)
		cursor_next(rq, &(struct cursor){
		    .at = list[n - 1].started_at, .uuid = list[n - 1].id });
	return reply_list(rq, 200, list, n);
}

const struct route route = {
	.says = "The sessions of a charger, newest start first.",
	.method = "GET", .path = "/v1/chargers/{chargePointId}/sessions",
	.query = (const struct param[]){
		{ "limit", .kind = PARAM_LIMIT },
		{ "cursor", .kind = PARAM_CURSOR, .keys = CURSOR_TIME_UUID },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &session_document, .list = true },
		{ 0 }
	},
	.processes = 2, .handler = charger_session_list,
	.retry = true,
};
