/* JSON: the three ways to read a text agree. */
#include "adapter/json.h"

#include <string.h>

#include "fuzz.h"

static void
is_within(const struct json_slice *s, const uint8_t *data, size_t n)
{
	const char *text = (const char *)data;

	MUST(s->text >= text && s->len <= n &&
	    s->text + s->len <= text + n);
}

static void
walk(const struct json *j)
{
	const struct json *next;
	int64_t number;
	bool truth;

	json_text(j);
	json_int(j, INT64_MIN, INT64_MAX, &number);
	json_bool(j, &truth);
	if (!json_is_object(j) && !json_is_array(j))
		return;
	for (next = json_first(j); next != NULL; next = json_next(next)) {
		MUST(!json_is_object(j) ||
		    json_get(j, json_name(next)) != NULL);
		walk(next);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct ctx *cx = fuzz_context();
	struct json_body strict, any, split;
	const char *text = (const char *)data;
	enum fault strict_fault = json_parse(cx, text, n, &strict);
	enum fault any_fault = json_parse_any(cx, text, n, &any);
	enum fault split_fault = json_split(cx, text, n, 1000, &split);
	size_t i;

	MUST(any_fault == split_fault);
	MUST(any_fault == FAULT_NONE || strict_fault == FAULT_SYNTAX);
	if (any_fault != FAULT_NONE)
		return 0;
	MUST(any.n_items == split.n_items);
	for (i = 0; i < any.n_items && i < 1000; i++) {
		is_within(&any.items[i], data, n);
		MUST(any.items[i].text == split.items[i].text);
		MUST(any.items[i].len == split.items[i].len);
	}
	walk(any.root);
	if (strict_fault == FAULT_NONE) {
		walk(strict.root);
		MUST(json_is_object(any.root) || json_is_array(any.root) ||
		    json_equal(strict.root, any.root));
	}
	return 0;
}
