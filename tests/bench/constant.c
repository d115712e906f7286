/*
 * constant [get]
 *
 * Answers a constant, to POST or GET, under the same process code as every
 * endpoint: what HTTP, nginx and FastCGI cost before a handler has done
 * anything.
 */
#include "serve/serve.h"

static enum fault
constant(struct request *rq)
{
	return reply_text(rq, 200,
	    "{\"accepted\":true,\"type\":\"MeterSample\"}");
}

int
main(int argc, char **argv __attribute__((unused)))
{
	static struct route route = {
		.method = "POST", .path = "/bench/constant",
		.access = ACCESS_OPEN, .handler = constant,
		.threads = 2, .connections = 1,
	.retry = true,
	};

	if (argc > 1) {
		route.method = "GET";
		route.path = "/bench/get";
	}
	return serve(&route);
}
