#include "field.h"

#include <string.h>

static void
bad(struct ctx *cx, const char *key, const char *detail)
{
	ctx_bad(cx, arena_printf(&cx->arena, "/%s", key), detail);
}

/* Characters, not bytes, of UTF-8. */
static size_t
length(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

const char *
field_text(struct ctx *cx, const struct json *root, const char *key,
    enum field_need need, size_t max)
{
	const struct json *j = json_get(root, key);
	const char *s = json_string(j);

	if (json_is_null(j)) {
		if (need == FIELD_REQUIRED)
			bad(cx, key, "is missing");
		return NULL;
	}
	if (s == NULL)
		bad(cx, key, "must be a string");
	else if (*s == '\0')
		bad(cx, key, "is empty");
	else if (length(s) > max)
		bad(cx, key, arena_printf(&cx->arena,
		    "is longer than %zu characters", max));
	else
		return s;
	return NULL;
}

const char *
field_words(struct ctx *cx, const struct json *root, const char *key,
    enum field_need need, size_t max)
{
	const char *s = field_text(cx, root, key, need, max), *p;

	if (s == NULL)
		return NULL;
	for (p = s; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f) {
			bad(cx, key, "has control characters");
			return NULL;
		}
	if (s[strspn(s, " ")] == '\0') {
		bad(cx, key, "is empty");
		return NULL;
	}
	return s;
}

const char *
field_token(struct ctx *cx, const struct json *root, const char *key,
    enum field_need need, size_t max)
{
	const char *s = field_text(cx, root, key, need, max), *p;

	if (s == NULL)
		return NULL;
	for (p = s; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 0x7f) {
			bad(cx, key, "must be printable ASCII without blanks");
			return NULL;
		}
	return s;
}

bool
field_uuid(struct ctx *cx, const struct json *root, const char *key,
    enum field_need need, struct uuid *out)
{
	const struct json *j = json_get(root, key);

	if (json_is_null(j)) {
		if (need == FIELD_REQUIRED)
			bad(cx, key, "is missing");
		return false;
	}
	if (json_string(j) != NULL && uuid_parse(json_string(j), out))
		return true;
	bad(cx, key, "must be a UUID");
	return false;
}

bool
field_int(struct ctx *cx, const struct json *root, const char *key,
    int64_t min, int64_t max, int64_t *out)
{
	const struct json *j = json_get(root, key);

	if (json_is_null(j))
		return false;
	if (json_int(j, min, max, out))
		return true;
	bad(cx, key, arena_printf(&cx->arena, "must be a whole number from "
	    "%lld to %lld", (long long)min, (long long)max));
	return false;
}

bool
field_bool(struct ctx *cx, const struct json *root, const char *key,
    bool *out)
{
	const struct json *j = json_get(root, key);

	if (json_is_null(j))
		return false;
	if (json_bool(j, out))
		return true;
	bad(cx, key, "must be true or false");
	return false;
}
