#include <string.h>

#include "core/money.h"
#include "document.h"

/* type NULL: any. */
static const struct kind_row {
	const char *type, *format, *pattern;
	int min_length, max_length;
} kinds[] = {
	[MEMBER_STRING] = { .type = "string" },
	[MEMBER_TEXT] = { .type = "string", .min_length = 1 },
	[MEMBER_WORDS] = { .type = "string", .min_length = 1 },
	[MEMBER_TOKEN] = { .type = "string", .pattern = "^[!-~]+$" },
	[MEMBER_WORD] = { .type = "string" },
	[MEMBER_CHARGER] = { .type = "string", .min_length = 1,
	    .max_length = 255 },
	[MEMBER_PAYLOAD] = { .type = "object" },
	[MEMBER_JSON] = { .type = NULL },
	[MEMBER_FOREIGN] = { .type = NULL },
	[MEMBER_LIST_JSON] = { .type = "array" },
	[MEMBER_INLINE_JSON] = { .type = NULL },
	[MEMBER_UUID] = { .type = "string", .format = "uuid" },
	[MEMBER_INT] = { .type = "integer" },
	[MEMBER_BOOL] = { .type = "boolean" },
	[MEMBER_PRICE] = { .type = "number" },
	[MEMBER_NOT] = { .type = "boolean" },
	[MEMBER_STATE] = { .type = "string" },
	[MEMBER_SET] = { .type = "array" },
	[MEMBER_TIME] = { .type = "string", .format = "date-time" },
	[MEMBER_MWH] = { .type = "number" },
	[MEMBER_MONEY] = { .type = "number" },
	[MEMBER_MONEY_TEXT] = { .type = "string" },
	[MEMBER_OBJECT] = { .type = "object" },
	[MEMBER_LIST] = { .type = "array" },
	[MEMBER_INLINE] = { .type = NULL },
};

static void
separate(struct buf *b)
{
	if (strchr("{[", b->text[b->len - 1]) == NULL)
		buf_text(b, ",");
}

static void
item(struct buf *b, const char *text)
{
	separate(b);
	buf_quote(b, text, strlen(text));
}

static void
key(struct buf *b, const char *name)
{
	item(b, name);
	buf_text(b, ":");
}

static void
keyword(struct buf *b, const char *name, const char *text)
{
	if (text == NULL)
		return;
	key(b, name);
	buf_quote(b, text, strlen(text));
}

static void
limit(struct buf *b, const char *name, int64_t n)
{
	key(b, name);
	buf_int(b, n);
}

static bool
is_inline(const struct member *m)
{
	return m->kind == MEMBER_INLINE || m->kind == MEMBER_INLINE_JSON;
}

static bool
is_nullable(const struct member *m, enum document_use use)
{
	if (use == DOCUMENT_BODY)
		return m->optional || m->takes_null || m->read_only;
	return !m->omitted && (m->nullable || m->has != 0 ||
	    m->when != NULL);
}

static bool
is_required(const struct member *m, enum document_use use)
{
	if (use == DOCUMENT_BODY)
		return !m->optional && !m->read_only;
	return !m->omitted && !m->write_only;
}

static void
type_write(struct buf *b, const struct member *m, enum document_use use)
{
	const char *type = kinds[m->kind].type;
	bool text = m->kind == MEMBER_PRICE && use == DOCUMENT_BODY;

	if (type == NULL)
		return;
	if (!text && !is_nullable(m, use)) {
		keyword(b, "type", type);
		return;
	}
	key(b, "type");
	buf_printf(b, "[\"%s\"%s%s]", type, text ? ",\"string\"" : "",
	    is_nullable(m, use) ? ",\"null\"" : "");
}

static void
words_write(struct buf *b, const struct member *m, enum document_use use)
{
	size_t i;

	if (m->words == NULL)
		return;
	if (m->kind == MEMBER_SET) {
		key(b, "items");
		buf_text(b, "{\"type\":\"string\"");
	}
	key(b, "enum");
	buf_text(b, "[");
	for (i = m->words[0] == NULL; m->words[i] != NULL; i++)
		item(b, m->words[i]);
	buf_text(b, is_nullable(m, use) ? ",null]" : "]");
	if (m->kind == MEMBER_SET)
		buf_text(b, "}");
}

static void
bounds_write(struct buf *b, const struct member *m)
{
	const struct kind_row *k = &kinds[m->kind];
	bool is_int = m->kind == MEMBER_INT;
	int64_t min = m->min > 0 ? m->min : k->min_length;
	int64_t max = m->max > 0 ? m->max : k->max_length;

	keyword(b, "format", k->format);
	keyword(b, "pattern", k->pattern);
	if (is_int && m->max > m->min) {
		limit(b, "minimum", m->min);
		limit(b, "maximum", m->max);
	}
	if (m->preset != 0)
		limit(b, "default", m->preset);
	if (!is_int && min > 0)
		limit(b, "minLength", min);
	if (!is_int && max > 0)
		limit(b, "maxLength", max);
	if (m->kind == MEMBER_PRICE) {
		limit(b, "minimum", 0);
		limit(b, "exclusiveMaximum", (AMOUNT_MAX + 1) / 10000);
	}
}

static void
object_write(struct buf *b, const struct document *doc,
    enum document_use use);

static void
member_write(struct buf *b, const struct member *m, enum document_use use)
{
	buf_text(b, "{");
	type_write(b, m, use);
	words_write(b, m, use);
	bounds_write(b, m);
	if (m->kind == MEMBER_OBJECT)
		object_write(b, m->document, use);
	if (m->kind == MEMBER_LIST || m->kind == MEMBER_LIST_JSON) {
		key(b, "items");
		if (m->document != NULL)
			document_schema(b, m->document, use);
		else
			buf_text(b, "{\"type\":\"string\"}");
	}
	keyword(b, "description", m->says);
	if (m->read_only && use == DOCUMENT_BODY) {
		key(b, "readOnly");
		buf_text(b, "true");
	}
	if (m->write_only) {
		key(b, "writeOnly");
		buf_text(b, "true");
	}
	buf_text(b, "}");
}

static void
alias_write(struct buf *b, const struct member *m)
{
	struct member old = *m;

	old.says = arena_printf(b->arena, "An older name of %s.", m->name);
	key(b, m->alias);
	member_write(b, &old, DOCUMENT_BODY);
}

static void
properties_write(struct buf *b, const struct document *doc,
    enum document_use use)
{
	const struct member *m;

	for (m = doc->members; m->name != NULL; m++) {
		if (is_inline(m)) {
			properties_write(b, m->document, use);
			continue;
		}
		if (m->write_only && use == DOCUMENT_ANSWER)
			continue;
		key(b, m->name);
		member_write(b, m, use);
		if (m->alias != NULL && use == DOCUMENT_BODY)
			alias_write(b, m);
	}
}

/* A member with an older name may come under either: none is required. */
static void
required_write(struct buf *b, const struct document *doc,
    enum document_use use)
{
	const struct member *m;

	for (m = doc->members; m->name != NULL; m++)
		if (is_inline(m))
			required_write(b, m->document, use);
		else if (is_required(m, use) && (use == DOCUMENT_ANSWER ||
		    m->alias == NULL))
			item(b, m->name);
}

/* The keywords of an object but for its type. */
static void
object_write(struct buf *b, const struct document *doc,
    enum document_use use)
{
	key(b, "title");
	buf_quote(b, doc->name, strlen(doc->name));
	key(b, "properties");
	buf_text(b, "{");
	properties_write(b, doc, use);
	buf_text(b, "}");
	key(b, "required");
	buf_text(b, "[");
	required_write(b, doc, use);
	buf_text(b, "]");
	if (use == DOCUMENT_BODY && !doc->tolerant) {
		key(b, "additionalProperties");
		buf_text(b, "false");
	}
}

void
document_schema(struct buf *b, const struct document *doc,
    enum document_use use)
{
	buf_text(b, "{");
	keyword(b, "type", "object");
	keyword(b, "description", doc->says);
	object_write(b, doc, use);
	buf_text(b, "}");
}
