#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "private.h"
#include "route.h"

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

void
reply_problem(struct request_private *in, enum fault f)
{
	struct ctx *cx = &in->rq.cx;
	const struct fault_row *row = fault_row(f);
	struct json *p = json_object(cx), *list, *item;
	const struct member_error *e;
	const struct header *x;

	json_add_text(cx, p, "type", arena_printf(&cx->arena,
	    "urn:cpms:problem:%s", row->slug));
	json_add_text(cx, p, "title", row->title);
	json_add_int(cx, p, "status", row->status);
	if (cx->detail != NULL && row->status < 500)
		json_add_text(cx, p, "detail", cx->detail);
	json_add_text(cx, p, "instance", arena_printf(&cx->arena,
	    "urn:uuid:%s", in->id));
	if (f == FAULT_INVALID && cx->errors != NULL) {
		json_add(p, "errors", list = json_array(cx));
		for (e = cx->errors; e != NULL; e = e->next) {
			json_append(list, item = json_object(cx));
			json_add_text(cx, item, "pointer", e->pointer);
			json_add_text(cx, item, "detail", e->detail);
		}
	}
	for (x = in->extra; x != NULL; x = x->next)
		json_add_text(cx, p, x->name, x->value);
	in->status = row->status;
	in->type = "application/problem+json";
	in->text = json_print(cx, p);
	if (row->retry_after > 0)
		reply_header(&in->rq, "Retry-After", arena_printf(&cx->arena,
		    "%d", cx->retry_after > 0 ? cx->retry_after :
		    row->retry_after));
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

	head = arena_printf(a, "Status: %d %s\r\n", in->status,
	    reason(in->status));
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
reply_log(const struct request_private *in, enum fault f)
{
	const char *why = in->rq.cx.detail;
	long long us = (long long)(time_monotonic() - in->began);

	if (in->status < 500)
		log_later(LOG_INFO_LINE, "request=%s status=%d us=%lld",
		    in->id, in->status, us);
	else
		log_line(f == FAULT_BUG ? LOG_ERROR_LINE : LOG_WARNING_LINE,
		    "request=%s status=%d us=%lld why=\"%s\"", in->id,
		    in->status, us, why == NULL ? "" : why);
}

enum fault
reply_text(struct request *rq, int status, const char *text)
{
	rq->private->status = status;
	rq->private->text = text;
	return FAULT_NONE;
}

enum fault
reply(struct request *rq, int status, const struct json *j)
{
	return reply_text(rq, status, json_print(&rq->cx, j));
}

enum fault
reply_empty(struct request *rq, int status)
{
	return reply_text(rq, status, NULL);
}

static void
push(struct request *rq, struct header **list, const char *name,
    const char *value)
{
	struct header *h = arena_calloc(&rq->cx.arena, sizeof(*h));

	h->name = name;
	h->value = value;
	h->next = *list;
	*list = h;
}

void
reply_header(struct request *rq, const char *name, const char *value)
{
	push(rq, &rq->private->headers, name, value);
}

void
problem_add(struct request *rq, const char *key, const char *value)
{
	push(rq, &rq->private->extra, key, value);
}

/* This request's path and query with another cursor. */
void
reply_next(struct request *rq, const char *cursor)
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
	reply_header(rq, "Link", arena_printf(a, "%scursor=%s>; rel=\"next\"",
	    link, text_percent_encode(a, cursor)));
}
