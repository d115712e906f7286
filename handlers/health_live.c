/* GET /healthz: nginx and this process answer. */
#include "serve/serve.h"
#include "wire/health.h"

static enum fault
health_live(struct request *rq)
{
	return reply_document(rq, 200, &(struct health){
		.status = "ok"
	});
}

const struct route route = {
	.says = "Says that nginx and an endpoint live.",
	.method = "GET", .path = "/healthz", .access = ACCESS_OPEN,
	.answers = (const struct answer[]){
		{ 200, .document = &health_document },
		{ 0 }
	},
	.handler = health_live,
	.retry = true,
};
