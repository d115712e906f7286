/* GET /readyz: the database answers; which version this is. */
#include "adapter/db.h"
#include "base/version.h"
#include "serve/serve.h"

static const struct db_stmt ping = { "ping", "SELECT 1" };

static enum fault
health_ready(struct request *rq)
{
	enum fault f;

	if ((f = db_run(&rq->cx, &ping, NULL, 0, NULL)))
		return f;
	return reply_text(rq, 200, "{\"status\":\"ready\","
	    "\"version\":\"" CPMS_VERSION "\"}");
}

const struct route route = {
	.method = "GET", .path = "/readyz", .access = ACCESS_OPEN,
	.handler = health_ready,
	.retry = true,
};
