/* GET /healthz: this process answers. */
#include "serve/serve.h"

static enum fault
health_live(struct request *rq)
{
	return reply_text(rq, 200, "{\"status\":\"ok\"}");
}

static const struct route route = {
	.method = "GET", .path = "/healthz", .access = ACCESS_OPEN,
	.answer = health_live,
	.retry = true,
};

int
main(void)
{
	return serve(&route);
}
