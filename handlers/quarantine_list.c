/* GET /v1/quarantine: bodies that the events call refused, newest first */
#include "serve/cursor.h"
#include "store/quarantine.h"
#include "wire/record.h"

static enum fault
quarantine_list(struct request *rq)
{
	struct quarantine_record *list;
	struct cursor c;
	enum fault f;
	bool more;
	size_t n;

	if ((f = cursor_read(rq, &c)) ||
	    (f = store_quarantine_list(&rq->cx, c.given ? c.id : INT64_MAX,
	    param_limit(rq), &list, &n, &more)))
		return f;
	if (more)
		cursor_next(rq, &(struct cursor){ .id = list[n - 1].id });
	return reply_list(rq, 200, list, n);
}

const struct route route = {
	.says = "The bodies that the events call refused, newest first.",
	.method = "GET", .path = "/v1/quarantine",
	.query = (const struct param[]){
		{ "limit", .kind = PARAM_LIMIT },
		{ "cursor", .kind = PARAM_CURSOR, .keys = CURSOR_ID },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &quarantine_document, .list = true },
		{ 0 }
	},
	.handler = quarantine_list,
	.retry = true,
};
