#include <stdlib.h>
#include <string.h>

#include "adapter/json.h"
#include "base/time.h"
#include "base/uuid.h"
#include "core/decimal.h"
#include "core/money.h"
#include "document.h"

struct writer {
	struct ctx *cx;
	struct buf *b;
	bool first;		/* of its object's members */
};

static const void *
at(const struct member *m, const void *object)
{
	return (const char *)object + m->offset;
}

static const char *
text_at(const struct member *m, const void *object)
{
	return m->get != NULL ? m->get(object) :
	    *(const char *const *)at(m, object);
}

static int64_t
int_at(const struct member *m, const void *object)
{
	const void *p = at(m, object);

	switch (m->width) {
	case sizeof(int16_t):
		return *(const int16_t *)p;
	case sizeof(int32_t):
		return *(const int32_t *)p;
	default:
		return *(const int64_t *)p;
	}
}

static bool
has_value(const struct member *m, const void *object)
{
	if (m->has != 0 && !*(const bool *)((const char *)object + m->has))
		return false;
	if (m->when != NULL && !m->when(object))
		return false;
	switch (m->kind) {
	case MEMBER_STRING:
	case MEMBER_TEXT:
	case MEMBER_WORDS:
	case MEMBER_TOKEN:
	case MEMBER_WORD:
	case MEMBER_CHARGER:
	case MEMBER_PAYLOAD:
	case MEMBER_JSON:
	case MEMBER_FOREIGN:
	case MEMBER_LIST_JSON:
		return text_at(m, object) != NULL;
	case MEMBER_UUID:
		return !uuid_is_nil(at(m, object));
	case MEMBER_TIME:
		return *(const usec_t *)at(m, object) != INT64_MIN;
	case MEMBER_STATE:
		return m->words[*(const unsigned *)at(m, object)] != NULL;
	case MEMBER_INT:
	case MEMBER_BOOL:
	case MEMBER_NOT:
	case MEMBER_SET:
	case MEMBER_MWH:
	case MEMBER_PRICE:
	case MEMBER_MONEY:
	case MEMBER_MONEY_TEXT:
	case MEMBER_OBJECT:
	case MEMBER_LIST:
	case MEMBER_INLINE:
	case MEMBER_INLINE_JSON:
		break;
	}
	return true;
}

static void
quote(struct writer *w, const char *s)
{
	buf_quote(w->b, s, strlen(s));
}

static void
uuid_write(struct writer *w, const struct uuid *u)
{
	char text[UUID_TEXT];

	quote(w, uuid_text(text, u));
}

static void
time_write(struct writer *w, usec_t t)
{
	char text[TIME_TEXT];

	quote(w, time_text(text, t));
}

/* Exact, without trailing zeros. */
static void
mwh_write(struct writer *w, mwh_t v)
{
	long long part = llabs(v) % MWH_PER_WH;
	int places = 3;

	if (v < 0 && v > -MWH_PER_WH)
		buf_text(w->b, "-");
	buf_int(w->b, v / MWH_PER_WH);
	if (part == 0)
		return;
	for (; part % 10 == 0; part /= 10)
		places--;
	buf_printf(w->b, ".%0*lld", places, part);
}

/* JSON as it came but for the blanks around it, anything else as a string. */
static void
foreign_write(struct writer *w, const char *text)
{
	static const char blanks[] = " \t\r\n";
	const char *detail = w->cx->detail;
	size_t n = strlen(text);
	struct json_body body;

	if (json_parse(w->cx, text, n, &body) == FAULT_NONE) {
		text += strspn(text, blanks);
		for (n = strlen(text); strchr(blanks, text[n - 1]) != NULL;)
			n--;
		buf_bytes(w->b, text, n);
	} else
		buf_quote(w->b, text, n);
	w->cx->detail = detail;
}

static void
texts_write(struct writer *w, const char *const *list, size_t n)
{
	size_t i;

	buf_text(w->b, "[");
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_text(w->b, ",");
		quote(w, list[i]);
	}
	buf_text(w->b, "]");
}

static void
set_write(struct writer *w, const char *const *words, unsigned set)
{
	bool first = true;
	unsigned i;

	buf_text(w->b, "[");
	for (i = 0; words[i] != NULL; i++) {
		if ((set & 1u << i) == 0)
			continue;
		if (!first)
			buf_text(w->b, ",");
		quote(w, words[i]);
		first = false;
	}
	buf_text(w->b, "]");
}

static void
list_write(struct writer *w, const struct member *m, const void *object)
{
	const void *list = *(const void *const *)at(m, object);
	size_t n = *(const size_t *)(const void *)((const char *)object +
	    m->count);

	if (m->document == NULL)
		texts_write(w, list, n);
	else
		document_write_list(w->cx, w->b, m->document, list, n);
}

static void
money_write(struct writer *w, const struct member *m, amount_t v)
{
	char text[MONEY_TEXT];

	money_text(text, v);
	if (m->kind == MEMBER_MONEY_TEXT)
		quote(w, text);
	else
		buf_text(w->b, text);
}

static void
value_write(struct writer *w, const struct member *m, const void *object)
{
	switch (m->kind) {
	case MEMBER_STRING:
	case MEMBER_TEXT:
	case MEMBER_WORDS:
	case MEMBER_TOKEN:
	case MEMBER_WORD:
	case MEMBER_CHARGER:
		quote(w, text_at(m, object));
		break;
	case MEMBER_PAYLOAD:
	case MEMBER_JSON:
	case MEMBER_LIST_JSON:
		buf_text(w->b, text_at(m, object));
		break;
	case MEMBER_FOREIGN:
		foreign_write(w, text_at(m, object));
		break;
	case MEMBER_UUID:
		uuid_write(w, at(m, object));
		break;
	case MEMBER_INT:
		buf_int(w->b, int_at(m, object));
		break;
	case MEMBER_BOOL:
	case MEMBER_NOT:
		buf_text(w->b, *(const bool *)at(m, object) ==
		    (m->kind == MEMBER_BOOL) ? "true" : "false");
		break;
	case MEMBER_STATE:
		quote(w, m->words[*(const unsigned *)at(m, object)]);
		break;
	case MEMBER_SET:
		set_write(w, m->words, *(const unsigned *)at(m, object));
		break;
	case MEMBER_TIME:
		time_write(w, *(const usec_t *)at(m, object));
		break;
	case MEMBER_MWH:
		mwh_write(w, *(const mwh_t *)at(m, object));
		break;
	case MEMBER_PRICE:
	case MEMBER_MONEY:
	case MEMBER_MONEY_TEXT:
		money_write(w, m, *(const amount_t *)at(m, object));
		break;
	case MEMBER_OBJECT:
		document_write(w->cx, w->b, m->document, at(m, object));
		break;
	case MEMBER_LIST:
		list_write(w, m, object);
		break;
	case MEMBER_INLINE:
	case MEMBER_INLINE_JSON:
		break;
	}
}

static void
name_write(struct writer *w, const char *name)
{
	buf_text(w->b, w->first ? "\"" : ",\"");
	buf_text(w->b, name);
	buf_bytes(w->b, "\":", 2);
	w->first = false;
}

/* Only the braces of the text go. */
static void
inline_json_write(struct writer *w, const struct member *m,
    const void *object)
{
	const char *text = text_at(m, object);
	size_t n = strlen(text);
	const struct member *each;

	if (n > 2) {
		if (!w->first)
			buf_text(w->b, ",");
		buf_bytes(w->b, text + 1, n - 2);
		w->first = false;
		return;
	}
	for (each = m->document->members; each->name != NULL; each++) {
		name_write(w, each->name);
		buf_text(w->b, "null");
	}
}

static void
members_write(struct writer *w, const struct document *doc,
    const void *object)
{
	const struct member *m;

	for (m = doc->members; m->name != NULL; m++) {
		if (m->write_only)
			continue;
		if (m->kind == MEMBER_INLINE)
			members_write(w, m->document, at(m, object));
		else if (m->kind == MEMBER_INLINE_JSON)
			inline_json_write(w, m, object);
		else if (has_value(m, object)) {
			name_write(w, m->name);
			value_write(w, m, object);
		} else if (!m->omitted) {
			name_write(w, m->name);
			buf_text(w->b, "null");
		}
	}
}

void
document_write(struct ctx *cx, struct buf *b, const struct document *doc,
    const void *object)
{
	struct writer w = { cx, b, true };

	buf_text(b, "{");
	members_write(&w, doc, object);
	buf_text(b, "}");
}

void
document_write_list(struct ctx *cx, struct buf *b,
    const struct document *doc, const void *list, size_t n)
{
	const char *object = list;
	size_t i;

	buf_text(b, "[");
	for (i = 0; i < n; i++, object += doc->size) {
		if (i > 0)
			buf_text(b, ",");
		document_write(cx, b, doc, object);
	}
	buf_text(b, "]");
}
