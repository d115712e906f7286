#include "settlement.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

const char *const settlement_status_names[] = {
	[SETTLEMENT_HELD] = "Held",
	[SETTLEMENT_PENDING] = "Pending",
	[SETTLEMENT_SUBMITTED] = "Submitted",
	[SETTLEMENT_CONFIRMED] = "Confirmed",
	[SETTLEMENT_FAILED] = "Failed",
	NULL
};

const char *const settlement_kind_names[] = {
	"Settlement", "Adjustment", NULL
};

/* settlement_moves[from] is a set of 1 << to. */
static const unsigned settlement_moves[] = {
	[SETTLEMENT_HELD] = 0,
	[SETTLEMENT_PENDING] = 1u << SETTLEMENT_SUBMITTED,
	[SETTLEMENT_SUBMITTED] = 1u << SETTLEMENT_CONFIRMED |
	    1u << SETTLEMENT_FAILED,
	[SETTLEMENT_CONFIRMED] = 0,
	[SETTLEMENT_FAILED] = 1u << SETTLEMENT_SUBMITTED,
};

const char *
settlement_status_name(enum settlement_status s)
{
	return settlement_status_names[s];
}

bool
settlement_status_of(const char *name, enum settlement_status *out)
{
	size_t i;

	for (i = 0; settlement_status_names[i] != NULL; i++)
		if (strcmp(settlement_status_names[i], name) == 0) {
			*out = (enum settlement_status)i;
			return true;
		}
	return false;
}

const char *
settlement_kind(const struct settlement *s)
{
	return settlement_kind_names[s->ordinal != 1];
}

bool
settlement_leased(const struct settlement *s)
{
	return !uuid_is_nil(&s->lease) && s->lease_until > s->read_at;
}

bool
settlement_complete(const struct settlement *s)
{
	return s->frozen || (s->has_amount && s->currency != NULL &&
	    s->has_revision && !uuid_is_nil(&s->session) &&
	    !uuid_is_nil(&s->site));
}

/* In the state asked for already, and with the same data. */
static bool
is_repeated(const struct settlement *s, const struct settlement_step *p)
{
	if (s->status != p->to)
		return false;
	switch (p->to) {
	case SETTLEMENT_SUBMITTED:
		return text_equal(s->network, p->network) &&
		    text_equal(s->tx_hash, p->tx_hash) &&
		    text_equal(s->external_ref, p->external_ref);
	case SETTLEMENT_FAILED:
		return text_equal(s->error, p->error);
	default:
		return true;
	}
}

static bool
may_move(const struct settlement *s, const struct settlement_step *p,
    const char **why)
{
	*why = NULL;
	if ((settlement_moves[s->status] & 1u << p->to) == 0)
		*why = "its state doesn't allow this step";
	else if (!settlement_complete(s))
		*why = "it has no amount, site or session to settle";
	else if (s->finalizing && !s->frozen)
		*why = "its session is finalizing";
	else if (s->status == SETTLEMENT_PENDING && settlement_leased(s) &&
	    !uuid_equal(&s->lease, &p->lease))
		*why = "it is leased to a worker, whose leaseToken is needed";
	return *why == NULL;
}

enum settlement_moved
settlement_move(struct settlement *s, const struct settlement_step *p,
    const char **why)
{
	if (p->to != SETTLEMENT_SUBMITTED && p->tx_hash != NULL &&
	    s->tx_hash != NULL && strcmp(s->tx_hash, p->tx_hash) != 0) {
		*why = "it was submitted with another txHash";
		return SETTLEMENT_REFUSED;
	}
	if (is_repeated(s, p))
		return SETTLEMENT_REPEATED;
	if (s->status == SETTLEMENT_SUBMITTED && s->status == p->to) {
		*why = "it was submitted with other data";
		return SETTLEMENT_REFUSED;
	}
	if (!may_move(s, p, why))
		return SETTLEMENT_REFUSED;
	if (p->to == SETTLEMENT_SUBMITTED) {
		s->network = p->network;
		s->tx_hash = p->tx_hash;
		s->external_ref = p->external_ref;
		memset(&s->lease, 0, sizeof(s->lease));
	}
	s->error = p->to == SETTLEMENT_FAILED ? p->error : NULL;
	s->status = p->to;
	return SETTLEMENT_MOVED;
}

/* A legacy row may lack a site or currency: then it is the session's. */
static bool
same_account(const struct settlement *a, const struct uuid *site,
    const char *currency)
{
	return (uuid_is_nil(&a->site) || uuid_equal(&a->site, site)) &&
	    (a->currency == NULL || text_equal(a->currency, currency));
}

static enum settlement_status
waiting_status(const struct session_due *d)
{
	return d->hold ? SETTLEMENT_HELD : SETTLEMENT_PENDING;
}

/* The settlement itself, before it is frozen. */
static bool
follow_first(const struct session_due *d, const struct settlement *was,
    struct settlement *now)
{
	*now = *was;
	if (!d->priced && !was->has_amount)
		return false;
	now->revision = d->revision;
	now->has_revision = d->revision > 0;
	now->has_amount = true;
	now->amount = d->priced ? d->amount : 0;
	now->status = d->priced ? waiting_status(d) : SETTLEMENT_HELD;
	if (d->priced) {
		now->site = d->site;
		now->tariff = d->tariff;
		now->currency = d->currency;
	}
	return now->revision != was->revision || !was->has_amount ||
	    now->amount != was->amount || now->status != was->status ||
	    !uuid_equal(&now->site, &was->site) ||
	    !uuid_equal(&now->tariff, &was->tariff) ||
	    !text_equal(now->currency, was->currency);
}

struct follower {
	const struct session_due *due;
	const struct settlement *list;
	size_t n;
	int32_t next_ordinal;
	struct settlement *out;
	size_t n_out;
};

/*
 * One site and currency: the part that the frozen settlements there don't
 * come to is the amount of the open adjustment.
 */
static void
follow_account(struct follower *f, const struct uuid *site,
    const char *currency, const struct uuid *tariff, amount_t due)
{
	const struct settlement *open = NULL;
	struct settlement *now = &f->out[f->n_out];
	enum settlement_status status = waiting_status(f->due);
	amount_t rest = due;
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (!same_account(&f->list[i], site, currency))
			continue;
		if (f->list[i].frozen)
			rest -= f->list[i].amount;
		else
			open = &f->list[i];
	}
	if (open == NULL && rest == 0)
		return;
	*now = open != NULL ? *open : (struct settlement){
		.session = f->due->session, .charger = f->due->charger,
		.site = *site, .currency = currency,
		.ordinal = f->next_ordinal++, .adjusts = f->list[0].id,
		.has_amount = true,
	};
	now->has_revision = true;
	now->revision = f->due->revision;
	now->amount = rest;
	now->status = status;
	now->tariff = *tariff;
	if (open == NULL || open->amount != rest || open->status != status ||
	    open->revision != now->revision ||
	    !uuid_equal(&open->tariff, tariff))
		f->n_out++;
}

/* Each account of the settlements once, but for the one that is due now. */
static void
follow_others(struct follower *f)
{
	const struct session_due *d = f->due;
	size_t i, k;

	for (i = 0; i < f->n; i++) {
		const struct settlement *s = &f->list[i];

		if (uuid_is_nil(&s->site) || s->currency == NULL ||
		    (d->priced && same_account(s, &d->site, d->currency)))
			continue;
		for (k = 0; k < i; k++)
			if (uuid_equal(&f->list[k].site, &s->site) &&
			    text_equal(f->list[k].currency, s->currency))
				break;
		if (k == i)
			follow_account(f, &s->site, s->currency, &s->tariff, 0);
	}
}

size_t
settlement_reconcile(struct arena *a, const struct session_due *d,
    const struct settlement *list, size_t n, struct settlement **out)
{
	struct follower f = { .due = d, .list = list, .n = n };

	f.out = *out = arena_calloc(a, (n + 1) * sizeof(**out));
	if (n == 0) {
		if (!d->priced)
			return 0;
		f.out[0] = (struct settlement){
			.session = d->session, .charger = d->charger,
			.ordinal = 1,
		};
		follow_first(d, &f.out[0], &f.out[0]);
		return 1;
	}
	if (!list[0].frozen)
		return follow_first(d, &list[0], &f.out[0]);
	f.next_ordinal = list[n - 1].ordinal + 1;
	if (d->priced)
		follow_account(&f, &d->site, d->currency, &d->tariff,
		    d->amount);
	follow_others(&f);
	return f.n_out;
}
