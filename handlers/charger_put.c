/*
 * PUT /v1/chargers/{chargePointId}
 *
 * Adds a charger, which needs a secret then and is active unless told
 * otherwise, or changes what is given of one that is there.
 */
#include "adapter/hash.h"
#include "serve/serve.h"
#include "store/charger.h"
#include "wire/charger.h"

static enum fault
save(struct ctx *cx, const struct charger_seed *s, struct charger *c,
    bool *added)
{
	enum fault f = store_charger_seed(cx, s, c, added);

	if (f != FAULT_NOT_FOUND)
		return f;
	ctx_bad(cx, "/secret", "is missing: a new charger needs one");
	return ctx_invalid(cx);
}

static enum fault
charger_put(struct request *rq)
{
	struct charger_seed s = { .id = rq->charger };
	char hash[HASH_TEXT];
	struct charger want, c;
	bool added;
	enum fault f;

	if ((f = request_read(rq, &want)))
		return f;
	s.active = want.active_given ? &want.active : NULL;
	s.vendor = want.vendor;
	s.model = want.model;
	s.max_power_kw = want.has_max_power ? want.max_power_kw : 0;
	if (want.secret != NULL) {
		hash_secret(hash, want.secret);
		s.secret_hash = hash;
	}
	if ((f = save(&rq->cx, &s, &c, &added)))
		return f;
	return reply_document(rq, added ? 201 : 200, &c);
}

static void *
put_init(const struct service *sv)
{
	static char opened;

	(void)sv;
	hash_init();
	return &opened;
}

const struct route route = {
	.says = "Adds a charger, or changes what is given of it.",
	.method = "PUT", .path = "/v1/chargers/{chargePointId}",
	.body = &charger_document,
	.answers = (const struct answer[]){
		{ 200, .document = &charger_document, .says = "It was there." },
		{ 201, .document = &charger_document, .says = "It was added." },
		{ 0 }
	},
	.handler = charger_put, .init = put_init,
	.retry = true,
};
