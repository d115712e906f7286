/*
 * The gateway's answer to a command: the first line is its HTTP status, the
 * rest the body.
 */
#include "gateway/gateway.h"

#include <string.h>

#include "adapter/http.h"
#include "adapter/json.h"
#include "base/text.h"
#include "wire/command.h"
#include "fuzz.h"

/* Shown to an operator it is JSON, whatever came. */
static void
is_shown(struct ctx *cx, const struct command *c)
{
	struct json_body body;
	struct buf b;

	buf_init(&b, &cx->arena);
	document_write(cx, &b, &command_document, c);
	MUST(json_parse_any(cx, b.text, b.len, &body) == FAULT_NONE);
}

/* Only two answers promise that the charger did not get it. */
static void
is_judged(const struct http_answer *got, const struct command *c)
{
	MUST(command_settled(c));
	MUST(c->status != COMMAND_FAILED || got->status == 400 ||
	    (got->status == 502 &&
	    strstr(c->response, "charger not connected") != NULL));
	MUST(c->status != COMMAND_ACKED || got->status == 200);
	MUST((c->status == COMMAND_ACKED) == (c->error == NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct ctx *cx = fuzz_context();
	int64_t status = 0;
	struct command c = {
		.charger = "CP-1", .type = "Reset", .key = "k",
		.payload = "{}", .status = COMMAND_SENT,
	};
	struct http_answer got = { .end = HTTP_ANSWERED };

	text_int(fuzz_line(cx, &data, &n), 0, 999, &status);
	got.status = (int)status;
	got.body = arena_strndup(&cx->arena, (const char *)data, n);
	got.len = n;
	gateway_settle(cx, &got, &c);
	is_judged(&got, &c);
	MUST(c.response == NULL || text_is_utf8(c.response,
	    strlen(c.response)));
	is_shown(cx, &c);
	return 0;
}
