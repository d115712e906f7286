/* The body of a call, read by the rows of every document that is one. */
#include "wire/charger.h"
#include "wire/command.h"
#include "wire/document.h"
#include "wire/session.h"
#include "wire/settlement.h"
#include "wire/site.h"
#include "wire/tariff.h"

#include "adapter/json.h"
#include "fuzz.h"

static const struct document *const documents[] = {
	&acceptance_document, &charger_document, &charger_site_document,
	&claim_document, &command_document, &confirmed_document,
	&correction_document, &failed_document, &presented_document,
	&site_document, &submitted_document, &tariff_document,
	&wallet_document,
};

/* What a caller is told is JSON, whatever the body's own names are. */
static void
are_errors(struct ctx *cx)
{
	const struct member_error *e;
	struct json_body said;
	struct buf b;

	MUST(cx->errors != NULL);
	for (e = cx->errors; e != NULL; e = e->next) {
		buf_init(&b, &cx->arena);
		buf_quote(&b, e->pointer, strlen(e->pointer));
		MUST(json_parse(cx, b.text, b.len, &said) == FAULT_NONE);
		MUST(e->detail != NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct json_body body;
	struct ctx *cx;
	enum fault f;
	bool is_json;
	size_t i;

	for (i = 0; i < countof(documents); i++) {
		cx = fuzz_context();
		is_json = json_parse(cx, (const char *)data, n, &body) ==
		    FAULT_NONE;
		f = document_read(cx, documents[i], (const char *)data, n,
		    arena_alloc(&cx->arena, documents[i]->size));
		MUST((f != FAULT_SYNTAX) == is_json);
		if (f == FAULT_INVALID)
			are_errors(cx);
		else
			MUST(cx->errors == NULL);
	}
	return 0;
}
