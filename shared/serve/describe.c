#include <errno.h>
#include <stdio.h>

#include "base/ctx.h"
#include "route.h"

static const char *
access_name(enum access a)
{
	switch (a) {
	case ACCESS_OPERATOR:
		return "operator";
	case ACCESS_GATEWAY:
		return "gateway";
	case ACCESS_OPEN:
		break;
	}
	return "open";
}

static struct json *
nginx_of(struct ctx *cx, const struct route *r)
{
	struct json *j = json_object(cx);

	json_add_int(cx, j, "bodyBytes", MAX_BODY);
	json_add_int(cx, j, "readTimeoutSeconds",
	    r->nginx.read_timeout > 0 ? r->nginx.read_timeout : 20);
	json_add_bool(cx, j, "unbuffered", r->nginx.unbuffered);
	json_add_bool(cx, j, "secondTry", r->nginx.second_try);
	json_add_bool(cx, j, "kept", route_keeps(r));
	return j;
}

int
describe(const struct route *r)
{
	struct json *j;
	struct ctx cx;

	ctx_init(&cx);
	j = json_object(&cx);
	json_add_text(&cx, j, "name", program_invocation_short_name);
	json_add_text(&cx, j, "method", r->method);
	json_add_text(&cx, j, "path", r->path);
	json_add_text(&cx, j, "says", r->says);
	json_add_text(&cx, j, "access", access_name(r->access));
	json_add_int(&cx, j, "processes", r->processes > 0 ?
	    r->processes : 1);
	json_add_bool(&cx, j, "retry", r->retry);
	json_add(j, "nginx", nginx_of(&cx, r));
	return puts(json_print(&cx, j)) < 0;
}
