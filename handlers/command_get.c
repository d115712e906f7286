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
	return reply_document(rq, 200, &c);
}

const struct route route = {
	.says = "One command and what became of it.",
	.method = "GET", .path = "/v1/commands/{commandId}",
	.answers = (const struct answer[]){
		{ 200, .document = &command_document },
		{ 0 }
	},
	.handler = command_get,
	.retry = true,
};
