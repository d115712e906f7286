#include "tariff.h"

static const char *
check_currency(const char *s)
{
	return currency_known(s) ? NULL :
	    "must be a code of ISO 4217 in upper case";
}

static const struct member tariff_members[] = {
	{ "tariffId", MEMBER_UUID, AT(tariff, id), .optional = true,
	    .says = "Of a body: the tariff that it repeats." },
	{ "siteId", MEMBER_UUID, AT(tariff, site), .optional = true },
	{ "pricePerKwh", MEMBER_PRICE, AT(tariff, price_per_kwh),
	    .says = "With up to 4 places." },
	{ "currency", MEMBER_STRING, AT(tariff, currency),
	    .check = check_currency, .says = "A code of ISO 4217." },
	{ "validFrom", MEMBER_TIME, AT(tariff, valid_from),
	    GIVEN(tariff, valid_from_given), .optional = true,
	    .nullable = true,
	    .says = "null for a site's first: it holds for all before too. In "
	    "a body: when it began, from now on without it." },
	{ "validTo", MEMBER_TIME, AT(tariff, valid_to), HAS(tariff, has_end),
	    .read_only = true,
	    .says = "Not in force any more at this time." },
	{ "isActive", MEMBER_NOT, AT(tariff, has_end), .read_only = true,
	    .says = "Whether it is in force." },
	{ "createdAt", MEMBER_TIME, AT(tariff, created_at),
	    .read_only = true },
	{ 0 }
};
const struct document tariff_document = {
	"Tariff", "The price of a kWh at a site.",
	tariff_members, sizeof(struct tariff), false
};
