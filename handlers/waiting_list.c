/*
 * GET /v1/waiting
 *
 * Transactions whose samples or ends have come and whose start has not, by
 * the time at which the first of them came.
 */
#include <string.h>

#include "base/text.h"
#include "serve/serve.h"
#include "store/event_query.h"
#include "wire/record.h"

/* <first received>_<transaction>_<charger> */
static char *
cursor_of(struct ctx *cx, const struct waiting_record *w)
{
	return arena_printf(&cx->arena, "%lld_%d_%s",
	    (long long)w->first_received_at, w->of.id, w->of.charger);
}

static bool
number(struct ctx *cx, const char **s, int64_t max, int64_t *out)
{
	size_t n = strcspn(*s, "_");
	const char *text = arena_strndup(&cx->arena, *s, n);

	if ((*s)[n] != '_' || !text_int(text, 0, max, out))
		return false;
	*s += n + 1;
	return true;
}

static enum fault
last_read(struct request *rq, struct waiting_record *w)
{
	const char *s = param(rq, "cursor")->text;
	int64_t id;

	if (number(&rq->cx, &s, (int64_t)1 << 57, &w->first_received_at) &&
	    number(&rq->cx, &s, INT32_MAX, &id) &&
	    text_is_charger_id(s, strlen(s))) {
		w->of = (struct transaction){ s, (int32_t)id };
		return FAULT_NONE;
	}
	return ctx_fail(&rq->cx, FAULT_QUERY,
	    "query parameter cursor is none that was given out");
}

static enum fault
waiting_list(struct request *rq)
{
	bool behind = param(rq, "cursor")->given, more;
	struct waiting_record last, *list;
	enum fault f;
	size_t n;

	if (behind && (f = last_read(rq, &last)))
		return f;
	if ((f = store_waiting_list(&rq->cx, param(rq, "chargePointId")->text,
	    behind ? &last : NULL, param_limit(rq), &list, &n, &more)))
		return f;
	if (more)
		reply_next(rq, cursor_of(&rq->cx, &list[n - 1]));
	return reply(rq, 200, wire_waiting(&rq->cx, list, n));
}

const struct route route = {
	.method = "GET", .path = "/v1/waiting",
	.query = (const struct param[]){
		{ "chargePointId", PARAM_CHARGER, NULL },
		{ "limit", PARAM_LIMIT, NULL },
		{ "cursor", PARAM_CURSOR, NULL },
		{ 0 }
	},
	.handler = waiting_list,
	.retry = true,
};
