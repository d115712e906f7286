/* GET /v1/commands, newest first */
#include "serve/cursor.h"
#include "store/command.h"
#include "wire/command.h"

static enum fault
command_list(struct request *rq)
{
	struct command_filter q = {
		.charger = param(rq, "chargePointId")->text,
		.status = param(rq, "status")->text,
		.stuck = param(rq, "stuck")->number != 0,
		.limit = param_limit(rq),
	};
	struct command *list;
	struct cursor c;
	enum fault f;
	size_t i, n;
	bool more;

	if ((f = cursor_read(rq, &c)))
		return f;
	q.has_last = c.given;
	q.last_at = c.at;
	q.last_id = c.uuid;
	if ((f = store_command_list(&rq->cx, &q, &list, &n, &more)))
		return f;
	for (i = 0; i < n; i++)
		command_expire(&list[i], list[i].read_at);
	if (more)
		cursor_next(rq, &(struct cursor){
		    .at = list[n - 1].created_at, .uuid = list[n - 1].id });
	return reply_list(rq, 200, list, n);
}

const struct route route = {
	.says = "Commands, newest first.",
	.method = "GET", .path = "/v1/commands",
	.query = (const struct param[]){
		{ "chargePointId", .kind = PARAM_CHARGER },
		{ "status", .kind = PARAM_WORD, .words = command_status_names },
		{ "stuck", .kind = PARAM_BOOL, .says = "true: those whose time "
		    "was up before their outcome was stored. They read as "
		    "Unknown." },
		{ "limit", .kind = PARAM_LIMIT },
		{ "cursor", .kind = PARAM_CURSOR, .keys = CURSOR_TIME_UUID },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &command_document, .list = true },
		{ 0 }
	},
	.handler = command_list,
	.retry = true,
};
