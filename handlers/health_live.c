/* GET /healthz: this process answers. */
#include "serve/serve.h"

static enum fault
health_live(struct request *rq)
{
	return reply_text(rq, 200, "{\"status\":\"ok\"}");
}

const struct route route = {
	.method = "GET", .path = "/healthz", .access = ACCESS_OPEN,
	.handler = health_live,
	.retry = true,
};
