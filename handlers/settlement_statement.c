/*
 * GET /v1/settlements/{settlementId}/statement
 *
 * The document whose hash a chain can carry, byte for byte as it was frozen;
 * the ETag is its SHA-256.  409 before that.
 */
#include "serve/serve.h"
#include "store/settlement.h"
#include "wire/statement.h"

static enum fault
settlement_statement(struct request *rq)
{
	struct settlement s;
	enum fault f;

	if ((f = store_settlement_load(&rq->cx, &rq->uuid, &s)))
		return f;
	if (!s.has_statement) {
		rq->problem.settlement_status =
		    settlement_status_name(s.status);
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
	.says = "The statement of a settlement, byte for byte as it was "
	    "frozen.",
	.method = "GET", .path = "/v1/settlements/{settlementId}/statement",
	.answers = (const struct answer[]){
		{ 200, .document = &statement_document, .header = "ETag" },
		{ .fault = FAULT_CONFLICT,
		    .says = "It is not frozen: there is no statement." },
		{ 0 }
	},
	.handler = settlement_statement,
	.retry = true,
};
