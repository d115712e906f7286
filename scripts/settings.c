/*
 * settings               prints the rows of all settings as JSON, for what the
 *                        build makes of them: cpms.env, the table in
 *                        scripts/README.md, the manual
 * settings --read FILE   prints what FILE sets, each NAME=VALUE with a zero
 *                        byte at its end, for scripts
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/env_file.h"
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

static int
print_file(const char *path)
{
	char *const none[] = { NULL };
	char why[ENV_FILE_WHY];
	char **vars = env_file_load(path, none, why);
	size_t i;

	if (vars == NULL) {
		fprintf(stderr, "%s: %s\n", path, why);
		return 1;
	}
	for (i = 0; vars[i] != NULL; i++)
		fwrite(vars[i], strlen(vars[i]) + 1, 1, stdout);
	free(vars);
	return fflush(stdout) != 0;
}

static int
print_rows(void)
{
	struct ctx cx;
	struct buf b;
	size_t n = 0;

	while (settings_rows[n].name != NULL)
		n++;
	ctx_init(&cx);
	buf_init(&b, &cx.arena);
	document_write_list(&cx, &b, &setting_document, settings_rows, n);
	return puts(b.text) < 0;
}

int
main(int argc, char **argv)
{
	if (version_asked(argc, argv))
		return 0;
	if (argc == 3 && strcmp(argv[1], "--read") == 0)
		return print_file(argv[2]);
	return print_rows();
}
