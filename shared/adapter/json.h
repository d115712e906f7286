/*
 * JSON read (cJSON behind it).
 *
 * It is strict (RFC 8259), and but for numbers takes what PostgreSQL's jsonb
 * takes: UTF-8, no U+0000, no half of a surrogate pair, at most 32 levels.  Of
 * several equal keys the last one counts, as in jsonb.  Numbers keep their
 * text: nothing here turns energy or money into binary floating point.
 *
 * Values belong to the context they were made in.
 */
#ifndef CPMS_ADAPTER_JSON_H
#define CPMS_ADAPTER_JSON_H

#include "base/ctx.h"
#include "base/uuid.h"

struct json;

/* A value's own text within the body. */
struct json_slice {
	const char *text;
	size_t len;
	bool storable;	/* false: has something that jsonb can't hold */
};

struct json_body {
	const struct json *root;
	struct json_slice *items;	/* of a root array, else the root */
	size_t n_items;
	const struct json_slice *members;	/* of a root object, as the
						   values of json_first() ... */
};

/* FAULT_SYNTAX with the place and the reason in words. */
enum fault json_parse(struct ctx *, const char *, size_t, struct json_body *);

/*
 * Takes all that is JSON.  Of what the other refuses the values differ from
 * the text: U+FFFD stands for U+0000 and for half a pair, and a 0 for an
 * object or array below the 32nd level.  Storable are 200 levels.
 */
enum fault json_parse_any(struct ctx *, const char *, size_t,
    struct json_body *);

/*
 * The same without values: checks the text and finds its items.  All of them
 * are counted, the first max_items are in the list.
 */
enum fault json_split(struct ctx *, const char *, size_t, size_t max_items,
    struct json_body *);

bool json_is_object(const struct json *);
bool json_is_array(const struct json *);
bool json_is_null(const struct json *);		/* absent counts too */
bool json_bool(const struct json *, bool *);

const struct json *json_get(const struct json *, const char *key);
const struct json *json_first(const struct json *);
const struct json *json_next(const struct json *);
/* The name under which its object holds it. */
const char *json_name(const struct json *);
/* The same value, a number as it is written; an object or array never is. */
bool json_equal(const struct json *, const struct json *);

/* A string's text, or a number's as it stood in the body; else NULL. */
const char *json_text(const struct json *);
/* A string's text, else NULL. */
const char *json_string(const struct json *);
/* A JSON number that is whole, however it is written, and in range. */
bool json_int(const struct json *, int64_t min, int64_t max, int64_t *);

#endif
