/*
 * GET /v1/sessions, newest start first
 *
 * from <= startedAt < to.  A charger that nobody knows has no sessions.
 */
#include <string.h>

#include "billing/evaluate.h"
#include "serve/cursor.h"
#include "store/session_query.h"
#include "wire/session.h"

static const char *const status_names[] = { "running", "ended", NULL };

/* billing_names and unpriced_names. */
static const char *const billing_words[] = {
	"Settled", "Held", "Zero", "Unpriced",
	"Duplicate", "NoEnergy", "NoSite", "NoTariff", "TooLarge", NULL
};

static void
filter_read(const struct request *rq, struct session_filter *q)
{
	const struct param_value *from = param(rq, "from"),
	    *to = param(rq, "to"), *status = param(rq, "status"),
	    *review = param(rq, "needsReview");
	const struct param_value *since = param(rq, "updatedSince");

	*q = (struct session_filter){
		.charger = param(rq, "chargePointId")->text,
		.billing = param(rq, "billing")->text,
		.review_reason = param(rq, "reviewReason")->text,
		.energy_source = param(rq, "energySource")->text,
		.site = param(rq, "siteId")->uuid,
		.transaction = param(rq, "transactionId")->number,
		.id_tag = param(rq, "idTag")->text,
		.updated_since = since->given ? &since->time : NULL,
		.from = from->given ? from->time : INT64_MIN,
		.to = to->given ? to->time : INT64_MAX,
		.limit = param_limit(rq),
	};
	if (status->given)
		q->status = strcmp(status->text, status_names[0]) == 0 ?
		    SESSION_RUNNING : SESSION_ENDED;
	if (review->given)
		q->review = review->number != 0 ? REVIEW_NEEDED :
		    REVIEW_NOT_NEEDED;
}

static enum fault
session_list(struct request *rq)
{
	struct session_filter q;
	struct session *list;
	struct cursor c;
	enum fault f;
	bool more;
	size_t n;

	filter_read(rq, &q);
	if ((f = cursor_read(rq, &c)))
		return f;
	q.has_last = c.given;
	q.last_at = c.at;
	q.last_id = c.uuid;
	if ((f = store_sessions_list(&rq->cx, &q, &list, &n, &more)) ||
	    (f = sessions_so_far(&rq->cx, &rq->set->energy, list, n)))
		return f;
	if (more)
		cursor_next(rq, &(struct cursor){
		    .at = q.updated_since != NULL ? list[n - 1].updated_at :
		    list[n - 1].started_at, .uuid = list[n - 1].id });
	return reply_list(rq, 200, list, n);
}

const struct route route = {
	.says = "Sessions, newest start first.",
	.method = "GET", .path = "/v1/sessions",
	.query = (const struct param[]){
		{ "from", .kind = PARAM_TIME },
		{ "to", .kind = PARAM_TIME },
		{ "chargePointId", .kind = PARAM_CHARGER },
		{ "status", .kind = PARAM_WORD, .words = status_names },
		{ "needsReview", .kind = PARAM_BOOL },
		{ "reviewReason", .kind = PARAM_WORD, .words = flag_names },
		{ "billing", .kind = PARAM_WORD, .words = billing_words,
		    .says = "Settled, Held, Zero, Unpriced, or the reason for "
		    "having no price." },
		{ "energySource", .kind = PARAM_WORD,
		    .words = energy_source_names },
		{ "siteId", .kind = PARAM_UUID },
		{ "transactionId", .kind = PARAM_INT },
		{ "idTag", .kind = PARAM_TEXT },
		{ "updatedSince", .kind = PARAM_TIME, .says = "By updatedAt "
		    "then, oldest first." },
		{ "limit", .kind = PARAM_LIMIT },
		{ "cursor", .kind = PARAM_CURSOR, .keys = CURSOR_TIME_UUID },
		{ 0 }
	},
	.answers = (const struct answer[]){
		{ 200, .document = &session_document, .list = true },
		{ 0 }
	},
	.processes = 2, .handler = session_list,
	.retry = true,
	.nginx = { .private_query = true },
};
