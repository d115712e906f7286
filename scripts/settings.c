/*
 * Prints the rows of all settings as JSON, for what the build makes of them:
 * cpms.env, the table in scripts/README.md, the manual.
 */
#include <stdio.h>

#include "base/ctx.h"
#include "base/version.h"
#include "serve/settings.h"
#include "wire/document.h"

static const struct member setting_members[] = {
	{ "name", MEMBER_STRING, AT(setting, name) },
	{ "value", MEMBER_STRING, AT(setting, value) },
	{ "says", MEMBER_STRING, AT(setting, says) },
	{ "scriptsOnly", MEMBER_BOOL, AT(setting, scripts_only) },
	{ 0 }
};
static const struct document setting_document = {
	"Setting", NULL, setting_members, sizeof(struct setting), false
};

int
main(int argc, char **argv)
{
	struct ctx cx;
	struct buf b;
	size_t n = 0;

	if (version_asked(argc, argv))
		return 0;
	while (settings_rows[n].name != NULL)
		n++;
	ctx_init(&cx);
	buf_init(&b, &cx.arena);
	document_write_list(&cx, &b, &setting_document, settings_rows, n);
	return puts(b.text) < 0;
}
