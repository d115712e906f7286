/*
 * A request's first lines: the method, the URI and the Authorization, held
 * against a route of each shape.
 */
#include "serve/route.h"

#include <string.h>

#include "base/text.h"
#include "serve/cursor.h"
#include "fuzz.h"

static const char *const words[] = { "running", "ended", NULL };

#define EVERY_KIND(order) \
	{ "limit", .kind = PARAM_LIMIT }, { "from", .kind = PARAM_TIME }, \
	{ "needsReview", .kind = PARAM_BOOL }, { "n", .kind = PARAM_INT }, \
	{ "status", .kind = PARAM_WORD, .words = words }, \
	{ "chargePointId", .kind = PARAM_CHARGER }, \
	{ "siteId", .kind = PARAM_UUID }, { "idTag", .kind = PARAM_TEXT }, \
	{ "cursor", .kind = PARAM_CURSOR, .keys = order }, { 0 }
static const struct param queries[][10] = {
	[CURSOR_TIME_UUID] = { EVERY_KIND(CURSOR_TIME_UUID) },
	[CURSOR_ID] = { EVERY_KIND(CURSOR_ID) },
	[CURSOR_CHARGER] = { EVERY_KIND(CURSOR_CHARGER) },
	[CURSOR_TIME_ID] = { EVERY_KIND(CURSOR_TIME_ID) },
	[CURSOR_TIME_TRANSACTION] = { EVERY_KIND(CURSOR_TIME_TRANSACTION) },
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/v1/chargers/{chargePointId}/sessions",
	    .query = queries[CURSOR_TIME_UUID], .access = ACCESS_OPEN },
	{ .method = "GET", .path = "/v1/chargers/{chargePointId}",
	    .query = queries[CURSOR_ID], .access = ACCESS_OPEN },
	{ .method = "GET", .path = "/v1/sessions", .access = ACCESS_OPEN,
	    .query = queries[CURSOR_CHARGER] },
	{ .method = "GET", .path = "/v1/sessions/{sessionId}/samples",
	    .query = queries[CURSOR_TIME_ID], .access = ACCESS_OPEN },
	{ .method = "GET", .path = "/v1/sessions", .access = ACCESS_OPERATOR,
	    .query = queries[CURSOR_TIME_TRANSACTION] },
	{ .method = "POST", .path = "/v1/gateway/events",
	    .access = ACCESS_GATEWAY },
};

static const struct settings set = {
	.gateway_api_key = "gateway-key", .operator_key = "operator-key",
};

static void
is_matched(struct request *rq)
{
	struct cursor c;

	MUST(rq->charger == NULL ||
	    text_is_charger_id(rq->charger, strlen(rq->charger)));
	if (rq->route->query == NULL)
		return;
	MUST(param_limit(rq) >= 1 && param_limit(rq) <= MAX_LIMIT);
	if (cursor_read(rq, &c) == FAULT_NONE && c.given)
		MUST(text_equal(cursor_text(rq, &c),
		    param(rq, "cursor")->text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct ctx *cx = fuzz_context();
	const char *method = fuzz_line(cx, &data, &n);
	const char *uri = fuzz_line(cx, &data, &n);
	const char *key = n == 0 ? NULL : fuzz_line(cx, &data, &n);
	size_t i;

	for (i = 0; i < countof(routes); i++) {
		struct request rq = {
			.cx = *cx, .set = &set, .route = &routes[i],
		};

		rq.cx.detail = NULL;
		rq.cx.errors_end = &rq.cx.errors;
		if (route_match(&rq, method, uri, key) == FAULT_NONE)
			is_matched(&rq);
		else
			MUST(rq.cx.detail != NULL);
		cx->arena = rq.cx.arena;
	}
	return 0;
}
