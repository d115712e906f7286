/*
 * POST /v1/settlements/claim
 *
 * {worker, limit?, leaseSeconds?}: Pending settlements for this worker alone
 * until the lease runs out; its leaseToken submits them.  What is claimed for
 * the first time is frozen with its statement.
 */
#include "billing/settlement.h"
#include "serve/serve.h"
#include "wire/settlement.h"

static enum fault
settlement_claim(struct request *rq)
{
	struct settlement_claim c;
	const struct json *root;
	struct settlement *list;
	enum fault f;
	size_t n;

	if ((f = request_json(rq, &root)) ||
	    (f = wire_claim_read(&rq->cx, root, &c)) ||
	    (f = settlements_claim(&rq->cx, &c, &list, &n)))
		return f;
	return reply(rq, 200, wire_claimed(&rq->cx, list, n));
}

/* Asked again after a lost commit it would take others as well. */
const struct route route = {
	.method = "POST", .path = "/v1/settlements/claim",
	.processes = 2, .handler = settlement_claim,
};
