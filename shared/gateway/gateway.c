#include "gateway.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "adapter/http.h"
#include "adapter/json.h"
#include "adapter/thread.h"

/* A handle is idle or in the hands of one thread. */
struct handle {
	struct handle *next;
	struct http *http;
};

struct gateway {
	char *url;
	const char *key;
	struct lock lock;
	struct handle *idle;
};

struct gateway *
gateway_new(const char *base_url, const char *key)
{
	static const char path[] = "/v1/gateway/commands";
	size_t n = strlen(base_url);
	struct gateway *g;

	http_init();
	if (!http_url_ok(base_url)) {
		log_line(LOG_ERROR_LINE,
		    "GATEWAY_BASE_URL is not an http or https URL");
		return NULL;
	}
	while (n > 0 && base_url[n - 1] == '/')
		n--;
	if ((g = calloc(1, sizeof(*g))) == NULL ||
	    (g->url = malloc(n + sizeof(path))) == NULL)
		abort();
	memcpy(g->url, base_url, n);
	memcpy(g->url + n, path, sizeof(path));
	g->key = key;
	lock_init(&g->lock);
	return g;
}

static struct handle *
handle_take(struct gateway *g)
{
	struct handle *h;

	lock_acquire(&g->lock);
	if ((h = g->idle) != NULL)
		g->idle = h->next;
	lock_release(&g->lock);
	if (h != NULL)
		return h;
	if ((h = calloc(1, sizeof(*h))) == NULL)
		abort();
	h->http = http_new();
	return h;
}

static void
handle_give(struct gateway *g, struct handle *h)
{
	lock_acquire(&g->lock);
	h->next = g->idle;
	g->idle = h;
	lock_release(&g->lock);
}

static void
member_add(struct buf *b, const char *name, const char *s)
{
	buf_printf(b, "\"%s\":", name);
	buf_quote(b, s, strlen(s));
	buf_text(b, ",");
}

static char *
body_of(struct ctx *cx, const struct command *c)
{
	struct buf b;

	buf_init(&b, &cx->arena);
	buf_text(&b, "{");
	member_add(&b, "type", c->type);
	member_add(&b, "chargePointId", c->charger);
	member_add(&b, "idempotencyKey", c->key);
	buf_text(&b, "\"payload\":");
	buf_text(&b, c->payload);
	buf_text(&b, "}");
	return b.text;
}

/* Text that a database and JSON can hold; usually just what came. */
static const char *
readable(struct ctx *cx, const struct http_answer *a)
{
	char *s = arena_strndup(&cx->arena, a->body, a->len);
	size_t i;

	if (memchr(s, '\0', a->len) == NULL && text_is_utf8(s, a->len))
		return s;
	for (i = 0; i < a->len; i++)
		if (s[i] == '\0' || (unsigned char)s[i] >= 0x80)
			s[i] = '?';
	return s;
}

static bool
is_json(struct ctx *cx, const struct http_answer *a)
{
	struct json_body b;
	enum fault f = json_parse(cx, a->body, a->len, &b);

	cx->detail = NULL;	/* it is no caller's fault */
	return f == FAULT_NONE;
}

void
gateway_settle(struct ctx *cx, const struct http_answer *got,
    struct command *c)
{
	static const enum gateway_end ends[] = {
		[HTTP_ANSWERED] = GATEWAY_ANSWERED,
		[HTTP_NOT_CONNECTED] = GATEWAY_NOT_CONNECTED,
		[HTTP_TIMED_OUT] = GATEWAY_SLOW,
		[HTTP_BROKEN] = GATEWAY_BROKEN,
	};
	struct gateway_answer a = {
		.end = ends[got->end],
		.status = got->status,
		.text = got->len > 0 ? readable(cx, got) : NULL,
		.is_json = got->end == HTTP_ANSWERED && is_json(cx, got),
	};

	command_judge(c, &a);
}

void
gateway_send(struct ctx *cx, struct gateway *g, struct command *c)
{
	struct handle *h = handle_take(g);
	struct http_answer got;

	http_post(cx, h->http, g->url, g->key, body_of(cx, c), &got);
	handle_give(g, h);
	gateway_settle(cx, &got, c);
}

bool
gateway_reachable(struct ctx *cx, struct gateway *g)
{
	struct handle *h = handle_take(g);
	bool ok = http_connects(cx, h->http, g->url);

	handle_give(g, h);
	return ok;
}
