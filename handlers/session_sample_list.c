/*
 * GET /v1/sessions/{sessionId}/samples
 *
 * The session's energy readings by time, also those that its number leaves
 * out (GET .../energy says which and why).  A session that can't be told from
 * another has none: nothing is attributed to either.  A repetition from
 * before shows those of the session that stands for it.
 */
#include "billing/evaluate.h"
#include "serve/cursor.h"
#include "store/session_query.h"
#include "wire/record.h"

/* False: no reading can be said to be the session's. */
static bool
span_of(const struct transaction_sessions *g, const struct uuid *id,
    struct time_span *s)
{
	size_t i;

	for (i = 0; g != NULL && i < g->n; i++) {
		if (!uuid_equal(&g->slots[i].session->id, id))
			continue;
		if (start_ambiguous(g->starts, g->n, i))
			return false;
		s->of = g->of;
		reading_range(g->starts, g->n, i, &s->lo, &s->hi);
		return true;
	}
	return false;
}

/* Through all sessions of its transaction: who takes what depends on them. */
static enum fault
span_find(struct ctx *cx, const struct session *s, struct time_span *span,
    bool *any)
{
	const struct transaction of = { s->charger, s->transaction };
	struct rows *r;
	struct timeline b;
	enum fault f;

	*any = false;
	if (!s->has_transaction || s->transaction <= 0)
		return FAULT_NONE;
	if ((f = store_sessions_find(cx, &of, 1, NULL, 0, &r)) ||
	    (f = db_sync(cx)))
		return f;
	sessions_open(&b, cx, &of, 1, r);
	*any = span_of(timeline_find(&b, of.charger, of.id),
	    uuid_is_nil(&s->duplicate_of) ? &s->id : &s->duplicate_of, span);
	return FAULT_NONE;
}

static enum fault
session_sample_list(struct request *rq)
{
	struct sample_record *list = NULL;
	struct ctx *cx = &rq->cx;
	struct time_span span;
	bool any, more = false;
	struct session s;
	struct cursor c;
	size_t n = 0;
	enum fault f;

	if ((f = cursor_read(rq, &c)) ||
	    (f = store_session_load(cx, &rq->uuid, &s)) ||
	    (f = span_find(cx, &s, &span, &any)))
		return f;
	if (any && (f = store_samples_list(cx, &span, c.at,
	    c.given ? c.id : INT64_MIN, param_limit(rq), &list, &n, &more)))
		return f;
	if (more)
		cursor_next(rq, &(struct cursor){
		    .at = list[n - 1].reading.ts,
		    .id = list[n - 1].reading.id });
	return reply_list(rq, 200, list, n);
}

const struct route route = {
	.says = "The energy readings of a session, by time.",
	.method = "GET", .path = "/v1/sessions/{sessionId}/samples",
	.query = (const struct param[]){
		{ "limit", .kind = PARAM_LIMIT },
		{ "cursor", .kind = PARAM_CURSOR, .keys = CURSOR_TIME_ID },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &sample_document, .list = true },
		{ 0 }
	},
	.handler = session_sample_list,
	.retry = true,
};
