/*
 * constant [PATH]
 *
 * Answers a constant, to a GET of PATH or to POST /bench/constant, under the
 * same process code as every endpoint: what HTTP, nginx and FastCGI cost
 * before a handler has done anything.
 */
#include "serve/serve.h"

static enum fault
constant(struct request *rq)
{
	return reply_text(rq, 200,
	    "{\"accepted\":true,\"type\":\"MeterSample\"}");
}

int
main(int argc, char **argv)
{
	static const struct answer answers[] = { { .status = 200 }, { 0 } };
	static struct route route = {
		.method = "POST", .path = "/bench/constant",
		.answers = answers,
		.access = ACCESS_OPEN, .handler = constant,
		.threads = 2, .connections = 1,
		.retry = true,
	};

	if (argc > 1) {
		route.method = "GET";
		route.path = argv[1];
	}
	return serve(&route);
}
