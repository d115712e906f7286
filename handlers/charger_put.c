/*
 * PUT /v1/chargers/{chargePointId}
 *
 * Adds a charger, which needs a secret then and is active unless told
 * otherwise, or changes what is given of one that is there.
 */
#include <string.h>

#include "adapter/hash.h"
#include "billing/finalize.h"
#include "serve/serve.h"
#include "store/charger.h"
#include "store/site.h"
#include "wire/charger.h"

static enum fault
save(struct ctx *cx, const struct charger *want, struct charger *c,
    bool *added)
{
	enum fault f = store_charger_put(cx, want, c, added);

	if (f != FAULT_NOT_FOUND)
		return f;
	ctx_bad(cx, "/secret", "is missing: a new charger needs one");
	return ctx_invalid(cx);
}

/* The id of the path, which a document has too; a site that exists. */
static enum fault
check_place(struct request *rq, struct charger *want)
{
	struct site s;

	if (want->id != NULL && strcmp(want->id, rq->charger) != 0)
		ctx_bad(&rq->cx, "/chargePointId", "is not that of the path");
	want->id = rq->charger;
	if (rq->cx.errors != NULL || uuid_is_nil(&want->site))
		return ctx_invalid(&rq->cx);
	return store_site_load(&rq->cx, &want->site, &s);
}

static enum fault
charger_put(struct request *rq)
{
	char hash[HASH_TEXT];
	struct charger want, c;
	bool added;
	enum fault f;

	if ((f = request_read(rq, &want)) ||
	    (f = check_place(rq, &want)))
		return f;
	if (want.secret != NULL) {
		hash_secret(hash, want.secret);
		want.secret_hash = hash;
	}
	if ((f = save(&rq->cx, &want, &c, &added)))
		return f;
	if (want.has_site)
		price_unpriced_now(&rq->cx, rq->charger, NULL);
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
