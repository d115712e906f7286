/*
 * The program behind scripts/close-stale and scripts/refinalize:
 *
 *	upkeep close-stale|refinalize [--dry-run]
 *
 * Prints a line for each session that came (with --dry-run: would come) out
 * differently; refinalize adds up what that does to settlements and money, and
 * tells on stderr how far it is.  The database's URL is in CPMS_DATABASE_URL.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/time.h"
#include "base/version.h"
#include "billing/finalize.h"
#include "serve/settings.h"
#include "store/upkeep.h"

/* PRICED_AT_ONCE: sessions; a run of close-stale prices about so many. */
enum { PATIENCE = 30, PRICED_AT_ONCE = 20000 };

static volatile sig_atomic_t stop_asked;

struct upkeep {
	struct ctx *cx;
	const char *name;
	const struct settings *settings;
	const struct energy_policy *policy;
	bool dry_run;
	struct tally tally;
	size_t listed;
	int64_t sessions;	/* that there are; 0: nobody counted */
	usec_t told_at;
};

static void
on_stop(int sig)
{
	(void)sig;
	stop_asked = 1;
}

static void
print_figure(const struct session *s)
{
	char cost[MONEY_TEXT];

	if (!s->finalized) {
		printf("\t-");
		return;
	}
	if (s->has_energy)
		printf("\t%" PRId64 " Wh %s%s", s->energy_wh,
		    s->energy_source, s->estimated ? " estimated" : "");
	else
		printf("\t%s", s->energy_source == NULL ? "-" :
		    s->energy_source);
	if (s->needs_review)
		printf(" for review");
	if (s->has_cost)
		printf(" %s %s", money_text(cost, s->cost),
		    s->cost_currency == NULL ? "" : s->cost_currency);
}

static void
print_change(void *arg, const struct session_outcome *o)
{
	char start[TIME_TEXT], id[UUID_TEXT];
	const struct session *s = o->after;
	struct upkeep *u = arg;

	if (!tally_add(&u->tally, o))
		return;
	if (u->listed++ == 0)
		puts("chargePointId\tconnectorId\tstartedAt\ttransactionId\t"
		    "sessionId\twas\tis\treason");
	printf("%s\t", s->charger);
	if (s->has_connector)
		printf("%d", s->connector);
	printf("\t%s\t%d\t%s", time_text(start, s->started_at),
	    s->transaction, uuid_text(id, &s->id));
	print_figure(&o->before);
	print_figure(s);
	printf("\t%s\n", s->reason == NULL ? "" : s->reason);
}

static void
print_progress(const struct upkeep *u)
{
	fprintf(stderr, "%s: %zu of %" PRId64 " sessions\n", u->name,
	    u->tally.seen, u->sessions);
}

/* A line in the output is of a session that is done. */
static bool
batch_done(void *arg)
{
	struct upkeep *u = arg;
	usec_t now = time_monotonic();

	fflush(stdout);
	if (u->sessions > 0 && now - u->told_at >= SECOND) {
		u->told_at = now;
		print_progress(u);
	}
	return !stop_asked;
}

static const char *
verb(const struct upkeep *u)
{
	return u->dry_run ? "would change" : "changed";
}

static void
print_sums(const char *what, const struct tally_sums *s, amount_sum_t before,
    amount_sum_t after)
{
	char a[AMOUNT_SUM_TEXT], b[AMOUNT_SUM_TEXT];

	printf("%s in %s: %s before, %s after\n", what,
	    *s->currency == '\0' ? "no currency" : s->currency,
	    amount_sum_text(a, before), amount_sum_text(b, after));
}

/* With the other verb a real run says what the dry run said. */
static void
print_tally(const struct upkeep *u)
{
	const struct tally *t = &u->tally;
	const struct tally_sums *s;

	printf("%zu sessions %s", t->sessions, verb(u));
	if (t->sessions > 0)
		printf(": %zu in energy, %zu in source, %zu in review, "
		    "%zu in price", t->energy, t->source, t->review,
		    t->price);
	putchar('\n');
	if (t->explained > 0)
		printf("%zu sessions %s in their explanation only\n",
		    t->explained, verb(u));
	printf("%zu settlements %s", t->settlements, verb(u));
	if (t->settlements > 0)
		printf(": %zu made, %zu adjustments made, %zu in amount, site "
		    "or tariff, %zu held, %zu released", t->made, t->adjusted,
		    t->changed, t->held, t->released);
	putchar('\n');
	for (s = t->sums; s < t->sums + t->n_sums; s++) {
		print_sums("costs", s, s->costs_before, s->costs_after);
		print_sums("settlements", s, s->settled_before,
		    s->settled_after);
	}
}

static bool
batch_priced(void *arg)
{
	const struct upkeep *u = arg;

	return batch_done(arg) && u->tally.seen < PRICED_AT_ONCE;
}

/* Before the silent ones are closed, which get their price with their end. */
static enum fault
run_price(struct upkeep *u)
{
	const struct pass_report report = { print_change, batch_priced, u };
	const struct unpriced_scope all = { NULL, NULL, 0 };
	enum fault f;

	if ((f = price_unpriced(u->cx, &all, u->dry_run, &report)))
		return f;
	if (u->tally.price > 0)
		printf("%zu sessions %s a price by a site or tariff that began "
		    "before\n", u->tally.price, u->dry_run ? "would get" :
		    "got");
	if (u->tally.seen >= PRICED_AT_ONCE)
		puts("there may be more: the next run prices them");
	return FAULT_NONE;
}

static enum fault
run_close_stale(struct upkeep *u)
{
	const struct pass_report report = { print_change, batch_done, u };
	usec_t cutoff = time_now() -
	    u->settings->stale_session_hours * 3600 * SECOND;
	size_t priced;
	enum fault f;

	if ((f = run_price(u)))
		return f;
	priced = u->tally.sessions;
	if (!stop_asked && (f = close_stale(u->cx, u->policy, cutoff,
	    u->dry_run, &report)))
		return f;
	printf("%zu sessions %s\n", u->tally.sessions - priced, verb(u));
	return FAULT_NONE;
}

static enum fault
run_refinalize(struct upkeep *u)
{
	const struct pass_report report = { print_change, batch_done, u };
	int64_t duplicates;
	enum fault f;

	if ((f = store_sessions_count(u->cx, &u->sessions, &duplicates)) ||
	    (f = refinalize_all(u->cx, u->policy, u->dry_run, &report)))
		return f;
	print_progress(u);
	if (duplicates > 0)
		printf("%" PRId64 " sessions repeat another one's start: "
		    "left as they are\n", duplicates);
	print_tally(u);
	return FAULT_NONE;
}

/* The batch that is under way is done first. */
static void
catch_stops(void)
{
	struct sigaction a = { .sa_handler = on_stop };

	sigaction(SIGINT, &a, NULL);
	sigaction(SIGTERM, &a, NULL);
}

static int
upkeep_run(struct upkeep *u, enum fault (*run)(struct upkeep *))
{
	enum fault f = run(u);

	db_release(u->cx);
	if (f != FAULT_NONE) {
		fprintf(stderr, "%s: %s\n", u->name,
		    u->cx->detail == NULL ? "failed" : u->cx->detail);
		return 1;
	}
	if (stop_asked) {
		fprintf(stderr, "%s: stopped; the next run does the rest\n",
		    u->name);
		return 1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct settings set;
	struct arena arena;
	struct ctx cx;
	struct upkeep u = {
		.cx = &cx, .settings = &set, .policy = &set.energy
	};

	if (version_asked(argc, argv))
		return 0;
	log_name("upkeep");
	if (!settings_load(&set))
		return 1;
	u.name = argc >= 2 ? argv[1] : "refinalize";
	u.dry_run = argc == 3 && strcmp(argv[2], "--dry-run") == 0;
	ctx_init(&cx);
	ctx_reset(&cx, time_now(), time_monotonic() + PATIENCE * SECOND);
	cx.pool = db_pool_new(set.database_url, 2);
	arena_init(&arena);
	tally_init(&u.tally, &arena);
	catch_stops();
	return upkeep_run(&u, strcmp(u.name, "close-stale") == 0 ?
	    run_close_stale : run_refinalize);
}
