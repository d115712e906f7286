/*
 * GET /v1/sessions/{sessionId}/energy
 *
 * Why the number is what it is, revision by revision, the latest first: what
 * was stored with each when it was made, and the readings that it was made of
 * with what became of them, up to 1000 of each revision.  The next ones come
 * with ?revision=N&readings=NEXT.  A page of revisions is short where they
 * have many readings.  A running session has none.
 *
 * Readings that fit on one page are held against the digest of what they said
 * when they were judged; others are by scripts/verify-settlements.
 */
#include "billing/explain.h"
#include "serve/cursor.h"
#include "wire/record.h"

/* Which revisions, and from where on their readings. */
struct wanted {
	struct cursor revisions, readings;
	int64_t only;		/* 0: all of them */
};

static enum fault
wanted_read(struct request *rq, struct wanted *w)
{
	const struct param_value *only = param(rq, "revision");
	enum fault f;

	if ((f = cursor_read(rq, &w->revisions)) ||
	    (f = cursor_read_as(rq, "readings", &w->readings)))
		return f;
	w->only = only->given ? only->number : 0;
	if (w->readings.given && !only->given)
		return ctx_fail(&rq->cx, FAULT_QUERY,
		    "query parameter readings goes with revision");
	if (w->revisions.given && only->given)
		return ctx_fail(&rq->cx, FAULT_QUERY,
		    "query parameters cursor and revision exclude each other");
	return FAULT_NONE;
}

static enum fault
wanted_load(struct request *rq, const struct wanted *w,
    const struct session *s, struct revision_record **list, size_t *n,
    bool *more)
{
	const struct reading_place after = {
		w->readings.at, w->readings.id
	};
	struct ctx *cx = &rq->cx;
	enum fault f;

	if ((f = store_revisions_list(cx, s, &(struct revision_query){
	    .before = w->only > 0 ? w->only + 1 :
	    w->revisions.given ? w->revisions.id : INT64_MAX,
	    .limit = w->only > 0 ? 1 : param_limit(rq),
	    .copied_from = w->readings.id }, list, n, more)))
		return f;
	if (w->only > 0 && (*n == 0 || (*list)->number != w->only))
		return ctx_fail(cx, FAULT_NOT_FOUND, "no such revision");
	return revisions_explain(cx, s,
	    w->readings.given ? &after : NULL, *list, *n);
}

static struct cursor
readings_next(const struct revision_record *v)
{
	return (struct cursor){
		.at = v->readings.last.ts, .id = v->readings.last.id
	};
}

static enum fault
session_energy(struct request *rq)
{
	struct revision_record *list;
	struct cursor next;
	struct wanted w;
	struct session s;
	enum fault f;
	size_t i, n;
	bool more;

	if ((f = wanted_read(rq, &w)) ||
	    (f = store_session_load(&rq->cx, &rq->uuid, &s)) ||
	    (f = wanted_load(rq, &w, &s, &list, &n, &more)))
		return f;
	for (i = 0; i < n; i++) {
		if (!list[i].readings.more)
			continue;
		next = readings_next(&list[i]);
		list[i].readings.next = cursor_text_as(rq, "readings", &next);
		if (w.only > 0)
			cursor_next_as(rq, "readings", &next);
	}
	if (more && w.only == 0)
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
		{ "revision", .kind = PARAM_INT, .says = "This one only." },
		{ "readings", .kind = PARAM_CURSOR, .keys = CURSOR_TIME_ID,
		    .says = "With revision: the next 1000 of its readings, "
		    "from readings.next." },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &revisions_document },
		{ 0 }
	},
	.handler = session_energy,
	.retry = true,
};
