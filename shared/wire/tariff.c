#include "tariff.h"

#include "member.h"

void
wire_money(struct ctx *cx, struct json *j, const char *key, amount_t v)
{
	char text[MONEY_TEXT];

	json_add_raw(cx, j, key, money_text(text, v));
}

struct json *
wire_tariff(struct ctx *cx, const struct tariff *t)
{
	struct json *j = json_object(cx);

	json_add_uuid(cx, j, "tariffId", &t->id);
	json_add_uuid(cx, j, "siteId", &t->site);
	wire_money(cx, j, "pricePerKwh", t->price_per_kwh);
	json_add_text(cx, j, "currency", t->currency);
	member_time(cx, j, "validFrom", t->valid_from != INT64_MIN,
	    t->valid_from);
	member_time(cx, j, "validTo", t->has_end, t->valid_to);
	json_add_bool(cx, j, "isActive", !t->has_end);
	json_add_time(cx, j, "createdAt", t->created_at);
	return j;
}

struct json *
wire_tariffs(struct ctx *cx, const struct tariff *t, size_t n)
{
	struct json *list = json_array(cx);

	for (; n > 0; n--, t++)
		json_append(list, wire_tariff(cx, t));
	return list;
}

enum fault
wire_tariff_read(struct ctx *cx, const struct json *root, struct tariff *t)
{
	const struct json *price = json_get(root, "pricePerKwh");
	const struct json *currency = json_get(root, "currency");
	const char *why;

	if (json_is_null(price))
		ctx_bad(cx, "/pricePerKwh", "is missing");
	else if (json_text(price) == NULL)
		ctx_bad(cx, "/pricePerKwh", "must be a number or a string");
	else if ((why = price_read(json_text(price),
	    &t->price_per_kwh)) != NULL)
		ctx_bad(cx, "/pricePerKwh", why);
	t->currency = json_string(currency);
	if (json_is_null(currency))
		ctx_bad(cx, "/currency", "is missing");
	else if (t->currency == NULL || !currency_known(t->currency))
		ctx_bad(cx, "/currency",
		    "must be a code of ISO 4217 in upper case");
	return ctx_invalid(cx);
}
