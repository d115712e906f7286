/*
 * POST /v1/sites
 *
 * A name is one site: asking again gives the same, 200 instead of 201, with
 * the time zone of the last call that gave one.
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
	const struct json *root;
	struct site s = { .name = NULL };
	enum fault f;
	bool added;

	if ((f = request_json(rq, &root)) ||
	    (f = wire_site_read(&rq->cx, root, &s)) ||
	    (f = check_zone(&rq->cx, s.time_zone)))
		return f;
	uuid_new(&s.id);
	if ((f = store_site_add(&rq->cx, &s, &added)))
		return f;
	return reply(rq, added ? 201 : 200, wire_site(&rq->cx, &s));
}

const struct route route = {
	.method = "POST", .path = "/v1/sites", .handler = site_create,
	.retry = true,
};
