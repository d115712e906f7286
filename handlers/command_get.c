/* GET /v1/commands/{commandId} */
#include "serve/serve.h"
#include "store/command.h"
#include "wire/command.h"

static enum fault
command_get(struct request *rq)
{
	struct command c;
	enum fault f;

	if ((f = store_command_load(&rq->cx, &rq->uuid, &c)))
		return f;
	command_expire(&c, c.read_at);
	return reply(rq, 200, wire_command(&rq->cx, &c));
}

const struct route route = {
	.method = "GET", .path = "/v1/commands/{commandId}",
	.handler = command_get,
	.retry = true,
};
