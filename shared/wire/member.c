#include "member.h"

#include "explanation.h"

void
member_int(struct ctx *cx, struct json *j, const char *key, bool has,
    int64_t n)
{
	if (has)
		json_add_int(cx, j, key, n);
	else
		json_add_null(cx, j, key);
}

void
member_time(struct ctx *cx, struct json *j, const char *key, bool has,
    usec_t t)
{
	if (has)
		json_add_time(cx, j, key, t);
	else
		json_add_null(cx, j, key);
}

void
member_mwh(struct ctx *cx, struct json *j, const char *key, bool has,
    mwh_t v)
{
	json_add_raw(cx, j, key, has ? wire_mwh(&cx->arena, v) : NULL);
}
