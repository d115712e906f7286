#include "attribution.h"

#include <string.h>

static usec_t
time_before(usec_t at, usec_t span)
{
	return at < INT64_MIN + span ? INT64_MIN : at - span;
}

/* Number of starts whose session a moment can belong to. */
static size_t
starts_begun(const struct start *starts, size_t n, usec_t at)
{
	size_t low = 0, high = n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (time_before(starts[middle].at, ATTRIBUTION_SLACK) <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t
attribute(const struct start *starts, size_t n, usec_t at)
{
	size_t count = starts_begun(starts, n, at);

	return count > 0 ? count - 1 : 0;
}

void
reading_range(const struct start *starts, size_t n, size_t i,
    usec_t *lo, usec_t *hi)
{
	*lo = i == 0 ? INT64_MIN : time_before(starts[i].at, ATTRIBUTION_SLACK);
	*hi = i + 1 == n ? INT64_MAX :
	    time_before(starts[i + 1].at, ATTRIBUTION_SLACK);
}

/* Whether the second of two starts in order comes within the slack. */
static bool
starts_near(const struct start *a, const struct start *b)
{
	return a->at >= time_before(b->at, ATTRIBUTION_SLACK);
}

static bool
starts_alike(const struct start *a, const struct start *b)
{
	return starts_near(a, b) && a->has_connector && b->has_connector &&
	    a->connector != b->connector;
}

bool
start_ambiguous(const struct start *starts, size_t n, size_t i)
{
	size_t j;

	for (j = i; j-- > 0 && starts_near(&starts[j], &starts[i]);)
		if (starts_alike(&starts[j], &starts[i]))
			return true;
	for (j = i + 1; j < n && starts_near(&starts[i], &starts[j]); j++)
		if (starts_alike(&starts[i], &starts[j]))
			return true;
	return false;
}

/*
 * Whether the sessions i and i + 1 can't be told apart, if only by way of
 * others: some start up to i is like some start after it.  A start between
 * two such starts is like one of them, for it can't share both connectors.
 */
static bool
sessions_joined(const struct start *starts, size_t n, size_t i)
{
	size_t a, b;

	for (a = i + 1; a-- > 0 && starts_near(&starts[a], &starts[i + 1]);)
		for (b = i + 1; b < n &&
		    starts_near(&starts[a], &starts[b]); b++)
			if (starts_alike(&starts[a], &starts[b]))
				return true;
	return false;
}

void
end_range(const struct start *starts, size_t n, size_t i, usec_t *lo,
    usec_t *hi)
{
	size_t first = i, last = i;
	usec_t unused;

	if (start_ambiguous(starts, n, i)) {
		while (first > 0 && sessions_joined(starts, n, first - 1))
			first--;
		while (last + 1 < n && sessions_joined(starts, n, last))
			last++;
	}
	reading_range(starts, n, first, lo, &unused);
	reading_range(starts, n, last, &unused, hi);
}

static bool
ends_session(const struct start *starts, size_t n, size_t i,
    const struct end *end)
{
	size_t owner = attribute(starts, n, end->at), j;

	if (owner == i || !start_ambiguous(starts, n, i))
		return owner == i;
	if (!start_ambiguous(starts, n, owner))
		return false;
	for (j = i; j < owner; j++)
		if (!sessions_joined(starts, n, j))
			return false;
	for (j = owner; j < i; j++)
		if (!sessions_joined(starts, n, j))
			return false;
	return true;
}

static bool
same_end(const struct end *a, const struct end *b)
{
	return a->at == b->at && a->has_stop == b->has_stop &&
	    (!a->has_stop || a->stop == b->stop);
}

static bool
ranks_before(const struct end *a, const struct end *b)
{
	if (a->at != b->at)
		return a->at < b->at;
	if (a->has_stop != b->has_stop)
		return a->has_stop;
	if (a->has_stop && a->stop != b->stop)
		return a->stop < b->stop;
	if (!a->reason || !b->reason)
		return a->reason && !b->reason;
	return strcmp(a->reason, b->reason) < 0;
}

struct chosen_end
choose_end(const struct start *starts, size_t n, size_t i,
    const struct end *ends, size_t n_ends)
{
	struct chosen_end chosen = { false, false, NULL };
	size_t j;

	for (j = 0; j < n_ends; j++) {
		if (!ends_session(starts, n, i, &ends[j]))
			continue;
		if (chosen.any && !same_end(chosen.end, &ends[j]))
			chosen.conflict = true;
		if (!chosen.any || ranks_before(&ends[j], chosen.end))
			chosen.end = &ends[j];
		chosen.any = true;
	}
	if (start_ambiguous(starts, n, i))
		chosen.conflict = false;
	return chosen;
}
