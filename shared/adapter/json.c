#include "json.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "base/text.h"

/*
 * JSONB_DEPTH: the readers of what is stored stop at 256 levels, jsonb itself
 * at some 6000.
 */
enum { TREE_DEPTH = 32, JSONB_DEPTH = 200, MAX_DIGITS = 1000 };

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
 * numbers into doubles.  It notes where the numbers, the items of the root
 * and its members are.  It does not recurse: depth costs a byte a level.
 */
struct token {
	const char *text;
	size_t len;
};

struct slices {
	struct json_slice *list;
	size_t n, room;
};

struct scan {
	struct ctx *cx;
	bool any;		/* what jsonb can't hold is taken, too */
	bool tree;		/* one will be made */
	size_t max_items;
	const char *start, *s, *end;
	const char *why;
	struct token *numbers;
	size_t n_numbers, room;
	struct slices items, members;
	size_t n_items;
	char *open;		/* the containers that s is in */
	size_t depth, open_room;
	const char *from;	/* of the value at depth 1 */
	const char *deep;	/* of the first that is no part of the tree */
	char *copy;		/* the text that the tree is made of */
	bool storable, all_storable;	/* that value; those before it */
};

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

/* Where the text that the tree is made of has what stands at `at`. */
static char *
copy_at(struct scan *sc, const char *at)
{
	if (sc->copy == NULL)
		sc->copy = arena_strndup(&sc->cx->arena, sc->start,
		    (size_t)(sc->end - sc->start));
	return sc->copy + (at - sc->start);
}

/* An escape, of which the tree gets U+FFFD. */
static bool
no_character(struct scan *sc, const char *at, const char *why)
{
	if (!sc->any)
		return wrong(sc, why);
	sc->storable = false;
	if (sc->tree)
		memcpy(copy_at(sc, at), "\\ufffd", 6);
	return true;
}

/* The four digits at s behind \u, or -1. */
static int
hex4(const struct scan *sc)
{
	int i, d, v = 0;

	for (i = 0; i < 4; i++) {
		d = sc->end - sc->s > i ? (unsigned char)sc->s[i] : -1;
		if (d >= '0' && d <= '9')
			v = v * 16 + d - '0';
		else if ((d | 0x20) >= 'a' && (d | 0x20) <= 'f')
			v = v * 16 + (d | 0x20) - 'a' + 10;
		else
			return -1;
	}
	return v;
}

static bool
unicode_escape(struct scan *sc)
{
	const char *at = sc->s - 2;
	int low, v = hex4(sc);

	if (v < 0)
		return wrong(sc, "broken \\u escape");
	sc->s += 4;
	if (v == 0)
		return no_character(sc, at, "U+0000 in a string");
	if (v < 0xd800 || v > 0xdfff)
		return true;
	if (v < 0xdc00 && sc->end - sc->s > 2 && sc->s[0] == '\\' &&
	    sc->s[1] == 'u') {
		sc->s += 2;
		low = hex4(sc);
		if (low >= 0xdc00 && low <= 0xdfff) {
			sc->s += 4;
			return true;
		}
		sc->s -= 2;
	}
	return no_character(sc, at, "half a surrogate pair in a string");
}

static bool
escape(struct scan *sc)
{
	static const char known[] = "\"\\/bfnrt";
	int c = peek(sc);

	if (c <= 0 || (c != 'u' &&
	    memchr(known, c, sizeof(known) - 1) == NULL))
		return wrong(sc, "unknown escape");
	sc->s++;
	return c != 'u' || unicode_escape(sc);
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

static void
number_note(struct scan *sc, const char *text, size_t len)
{
	if (!sc->tree || sc->depth > TREE_DEPTH)
		return;
	sc->numbers = grow(sc->cx, sc->numbers, sc->n_numbers, &sc->room,
	    sizeof(*sc->numbers));
	sc->numbers[sc->n_numbers++] = (struct token){ text, len };
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
	number_note(sc, from, (size_t)(sc->s - from));
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

static bool
scalar(struct scan *sc)
{
	switch (peek(sc)) {
	case -1:
		return wrong(sc, "unexpected end");
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
key(struct scan *sc)
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
	return true;
}

static void
value_begins(struct scan *sc)
{
	blanks(sc);
	if (sc->depth != 1)
		return;
	sc->from = sc->s;
	sc->all_storable &= sc->storable;
	sc->storable = true;
}

static void
slice_note(struct scan *sc, struct slices *to, bool storable)
{
	to->list = grow(sc->cx, to->list, to->n, &to->room,
	    sizeof(*to->list));
	to->list[to->n++] = (struct json_slice){
		sc->from, (size_t)(sc->s - sc->from), storable
	};
}

static void
value_ends(struct scan *sc)
{
	if (sc->depth != 1)
		return;
	if (sc->open[0] == '[') {
		if (sc->n_items++ < sc->max_items)
			slice_note(sc, &sc->items, sc->storable);
	} else if (sc->tree)
		slice_note(sc, &sc->members, sc->storable);
	sc->all_storable &= sc->storable;
	sc->storable = true;
}

static bool
container_begins(struct scan *sc)
{
	if (sc->depth == TREE_DEPTH) {
		if (!sc->any)
			return wrong(sc, "nested too deep");
		sc->deep = sc->s;
	}
	if (sc->depth == JSONB_DEPTH)
		sc->storable = false;
	sc->open = grow(sc->cx, sc->open, sc->depth, &sc->open_room, 1);
	sc->open[sc->depth++] = *sc->s++;
	return true;
}

/* In the place of what is too deep the tree gets a 0. */
static void
container_ends(struct scan *sc)
{
	size_t n;

	sc->s++;
	if (--sc->depth != TREE_DEPTH || !sc->tree)
		return;
	n = (size_t)(sc->s - sc->deep);
	*(char *)memset(copy_at(sc, sc->deep), ' ', n) = '0';
	number_note(sc, "0", 1);
}

/* Behind a value: to the next one.  *more: there is one. */
static bool
go_on(struct scan *sc, bool *more)
{
	char c;

	for (*more = false; value_ends(sc), sc->depth > 0;
	    container_ends(sc)) {
		c = sc->open[sc->depth - 1];
		blanks(sc);
		if (peek(sc) == ',') {
			sc->s++;
			*more = true;
			return c == '[' || key(sc);
		}
		if (peek(sc) != (c == '[' ? ']' : '}'))
			return wrong(sc, "',' or an end expected");
	}
	return true;
}

/* A container's first value, or its end, behind which to go on. */
static bool
container(struct scan *sc, bool *empty)
{
	char c = *sc->s;

	*empty = false;
	if (!container_begins(sc))
		return false;
	blanks(sc);
	if (peek(sc) == (c == '[' ? ']' : '}')) {
		container_ends(sc);
		*empty = true;
		return true;
	}
	return c == '[' || key(sc);
}

static bool
document(struct scan *sc)
{
	bool ended, more = true;
	const char *root;

	blanks(sc);
	root = sc->s;
	while (more) {
		value_begins(sc);
		ended = true;
		if (peek(sc) != '[' && peek(sc) != '{') {
			if (!scalar(sc))
				return false;
		} else if (!container(sc, &ended))
			return false;
		if (ended && !go_on(sc, &more))
			return false;
	}
	sc->all_storable &= sc->storable;
	if (*root != '[') {
		sc->from = root;
		sc->n_items = 1;
		slice_note(sc, &sc->items, sc->all_storable);
	}
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

static enum fault
scan(struct scan *sc, struct ctx *cx, const char *text, size_t len)
{
	sc->cx = cx;
	sc->start = sc->s = text;
	sc->end = text + len;
	sc->storable = sc->all_storable = true;
	if (document(sc))
		return FAULT_NONE;
	return ctx_fail(cx, FAULT_SYNTAX, "not JSON at byte %zu: %s",
	    (size_t)(sc->s - text), sc->why);
}

static enum fault
parse(struct ctx *cx, const char *text, size_t len, bool any,
    struct json_body *out)
{
	struct scan sc = { .any = any, .tree = true, .max_items = SIZE_MAX };
	struct token *t;
	enum fault f;
	cJSON *root;

	if ((f = scan(&sc, cx, text, len)))
		return f;
	use(cx);
	root = cJSON_ParseWithLength(sc.copy != NULL ? sc.copy : text, len);
	if (root == NULL)
		return ctx_fail(cx, FAULT_SYNTAX, "not JSON");
	t = sc.numbers;
	keep_texts(root, &cx->arena, &t);
	*out = (struct json_body){
		.root = (const struct json *)root,
		.items = sc.items.list, .n_items = sc.n_items,
		.members = sc.members.list,
	};
	return FAULT_NONE;
}

enum fault
json_parse(struct ctx *cx, const char *text, size_t len,
    struct json_body *out)
{
	return parse(cx, text, len, false, out);
}

enum fault
json_parse_any(struct ctx *cx, const char *text, size_t len,
    struct json_body *out)
{
	return parse(cx, text, len, true, out);
}

enum fault
json_split(struct ctx *cx, const char *text, size_t len, size_t max_items,
    struct json_body *out)
{
	struct scan sc = { .any = true, .max_items = max_items };
	enum fault f;

	if ((f = scan(&sc, cx, text, len)))
		return f;
	*out = (struct json_body){
		.items = sc.items.list, .n_items = sc.n_items,
	};
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
	int type = node(a)->type & 0xff;

	if (type != (node(b)->type & 0xff) || type == cJSON_Object ||
	    type == cJSON_Array)
		return false;
	return text_equal(json_text(a), json_text(b));
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
