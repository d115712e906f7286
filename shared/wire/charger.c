#include "charger.h"

struct json *
wire_charger(struct ctx *cx, const struct charger *c)
{
	struct json *j = json_object(cx);

	json_add_text(cx, j, "chargePointId", c->id);
	json_add_bool(cx, j, "isActive", c->active);
	json_add_text(cx, j, "vendor", c->vendor);
	json_add_text(cx, j, "model", c->model);
	json_add_text(cx, j, "firmwareVersion", c->firmware);
	json_add_text(cx, j, "ocppVersion", c->ocpp_version);
	if (c->has_site)
		json_add_uuid(cx, j, "siteId", &c->site);
	else
		json_add_null(cx, j, "siteId");
	if (c->has_seen)
		json_add_time(cx, j, "lastSeenAt", c->last_seen_at);
	else
		json_add_null(cx, j, "lastSeenAt");
	json_add_time(cx, j, "createdAt", c->created_at);
	json_add_time(cx, j, "updatedAt", c->updated_at);
	return j;
}

struct json *
wire_chargers(struct ctx *cx, const struct charger *c, size_t n)
{
	struct json *list = json_array(cx);

	for (; n > 0; n--, c++)
		json_append(list, wire_charger(cx, c));
	return list;
}

struct json *
wire_connectors(struct ctx *cx, const struct connector *c, size_t n)
{
	struct json *list = json_array(cx), *j;

	for (; n > 0; n--, c++) {
		json_append(list, j = json_object(cx));
		json_add_text(cx, j, "chargePointId", c->charger);
		json_add_int(cx, j, "connectorId", c->id);
		json_add_text(cx, j, "status", c->status);
		json_add_text(cx, j, "errorCode", c->error_code);
		json_add_time(cx, j, "updatedAt", c->updated_at);
	}
	return list;
}

enum fault
wire_presented_read(struct ctx *cx, const struct json *root,
    struct presented *out)
{
	const struct json *j = json_get(root, "presentedSecret");

	if ((out->secret = json_string(j)) == NULL)
		ctx_bad(cx, "/presentedSecret",
		    j == NULL ? "is missing" : "must be a string");
	out->remote = json_string(json_get(root, "remoteAddr"));
	if (out->remote == NULL)
		out->remote = "";
	return ctx_invalid(cx);
}
