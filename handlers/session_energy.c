/*
 * GET /v1/sessions/{sessionId}/energy
 *
 * Why the number is what it is, revision by revision, the latest first: what
 * was stored with each when it was made.  A running session has none.
 */
#include "serve/cursor.h"
#include "store/session_query.h"
#include "wire/record.h"

static enum fault
session_energy(struct request *rq)
{
	struct revision_record *list;
	struct session s;
	struct cursor c;
	enum fault f;
	bool more;
	size_t n;

	if ((f = cursor_read(rq, &c)) ||
	    (f = store_session_load(&rq->cx, &rq->uuid, &s)) ||
	    (f = store_revisions_list(&rq->cx, &s, c.given ? c.id :
	    INT64_MAX, param_limit(rq), &list, &n, &more)))
		return f;
	if (more)
		cursor_next(rq, &(struct cursor){
		    .id = list[n - 1].number });
	return reply_document(rq, 200,
	    &(struct revisions){ s.id, list, n });
}

const struct route route = {
	.says = "Why the number of a session is what it is, latest revision "
	    "first.",
	.method = "GET", .path = "/v1/sessions/{sessionId}/energy",
	.query = (const struct param[]){
		{ "limit", .kind = PARAM_LIMIT },
		{ "cursor", .kind = PARAM_CURSOR, .keys = CURSOR_ID },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &revisions_document },
		{ 0 }
	},
	.handler = session_energy,
	.retry = true,
};
