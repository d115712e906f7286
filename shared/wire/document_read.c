#include <string.h>

#include "adapter/json.h"
#include "base/text.h"
#include "base/time.h"
#include "core/pricing.h"
#include "document.h"

struct reader {
	struct ctx *cx;
	const struct document *doc;
	struct json_body body;
	char *out;
};

/* A member of the body and the name by which it is there. */
struct found {
	const char *name;
	const struct json *j;
	const struct json_slice *slice;
};

static void
bad(struct reader *r, const char *name, const char *detail)
{
	struct buf b;

	buf_init(&b, &r->cx->arena);
	buf_text(&b, "/");
	for (; *name != '\0'; name++)
		if (*name == '~' || *name == '/')
			buf_text(&b, *name == '~' ? "~0" : "~1");
		else
			buf_bytes(&b, name, 1);
	ctx_bad(r->cx, b.text, detail);
}

/* Characters, not bytes, of UTF-8. */
static int64_t
characters(const char *s)
{
	int64_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static bool
has_control(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	return false;
}

static bool
is_printable_ascii(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s >= 0x7f)
			return false;
	return true;
}

/* "must be a, b or c"; NULL: it is one of them. */
static const char *
word_wrong(struct ctx *cx, const char *const *words, const char *s)
{
	struct buf b;
	size_t i;

	for (i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], s) == 0)
			return NULL;
	buf_init(&b, &cx->arena);
	buf_text(&b, "must be ");
	for (i = 0; words[i] != NULL; i++) {
		if (i > 0)
			buf_text(&b, words[i + 1] == NULL ? " or " : ", ");
		buf_text(&b, words[i]);
	}
	return b.text;
}

static const char *
length_wrong(struct ctx *cx, const struct member *m, const char *s)
{
	int64_t n = characters(s);

	if (m->kind == MEMBER_STRING)
		return n >= m->min && (m->max == 0 || n <= m->max) ? NULL :
		    arena_printf(&cx->arena, "must have %lld to %lld "
		    "characters", (long long)m->min, (long long)m->max);
	if (s[strspn(s, " \t\r\n")] == '\0')
		return "is empty";
	return n <= m->max ? NULL : arena_printf(&cx->arena,
	    "is longer than %lld characters", (long long)m->max);
}

static const char *
text_wrong(struct ctx *cx, const struct member *m, const char *s)
{
	const char *why;

	if (m->kind == MEMBER_WORD)
		return word_wrong(cx, m->words, s);
	if (m->kind == MEMBER_CHARGER)
		return text_is_charger_id(s, strlen(s)) ? NULL :
		    "must be a charge point id";
	if (m->check != NULL)
		return m->check(s);
	if ((why = length_wrong(cx, m, s)) != NULL)
		return why;
	if (m->kind == MEMBER_WORDS && has_control(s))
		return "has control characters";
	if (m->kind == MEMBER_TOKEN && !is_printable_ascii(s))
		return "must be printable ASCII without blanks";
	return NULL;
}

static const char *
text_read(struct ctx *cx, const struct member *m, const struct json *j,
    const char **out)
{
	const char *s = json_string(j), *why;

	if (s == NULL)
		return "must be a string";
	if ((why = text_wrong(cx, m, s)) == NULL)
		*out = s;
	return why;
}

static const char *
int_read(struct ctx *cx, const struct member *m, const struct json *j,
    int64_t *out)
{
	return json_int(j, m->min, m->max, out) ? NULL :
	    arena_printf(&cx->arena, "must be a whole number from %lld to "
	    "%lld", (long long)m->min, (long long)m->max);
}

static const char *
uuid_read(const struct json *j, struct uuid *out)
{
	const char *s = json_string(j);

	if (s == NULL || !uuid_parse(s, out))
		return "must be a UUID";
	return uuid_is_nil(out) ? "must be a UUID that is not nil" : NULL;
}

static const char *
payload_read(struct ctx *cx, const struct found *f, const char **out)
{
	if (!json_is_object(f->j))
		return "must be an object";
	if (f->slice == NULL || !f->slice->storable)
		return "holds a number out of range";
	*out = arena_strndup(&cx->arena, f->slice->text, f->slice->len);
	return NULL;
}

/* NULL, or what is wrong with it. */
static const char *
value_read(struct reader *r, const struct member *m, const struct found *f)
{
	void *at = r->out + m->offset;

	switch (m->kind) {
	case MEMBER_STRING:
	case MEMBER_TEXT:
	case MEMBER_WORDS:
	case MEMBER_TOKEN:
	case MEMBER_WORD:
	case MEMBER_CHARGER:
		return text_read(r->cx, m, f->j, at);
	case MEMBER_PAYLOAD:
		return payload_read(r->cx, f, at);
	case MEMBER_UUID:
		return uuid_read(f->j, at);
	case MEMBER_INT:
		return int_read(r->cx, m, f->j, at);
	case MEMBER_BOOL:
		return json_bool(f->j, at) ? NULL : "must be true or false";
	case MEMBER_PRICE:
		return json_text(f->j) == NULL ?
		    "must be a number or a string" :
		    price_read(json_text(f->j), at);
	case MEMBER_TIME:
		return json_string(f->j) != NULL &&
		    time_parse(json_string(f->j), at) ? NULL :
		    "must be an RFC 3339 time";
	case MEMBER_JSON:
	case MEMBER_FOREIGN:
	case MEMBER_LIST_JSON:
	case MEMBER_INLINE_JSON:
	case MEMBER_NOT:
	case MEMBER_STATE:
	case MEMBER_SET:
	case MEMBER_MWH:
	case MEMBER_MONEY:
	case MEMBER_MONEY_TEXT:
	case MEMBER_OBJECT:
	case MEMBER_LIST:
	case MEMBER_INLINE:
		break;
	}
	return "is only shown";
}

/* Of several with one name the last counts. */
static struct found
find(const struct reader *r, const char *name)
{
	struct found f = { .name = name };
	const struct json *j = json_first(r->body.root);
	const struct json_slice *slice = r->body.members;

	for (; name != NULL && j != NULL; j = json_next(j), slice++)
		if (strcmp(json_name(j), name) == 0) {
			f.j = j;
			f.slice = slice;
		}
	return f;
}

static void
differ(struct reader *r, const char *name, const char *other)
{
	bad(r, name, arena_printf(&r->cx->arena, "differs from %s, another "
	    "name of this member", other));
}

static void
member_read(struct reader *r, const struct member *m)
{
	struct found f = find(r, m->name), old = find(r, m->alias);
	const char *why;

	if (f.j != NULL && old.j != NULL && !json_equal(f.j, old.j)) {
		differ(r, m->name, m->alias);
		differ(r, m->alias, m->name);
		return;
	}
	if (f.j == NULL && old.j != NULL)
		f = old;
	if (f.j != NULL && json_is_null(f.j) && m->takes_null) {
		*(bool *)(r->out + m->given) = true;
		return;
	}
	if (json_is_null(f.j)) {
		if (!m->optional)
			bad(r, f.name, "is missing");
		return;
	}
	if ((why = value_read(r, m, &f)) != NULL) {
		if (!r->doc->tolerant || !m->optional)
			bad(r, f.name, why);
		return;
	}
	if (m->given != 0)
		*(bool *)(r->out + m->given) = true;
	if (m->has != 0)
		*(bool *)(r->out + m->has) = true;
}

static bool
is_member(const struct document *doc, const char *name)
{
	const struct member *m;

	for (m = doc->members; m->name != NULL; m++)
		if (strcmp(m->name, name) == 0 ||
		    (m->alias != NULL && strcmp(m->alias, name) == 0))
			return true;
	return false;
}

static void
members_read(struct reader *r)
{
	const struct member *m;
	const struct json *j;

	for (m = r->doc->members; m->name != NULL; m++) {
		if (m->preset != 0)
			*(int64_t *)(void *)(r->out + m->offset) = m->preset;
		if (!m->read_only)
			member_read(r, m);
	}
	if (r->doc->tolerant)
		return;
	for (j = json_first(r->body.root); j != NULL; j = json_next(j))
		if (!is_member(r->doc, json_name(j)))
			bad(r, json_name(j), "is not a member of this body");
}

enum fault
document_read(struct ctx *cx, const struct document *doc, const char *body,
    size_t len, void *out)
{
	struct reader r = { .cx = cx, .doc = doc, .out = out };
	enum fault f;

	memset(out, 0, doc->size);
	if ((f = json_parse(cx, body, len, &r.body)))
		return f;
	if (json_is_object(r.body.root))
		members_read(&r);
	else
		ctx_bad(cx, "", "must be an object");
	return ctx_invalid(cx);
}
