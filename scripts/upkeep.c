/*
 * What scripts/close-stale and scripts/refinalize run:
 *
 *	upkeep close-stale|refinalize [--dry-run]
 *
 * Prints a line for each session that came (with --dry-run: would come) out
 * differently.  The database's URL is in CPMS_DATABASE_URL.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/time.h"
#include "base/version.h"
#include "billing/finalize.h"
#include "serve/settings.h"
#include "store/upkeep.h"

enum { PATIENCE = 30 };

static void
print_figure(const struct session *s)
{
	if (!s->finalized)
		printf("\t-");
	else if (s->has_energy)
		printf("\t%" PRId64 " Wh %s%s", s->energy_wh,
		    s->energy_source, s->estimated ? " estimated" : "");
	else
		printf("\t%s", s->energy_source == NULL ? "-" :
		    s->energy_source);
}

static void
print_change(void *arg, const struct session *before,
    const struct session *after)
{
	char start[TIME_TEXT], id[UUID_TEXT];
	size_t *n = arg;

	if ((*n)++ == 0)
		puts("chargePointId\tconnectorId\tstartedAt\ttransactionId\t"
		    "sessionId\twas\tis\treason");
	printf("%s\t", after->charger);
	if (after->has_connector)
		printf("%d", after->connector);
	printf("\t%s\t%d\t%s", time_text(start, after->started_at),
	    after->transaction, uuid_text(id, &after->id));
	print_figure(before);
	print_figure(after);
	printf("\t%s\n", after->reason == NULL ? "" : after->reason);
}

static enum fault
stale(struct ctx *cx, const struct settings *set,
    const struct energy_policy *policy, bool dry_run,
    const struct report *report)
{
	usec_t cutoff = time_now() -
	    set->stale_session_hours * 3600 * SECOND;

	return close_stale(cx, policy, cutoff, dry_run, report);
}

static enum fault
refinalize(struct ctx *cx, const struct settings *set,
    const struct energy_policy *policy, bool dry_run,
    const struct report *report)
{
	int64_t duplicates;
	enum fault f;

	(void)set;
	if ((f = refinalize_all(cx, policy, dry_run, report)) ||
	    (f = store_duplicates_count(cx, &duplicates)))
		return f;
	if (duplicates > 0)
		printf("%" PRId64 " sessions repeat another one's start: "
		    "left as they are\n", duplicates);
	return FAULT_NONE;
}

int
main(int argc, char **argv)
{
	bool dry_run = argc == 3 && strcmp(argv[2], "--dry-run") == 0;
	size_t changed = 0;
	struct report report = { print_change, &changed };
	struct settings set;
	struct energy_policy policy;
	struct ctx cx;
	enum fault f;

	if (version_asked(argc, argv))
		return 0;
	log_name("upkeep");
	if (!settings_load(&set))
		return 1;
	policy = (struct energy_policy){ set.max_charge_kw, set.review_kwh };
	ctx_init(&cx);
	ctx_reset(&cx, time_now(), time_monotonic() + PATIENCE * SECOND);
	cx.pool = db_pool_new(set.database_url, 2);
	if (argc >= 2 && strcmp(argv[1], "close-stale") == 0)
		f = stale(&cx, &set, &policy, dry_run, &report);
	else
		f = refinalize(&cx, &set, &policy, dry_run, &report);
	db_release(&cx);
	if (f != FAULT_NONE) {
		fprintf(stderr, "%s: %s\n", argc >= 2 ? argv[1] : "upkeep",
		    cx.detail == NULL ? "failed" : cx.detail);
		return 1;
	}
	printf("%zu sessions %s\n", changed,
	    dry_run ? "would change" : "changed");
	return 0;
}
