#include "session.h"

#include <string.h>

#include "base/arena.h"

const char *const end_kind_names[] = {
	[END_NONE] = NULL,
	[END_REPORTED] = "Reported",
	[END_SUPERSEDED] = "Superseded",
	[END_STALE] = "Stale",
	[END_AMBIGUOUS] = "Ambiguous",
	NULL
};

const char *const billing_names[] = {
	[BILLING_NONE] = NULL,
	[BILLING_SETTLED] = "Settled",
	[BILLING_HELD] = "Held",
	[BILLING_ZERO] = "Zero",
	[BILLING_UNPRICED] = "Unpriced",
	NULL
};

const char *const unpriced_names[] = {
	[UNPRICED_NONE] = NULL,
	[UNPRICED_DUPLICATE] = "Duplicate",
	[UNPRICED_NO_ENERGY] = "NoEnergy",
	[UNPRICED_NO_SITE] = "NoSite",
	[UNPRICED_NO_TARIFF] = "NoTariff",
	[UNPRICED_TOO_LARGE] = "TooLarge",
	NULL
};

void
session_set_start(struct session *s, const struct session *start)
{
	s->has_start = true;
	s->has_connector = true;
	s->connector = start->connector;
	s->started_at = start->started_at;
	s->id_tag = start->id_tag;
	s->has_meter_start = start->has_meter_start;
	s->meter_start = start->meter_start;
	s->start_unreadable = start->start_unreadable;
	s->has_start_received = start->has_start_received;
	s->start_received_at = start->start_received_at;
	s->stale = false;
	s->tariff = (struct uuid){ { 0 } };	/* that of the new start */
}

/* How much the start says of the meter. */
static int
start_rank(const struct session *s)
{
	return s->has_meter_start ? 2 : s->start_unreadable;
}

static bool
merge_meter_start(struct session *s, const struct session *start)
{
	int rank = start_rank(start) - start_rank(s);
	bool changed = !s->start_conflict;

	if (rank == 0 && (!s->has_meter_start ||
	    start->meter_start == s->meter_start))
		return false;
	s->start_conflict = true;
	if (rank < 0 || (rank == 0 && start->meter_start > s->meter_start))
		return changed;
	s->has_meter_start = start->has_meter_start;
	s->meter_start = start->meter_start;
	s->start_unreadable = start->start_unreadable;
	return true;
}

bool
session_merge_start(struct session *s, const struct session *start)
{
	bool changed = merge_meter_start(s, start);

	if (start->id_tag == NULL ||
	    (s->id_tag != NULL && strcmp(start->id_tag, s->id_tag) >= 0))
		return changed;
	s->id_tag = start->id_tag;
	return true;
}

static bool
same_start(const struct session_facts *a, const struct session_facts *b)
{
	return a->started == b->started && a->started_at == b->started_at &&
	    a->has_start_received == b->has_start_received &&
	    a->start_received_at == b->start_received_at &&
	    a->has_meter_start == b->has_meter_start &&
	    a->meter_start == b->meter_start &&
	    a->start_unreadable == b->start_unreadable &&
	    a->start_conflict == b->start_conflict;
}

static bool
same_end(const struct session_facts *a, const struct session_facts *b)
{
	return a->end == b->end && a->reported_end_at == b->reported_end_at &&
	    a->has_meter_stop == b->has_meter_stop &&
	    a->meter_stop == b->meter_stop &&
	    a->end_conflict == b->end_conflict &&
	    a->has_next_start == b->has_next_start &&
	    a->next_start == b->next_start &&
	    uuid_equal(&a->next_session, &b->next_session);
}

bool
session_facts_equal(const struct session_facts *a,
    const struct session_facts *b)
{
	return same_start(a, b) && same_end(a, b) &&
	    a->max_power_kw == b->max_power_kw &&
	    a->n_readings == b->n_readings &&
	    a->legacy.any == b->legacy.any &&
	    a->legacy.energy_wh == b->legacy.energy_wh &&
	    a->legacy.source == b->legacy.source &&
	    a->legacy.estimated == b->legacy.estimated;
}

void
session_set_end(struct session *s, const struct session_facts *k,
    const struct session_end *end, const struct decision *d)
{
	s->end = end->kind;
	s->ended_at = d->ended_at;
	s->has_meter_stop = end->kind != END_NONE && k->has_meter_stop;
	s->meter_stop = k->meter_stop;
	s->reason = end->reason;
}

void
session_set_decision(struct session *s, const struct session_facts *k,
    const struct session_end *end, const struct decision *d)
{
	bool final = end->kind != END_NONE;

	if (!s->has_start)
		s->started_at = d->started_at;
	session_set_end(s, k, end, d);
	s->has_energy = final && d->has_energy;
	s->energy_wh = d->energy_wh;
	s->energy_source = final ? energy_source_name(d->source) : NULL;
	s->estimated = final && d->estimated;
	s->needs_review = final && d->needs_review;
	s->review_reasons = final ? d->review_flags : 0;
}

char *
session_chain_result(struct arena *a, const struct decision *d)
{
	const char *step = energy_source_name(d->source);

	return d->has_energy ? arena_printf(a, "%s %lld", step,
	    (long long)d->energy_wh) : arena_printf(a, "%s -", step);
}

void
session_keep_correction(struct session *s, const char *chain_result)
{
	if (!s->corrected || s->end == END_NONE)
		return;
	s->has_energy = true;
	s->energy_wh = s->correction_wh;
	s->needs_review = s->correction_basis == NULL ||
	    strcmp(s->correction_basis, chain_result) != 0;
	if (s->needs_review)
		s->review_reasons = FLAG_CORRECTION_OUTDATED;
}

char *
session_fingerprint(struct arena *a, const struct session *s,
    const struct session_facts *k, const struct decision *d)
{
	char *p = arena_printf(a, "%d %s %d %lld %d %x %lld %lld %s",
	    RULE_VERSION, s->energy_source, s->has_energy,
	    s->has_energy ? (long long)s->energy_wh : 0LL, s->estimated,
	    d->flags, (long long)s->started_at, (long long)s->ended_at,
	    s->reason == NULL ? "" : s->reason);
	int i;

	for (i = 0; i < STEPS; i++)
		p = d->steps[i].usable ? arena_printf(a, "%s %lld", p,
		    (long long)d->steps[i].mwh) : arena_printf(a, "%s -", p);
	if (s->has_meter_start)
		p = arena_printf(a, "%s start %lld", p,
		    (long long)s->meter_start);
	if (s->has_meter_stop)
		p = arena_printf(a, "%s stop %lld", p,
		    (long long)s->meter_stop);
	if (d->flags & FLAG_OVERLAP)
		p = arena_printf(a, "%s next %lld", p,
		    (long long)k->next_start);
	return p;
}
