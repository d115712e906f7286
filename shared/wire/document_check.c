#include <stdlib.h>

#include "base/uuid.h"
#include "document.h"

/* How wide a field of the kind is; 0: it depends, or there is none. */
static const struct kind_row {
	size_t width;
	bool readable;
} kinds[] = {
	[MEMBER_STRING] = { sizeof(char *), true },
	[MEMBER_TEXT] = { sizeof(char *), true },
	[MEMBER_WORDS] = { sizeof(char *), true },
	[MEMBER_TOKEN] = { sizeof(char *), true },
	[MEMBER_WORD] = { sizeof(char *), true },
	[MEMBER_CHARGER] = { sizeof(char *), true },
	[MEMBER_PAYLOAD] = { sizeof(char *), true },
	[MEMBER_JSON] = { sizeof(char *), false },
	[MEMBER_FOREIGN] = { sizeof(char *), false },
	[MEMBER_LIST_JSON] = { sizeof(char *), false },
	[MEMBER_INLINE_JSON] = { sizeof(char *), false },
	[MEMBER_UUID] = { sizeof(struct uuid), true },
	[MEMBER_INT] = { 0, true },
	[MEMBER_BOOL] = { sizeof(bool), true },
	[MEMBER_PRICE] = { sizeof(int64_t), true },
	[MEMBER_TIME] = { sizeof(usec_t), true },
	[MEMBER_NOT] = { sizeof(bool), false },
	[MEMBER_STATE] = { sizeof(unsigned), false },
	[MEMBER_SET] = { sizeof(unsigned), false },
	[MEMBER_MWH] = { sizeof(mwh_t), false },
	[MEMBER_MONEY] = { sizeof(int64_t), false },
	[MEMBER_MONEY_TEXT] = { sizeof(int64_t), false },
	[MEMBER_OBJECT] = { 0, false },
	[MEMBER_LIST] = { sizeof(void *), false },
	[MEMBER_INLINE] = { 0, false },
};

static bool
fits(const struct member *m)
{
	size_t width = kinds[m->kind].width;

	if (m->get != NULL)
		return width == sizeof(char *);
	if (m->kind == MEMBER_INT)
		return m->width == sizeof(int16_t) ||
		    m->width == sizeof(int32_t) || m->width == sizeof(int64_t);
	if (m->document != NULL && width == 0)
		return m->width == m->document->size;
	return m->width == width;
}

/* A body's number is read as an int64_t; null is noted in `given`. */
static bool
readable(const struct member *m)
{
	if (m->read_only)
		return true;
	return kinds[m->kind].readable && m->get == NULL &&
	    (m->kind != MEMBER_INT || m->width == sizeof(int64_t)) &&
	    (!m->takes_null || m->given != 0);
}

static bool
has_rows(const struct member *m)
{
	switch (m->kind) {
	case MEMBER_WORD:
	case MEMBER_STATE:
	case MEMBER_SET:
		return m->words != NULL;
	case MEMBER_OBJECT:
	case MEMBER_INLINE:
	case MEMBER_INLINE_JSON:
	case MEMBER_LIST_JSON:
		return m->document != NULL;
	case MEMBER_LIST:
		return m->count != 0;
	default:
		return true;
	}
}

void
document_check(const struct document *doc, enum document_use use)
{
	const struct member *m;

	for (m = doc->members; m->name != NULL; m++) {
		if (!fits(m) || !has_rows(m) ||
		    (use == DOCUMENT_BODY && doc->size > 0 && !readable(m)))
			abort();
		if (m->document != NULL)
			document_check(m->document, DOCUMENT_ANSWER);
	}
}
