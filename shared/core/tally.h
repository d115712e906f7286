/*
 * A pass over sessions in figures: how many came out differently and in which
 * respect, what became of their settlements, and the sums of both before and
 * after, by currency.
 */
#ifndef CPMS_CORE_TALLY_H
#define CPMS_CORE_TALLY_H

#include "session.h"
#include "settlement.h"

/* A settlement of a session that is new or changed. */
struct settlement_change {
	const struct settlement *before;	/* NULL: new */
	const struct settlement *after;
};

/* The settlements of a session as they were, and those that change. */
struct session_settlements {
	const struct settlement *list;
	size_t n;
	struct settlement_change *changes;
	size_t n_changes;
};

/* A session that was decided and priced again. */
struct session_outcome {
	struct session before;
	const struct session *after;
	bool decided;		/* it has a new revision, or runs again */
	const struct session_settlements *settlements;
};

/* Sums of ten-thousandths: more than an amount can hold. */
typedef __int128 amount_sum_t;
enum { AMOUNT_SUM_TEXT = 48 };
char *amount_sum_text(char buf[AMOUNT_SUM_TEXT], amount_sum_t);

struct tally_sums {
	const char *currency;	/* "" in some legacy rows */
	amount_sum_t costs_before, costs_after;
	amount_sum_t settled_before, settled_after;
};

struct tally {
	struct arena *arena;
	size_t seen;		/* sessions */
	size_t sessions;	/* those that change, and of them in */
	size_t energy, source, review, price;
	size_t explained;	/* whose explanation alone changes */
	size_t settlements;	/* that change, and of them */
	size_t made, adjusted;	/* new: ordinal 1, a later one */
	size_t changed;		/* have another amount, site or tariff */
	size_t held, released;	/* are Held now, are Pending again */
	struct tally_sums *sums;	/* by currency */
	size_t n_sums, room;
};

void tally_init(struct tally *, struct arena *);

/* True: more than the session's explanation came out differently. */
bool tally_add(struct tally *, const struct session_outcome *);

#endif
