/* GET /metrics: what the endpoints counted, for Prometheus. */
#include "base/version.h"
#include "serve/metrics.h"
#include "serve/serve.h"

static enum fault
metrics(struct request *rq)
{
	struct measured list[] = { { METRIC_BUILD, CPMS_VERSION, 1 } };
	struct buf b;

	buf_init(&b, &rq->cx.arena);
	metrics_write(&b, list, countof(list));
	return reply_text(rq, 200, b.text);
}

const struct route route = {
	.says = "What was counted and measured, for Prometheus.",
	.method = "GET", .path = "/metrics", .access = ACCESS_OPERATOR,
	.answers = (const struct answer[]){
		{ 200, .type = METRICS_TYPE },
		{ 0 }
	},
	.handler = metrics,
	.retry = true,
};
