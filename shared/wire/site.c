#include "site.h"

#include <string.h>

#include "field.h"

enum { MAX_NAME = 255, MAX_ZONE = 64, MAX_WALLET = 128, MAX_SECRET = 1024 };

struct json *
wire_site(struct ctx *cx, const struct site *s)
{
	struct json *j = json_object(cx);

	json_add_uuid(cx, j, "siteId", &s->id);
	json_add_text(cx, j, "name", s->name);
	json_add_text(cx, j, "timeZone", s->time_zone);
	json_add_text(cx, j, "payoutWallet", s->wallet);
	json_add_time(cx, j, "createdAt", s->created_at);
	return j;
}

struct json *
wire_sites(struct ctx *cx, const struct site *s, size_t n)
{
	struct json *list = json_array(cx);

	for (; n > 0; n--, s++)
		json_append(list, wire_site(cx, s));
	return list;
}

enum fault
wire_site_read(struct ctx *cx, const struct json *root, struct site *s)
{
	s->name = field_words(cx, root, "name", FIELD_REQUIRED, MAX_NAME);
	s->time_zone = field_token(cx, root, "timeZone", FIELD_OPTIONAL,
	    MAX_ZONE);
	return ctx_invalid(cx);
}

enum fault
wire_wallet_read(struct ctx *cx, const struct json *root,
    const char **wallet)
{
	*wallet = field_token(cx, root, "wallet", FIELD_REQUIRED, MAX_WALLET);
	return ctx_invalid(cx);
}

enum fault
wire_charger_site_read(struct ctx *cx, const struct json *root,
    struct uuid *site)
{
	memset(site, 0, sizeof(*site));
	if (field_uuid(cx, root, "siteId", json_get(root, "siteId") == NULL ?
	    FIELD_REQUIRED : FIELD_OPTIONAL, site) && uuid_is_nil(site))
		ctx_bad(cx, "/siteId", "is no site's");
	return ctx_invalid(cx);
}

/* Kept as a hash only, so any text will do. */
static const char *
secret_of(struct ctx *cx, const struct json *root)
{
	const struct json *j = json_get(root, "secret");
	const char *s = json_string(j);

	if (json_is_null(j))
		return NULL;
	if (s == NULL)
		ctx_bad(cx, "/secret", "must be a string");
	else if (*s == '\0' || strlen(s) > MAX_SECRET)
		ctx_bad(cx, "/secret", "must have 1 to 1024 bytes");
	return s;
}

enum fault
wire_charger_seed_read(struct ctx *cx, const struct json *root,
    struct charger_seed *s, const char **secret, bool *active)
{
	*secret = secret_of(cx, root);
	if (field_bool(cx, root, "active", active))
		s->active = active;
	s->vendor = field_words(cx, root, "vendor", FIELD_OPTIONAL, MAX_NAME);
	s->model = field_words(cx, root, "model", FIELD_OPTIONAL, MAX_NAME);
	return ctx_invalid(cx);
}
