#include "statement.h"

#include "member.h"

enum { STATEMENT_VERSION = 1 };

static void
add_money(struct ctx *cx, struct json *j, const char *key, amount_t v)
{
	char text[MONEY_TEXT];

	json_add_text(cx, j, key, money_text(text, v));
}

static struct json *
tariff(struct ctx *cx, const struct settlement *s,
    const struct statement_facts *f)
{
	struct json *j = json_object(cx);

	json_add_text(cx, j, "currency", f->tariff_currency);
	add_money(cx, j, "pricePerKwh", f->price_per_kwh);
	json_add_uuid(cx, j, "tariffId", &s->tariff);
	return j;
}

static void
add_identity(struct ctx *cx, struct json *j, const struct settlement *s,
    const struct statement_facts *f)
{
	json_add_bool(cx, j, "isEstimated", f->estimated);
	json_add_text(cx, j, "kind", settlement_kind(s));
	json_add_text(cx, j, "payoutWallet", s->wallet);
	json_add_text(cx, j, "previousStatementSha256", f->previous_sha256);
	json_add_int(cx, j, "revision", s->revision);
	json_add_uuid(cx, j, "sessionId", &s->session);
	json_add_uuid(cx, j, "settlementId", &s->id);
	json_add_uuid(cx, j, "siteId", &s->site);
	json_add_int(cx, j, "siteSequence", s->site_seq);
	json_add_time(cx, j, "startedAt", f->started_at);
}

/* Members in the order of their names, which RFC 8785 wants. */
char *
wire_statement(struct ctx *cx, const struct settlement *s,
    const struct statement_facts *f)
{
	struct json *j = json_object(cx);

	if (uuid_is_nil(&s->adjusts))
		json_add_null(cx, j, "adjusts");
	else
		json_add_uuid(cx, j, "adjusts", &s->adjusts);
	add_money(cx, j, "amount", s->amount);
	json_add_text(cx, j, "chargePointId", s->charger);
	member_int(cx, j, "connectorId", f->has_connector, f->connector);
	json_add_text(cx, j, "currency", s->currency);
	member_time(cx, j, "endedAt", f->has_end, f->ended_at);
	json_add_text(cx, j, "energyExplanationSha256",
	    f->explanation_sha256);
	json_add_text(cx, j, "energySource", f->energy_source);
	member_int(cx, j, "energyWh", f->has_energy, f->energy_wh);
	json_add_time(cx, j, "frozenAt", s->frozen_at);
	add_identity(cx, j, s, f);
	if (uuid_is_nil(&s->tariff))
		json_add_null(cx, j, "tariff");
	else
		json_add(j, "tariff", tariff(cx, s, f));
	json_add_int(cx, j, "version", STATEMENT_VERSION);
	return json_print(cx, j);
}
