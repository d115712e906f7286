#include "cursor.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "private.h"

/* The years 0001 to 9999. */
#define AT_MIN	((int64_t)-62135596800 * SECOND)
#define AT_MAX	((int64_t)253402300800 * SECOND)

/* Which keys there are, in the order of the text. */
static const struct keys {
	bool at;
	int64_t id_max;		/* 0: no id */
	bool uuid, charger;
} rows[] = {
	[CURSOR_TIME_UUID] = { .at = true, .uuid = true },
	[CURSOR_ID] = { .id_max = INT64_MAX },
	[CURSOR_CHARGER] = { .charger = true },
	[CURSOR_TIME_ID] = { .at = true, .id_max = INT64_MAX },
	[CURSOR_TIME_TRANSACTION] = { .at = true, .id_max = INT32_MAX,
	    .charger = true },
};

static const struct keys *
keys_of(const struct request *rq, const char *name)
{
	const struct param *p = rq->route->query;

	while (strcmp(p->name, name) != 0)
		p++;
	return &rows[p->keys];
}

/* "at_id_uuid_charger", as far as there are such keys. */
char *
cursor_text_as(struct request *rq, const char *name, const struct cursor *c)
{
	const struct keys *k = keys_of(rq, name);
	char uuid[UUID_TEXT];
	struct buf b;

	buf_init(&b, &rq->cx.arena);
	if (k->at)
		buf_int(&b, c->at);
	if (k->id_max > 0) {
		buf_text(&b, b.len > 0 ? "_" : "");
		buf_int(&b, c->id);
	}
	if (k->uuid)
		buf_printf(&b, "%s%s", b.len > 0 ? "_" : "",
		    uuid_text(uuid, &c->uuid));
	if (k->charger)
		buf_printf(&b, "%s%s", b.len > 0 ? "_" : "", c->charger);
	return b.text;
}

/* The text up to the next _, which *s passes. */
static const char *
key_take(struct arena *a, const char **s)
{
	size_t n = strcspn(*s, "_");
	const char *key = arena_strndup(a, *s, n);

	*s += n + ((*s)[n] == '_');
	return key;
}

static bool
keys_read(struct arena *a, const struct keys *k, const char *s,
    struct cursor *c)
{
	if (k->at && !text_int(key_take(a, &s), AT_MIN, AT_MAX, &c->at))
		return false;
	if (k->id_max > 0 &&
	    !text_int(key_take(a, &s), 0, k->id_max, &c->id))
		return false;
	if (k->uuid && !uuid_parse(key_take(a, &s), &c->uuid))
		return false;
	c->charger = k->charger ? s : NULL;
	return !k->charger || text_is_charger_id(s, strlen(s));
}

enum fault
cursor_read_as(struct request *rq, const char *name, struct cursor *c)
{
	const struct param_value *v = param(rq, name);

	*c = (struct cursor){ .given = v->given };
	if (!v->given || (keys_read(&rq->cx.arena, keys_of(rq, name),
	    v->text, c) &&
	    strcmp(cursor_text_as(rq, name, c), v->text) == 0))
		return FAULT_NONE;
	return ctx_fail(&rq->cx, FAULT_QUERY,
	    "the cursor was not given out by this list");
}

void
cursor_next_as(struct request *rq, const char *name, const struct cursor *c)
{
	reply_next(rq, name, cursor_text_as(rq, name, c));
}

enum fault
cursor_read(struct request *rq, struct cursor *c)
{
	return cursor_read_as(rq, "cursor", c);
}

char *
cursor_text(struct request *rq, const struct cursor *c)
{
	return cursor_text_as(rq, "cursor", c);
}

void
cursor_next(struct request *rq, const struct cursor *c)
{
	cursor_next_as(rq, "cursor", c);
}
