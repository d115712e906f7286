/*
 * JSON documents as tables of their members.
 *
 * A body is decoded, checked and described, and an answer encoded and
 * described, from the same rows: each member's name stands in exactly one.
 * Energy and money are exact on both ways.
 */
#ifndef CPMS_WIRE_DOCUMENT_H
#define CPMS_WIRE_DOCUMENT_H

#include "base/buf.h"
#include "base/ctx.h"

enum member_kind {
	/* const char *, NULL: none.  min, max: characters. */
	MEMBER_STRING,		/* any */
	MEMBER_TEXT,		/* not blank */
	MEMBER_WORDS,		/* not blank, without control characters */
	MEMBER_TOKEN,		/* printable ASCII without blanks */
	MEMBER_WORD,		/* one of `words` */
	MEMBER_CHARGER,		/* a charge point id */
	MEMBER_PAYLOAD,		/* the text of a JSON object */
	/* const char *, only shown. */
	MEMBER_JSON,		/* JSON text, as it stands */
	MEMBER_FOREIGN,		/* JSON text as it stands, else a string */
	MEMBER_LIST_JSON,	/* a JSON list's text, of `document` */
	MEMBER_INLINE_JSON,	/* a JSON object's text, whose members stand
				   here; "{}": those of `document`, null */

	MEMBER_UUID,		/* struct uuid, nil: none */
	MEMBER_INT,		/* int16_t, int32_t, int64_t, size_t */
	MEMBER_BOOL,
	MEMBER_PRICE,		/* amount_t, a number with 4 places */
	MEMBER_TIME,		/* usec_t as RFC 3339, INT64_MIN: none */

	/* Only shown. */
	MEMBER_NOT,		/* bool, turned round */
	MEMBER_STATE,		/* enum, whose names are `words`; a first one
				   of NULL is null */
	MEMBER_SET,		/* unsigned, bits in the order of `words`: a
				   list of those that are set */
	MEMBER_MWH,		/* mwh_t as Wh with up to 3 places */
	MEMBER_MONEY,		/* amount_t, a number with 4 places */
	MEMBER_MONEY_TEXT,	/* the same as a string */
	MEMBER_OBJECT,		/* a struct of `document` */
	MEMBER_LIST,		/* a pointer to `count` of them; without a
				   document, to as many texts */
	MEMBER_INLINE		/* a struct of `document`, whose members stand
				   here */
};

/* Offsets are from the beginning of the struct; 0: no such field. */
struct member {
	const char *name;
	enum member_kind kind;
	size_t offset, width;	/* AT() */
	size_t has;		/* bool: there is a value */
	size_t given;		/* bool, set when a body holds the member */
	size_t count;		/* size_t, of a list */
	int64_t min, max;
	int64_t preset;		/* of a MEMBER_INT that is not given */
	const char *alias;	/* an older name that is taken too */
	const char *const *words;	/* ends with a NULL */
	const struct document *document;
	bool (*when)(const void *);	/* of the struct: there is a value */
	const char *(*get)(const void *);	/* its text, for offset */
	const char *(*check)(const char *);	/* NULL, or what is wrong */
	bool optional;		/* may be missing in a body, or null */
	bool takes_null;	/* in a body null is a value: none */
	bool nullable;		/* shown as null when there is none, as are
				   those of `has` and `when` */
	bool omitted;		/* left out then */
	bool read_only;		/* shown; in a body it is passed over */
	bool write_only;	/* of a body only */
	const char *says;	/* a short sentence */
};

#define AT(type, field) \
	.offset = offsetof(struct type, field), \
	.width = sizeof(((const struct type *)0)->field)
#define HAS(type, field) .has = BOOL_AT(type, field)
#define GIVEN(type, field) .given = BOOL_AT(type, field)
#define COUNT(type, field) .count = offsetof(struct type, field)

/* Compiles for a bool that is not the first field. */
#define BOOL_AT(type, field) \
	(offsetof(struct type, field) + \
	0 * sizeof(char[offsetof(struct type, field) > 0 ? 1 : -1]) + \
	0 * sizeof(_Generic(((struct type *)0)->field, bool: 0)))

struct document {
	const char *name;
	const char *says;
	const struct member *members;	/* ends with a { 0 } */
	size_t size;			/* of the struct; 0: a body that is
					   decoded by hand, only described */
	bool tolerant;			/* unknown members are passed over,
					   wrong optional ones too */
};

/*
 * Decodes a body into the struct, which is zeroed first.  FAULT_SYNTAX: not
 * JSON.  FAULT_INVALID: every member that is missing, wrong or unknown is in
 * cx->errors; the struct is then of no use.  Texts are the context's.
 */
enum fault document_read(struct ctx *, const struct document *,
    const char *body, size_t len, void *);

/* Appends a struct, or an array of n, as JSON.  The context keeps no trace. */
void document_write(struct ctx *, struct buf *, const struct document *,
    const void *);
void document_write_list(struct ctx *, struct buf *, const struct document *,
    const void *, size_t n);

/* Appends the document's JSON Schema (2020-12). */
enum document_use { DOCUMENT_BODY, DOCUMENT_ANSWER };
void document_schema(struct buf *, const struct document *,
    enum document_use);

/* Aborts where a row does not fit its field, or a body can't be read by it. */
void document_check(const struct document *, enum document_use);

#endif
