/*
 * Adds a charger or changes one: what scripts/seed runs.
 *
 * The database's URL is in CPMS_DATABASE_URL and the secret on standard
 * input, so that neither stands in the list of processes.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/text.h"
#include "base/time.h"
#include "port/hash.h"
#include "store/charger.h"

enum { MAX_SECRET = 1024, PATIENCE = 5 };

static FILE *out;

static int
fail(const char *words)
{
	fprintf(out, "seed: %s\n", words);
	return 1;
}

/* One line is enough here: what the library logs goes nowhere. */
static bool
keep_stderr(void)
{
	int fd = dup(STDERR_FILENO);

	return fd >= 0 && (out = fdopen(fd, "w")) != NULL &&
	    setvbuf(out, NULL, _IONBF, 0) == 0 &&
	    freopen("/dev/null", "w", stderr) != NULL;
}

/* Standard input to its end, without the newline that echo adds. */
static const char *
read_secret(char secret[MAX_SECRET + 2])
{
	size_t n = fread(secret, 1, MAX_SECRET + 1, stdin);

	if (n > 0 && secret[n - 1] == '\n')
		n--;
	secret[n] = '\0';
	if (n == 0)
		return "the secret is empty";
	if (n > MAX_SECRET)
		return "the secret is over 1024 bytes";
	if (strlen(secret) != n || !text_is_utf8(secret, n))
		return "the secret is not UTF-8 text";
	return NULL;
}

static bool
read_options(int argc, char **argv, struct charger_seed *s, bool *secret)
{
	static const struct option options[] = {
		{ "id", required_argument, NULL, 'i' },
		{ "active", required_argument, NULL, 'a' },
		{ "vendor", required_argument, NULL, 'v' },
		{ "model", required_argument, NULL, 'm' },
		{ "ocpp", required_argument, NULL, 'o' },
		{ "secret-from-stdin", no_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 }
	};
	static bool active;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (c) {
		case 'i':
			s->id = optarg;
			break;
		case 'a':
			active = strcmp(optarg, "true") == 0;
			s->active = &active;
			break;
		case 'v':
			s->vendor = optarg;
			break;
		case 'm':
			s->model = optarg;
			break;
		case 'o':
			s->ocpp_version = optarg;
			break;
		case 's':
			*secret = true;
			break;
		default:
			return false;
		}
	return s->id != NULL && optind == argc;
}

static const char *
check(const struct charger_seed *s)
{
	const char *const texts[] = { s->vendor, s->model, s->ocpp_version };
	size_t i;

	if (!text_is_charger_id(s->id, strlen(s->id)))
		return "--id is not a charge point id (1 to 255 bytes, no "
		    "control characters, not . or ..)";
	for (i = 0; i < countof(texts); i++)
		if (texts[i] != NULL &&
		    !text_is_utf8(texts[i], strlen(texts[i])))
			return "an option is not UTF-8 text";
	return NULL;
}

static int
save(struct ctx *cx, const struct charger_seed *s)
{
	struct charger c;
	bool added;

	switch (store_charger_seed(cx, s, &c, &added)) {
	case FAULT_NONE:
		printf("%s charger %s (%s, OCPP %s)\n", added ? "added" :
		    "updated", c.id, c.active ? "active" : "inactive",
		    c.ocpp_version);
		return 0;
	case FAULT_ABSENT:
		return fail("no such charger: a new one needs --secret");
	case FAULT_BUG:
		return fail("the database refused it: was it migrated?");
	default:
		return fail("the database does not answer");
	}
}

int
main(int argc, char **argv)
{
	static char secret[MAX_SECRET + 2], hash[HASH_TEXT];
	struct charger_seed s = { 0 };
	const char *url = getenv("CPMS_DATABASE_URL"), *why;
	bool with_secret = false;
	struct ctx cx;
	int code;

	if (!keep_stderr())
		return 1;
	if (url == NULL || !read_options(argc, argv, &s, &with_secret))
		return fail("started without what scripts/seed passes");
	if ((why = check(&s)) != NULL)
		return fail(why);
	if (with_secret) {
		if ((why = read_secret(secret)) != NULL)
			return fail(why);
		hash_init();
		hash_secret(hash, secret);
		s.secret_hash = hash;
	}
	ctx_init(&cx);
	ctx_reset(&cx, time_now(), time_steady() + PATIENCE * SECOND);
	cx.pool = db_pool_new(url, 1);
	code = save(&cx, &s);
	db_release(&cx);
	return code;
}
