#include "json.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "base/text.h"

enum { MAX_DEPTH = 32, MAX_DIGITS = 1000 };

/* cJSON's hooks take no argument: the arena in use, for each thread. */
static _Thread_local struct arena *pool;

static void *
pool_take(size_t n)
{
	return arena_alloc(pool, n);
}

static void
pool_leave(void *p)
{
	(void)p;
}

/*
 * Before main(): setting the hooks while another thread allocates would let
 * it free arena memory.
 */
__attribute__((constructor)) static void
hook(void)
{
	cJSON_Hooks hooks = { pool_take, pool_leave };

	cJSON_InitHooks(&hooks);
}

static void
use(struct ctx *cx)
{
	pool = &cx->arena;
}

/*
 * The strict scan before cJSON, which takes more than JSON is and turns
 * numbers into doubles.  It notes where the numbers and the items of the
 * root are.
 */
struct token {
	const char *text;
	size_t len;
};

struct scan {
	struct ctx *cx;
	const char *start, *s, *end;
	const char *why;
	struct token *numbers;
	size_t n_numbers, room;
	struct json_slice *items;
	size_t n_items, items_room;
	struct json_slice *members;
	size_t n_members, members_room;
	int depth;
	bool storable;
};

static bool value(struct scan *);

static bool
wrong(struct scan *sc, const char *why)
{
	if (sc->why == NULL)
		sc->why = why;
	return false;
}

static void *
grow(struct ctx *cx, void *old, size_t n, size_t *room, size_t size)
{
	void *p;

	if (n < *room)
		return old;
	*room = *room == 0 ? 16 : *room * 2;
	p = arena_alloc(&cx->arena, *room * size);
	if (n > 0)
		memcpy(p, old, n * size);
	return p;
}

static void
blanks(struct scan *sc)
{
	while (sc->s < sc->end && (*sc->s == ' ' || *sc->s == '\t' ||
	    *sc->s == '\n' || *sc->s == '\r'))
		sc->s++;
}

static int
peek(const struct scan *sc)
{
	return sc->s < sc->end ? (unsigned char)*sc->s : -1;
}

static bool
escape(struct scan *sc)
{
	static const char known[] = "\"\\/bfnrt";
	int i, c = peek(sc), v = 0;

	if (c == 'u') {
		sc->s++;
		for (i = 0; i < 4; i++, sc->s++) {
			int d = peek(sc), x;

			if (d >= '0' && d <= '9')
				x = d - '0';
			else if ((d | 0x20) >= 'a' && (d | 0x20) <= 'f')
				x = (d | 0x20) - 'a' + 10;
			else
				return wrong(sc, "broken \\u escape");
			v = v * 16 + x;
		}
		return v != 0 || wrong(sc, "U+0000 in a string");
	}
	if (c <= 0 || memchr(known, c, sizeof(known) - 1) == NULL)
		return wrong(sc, "unknown escape");
	sc->s++;
	return true;
}

static bool
string(struct scan *sc)
{
	const char *from = ++sc->s;

	while (peek(sc) != '"') {
		if (peek(sc) < 0)
			return wrong(sc, "string without an end");
		if (peek(sc) < 0x20)
			return wrong(sc, "control character in a string");
		if (*sc->s++ == '\\' && !escape(sc))
			return false;
	}
	if (!text_is_utf8(from, (size_t)(sc->s - from)))
		return wrong(sc, "not UTF-8");
	sc->s++;
	return true;
}

static size_t
digits(struct scan *sc)
{
	const char *from = sc->s;

	while (peek(sc) >= '0' && peek(sc) <= '9')
		sc->s++;
	return (size_t)(sc->s - from);
}

static bool
exponent(struct scan *sc, size_t *size)
{
	*size = 0;
	if (peek(sc) != 'e' && peek(sc) != 'E')
		return true;
	sc->s++;
	if (peek(sc) == '+' || peek(sc) == '-')
		sc->s++;
	while (peek(sc) >= '0' && peek(sc) <= '9') {
		if (*size <= MAX_DIGITS)
			*size = *size * 10 + (size_t)(*sc->s - '0');
		sc->s++;
	}
	return (sc->s[-1] >= '0' && sc->s[-1] <= '9') ||
	    wrong(sc, "broken exponent");
}

static bool
number(struct scan *sc)
{
	const char *from = sc->s;
	size_t whole, part = 0, exp;

	if (peek(sc) == '-')
		sc->s++;
	if (peek(sc) == '0' && sc->end - sc->s > 1 &&
	    sc->s[1] >= '0' && sc->s[1] <= '9')
		return wrong(sc, "number with a leading zero");
	if ((whole = digits(sc)) == 0)
		return wrong(sc, "broken number");
	if (peek(sc) == '.') {
		sc->s++;
		if ((part = digits(sc)) == 0)
			return wrong(sc, "broken number");
	}
	if (!exponent(sc, &exp))
		return false;
	if (whole + part + exp > MAX_DIGITS)
		sc->storable = false;
	sc->numbers = grow(sc->cx, sc->numbers, sc->n_numbers, &sc->room,
	    sizeof(*sc->numbers));
	sc->numbers[sc->n_numbers++] =
	    (struct token){ from, (size_t)(sc->s - from) };
	return true;
}

static bool
word(struct scan *sc, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(sc->end - sc->s) < n || memcmp(sc->s, w, n) != 0)
		return wrong(sc, "unexpected character");
	sc->s += n;
	return true;
}

static void
item_note(struct scan *sc, const char *from)
{
	sc->items = grow(sc->cx, sc->items, sc->n_items, &sc->items_room,
	    sizeof(*sc->items));
	sc->items[sc->n_items++] = (struct json_slice){
		from, (size_t)(sc->s - from), sc->storable
	};
	sc->storable = true;
}

/* A value of the root object; if it can't be stored, the root can't. */
static bool
root_member(struct scan *sc)
{
	bool before = sc->storable;
	const char *from;

	sc->storable = true;
	blanks(sc);
	from = sc->s;
	if (!value(sc))
		return false;
	sc->members = grow(sc->cx, sc->members, sc->n_members,
	    &sc->members_room, sizeof(*sc->members));
	sc->members[sc->n_members++] = (struct json_slice){
		from, (size_t)(sc->s - from), sc->storable
	};
	sc->storable &= before;
	return true;
}

static bool
member(struct scan *sc)
{
	blanks(sc);
	if (peek(sc) != '"')
		return wrong(sc, "key expected");
	if (!string(sc))
		return false;
	blanks(sc);
	if (peek(sc) != ':')
		return wrong(sc, "':' expected");
	sc->s++;
	return sc->depth == 1 ? root_member(sc) : value(sc);
}

static bool
element(struct scan *sc)
{
	const char *from;

	blanks(sc);
	from = sc->s;
	if (!value(sc))
		return false;
	if (sc->depth == 1)
		item_note(sc, from);
	return true;
}

static bool
container(struct scan *sc, int close, bool (*part)(struct scan *))
{
	if (++sc->depth > MAX_DEPTH)
		return wrong(sc, "nested too deep");
	sc->s++;
	blanks(sc);
	if (peek(sc) == close)
		goto out;
	for (;;) {
		if (!part(sc))
			return false;
		blanks(sc);
		if (peek(sc) == close)
			break;
		if (peek(sc) != ',')
			return wrong(sc, "',' or an end expected");
		sc->s++;
	}
out:
	sc->s++;
	sc->depth--;
	return true;
}

static bool
value(struct scan *sc)
{
	blanks(sc);
	switch (peek(sc)) {
	case -1:
		return wrong(sc, "unexpected end");
	case '{':
		return container(sc, '}', member);
	case '[':
		return container(sc, ']', element);
	case '"':
		return string(sc);
	case 't':
		return word(sc, "true");
	case 'f':
		return word(sc, "false");
	case 'n':
		return word(sc, "null");
	default:
		return number(sc);
	}
}

static bool
document(struct scan *sc)
{
	const char *from;

	blanks(sc);
	from = sc->s;
	if (!value(sc))
		return false;
	if (*from != '[')
		item_note(sc, from);
	blanks(sc);
	return sc->s == sc->end || wrong(sc, "text after the value");
}

/* Document order is the order in which the scan met the numbers. */
static void
keep_texts(cJSON *node, struct arena *a, struct token **t)
{
	for (; node != NULL; node = node->next) {
		if (cJSON_IsNumber(node) && *t != NULL) {
			node->valuestring = arena_strndup(a, (*t)->text,
			    (*t)->len);
			(*t)++;
		}
		keep_texts(node->child, a, t);
	}
}

enum fault
json_parse(struct ctx *cx, const char *text, size_t len,
    struct json_body *out)
{
	struct scan sc = {
		.cx = cx, .start = text, .s = text, .end = text + len,
		.storable = true,
	};
	struct token *t;
	cJSON *root;

	use(cx);
	if (!document(&sc))
		return ctx_fail(cx, FAULT_SYNTAX, "not JSON at byte %zu: %s",
		    (size_t)(sc.s - text), sc.why);
	if ((root = cJSON_ParseWithLength(text, len)) == NULL)
		return ctx_fail(cx, FAULT_SYNTAX, "not JSON");
	t = sc.numbers;
	keep_texts(root, &cx->arena, &t);
	out->root = (const struct json *)root;
	out->items = sc.items;
	out->n_items = sc.n_items;
	out->members = sc.members;
	return FAULT_NONE;
}

static const cJSON *
node(const struct json *j)
{
	return (const cJSON *)j;
}

bool
json_is_object(const struct json *j)
{
	return cJSON_IsObject(node(j));
}

bool
json_is_array(const struct json *j)
{
	return cJSON_IsArray(node(j));
}

bool
json_is_null(const struct json *j)
{
	return j == NULL || cJSON_IsNull(node(j));
}

bool
json_bool(const struct json *j, bool *out)
{
	*out = cJSON_IsTrue(node(j));
	return cJSON_IsBool(node(j));
}

const struct json *
json_get(const struct json *object, const char *key)
{
	const cJSON *c, *last = NULL;

	if (!json_is_object(object))
		return NULL;
	for (c = node(object)->child; c != NULL; c = c->next)
		if (strcmp(c->string, key) == 0)
			last = c;
	return (const struct json *)last;
}

const struct json *
json_first(const struct json *j)
{
	return j == NULL ? NULL : (const struct json *)node(j)->child;
}

const struct json *
json_next(const struct json *j)
{
	return (const struct json *)node(j)->next;
}

const char *
json_name(const struct json *j)
{
	return node(j)->string;
}

bool
json_equal(const struct json *a, const struct json *b)
{
	return cJSON_Compare(node(a), node(b), true);
}

const char *
json_string(const struct json *j)
{
	return cJSON_IsString(node(j)) ? node(j)->valuestring : NULL;
}

const char *
json_text(const struct json *j)
{
	if (cJSON_IsString(node(j)) || cJSON_IsNumber(node(j)))
		return node(j)->valuestring;
	return NULL;
}

/* v times ten to the power of n, plus a digit. */
static bool
shift(int64_t *v, int64_t n, int digit)
{
	for (; n > 0 && *v != 0; n--)
		if (__builtin_mul_overflow(*v, 10, v))
			return false;
	return !__builtin_add_overflow(*v, digit, v);
}

/* A JSON number's value, however it is written (7, 7.0, 70e-1). */
static bool
whole(const char *s, int64_t *out)
{
	int64_t v = 0, zeros = 0, places = 0, exp = 0;
	bool negative = *s == '-', point = false;

	for (s += negative; *s != '\0' && *s != 'e' && *s != 'E'; s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		places += point;
		if (*s == '0')
			zeros++;
		else if (shift(&v, zeros + 1, *s - '0'))
			zeros = 0;
		else
			return false;
	}
	if (*s != '\0' && !text_int(s + 1 + (s[1] == '+'), -INT32_MAX,
	    INT32_MAX, &exp))
		return false;
	exp += zeros - places;
	if ((exp < 0 && v != 0) || !shift(&v, exp, 0))
		return false;
	*out = negative ? -v : v;
	return true;
}

bool
json_int(const struct json *j, int64_t min, int64_t max, int64_t *out)
{
	int64_t n;

	if (!cJSON_IsNumber(node(j)) || node(j)->valuestring == NULL ||
	    !whole(node(j)->valuestring, &n) || n < min || n > max)
		return false;
	*out = n;
	return true;
}
