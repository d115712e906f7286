/*
 * GET /v1/sessions/{sessionId}/energy
 *
 * Why the number is what it is, revision by revision, the latest first: what
 * was stored with each when it was made.  A running session has none.
 */
#include "serve/serve.h"
#include "store/session_query.h"
#include "wire/record.h"

static enum fault
session_energy(struct request *rq)
{
	static const struct uuid none;
	struct revision_record *list;
	struct session s;
	struct cursor c;
	enum fault f;
	bool more;
	size_t n;

	if ((f = cursor_read(rq, &c)) ||
	    (f = store_session_load(&rq->cx, &rq->uuid, &s)) ||
	    (f = store_revisions_list(&rq->cx, &s, c.given ? c.number :
	    INT64_MAX, param_limit(rq), &list, &n, &more)))
		return f;
	if (more)
		reply_next(rq, cursor_text(&rq->cx, list[n - 1].number,
		    &none));
	return reply(rq, 200, wire_revisions(&rq->cx, &s, list, n));
}

const struct route route = {
	.method = "GET", .path = "/v1/sessions/{sessionId}/energy",
	.query = (const struct param[]){
		{ "limit", PARAM_LIMIT, NULL },
		{ "cursor", PARAM_CURSOR, NULL },
		{ 0 }
	},
	.handler = session_energy,
	.retry = true,
};
