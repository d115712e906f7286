#include "settlement.h"

#include "field.h"
#include "member.h"
#include "tariff.h"

enum {
	MAX_CHAIN = 64, MAX_HASH = 255, MAX_ERROR = 4000, MAX_CLAIM = 200,
	DEFAULT_CLAIM = 50, DEFAULT_LEASE = 300, MAX_LEASE = 86400
};

static void
add_uuid(struct ctx *cx, struct json *j, const char *key,
    const struct uuid *u)
{
	if (uuid_is_nil(u))
		json_add_null(cx, j, key);
	else
		json_add_uuid(cx, j, key, u);
}

struct json *
wire_settlement(struct ctx *cx, const struct settlement *s)
{
	struct json *j = json_object(cx);

	json_add_uuid(cx, j, "settlementId", &s->id);
	add_uuid(cx, j, "sessionId", &s->session);
	json_add_text(cx, j, "chargePointId", s->charger);
	add_uuid(cx, j, "siteId", &s->site);
	json_add_text(cx, j, "kind", settlement_kind(s));
	add_uuid(cx, j, "adjusts", &s->adjusts);
	if (s->has_amount)
		wire_money(cx, j, "amount", s->amount);
	else
		json_add_null(cx, j, "amount");
	json_add_text(cx, j, "currency", s->currency);
	json_add_text(cx, j, "status", settlement_status_name(s->status));
	json_add_text(cx, j, "payoutWallet", s->wallet);
	json_add_text(cx, j, "chain", s->network);
	json_add_text(cx, j, "txHash", s->tx_hash);
	json_add_text(cx, j, "externalRef", s->external_ref);
	json_add_text(cx, j, "error", s->error);
	member_time(cx, j, "frozenAt", s->frozen, s->frozen_at);
	json_add_text(cx, j, "statementSha256", s->sha256);
	json_add_time(cx, j, "createdAt", s->created_at);
	json_add_time(cx, j, "updatedAt", s->updated_at);
	return j;
}

struct json *
wire_settlements(struct ctx *cx, const struct settlement *s, size_t n)
{
	struct json *list = json_array(cx);

	for (; n > 0; n--, s++)
		json_append(list, wire_settlement(cx, s));
	return list;
}

static void
add_lease(struct ctx *cx, struct json *j, const struct settlement *s)
{
	bool has = s != NULL;

	if (has)
		json_add_uuid(cx, j, "leaseToken", &s->lease);
	else
		json_add_null(cx, j, "leaseToken");
	member_time(cx, j, "leaseUntil", has, has ? s->lease_until : 0);
}

struct json *
wire_claimed(struct ctx *cx, const struct settlement *s, size_t n)
{
	struct json *j = json_object(cx), *list = json_array(cx), *one;
	size_t i;

	add_lease(cx, j, n > 0 ? s : NULL);
	for (i = 0; i < n; i++) {
		json_append(list, one = wire_settlement(cx, &s[i]));
		add_lease(cx, one, &s[i]);
	}
	json_add(j, "settlements", list);
	return j;
}

struct json *
wire_settlement_events(struct ctx *cx, const struct settlement_event *e,
    size_t n)
{
	struct json *list = json_array(cx), *j;

	for (; n > 0; n--, e++) {
		json_append(list, j = json_object(cx));
		json_add_int(cx, j, "seq", e->seq);
		json_add_text(cx, j, "from", e->from);
		json_add_text(cx, j, "to", e->to);
		json_add_time(cx, j, "at", e->at);
		json_add_raw(cx, j, "data", e->data);
	}
	return list;
}

enum fault
wire_submitted_read(struct ctx *cx, const struct json *root,
    struct settlement_step *p)
{
	*p = (struct settlement_step){ .to = SETTLEMENT_SUBMITTED };
	p->network = field_words(cx, root, "chain", FIELD_REQUIRED, MAX_CHAIN);
	p->tx_hash = field_token(cx, root, "txHash", FIELD_REQUIRED,
	    MAX_HASH);
	p->external_ref = field_words(cx, root, "externalRef",
	    FIELD_OPTIONAL, MAX_HASH);
	field_uuid(cx, root, "leaseToken", FIELD_OPTIONAL, &p->lease);
	return ctx_invalid(cx);
}

enum fault
wire_confirmed_read(struct ctx *cx, const struct json *root,
    struct settlement_step *p)
{
	*p = (struct settlement_step){ .to = SETTLEMENT_CONFIRMED };
	p->tx_hash = field_token(cx, root, "txHash", FIELD_OPTIONAL,
	    MAX_HASH);
	return ctx_invalid(cx);
}

enum fault
wire_failed_read(struct ctx *cx, const struct json *root,
    struct settlement_step *p)
{
	*p = (struct settlement_step){ .to = SETTLEMENT_FAILED };
	p->error = field_text(cx, root, "error", FIELD_REQUIRED, MAX_ERROR);
	p->tx_hash = field_token(cx, root, "txHash", FIELD_OPTIONAL,
	    MAX_HASH);
	return ctx_invalid(cx);
}

enum fault
wire_claim_read(struct ctx *cx, const struct json *root,
    struct settlement_claim *c)
{
	c->worker = field_words(cx, root, "worker", FIELD_REQUIRED, MAX_HASH);
	c->limit = DEFAULT_CLAIM;
	field_int(cx, root, "limit", 1, MAX_CLAIM, &c->limit);
	c->lease_seconds = DEFAULT_LEASE;
	field_int(cx, root, "leaseSeconds", 1, MAX_LEASE, &c->lease_seconds);
	return ctx_invalid(cx);
}
