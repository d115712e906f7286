/*
 * GET /v1/chargers/{chargePointId}/continuity
 *
 * from <= startedAt < to.  The first session of a connector in there is held
 * against none.  A sum over a part would mislead, so there are no pages.
 */
#include "serve/serve.h"
#include "store/charger.h"
#include "store/continuity.h"
#include "wire/continuity.h"

enum { MAX_SESSIONS = 5000 };

static enum fault
charger_continuity(struct request *rq)
{
	const struct param_value *from = param(rq, "from"),
	    *to = param(rq, "to");
	struct continuity c = { .charger = rq->charger };
	struct charger known;
	struct link *links;
	enum fault f;
	size_t n;

	if ((f = store_links_list(&rq->cx, rq->charger,
	    from->given ? from->time : INT64_MIN,
	    to->given ? to->time : INT64_MAX, MAX_SESSIONS + 1, &links, &n)))
		return f;
	if (n == 0 && (f = store_charger_load(&rq->cx, rq->charger, &known)))
		return f;
	if (n > MAX_SESSIONS)
		return ctx_fail(&rq->cx, FAULT_QUERY, "there are more than "
		    "%d sessions: narrow from and to", MAX_SESSIONS);
	continuity_of(&rq->cx.arena, links, n, &c);
	return reply_document(rq, 200, &c);
}

const struct route route = {
	.says = "The register of each connector over a charger's sessions: "
	    "what it rose within and between, where it went back.",
	.method = "GET", .path = "/v1/chargers/{chargePointId}/continuity",
	.query = (const struct param[]){
		{ "from", .kind = PARAM_TIME },
		{ "to", .kind = PARAM_TIME },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &continuity_document },
		{ .fault = FAULT_QUERY,
		    .says = "More than 5000 sessions, or a bad query." },
		{ 0 }
	},
	.handler = charger_continuity,
	.retry = true,
};
