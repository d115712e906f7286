/*
 * POST /v1/sites
 *
 * A name is one site: asking again gives the same, 200 instead of 201, with
 * the time zone and the wallet of the last call that gave one.
 */
#include "serve/serve.h"
#include "store/site.h"
#include "wire/site.h"

static enum fault
check_zone(struct ctx *cx, const char *zone)
{
	bool known;
	enum fault f;

	if (zone == NULL)
		return FAULT_NONE;
	if ((f = store_time_zone_known(cx, zone, &known)))
		return f;
	if (!known)
		ctx_bad(cx, "/timeZone", "must be a name of the IANA time "
		    "zone database, such as Europe/Berlin");
	return ctx_invalid(cx);
}

static enum fault
site_create(struct request *rq)
{
	const char *wallet;
	struct site s;
	enum fault f;
	bool added;

	if ((f = request_read(rq, &s)) ||
	    (f = check_zone(&rq->cx, s.time_zone)))
		return f;
	uuid_new(&s.id);
	wallet = s.wallet;
	if ((f = store_site_add(&rq->cx, &s, &added)))
		return f;
	if (wallet != NULL) {
		if ((f = store_site_wallet(&rq->cx, &s.id, wallet)))
			return f;
		s.wallet = wallet;
	}
	return reply_document(rq, added ? 201 : 200, &s);
}

const struct route route = {
	.says = "Adds a site, or changes what is given of the one with its "
	    "name.",
	.method = "POST", .path = "/v1/sites",
	.body = &site_document,
	.answers = (const struct answer[]){
		{ 200, .document = &site_document, .says = "It was there." },
		{ 201, .document = &site_document, .says = "It was added." },
		{ 0 }
	},
	.handler = site_create,
	.retry = true,
};
