/*
 * Adds a charger or changes one, and the site it belongs to, for
 * scripts/seed.
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
#include "base/version.h"
#include "adapter/hash.h"
#include "store/charger.h"
#include "store/site.h"
#include "store/tariff.h"

enum { MAX_SECRET = 1024, MAX_SITE = 255, PATIENCE = 5 };

static FILE *out;

static int
fail(const char *words)
{
	fprintf(out, "seed: %s\n", words);
	return 1;
}

/* One line is enough here: the library's log goes nowhere. */
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

/* The site to belong to; NULL where nothing is asked. */
struct place {
	const char *site, *price, *currency;
	struct tariff tariff;
};

static bool
read_options(int argc, char **argv, struct charger *s, bool *secret,
    struct place *p)
{
	static const struct option options[] = {
		{ "id", required_argument, NULL, 'i' },
		{ "active", required_argument, NULL, 'a' },
		{ "vendor", required_argument, NULL, 'v' },
		{ "model", required_argument, NULL, 'm' },
		{ "ocpp", required_argument, NULL, 'o' },
		{ "secret-from-stdin", no_argument, NULL, 's' },
		{ "site", required_argument, NULL, 'S' },
		{ "price_per_kwh", required_argument, NULL, 'p' },
		{ "currency", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (c) {
		case 'i':
			s->id = optarg;
			break;
		case 'a':
			s->active = strcmp(optarg, "true") == 0;
			s->has_active = true;
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
		case 'S':
			p->site = optarg;
			break;
		case 'p':
			p->price = optarg;
			break;
		case 'c':
			p->currency = optarg;
			break;
		default:
			return false;
		}
	return s->id != NULL && optind == argc;
}

static const char *
check(const struct charger *s)
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

static const char *
check_place(struct place *p)
{
	const char *why;
	size_t i;

	if (p->site == NULL && p->price != NULL)
		return "--price_per_kwh needs --site";
	if (p->price == NULL && p->currency != NULL)
		return "--currency needs --price_per_kwh";
	if (p->site == NULL)
		return NULL;
	if (p->site[strspn(p->site, " ")] == '\0' ||
	    strlen(p->site) > MAX_SITE ||
	    !text_is_utf8(p->site, strlen(p->site)))
		return "--site is not a name of 1 to 255 bytes";
	for (i = 0; p->site[i] != '\0'; i++)
		if ((unsigned char)p->site[i] < 0x20 || p->site[i] == 0x7f)
			return "--site has control characters";
	if (p->price == NULL)
		return NULL;
	p->tariff.currency = p->currency == NULL ? "USD" : p->currency;
	if (!currency_known(p->tariff.currency))
		return "--currency is no code of ISO 4217 in upper case";
	why = price_read(p->price, &p->tariff.price_per_kwh);
	return why == NULL ? NULL : "--price_per_kwh must be a decimal from 0 "
	    "to below 100000000 with up to 4 places";
}

/* The tariff that is asked for, unless it is in force already. */
static enum fault
save_tariff(struct ctx *cx, struct place *p)
{
	char price[MONEY_TEXT];
	bool added;
	enum fault f;

	if (p->price == NULL)
		return FAULT_NONE;
	if ((f = store_tariff_add(cx, &p->tariff, &added)))
		return f;
	if (added)
		printf("site %s costs %s %s a kWh from now on\n", p->site,
		    money_text(price, p->tariff.price_per_kwh),
		    p->tariff.currency);
	return FAULT_NONE;
}

static enum fault
save_place(struct ctx *cx, struct place *p, struct charger *c)
{
	struct site s = { .name = p->site };
	bool added;
	enum fault f;

	if (p->site == NULL)
		return FAULT_NONE;
	uuid_new(&s.id);
	if ((f = store_site_add(cx, &s, &added)) ||
	    (f = store_charger_site(cx, c->id, &s.id, NULL, c)))
		return f;
	printf("%s site %s\n", added ? "added" : "found", p->site);
	p->tariff.site = s.id;
	return save_tariff(cx, p);
}

static enum fault
save_all(struct ctx *cx, const struct charger *s, struct place *p)
{
	struct charger c;
	enum fault f;
	bool added;

	if ((f = store_charger_put(cx, s, &c, &added)))
		return f;
	printf("%s charger %s (%s, OCPP %s)\n", added ? "added" :
	    "updated", c.id, c.active ? "active" : "inactive",
	    c.ocpp_version);
	return save_place(cx, p, &c);
}

static int
save(struct ctx *cx, const struct charger *s, struct place *p)
{
	switch (save_all(cx, s, p)) {
	case FAULT_NONE:
		return 0;
	case FAULT_NOT_FOUND:
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
	struct charger s = { 0 };
	const char *url = getenv("CPMS_DATABASE_URL"), *why;
	struct place place = { .site = NULL };
	bool with_secret = false;
	struct ctx cx;
	int code;

	if (version_asked(argc, argv))
		return 0;
	if (!keep_stderr())
		return 1;
	if (url == NULL || !read_options(argc, argv, &s, &with_secret,
	    &place))
		return fail("started without what scripts/seed passes");
	if ((why = check(&s)) != NULL || (why = check_place(&place)) != NULL)
		return fail(why);
	if (with_secret) {
		if ((why = read_secret(secret)) != NULL)
			return fail(why);
		hash_init();
		hash_secret(hash, secret);
		s.secret_hash = hash;
	}
	ctx_init(&cx);
	ctx_reset(&cx, time_now(), time_monotonic() + PATIENCE * SECOND);
	cx.pool = db_pool_new(url, 1);
	code = save(&cx, &s, &place);
	db_release(&cx);
	return code;
}
