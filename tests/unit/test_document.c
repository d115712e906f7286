/* Documents: decoded, encoded and described from the same rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/uuid.h"
#include "core/money.h"
#include "wire/document.h"

static struct ctx cx;

/* Every kind that a body can hold. */
struct order {
	const char *string, *text, *words, *token, *word, *charger, *payload;
	struct uuid uuid;
	int64_t number;
	bool flag, has_flag;
	amount_t price;
	bool site_given;
	struct uuid site;
	const char *made;
};

static const char *const sizes[] = { "small", "middle", "large", NULL };

static const char *
check_made(const char *s)
{
	return strcmp(s, "here") == 0 ? NULL : "is not from here";
}

static const struct member order_members[] = {
	{ "string", MEMBER_STRING, AT(order, string), .min = 1, .max = 3,
	    .optional = true },
	{ "text", MEMBER_TEXT, AT(order, text), .max = 3, .optional = true },
	{ "words", MEMBER_WORDS, AT(order, words), .max = 3,
	    .alias = "oldWords", .says = "Some words." },
	{ "token", MEMBER_TOKEN, AT(order, token), .max = 3,
	    .optional = true },
	{ "word", MEMBER_WORD, AT(order, word), .words = sizes,
	    .optional = true },
	{ "charger", MEMBER_CHARGER, AT(order, charger), .optional = true },
	{ "payload", MEMBER_PAYLOAD, AT(order, payload), .optional = true },
	{ "uuid", MEMBER_UUID, AT(order, uuid), .optional = true },
	{ "number", MEMBER_INT, AT(order, number), .min = 1, .max = 9,
	    .preset = 5, .optional = true },
	{ "flag", MEMBER_BOOL, AT(order, flag), HAS(order, has_flag),
	    .optional = true },
	{ "price", MEMBER_PRICE, AT(order, price), .optional = true },
	{ "site", MEMBER_UUID, AT(order, site), GIVEN(order, site_given),
	    .takes_null = true, .optional = true },
	{ "made", MEMBER_STRING, AT(order, made), .check = check_made,
	    .optional = true },
	{ "secret", MEMBER_STRING, AT(order, made), .write_only = true,
	    .optional = true },
	{ "shown", MEMBER_STRING, AT(order, made), .read_only = true },
	{ 0 }
};
static const struct document order_document = {
	"Order", "An order.", order_members, sizeof(struct order), false
};

static struct order
ordered(const char *body)
{
	struct order o;

	ctx_reset(&cx, 0, 0);
	assert_int_equal(document_read(&cx, &order_document, body,
	    strlen(body), &o), FAULT_NONE);
	return o;
}

static void
reads_every_kind(void **state)
{
	char text[UUID_TEXT];
	struct order o = ordered("{\"string\":\"\xc3\xbc\\n\","
	    "\"text\":\"a\\n\","
	    "\"words\":\"a b\",\"token\":\"a~b\",\"word\":\"large\","
	    "\"charger\":\"CP/1\",\"payload\": {\"n\": 1.50} ,"
	    "\"uuid\":\"0190A7E0-0000-7000-8000-000000000001\","
	    "\"number\":7.0,\"flag\":false,\"price\":\"0.25\","
	    "\"shown\":[1],\"words\":\"c\"}");

	(void)state;
	assert_string_equal(o.string, "\xc3\xbc\n");
	assert_string_equal(o.text, "a\n");
	assert_string_equal(o.words, "c");
	assert_string_equal(o.token, "a~b");
	assert_string_equal(o.word, "large");
	assert_string_equal(o.charger, "CP/1");
	assert_string_equal(o.payload, "{\"n\": 1.50}");
	assert_string_equal(uuid_text(text, &o.uuid),
	    "0190a7e0-0000-7000-8000-000000000001");
	assert_int_equal(o.number, 7);
	assert_true(o.has_flag && !o.flag);
	assert_int_equal(o.price, 2500);
	assert_false(o.site_given);
	assert_null(o.made);
}

static void
absent_and_null_are_the_same_but_where_null_is_a_value(void **state)
{
	struct order o = ordered("{\"oldWords\":\"x\",\"text\":null,"
	    "\"flag\":null,\"site\":null,\"number\":null}");

	(void)state;
	assert_string_equal(o.words, "x");
	assert_null(o.text);
	assert_false(o.has_flag);
	assert_true(o.site_given && uuid_is_nil(&o.site));
	assert_int_equal(o.number, 5);
	o = ordered("{\"words\":\"x\",\"oldWords\":\"x\"}");
	assert_string_equal(o.words, "x");
}

static const struct {
	const char *body, *errors;
} wrong[] = {
	{ "[]", " must be an object;" },
	{ "{}", "/words is missing;" },
	{ "{\"oldWords\":null}", "/oldWords is missing;" },
	{ "{\"words\":\" \",\"string\":\"\",\"text\":\"\\n\","
	    "\"token\":\"\"}", "/string must have 1 to 3 characters;"
	    "/text is empty;/words is empty;/token is empty;" },
	{ "{\"words\":\"\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\","
	    "\"string\":\"abcd\",\"text\":\"abcd\"}",
	    "/string must have 1 to 3 characters;"
	    "/text is longer than 3 characters;"
	    "/words is longer than 3 characters;" },
	{ "{\"oldWords\":\"a\\n\",\"token\":\"\xc3\xbc\",\"word\":\"big\"}",
	    "/oldWords has control characters;"
	    "/token must be printable ASCII without blanks;"
	    "/word must be small, middle or large;" },
	{ "{\"words\":1,\"charger\":\"..\",\"payload\":[],\"uuid\":\"x\","
	    "\"number\":10,\"flag\":1,\"price\":true,\"made\":\"there\"}",
	    "/words must be a string;/charger must be a charge point id;"
	    "/payload must be an object;/uuid must be a UUID;"
	    "/number must be a whole number from 1 to 9;"
	    "/flag must be true or false;"
	    "/price must be a number or a string;"
	    "/made is not from here;" },
	{ "{\"words\":\"a\",\"price\":-1,"
	    "\"uuid\":\"00000000-0000-0000-0000-000000000000\","
	    "\"payload\":{\"n\":1e99999},\"number\":\"1\"}",
	    "/payload holds a number out of range;"
	    "/uuid must be a UUID that is not nil;"
	    "/number must be a whole number from 1 to 9;"
	    "/price must not be negative;" },
	{ "{\"words\":\"a\",\"oldWords\":\"b\"}",
	    "/words differs from oldWords, another name of this member;"
	    "/oldWords differs from words, another name of this member;" },
	{ "{\"words\":\"a\",\"oldWords\":null}",
	    "/words differs from oldWords, another name of this member;"
	    "/oldWords differs from words, another name of this member;" },
	{ "{\"words\":\"a\",\"Words\":1,\"a/b~c\":null}",
	    "/Words is not a member of this body;"
	    "/a~1b~0c is not a member of this body;" },
};

static void
names_each_bad_member(void **state)
{
	const struct member_error *e;
	struct order o;
	struct buf got;
	enum fault f;
	size_t i;

	(void)state;
	for (i = 0; i < countof(wrong); i++) {
		ctx_reset(&cx, 0, 0);
		f = document_read(&cx, &order_document, wrong[i].body,
		    strlen(wrong[i].body), &o);
		buf_init(&got, &cx.arena);
		for (e = cx.errors; e != NULL; e = e->next)
			buf_printf(&got, "%s %s;", e->pointer, e->detail);
		assert_string_equal(got.text, wrong[i].errors);
		assert_int_equal(f, FAULT_INVALID);
	}
	assert_int_equal(document_read(&cx, &order_document, "{", 1, &o),
	    FAULT_SYNTAX);
}

static void
a_tolerant_document_passes_over_what_it_does_not_know(void **state)
{
	struct document tolerant = order_document;
	struct order o;

	(void)state;
	tolerant.tolerant = true;
	ctx_reset(&cx, 0, 0);
	assert_int_equal(document_read(&cx, &tolerant,
	    "{\"words\":\"a\",\"more\":1,\"word\":5}", 31, &o), FAULT_NONE);
	assert_null(o.word);
	assert_int_equal(document_read(&cx, &tolerant, "{\"words\":1}", 11,
	    &o), FAULT_INVALID);
}

/* Every kind that is only shown. */
enum colour { RED, GREEN };
struct part {
	int16_t n;
};
struct view {
	const char *text, *none, *json, *foreign, *more;
	int32_t i32;
	bool open, has_wh;
	enum colour colour;
	usec_t at, never;
	mwh_t wh;
	amount_t amount;
	struct part part;
	const struct part *parts;
	size_t n_parts;
	const char *const *texts;
	size_t n_texts;
	unsigned set;
	const char *listed;
	struct uuid nobody;
};

static const char *const colours[] = { "Red", "Green", NULL };

static bool
is_green(const void *v)
{
	return ((const struct view *)v)->colour == GREEN;
}

static const char *
colour_words(const void *v)
{
	return is_green(v) ? "it is green" : NULL;
}

static const struct member part_members[] = {
	{ "n", MEMBER_INT, AT(part, n) }, { 0 }
};
static const struct document part_document = {
	"Part", NULL, part_members, sizeof(struct part), false
};

static const struct member view_members[] = {
	{ "text", MEMBER_STRING, AT(view, text) },
	{ "none", MEMBER_STRING, AT(view, none), .nullable = true },
	{ "left", MEMBER_STRING, AT(view, none), .omitted = true },
	{ "secret", MEMBER_STRING, AT(view, text), .write_only = true },
	{ "json", MEMBER_JSON, AT(view, json) },
	{ "foreign", MEMBER_FOREIGN, AT(view, foreign) },
	{ "i32", MEMBER_INT, AT(view, i32) },
	{ "closed", MEMBER_NOT, AT(view, open) },
	{ "open", MEMBER_BOOL, AT(view, open) },
	{ "colour", MEMBER_STATE, AT(view, colour), .words = colours },
	{ "says", MEMBER_STRING, .get = colour_words, .nullable = true },
	{ "colours", MEMBER_SET, AT(view, set), .words = colours },
	{ "at", MEMBER_TIME, AT(view, at) },
	{ "never", MEMBER_TIME, AT(view, never), .nullable = true },
	{ "wh", MEMBER_MWH, AT(view, wh), HAS(view, has_wh) },
	{ "amount", MEMBER_MONEY, AT(view, amount), .when = is_green },
	{ "amountText", MEMBER_MONEY_TEXT, AT(view, amount) },
	{ "part", MEMBER_OBJECT, AT(view, part), .when = is_green,
	    .document = &part_document },
	{ "", MEMBER_INLINE, AT(view, part), .document = &part_document },
	{ "parts", MEMBER_LIST, AT(view, parts), COUNT(view, n_parts),
	    .document = &part_document },
	{ "texts", MEMBER_LIST, AT(view, texts), COUNT(view, n_texts) },
	{ "listed", MEMBER_LIST_JSON, AT(view, listed), .nullable = true,
	    .document = &part_document },
	{ "nobody", MEMBER_UUID, AT(view, nobody), .nullable = true },
	{ "", MEMBER_INLINE_JSON, AT(view, more),
	    .document = &part_document },
	{ 0 }
};
static const struct document view_document = {
	"View", NULL, view_members, sizeof(struct view), false
};

static const char *
written(const struct view *v)
{
	struct buf b;

	buf_init(&b, &cx.arena);
	document_write(&cx, &b, &view_document, v);
	return b.text;
}

static void
writes_every_kind(void **state)
{
	static const struct part parts[] = { { 1 }, { -2 } };
	static const char *const texts[] = { "a\"", "b" };
	struct view v = {
		.text = "\n", .json = "{\"a\": 1.0}", .foreign = " [1] \n",
		.i32 = -7, .open = true, .has_wh = true, .colour = GREEN,
		.set = 3,
		.wh = 1500500, .amount = -3000, .never = INT64_MIN,
		.part = { 3 }, .parts = parts, .n_parts = 2, .texts = texts,
		.n_texts = 2, .listed = "[{\"n\": 4}]",
		.more = "{\"x\": 1}",
	};

	(void)state;
	ctx_reset(&cx, 0, 0);
	assert_string_equal(written(&v), "{\"text\":\"\\n\",\"none\":null,"
	    "\"json\":{\"a\": 1.0},\"foreign\":[1],\"i32\":-7,"
	    "\"closed\":false,\"open\":true,\"colour\":\"Green\","
	    "\"says\":\"it is green\",\"colours\":[\"Red\",\"Green\"],"
	    "\"at\":\"1970-01-01T00:00:00Z\","
	    "\"never\":null,\"wh\":1500.5,\"amount\":-0.3000,"
	    "\"amountText\":\"-0.3000\",\"part\":{\"n\":3},\"n\":3,"
	    "\"parts\":[{\"n\":1},{\"n\":-2}],\"texts\":[\"a\\\"\",\"b\"],"
	    "\"listed\":[{\"n\": 4}],\"nobody\":null,\"x\": 1}");
	v = (struct view){ .text = "", .json = "1", .foreign = "no json",
	    .more = "{}" };
	assert_string_equal(written(&v), "{\"text\":\"\",\"none\":null,"
	    "\"json\":1,\"foreign\":\"no json\",\"i32\":0,\"closed\":true,"
	    "\"open\":false,\"colour\":\"Red\",\"says\":null,"
	    "\"colours\":[],\"at\":\"1970-01-01T00:00:00Z\","
	    "\"never\":\"1970-01-01T00:00:00Z\",\"wh\":null,"
	    "\"amount\":null,\"amountText\":\"0.0000\",\"part\":null,"
	    "\"n\":0,\"parts\":[],\"texts\":[],\"listed\":null,"
	    "\"nobody\":null,"
	    "\"n\":null}");
	assert_null(cx.detail);
}

static void
writes_energy_exactly(void **state)
{
	static const struct {
		mwh_t wh;
		const char *text;
	} rows[] = {
		{ 0, "0" }, { 1, "0.001" }, { -1, "-0.001" }, { 10, "0.01" },
		{ 999, "0.999" }, { 1000, "1" }, { -1000, "-1" },
		{ 1050, "1.05" }, { -1500, "-1.5" },
		{ INT64_MAX, "9223372036854775.807" },
	};
	static const struct member members[] = {
		{ "wh", MEMBER_MWH, AT(view, wh) }, { 0 }
	};
	const struct document doc = {
		"Wh", NULL, members, sizeof(struct view), false
	};
	struct view v = { .wh = 0 };
	struct buf b;
	size_t i;

	(void)state;
	for (i = 0; i < countof(rows); i++) {
		buf_init(&b, &cx.arena);
		v.wh = rows[i].wh;
		document_write(&cx, &b, &doc, &v);
		assert_string_equal(b.text, arena_printf(&cx.arena,
		    "{\"wh\":%s}", rows[i].text));
	}
}

static void
describes_a_body(void **state)
{
	struct buf b;

	(void)state;
	ctx_reset(&cx, 0, 0);
	buf_init(&b, &cx.arena);
	document_schema(&b, &order_document, DOCUMENT_BODY);
	assert_string_equal(b.text, "{\"type\":\"object\","
	    "\"description\":\"An order.\",\"title\":\"Order\","
	    "\"properties\":{"
	    "\"string\":{\"type\":[\"string\",\"null\"],\"minLength\":1,"
	    "\"maxLength\":3},"
	    "\"text\":{\"type\":[\"string\",\"null\"],\"minLength\":1,"
	    "\"maxLength\":3},"
	    "\"words\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":3,"
	    "\"description\":\"Some words.\"},"
	    "\"oldWords\":{\"type\":\"string\",\"minLength\":1,"
	    "\"maxLength\":3,\"description\":\"An older name of words.\"},"
	    "\"token\":{\"type\":[\"string\",\"null\"],"
	    "\"pattern\":\"^[!-~]+$\",\"maxLength\":3},"
	    "\"word\":{\"type\":[\"string\",\"null\"],"
	    "\"enum\":[\"small\",\"middle\",\"large\",null]},"
	    "\"charger\":{\"type\":[\"string\",\"null\"],\"minLength\":1,"
	    "\"maxLength\":255},\"payload\":{\"type\":[\"object\",\"null\"]},"
	    "\"uuid\":{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"},"
	    "\"number\":{\"type\":[\"integer\",\"null\"],\"minimum\":1,"
	    "\"maximum\":9,\"default\":5},"
	    "\"flag\":{\"type\":[\"boolean\",\"null\"]},"
	    "\"price\":{\"type\":[\"number\",\"string\",\"null\"],"
	    "\"minimum\":0,\"exclusiveMaximum\":100000000},"
	    "\"site\":{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"},"
	    "\"made\":{\"type\":[\"string\",\"null\"]},"
	    "\"secret\":{\"type\":[\"string\",\"null\"],\"writeOnly\":true},"
	    "\"shown\":{\"type\":[\"string\",\"null\"],\"readOnly\":true}},"
	    "\"required\":[],\"additionalProperties\":false}");
}

static void
describes_an_answer(void **state)
{
	struct buf b;

	(void)state;
	ctx_reset(&cx, 0, 0);
	buf_init(&b, &cx.arena);
	document_schema(&b, &view_document, DOCUMENT_ANSWER);
	assert_string_equal(b.text, "{\"type\":\"object\",\"title\":\"View\","
	    "\"properties\":{\"text\":{\"type\":\"string\"},"
	    "\"none\":{\"type\":[\"string\",\"null\"]},"
	    "\"left\":{\"type\":\"string\"},\"json\":{},\"foreign\":{},"
	    "\"i32\":{\"type\":\"integer\"},\"closed\":{\"type\":\"boolean\"},"
	    "\"open\":{\"type\":\"boolean\"},\"colour\":{\"type\":\"string\","
	    "\"enum\":[\"Red\",\"Green\"]},"
	    "\"says\":{\"type\":[\"string\",\"null\"]},"
	    "\"colours\":{\"type\":\"array\",\"items\":{\"type\":\"string\","
	    "\"enum\":[\"Red\",\"Green\"]}},"
	    "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},"
	    "\"never\":{\"type\":[\"string\",\"null\"],"
	    "\"format\":\"date-time\"},\"wh\":{\"type\":[\"number\",\"null\"]},"
	    "\"amount\":{\"type\":[\"number\",\"null\"]},"
	    "\"amountText\":{\"type\":\"string\"},"
	    "\"part\":{\"type\":[\"object\",\"null\"],\"title\":\"Part\","
	    "\"properties\":{\"n\":{\"type\":\"integer\"}},"
	    "\"required\":[\"n\"]},\"n\":{\"type\":\"integer\"},"
	    "\"parts\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
	    "\"title\":\"Part\",\"properties\":{\"n\":{\"type\":\"integer\"}},"
	    "\"required\":[\"n\"]}},\"texts\":{\"type\":\"array\","
	    "\"items\":{\"type\":\"string\"}},"
	    "\"listed\":{\"type\":[\"array\",\"null\"],\"items\":{\"type\":"
	    "\"object\",\"title\":\"Part\",\"properties\":{\"n\":{"
	    "\"type\":\"integer\"}},\"required\":[\"n\"]}},"
	    "\"nobody\":{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"},"
	    "\"n\":{\"type\":\"integer\"}},\"required\":[\"text\",\"none\","
	    "\"json\",\"foreign\",\"i32\",\"closed\",\"open\",\"colour\","
	    "\"says\",\"colours\",\"at\",\"never\",\"wh\",\"amount\","
	    "\"amountText\","
	    "\"part\",\"n\",\"parts\",\"texts\",\"listed\","
	    "\"nobody\",\"n\"]}");
}

static void
rows_fit_their_fields(void **state)
{
	(void)state;
	document_check(&order_document, DOCUMENT_BODY);
	document_check(&view_document, DOCUMENT_ANSWER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_kind),
		cmocka_unit_test(
		    absent_and_null_are_the_same_but_where_null_is_a_value),
		cmocka_unit_test(names_each_bad_member),
		cmocka_unit_test(
		    a_tolerant_document_passes_over_what_it_does_not_know),
		cmocka_unit_test(writes_every_kind),
		cmocka_unit_test(writes_energy_exactly),
		cmocka_unit_test(describes_a_body),
		cmocka_unit_test(describes_an_answer),
		cmocka_unit_test(rows_fit_their_fields),
	};
	int failed;

	ctx_init(&cx);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&cx.arena);
	return failed;
}
