#include "site.h"

enum { MAX_NAME = 255, MAX_ZONE = 64, MAX_WALLET = 128 };

static const struct member site_members[] = {
	{ "siteId", MEMBER_UUID, AT(site, id), .read_only = true },
	{ "name", MEMBER_WORDS, AT(site, name), .max = MAX_NAME,
	    .nullable = true, .says = "One site has it." },
	{ "timeZone", MEMBER_TOKEN, AT(site, time_zone), .max = MAX_ZONE,
	    .optional = true, .nullable = true,
	    .says = "A name of the IANA time zone database." },
	{ "payoutWallet", MEMBER_TOKEN, AT(site, wallet), .max = MAX_WALLET,
	    .optional = true, .nullable = true,
	    .says = "Whom settlements pay." },
	{ "createdAt", MEMBER_TIME, AT(site, created_at), .read_only = true },
	{ 0 }
};
const struct document site_document = {
	"Site", "Chargers of one owner in one place.",
	site_members, sizeof(struct site), false
};

static const struct member wallet_members[] = {
	{ "payoutWallet", MEMBER_TOKEN, AT(site, wallet), .max = MAX_WALLET,
	    .alias = "wallet", .says = "Whom settlements pay from now on." },
	{ 0 }
};
const struct document wallet_document = {
	"Wallet", "The wallet of a site.",
	wallet_members, sizeof(struct site), false
};
