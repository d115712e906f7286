/*
 * GET /v1/settlements/{settlementId}/statement
 *
 * The document whose hash a chain can carry, byte for byte as it was frozen;
 * the ETag is its SHA-256.  409 before that.
 */
#include "serve/serve.h"
#include "store/settlement.h"
#include "wire/settlement.h"

static enum fault
settlement_statement(struct request *rq)
{
	struct settlement s;
	enum fault f;

	if ((f = store_settlement_load(&rq->cx, &rq->uuid, &s)))
		return f;
	if (!s.has_statement) {
		problem_add(rq, "settlementStatus",
		    settlement_status_name(s.status));
		return ctx_fail(&rq->cx, FAULT_CONFLICT,
		    "the settlement is %s: %s",
		    settlement_status_name(s.status), s.frozen ?
		    "it was sent out before there were statements" :
		    "its statement is made when it is first claimed or "
		    "submitted");
	}
	reply_header(rq, "ETag", arena_printf(&rq->cx.arena, "\"%s\"",
	    s.sha256));
	return reply_text(rq, 200, s.statement);
}

const struct route route = {
	.method = "GET", .path = "/v1/settlements/{settlementId}/statement",
	.handler = settlement_statement,
	.retry = true,
};
