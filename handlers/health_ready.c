/* GET /readyz: the database answers; which version this is. */
#include "adapter/db.h"
#include "base/version.h"
#include "serve/serve.h"
#include "wire/health.h"

static const struct db_stmt ping = { "ping", "SELECT 1" };

static enum fault
health_ready(struct request *rq)
{
	enum fault f;

	if ((f = db_run(&rq->cx, &ping, NULL, 0, NULL)))
		return f;
	return reply_document(rq, 200, &(struct health){
		"ready", CPMS_VERSION
	});
}

const struct route route = {
	.says = "Says that the database answers.",
	.method = "GET", .path = "/readyz", .access = ACCESS_OPEN,
	.answers = (const struct answer[]){
		{ 200, .document = &health_document },
		{ 503, .says = "It did not answer in time." },
		{ 0 }
	},
	.handler = health_ready,
	.retry = true,
};
