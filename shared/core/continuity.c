#include "continuity.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "decimal.h"

const char *const link_kind_names[] = {
	[LINK_FIRST] = "First",
	[LINK_CONTINUOUS] = "Continuous",
	[LINK_BETWEEN] = "Between",
	[LINK_METER_BACK] = "MeterBack",
	[LINK_OVERLAP] = "Overlap",
	[LINK_UNKNOWN] = "Unknown",
	NULL
};

/* A legacy row can hold any number. */
static mwh_t
mwh_add(mwh_t a, mwh_t b)
{
	mwh_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return a < 0 ? -INT64_MAX : INT64_MAX;
	return sum;
}

static mwh_t
mwh_of_wh(int64_t wh)
{
	mwh_t mwh;

	if (__builtin_mul_overflow(wh, MWH_PER_WH, &mwh))
		return wh < 0 ? -INT64_MAX : INT64_MAX;
	return mwh;
}

static int
link_order(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	if (x->connector != y->connector)
		return x->connector < y->connector ? -1 : 1;
	if (x->started_at != y->started_at)
		return x->started_at < y->started_at ? -1 : 1;
	return memcmp(&x->session, &y->session, sizeof(x->session));
}

/* A start that came without a value says 0. */
static void
link_start(struct link *l)
{
	l->has_start_mwh = l->has_baseline || l->has_meter_start ||
	    (l->has_start && !l->start_unreadable);
	l->start_mwh = l->has_baseline ? l->baseline :
	    l->has_meter_start ? l->meter_start : 0;
}

/* After a restart a sum of stretches is not where the register stands. */
static void
link_end(struct link *l)
{
	bool is_of_register = l->energy_source != NULL &&
	    strcmp(l->energy_source,
	    energy_source_name(SOURCE_REGISTER)) == 0;

	l->has_end_mwh = true;
	if (l->has_meter_stop)
		l->end_mwh = l->meter_stop;
	else if (is_of_register && l->has_baseline && l->has_register &&
	    !l->restarted)
		l->end_mwh = mwh_add(l->baseline, l->register_mwh);
	else
		l->has_end_mwh = false;
}

/* A clock that was wrong may have ended it before its start. */
static usec_t
link_last(const struct link *l)
{
	return l->ended_at > l->started_at ? l->ended_at : l->started_at;
}

static enum link_kind
link_compare(struct link *l, const struct link *before)
{
	if (before == NULL)
		return LINK_FIRST;
	if (l->started_at < link_last(before))
		return LINK_OVERLAP;
	if (!before->has_end_mwh || !l->has_start_mwh)
		return LINK_UNKNOWN;
	l->has_gap = true;
	l->gap = mwh_add(l->start_mwh, -before->end_mwh);
	if (l->gap > MWH_PER_WH)
		return LINK_BETWEEN;
	return l->gap < -MWH_PER_WH ? LINK_METER_BACK : LINK_CONTINUOUS;
}

static void
sums_take_link(struct continuity_sums *s, const struct link *l)
{
	s->sessions++;
	if (l->has_energy)
		s->delivered = mwh_add(s->delivered,
		    mwh_of_wh(l->energy_wh));
	if (l->kind == LINK_BETWEEN)
		s->between = mwh_add(s->between, l->gap);
	else if (l->kind == LINK_METER_BACK)
		s->back = mwh_add(s->back, -l->gap);
	else if (l->kind == LINK_OVERLAP)
		s->overlaps++;
	else if (l->kind == LINK_UNKNOWN)
		s->unknown++;
}

static void
sums_take(struct continuity_sums *s, const struct continuity_sums *more)
{
	s->sessions += more->sessions;
	s->overlaps += more->overlaps;
	s->unknown += more->unknown;
	s->delivered = mwh_add(s->delivered, more->delivered);
	s->between = mwh_add(s->between, more->between);
	s->back = mwh_add(s->back, more->back);
}

/* The links of the first one's connector. */
static void
chain_of(struct chain *c, struct link *links, size_t n)
{
	const struct link *before = NULL;
	struct link *l;

	*c = (struct chain){
		.connector = links->connector, .links = links
	};
	for (l = links; l < links + n && l->connector == c->connector; l++) {
		link_start(l);
		link_end(l);
		l->kind = link_compare(l, before);
		sums_take_link(&c->sums, l);
		if (before == NULL || link_last(l) >= link_last(before))
			before = l;
	}
	c->n_links = (size_t)(l - links);
}

void
continuity_of(struct arena *a, struct link *links, size_t n,
    struct continuity *out)
{
	size_t i = 0;

	qsort(links, n, sizeof(*links), link_order);
	out->sums = (struct continuity_sums){ 0 };
	out->chains = arena_alloc(a, n * sizeof(*out->chains));
	out->n_chains = 0;
	while (i < n) {
		struct chain *c = &out->chains[out->n_chains++];

		chain_of(c, links + i, n - i);
		sums_take(&out->sums, &c->sums);
		i += c->n_links;
	}
}
