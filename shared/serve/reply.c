#include <string.h>

#include "base/counters.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "private.h"
#include "route.h"
#include "wire/session.h"
#include "wire/settlement.h"

static const char *
reason(int status)
{
	enum fault f;

	switch (status) {
	case 200:
		return "OK";
	case 201:
		return "Created";
	case 202:
		return "Accepted";
	case 204:
		return "No Content";
	}
	for (f = FAULT_SYNTAX; f < FAULT_BUG; f++)
		if (fault_row(f)->status == status)
			break;
	return fault_row(f)->title;
}

static const struct member_error *
errors_of(struct ctx *cx, size_t *n)
{
	const struct member_error *e;
	struct member_error *list;
	size_t i = 0;

	for (*n = 0, e = cx->errors; e != NULL; e = e->next)
		++*n;
	list = arena_calloc(&cx->arena, *n * sizeof(*list));
	for (e = cx->errors; e != NULL; e = e->next)
		list[i++] = *e;
	return list;
}

static char *
problem_text(struct request_private *in, enum fault f)
{
	const struct fault_row *row = fault_row(f);
	struct problem *p = &in->rq.problem;
	struct ctx *cx = &in->rq.cx;
	struct buf b;

	p->type = arena_printf(&cx->arena, "urn:cpms:problem:%s", row->slug);
	p->title = row->title;
	p->status = row->status;
	p->detail = row->status < 500 ? cx->detail : NULL;
	p->instance = arena_printf(&cx->arena, "urn:uuid:%s", in->id);
	if (f == FAULT_INVALID)
		p->errors = errors_of(cx, &p->n_errors);
	buf_init(&b, &cx->arena);
	document_write(cx, &b, &problem_document, p);
	return b.text;
}

void
reply_problem(struct request_private *in, enum fault f)
{
	const struct fault_row *row = fault_row(f);
	struct ctx *cx = &in->rq.cx;

	in->status = row->status;
	in->type = "application/problem+json";
	in->text = problem_text(in, f);
	if (row->retry_after > 0)
		reply_header(&in->rq, "Retry-After", arena_printf(
		    &cx->arena, "%d", cx->retry_after > 0 ?
		    cx->retry_after : row->retry_after));
	if (f == FAULT_METHOD)
		reply_header(&in->rq, "Allow", in->rq.route->method);
	if (f == FAULT_UNAUTHORIZED)
		reply_header(&in->rq, "WWW-Authenticate", "Bearer");
}

/*
 * nginx may send its next request on this connection from here on.  One that
 * we close instead, it asks again over another: see route_keeps().
 */
static void
connection_end(struct request_private *in)
{
	int fd = fcgi_end(in->fcgi, route_keeps(in->rq.route));

	if (fd >= 0)
		kept_put(&in->process->kept, fd);
}

void
reply_send(struct request_private *in)
{
	struct arena *a = &in->rq.cx.arena;
	size_t n = in->text == NULL ? 0 : strlen(in->text);
	const struct header *h;
	char *head;

	head = arena_printf(a, "Status: %d %s\r\nX-Request-Id: %s\r\n",
	    in->status, reason(in->status), in->id);
	if (in->text != NULL)
		head = arena_printf(a, "%sContent-Type: %s\r\n"
		    "Content-Length: %zu\r\n", head, in->type, n);
	for (h = in->headers; h != NULL; h = h->next)
		head = arena_printf(a, "%s%s: %s\r\n", head, h->name,
		    h->value);
	fcgi_write(in->fcgi, head, strlen(head));
	fcgi_write(in->fcgi, "\r\n", 2);
	if (n > 0)
		fcgi_write(in->fcgi, in->text, n);
	connection_end(in);
}

void
reply_count(const struct request_private *in, usec_t us)
{
	counter_add(METRIC_REQUESTS, metric_status(in->status), 1);
	histogram_add(METRIC_DURATION, (uint64_t)us);
}

static enum log_level
log_level_of(int status, enum fault f)
{
	if (status < 500)
		return LOG_INFO_LINE;
	return f == FAULT_BUG ? LOG_ERROR_LINE : LOG_WARNING_LINE;
}

void
reply_log(const struct request_private *in, enum fault f, usec_t taken)
{
	const struct request *rq = &in->rq;
	bool of_session = strstr(rq->route->path, "{sessionId}") != NULL;
	struct uuid session = of_session ? rq->uuid : rq->logged.session;
	char text[UUID_TEXT];

	log_request(&(struct log_request){
		.level = log_level_of(in->status, f),
		.id = in->id, .status = in->status,
		.taken = taken, .database = rq->cx.in_database,
		.charger = rq->charger != NULL ? rq->charger :
		    rq->logged.charger,
		.session = uuid_is_nil(&session) ? NULL :
		    uuid_text(text, &session),
		.transaction = rq->logged.transaction > 0 ?
		    rq->logged.transaction : 0,
		.why = in->status < 500 ? NULL : rq->cx.detail,
	});
}

enum fault
reply_text(struct request *rq, int status, const char *text)
{
	const struct answer *a = rq->route->answers;

	rq->private->status = status;
	rq->private->text = text;
	for (; !answer_is_end(a); a++)
		if (a->status == status && a->type != NULL)
			rq->private->type = a->type;
	return FAULT_NONE;
}

/* How the row says that the answer is encoded. */
static const struct document *
answer_document(const struct request *rq, int status, bool list)
{
	const struct answer *a = rq->route->answers;

	for (; !answer_is_end(a); a++)
		if (a->status == status && a->list == list)
			return a->document;
	return NULL;
}

static enum fault
reply_unknown(struct request *rq, int status)
{
	return ctx_fail(&rq->cx, FAULT_BUG, "the route has no answer %d",
	    status);
}

/* A document that is of one session tells the log whose it is. */
static struct logged
logged_of(const struct document *doc, const void *object,
    struct logged otherwise)
{
	if (doc == &session_document) {
		const struct session *s = object;

		return (struct logged){ s->charger, s->id, s->transaction };
	}
	if (doc == &settlement_document) {
		const struct settlement *s = object;

		return (struct logged){ s->charger, s->session, 0 };
	}
	return otherwise;
}

enum fault
reply_document(struct request *rq, int status, const void *object)
{
	const struct document *doc = answer_document(rq, status, false);
	struct buf b;

	if (doc == NULL)
		return reply_unknown(rq, status);
	rq->logged = logged_of(doc, object, rq->logged);
	buf_init(&b, &rq->cx.arena);
	document_write(&rq->cx, &b, doc, object);
	return reply_text(rq, status, b.text);
}

enum fault
reply_list(struct request *rq, int status, const void *list, size_t n)
{
	const struct document *doc = answer_document(rq, status, true);
	struct buf b;

	if (doc == NULL)
		return reply_unknown(rq, status);
	buf_init(&b, &rq->cx.arena);
	document_write_list(&rq->cx, &b, doc, list, n);
	return reply_text(rq, status, b.text);
}

enum fault
reply_empty(struct request *rq, int status)
{
	return reply_text(rq, status, NULL);
}

void
reply_header(struct request *rq, const char *name, const char *value)
{
	struct header *h = arena_calloc(&rq->cx.arena, sizeof(*h));

	h->name = name;
	h->value = value;
	h->next = rq->private->headers;
	rq->private->headers = h;
}

/* This request's path and query with another cursor. */
void
reply_next(struct request *rq, const char *name, const char *cursor)
{
	struct arena *a = &rq->cx.arena;
	const char *uri = rq->private->uri, *q = strchr(uri, '?');
	char *link = arena_printf(a, "<%.*s?",
	    q == NULL ? (int)strlen(uri) : (int)(q - uri), uri);
	const struct param *p;
	int i;

	for (i = 0, p = rq->route->query; p->name != NULL; i++, p++)
		if (rq->params[i].given && p->kind != PARAM_CURSOR)
			link = arena_printf(a, "%s%s=%s&", link, p->name,
			    text_percent_encode(a, rq->params[i].text));
	reply_header(rq, "Link", arena_printf(a, "%s%s=%s>; rel=\"next\"",
	    link, name, text_percent_encode(a, cursor)));
}
