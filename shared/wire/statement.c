#include "statement.h"

enum { STATEMENT_VERSION = 1 };

struct statement {
	struct settlement settlement;
	struct statement_facts facts;
	int32_t version;
};

static const char *
kind(const void *s)
{
	return settlement_kind(&((const struct statement *)s)->settlement);
}

static bool
has_tariff(const void *s)
{
	return !uuid_is_nil(&((const struct statement *)s)->
	    settlement.tariff);
}

/* In the order of their names, which RFC 8785 wants, as all members here. */
static const struct member tariff_members[] = {
	{ "currency", MEMBER_STRING, AT(statement, facts.tariff_currency) },
	{ "pricePerKwh", MEMBER_MONEY_TEXT,
	    AT(statement, facts.price_per_kwh) },
	{ "tariffId", MEMBER_UUID, AT(statement, settlement.tariff) },
	{ 0 }
};
static const struct document tariff_part = {
	"StatementTariff", NULL, tariff_members, sizeof(struct statement),
	false
};

static const struct member statement_members[] = {
	{ "adjusts", MEMBER_UUID, AT(statement, settlement.adjusts),
	    .nullable = true },
	{ "amount", MEMBER_MONEY_TEXT, AT(statement, settlement.amount) },
	{ "chargePointId", MEMBER_CHARGER,
	    AT(statement, settlement.charger) },
	{ "connectorId", MEMBER_INT, AT(statement, facts.connector),
	    HAS(statement, facts.has_connector) },
	{ "currency", MEMBER_STRING, AT(statement, settlement.currency) },
	{ "endedAt", MEMBER_TIME, AT(statement, facts.ended_at),
	    HAS(statement, facts.has_end) },
	{ "energyExplanationSha256", MEMBER_STRING,
	    AT(statement, facts.explanation_sha256) },
	{ "energySource", MEMBER_STRING, AT(statement, facts.energy_source),
	    .nullable = true },
	{ "energyWh", MEMBER_INT, AT(statement, facts.energy_wh),
	    HAS(statement, facts.has_energy) },
	{ "frozenAt", MEMBER_TIME, AT(statement, settlement.frozen_at) },
	{ "isEstimated", MEMBER_BOOL, AT(statement, facts.estimated) },
	{ "kind", MEMBER_WORD, .get = kind, .words = settlement_kind_names },
	{ "payoutWallet", MEMBER_STRING, AT(statement, settlement.wallet),
	    .nullable = true },
	{ "previousStatementSha256", MEMBER_STRING,
	    AT(statement, facts.previous_sha256), .nullable = true,
	    .says = "Of the site; null in its first." },
	{ "revision", MEMBER_INT, AT(statement, settlement.revision) },
	{ "sessionId", MEMBER_UUID, AT(statement, settlement.session) },
	{ "settlementId", MEMBER_UUID, AT(statement, settlement.id) },
	{ "siteId", MEMBER_UUID, AT(statement, settlement.site) },
	{ "siteSequence", MEMBER_INT, AT(statement, settlement.site_seq) },
	{ "startedAt", MEMBER_TIME, AT(statement, facts.started_at) },
	{ "tariff", MEMBER_OBJECT, .width = sizeof(struct statement),
	    .when = has_tariff, .document = &tariff_part },
	{ "version", MEMBER_INT, AT(statement, version) },
	{ 0 }
};
const struct document statement_document = {
	"Statement", "Canonical JSON (RFC 8785) whose hash a network carries.",
	statement_members, sizeof(struct statement), false
};

char *
wire_statement(struct ctx *cx, const struct settlement *s,
    const struct statement_facts *f)
{
	const struct statement all = { *s, *f, STATEMENT_VERSION };
	struct buf b;

	buf_init(&b, &cx->arena);
	document_write(cx, &b, &statement_document, &all);
	return b.text;
}
