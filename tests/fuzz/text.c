/*
 * Numbers, times and ids out of text: the first line is a value, the second
 * one its unit.
 */
#include <string.h>

#include "adapter/guess.h"
#include "adapter/json.h"
#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"
#include "core/decimal.h"
#include "core/pricing.h"
#include "core/reading.h"
#include "fuzz.h"

static void
numbers(const char *text, const char *unit)
{
	struct reading r = { .value = text, .unit = unit };
	amount_t price = 0;
	int64_t number;
	mwh_t mwh = 0;

	if (decimal_mwh(text, unit, &mwh)) {
		MUST(decimal_unit_known(unit));
		MUST(mwh >= -MWH_MAX && mwh <= MWH_MAX);
		MUST(mwh_to_wh(mwh) <= MWH_MAX / MWH_PER_WH);
	}
	reading_normalize(&r, NULL);
	MUST(!r.usable || r.mwh == mwh);
	reading_normalize(&r, unit);
	reading_context(&r);
	reading_phase(&r);
	if (text_int(text, -5, INT64_MAX, &number))
		MUST(number >= -5);
	if (price_read(text, &price) == NULL)
		MUST(price >= 0);
}

static void
times(const char *text)
{
	char again[TIME_TEXT];
	usec_t at, back;

	if (!time_parse(text, &at))
		return;
	MUST(at >= TIME_MIN && at <= TIME_MAX);
	MUST(time_parse(time_text(again, at), &back));
	MUST(back == at);
}

static void
ids(struct ctx *cx, const char *text)
{
	char again[UUID_TEXT], address[GUESS_ADDRESS];
	struct uuid uuid, back;
	size_t n = strlen(text);
	char *encoded = text_percent_encode(&cx->arena, text);

	if (uuid_parse(text, &uuid)) {
		MUST(uuid_parse(uuid_text(again, &uuid), &back));
		MUST(uuid_equal(&uuid, &back));
	}
	if (text_is_charger_id(text, n))
		MUST(text_is_utf8(text, n) && !text_has_control(text, n));
	guess_address(address, text);
	MUST(memchr(address, '\0', sizeof(address)) != NULL);
	text_percent_decode(&cx->arena, text, n);
	MUST(text_equal(text_percent_decode(&cx->arena, encoded,
	    strlen(encoded)), text));
}

/* Quoted and read again it is the same. */
static void
quoted(struct ctx *cx, const char *text)
{
	struct json_body body;
	struct buf b;

	if (!text_is_utf8(text, strlen(text)))
		return;
	buf_init(&b, &cx->arena);
	buf_quote(&b, text, strlen(text));
	MUST(json_parse(cx, b.text, b.len, &body) == FAULT_NONE);
	MUST(text_equal(json_string(body.root), text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct ctx *cx = fuzz_context();
	const char *text = fuzz_line(cx, &data, &n);
	const char *unit = n == 0 ? NULL : fuzz_line(cx, &data, &n);

	numbers(text, unit);
	times(text);
	ids(cx, text);
	quoted(cx, text);
	return 0;
}
