#include "ctx.h"

#include <string.h>

void
ctx_init(struct ctx *cx)
{
	memset(cx, 0, sizeof(*cx));
	arena_init(&cx->arena);
	cx->errors_end = &cx->errors;
	cx->caller = -1;
}

void
ctx_reset(struct ctx *cx, usec_t now, usec_t deadline)
{
	arena_reset(&cx->arena);
	cx->now = now;
	cx->deadline = deadline;
	cx->caller = -1;
	cx->detail = NULL;
	cx->retry_after = 0;
	cx->errors = NULL;
	cx->errors_end = &cx->errors;
}

enum fault
ctx_fail(struct ctx *cx, enum fault f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	cx->detail = arena_vprintf(&cx->arena, fmt, ap);
	va_end(ap);
	return f;
}

void
ctx_bad(struct ctx *cx, const char *pointer, const char *detail)
{
	struct member_error *e = arena_calloc(&cx->arena, sizeof(*e));

	e->pointer = arena_strdup(&cx->arena, pointer);
	e->detail = arena_strdup(&cx->arena, detail);
	*cx->errors_end = e;
	cx->errors_end = &e->next;
}

enum fault
ctx_invalid(struct ctx *cx)
{
	if (cx->errors == NULL)
		return FAULT_NONE;
	return ctx_fail(cx, FAULT_INVALID, "%s: %s", cx->errors->pointer,
	    cx->errors->detail);
}
