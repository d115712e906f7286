#include "command.h"

#include <string.h>

#include "base/text.h"

enum { MAX_KEY = 255 };

/* Characters, not bytes, of UTF-8. */
static size_t
length(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* NULL: missing or no string, which is noted. */
static const char *
text_of(struct ctx *cx, const struct json *root, const char *key)
{
	const struct json *j = json_get(root, key);
	const char *s = json_string(j);

	if (s == NULL)
		ctx_bad(cx, arena_printf(&cx->arena, "/%s", key),
		    j == NULL ? "is missing" : "must be a string");
	return s;
}

static void
check_payload(struct ctx *cx, const struct json *root, bool storable)
{
	const struct json *j = json_get(root, "payload");

	if (j == NULL)
		ctx_bad(cx, "/payload", "is missing");
	else if (!json_is_object(j))
		ctx_bad(cx, "/payload", "must be an object");
	else if (!storable)
		ctx_bad(cx, "/payload", "holds a number out of range");
}

enum fault
wire_command_read(struct ctx *cx, const char *body, size_t len,
    struct command *c)
{
	struct json_body b;
	enum fault f;

	memset(c, 0, sizeof(*c));
	if ((f = json_parse(cx, body, len, &b)))
		return f;
	if (!json_is_object(b.root)) {
		ctx_bad(cx, "", "must be an object");
		return ctx_invalid(cx);
	}
	c->type = text_of(cx, b.root, "type");
	if (c->type != NULL && !command_type_known(c->type))
		ctx_bad(cx, "/type", "must be RemoteStartTransaction, "
		    "RemoteStopTransaction, ChangeConfiguration or Reset");
	c->charger = text_of(cx, b.root, "chargePointId");
	if (c->charger != NULL &&
	    !text_is_charger_id(c->charger, strlen(c->charger)))
		ctx_bad(cx, "/chargePointId", "must be a charge point id");
	c->key = text_of(cx, b.root, "idempotencyKey");
	if (c->key != NULL && (*c->key == '\0' || length(c->key) > MAX_KEY))
		ctx_bad(cx, "/idempotencyKey",
		    "must have 1 to 255 characters");
	check_payload(cx, b.root, b.items[0].storable);
	return ctx_invalid(cx);
}

/* JSON as it came, anything else as a string. */
static void
add_response(struct ctx *cx, struct json *j, const char *text)
{
	static const char blanks[] = " \t\r\n";
	const char *detail = cx->detail;
	struct json_body b;
	size_t n;

	if (text == NULL || json_parse(cx, text, strlen(text), &b) !=
	    FAULT_NONE) {
		json_add_text(cx, j, "gatewayResponse", text);
		cx->detail = detail;
		return;
	}
	text += strspn(text, blanks);
	for (n = strlen(text); strchr(blanks, text[n - 1]) != NULL; n--)
		continue;
	json_add_raw(cx, j, "gatewayResponse",
	    arena_strndup(&cx->arena, text, n));
}

struct json *
wire_command(struct ctx *cx, const struct command *c)
{
	struct json *j = json_object(cx);

	json_add_uuid(cx, j, "commandId", &c->id);
	json_add_text(cx, j, "type", c->type);
	json_add_text(cx, j, "chargePointId", c->charger);
	json_add_text(cx, j, "idempotencyKey", c->key);
	json_add_text(cx, j, "status", command_status_name(c->status));
	add_response(cx, j, c->response);
	json_add_text(cx, j, "error", c->error);
	json_add_time(cx, j, "createdAt", c->created_at);
	json_add_time(cx, j, "updatedAt", c->updated_at);
	return j;
}
