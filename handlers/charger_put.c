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
#include "wire/site.h"

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
	const struct json *root;
	const char *secret;
	char hash[HASH_TEXT];
	bool active, added;
	struct charger c;
	enum fault f;

	if ((f = request_json(rq, &root)) ||
	    (f = wire_charger_seed_read(&rq->cx, root, &s, &secret,
	    &active)))
		return f;
	if (secret != NULL) {
		hash_secret(hash, secret);
		s.secret_hash = hash;
	}
	if ((f = save(&rq->cx, &s, &c, &added)))
		return f;
	return reply(rq, added ? 201 : 200, wire_charger(&rq->cx, &c));
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
	.method = "PUT", .path = "/v1/chargers/{chargePointId}",
	.handler = charger_put, .init = put_init,
	.retry = true,
};
