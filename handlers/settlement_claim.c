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
	struct claimed d = { .n = 0 };
	struct settlement_claim c;
	struct settlement *list;
	enum fault f;

	if ((f = request_read(rq, &c)) ||
	    (f = settlements_claim(&rq->cx, &c, &list, &d.n)))
		return f;
	if (d.n > 0) {
		d.lease = list->lease;
		d.lease_until = list->lease_until;
	}
	d.list = list;
	return reply_document(rq, 200, &d);
}

/* Asked again after a lost commit it would take others as well. */
const struct route route = {
	.says = "Gives a worker Pending settlements under a lease.",
	.method = "POST", .path = "/v1/settlements/claim",
	.body = &claim_document,
	.answers = (const struct answer[]){
		{ 200, .document = &claimed_document },
		{ 0 }
	},
	.processes = 2, .handler = settlement_claim,
};
