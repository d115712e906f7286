#include "core/settlement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

enum { ROOM = 16 };

/* A session's settlements as a database would keep them. */
struct ledger {
	struct arena arena;
	struct settlement list[ROOM];
	size_t n;
	unsigned char next_id;
};

static const struct uuid site_a = { { 0xa } }, site_b = { { 0xb } };

static void
start(struct ledger *l)
{
	memset(l, 0, sizeof(*l));
	arena_init(&l->arena);
}

static void
end(struct ledger *l)
{
	arena_free(&l->arena);
}

static struct session_due
costs(amount_t amount)
{
	return (struct session_due){
		.session = { { 5 } }, .charger = "CP", .revision = 1,
		.priced = true, .site = site_a, .tariff = { { 7 } },
		.amount = amount, .currency = "EUR",
	};
}

/* How many were made or changed. */
static size_t
follow(struct ledger *l, const struct session_due *d)
{
	struct settlement *out;
	size_t i, n = settlement_reconcile(&l->arena, d, l->list, l->n, &out);

	for (i = 0; i < n; i++) {
		if (uuid_is_nil(&out[i].id)) {
			assert_true(l->n < ROOM);
			out[i].id.byte[0] = ++l->next_id;
			assert_int_equal(out[i].ordinal, l->n + 1);
			l->list[l->n++] = out[i];
		} else {
			assert_false(l->list[out[i].ordinal - 1].frozen);
			l->list[out[i].ordinal - 1] = out[i];
		}
	}
	return n;
}

static amount_t
sum(const struct ledger *l, const struct uuid *site, const char *currency)
{
	amount_t total = 0;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (uuid_equal(&l->list[i].site, site) &&
		    strcmp(l->list[i].currency, currency) == 0)
			total += l->list[i].amount;
	return total;
}

static void
a_priced_session_has_one_pending_settlement(void **state)
{
	struct session_due d = costs(2962);
	struct ledger l;

	(void)state;
	start(&l);
	assert_int_equal(follow(&l, &d), 1);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.list[0].amount, 2962);
	assert_int_equal(l.list[0].status, SETTLEMENT_PENDING);
	assert_string_equal(settlement_kind(&l.list[0]), "Settlement");
	assert_true(settlement_complete(&l.list[0]));
	assert_int_equal(follow(&l, &d), 0);
	end(&l);
}

static void
a_session_without_a_price_has_none(void **state)
{
	struct session_due d = costs(0);
	struct ledger l;

	(void)state;
	start(&l);
	d.priced = false;
	assert_int_equal(follow(&l, &d), 0);
	end(&l);
}

static void
it_follows_until_it_is_frozen(void **state)
{
	struct session_due d = costs(2962);
	struct ledger l;

	(void)state;
	start(&l);
	follow(&l, &d);
	d = costs(5000);
	d.revision = 2;
	d.currency = "USD";
	d.site = site_b;
	assert_int_equal(follow(&l, &d), 1);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.list[0].amount, 5000);
	assert_int_equal(l.list[0].revision, 2);
	assert_string_equal(l.list[0].currency, "USD");
	assert_true(uuid_equal(&l.list[0].site, &site_b));
	d.hold = true;
	follow(&l, &d);
	assert_int_equal(l.list[0].status, SETTLEMENT_HELD);
	d.hold = false;
	follow(&l, &d);
	assert_int_equal(l.list[0].status, SETTLEMENT_PENDING);
	end(&l);
}

static void
without_its_price_it_is_held_at_nothing(void **state)
{
	struct session_due d = costs(2962);
	struct ledger l;

	(void)state;
	start(&l);
	follow(&l, &d);
	d.priced = false;
	assert_int_equal(follow(&l, &d), 1);
	assert_int_equal(l.list[0].amount, 0);
	assert_int_equal(l.list[0].status, SETTLEMENT_HELD);
	d = costs(100);
	follow(&l, &d);
	assert_int_equal(l.list[0].amount, 100);
	assert_int_equal(l.list[0].status, SETTLEMENT_PENDING);
	end(&l);
}

static void
what_comes_after_it_is_frozen_is_an_adjustment(void **state)
{
	struct session_due d = costs(2962);
	struct ledger l;

	(void)state;
	start(&l);
	follow(&l, &d);
	l.list[0].frozen = true;
	assert_int_equal(follow(&l, &d), 0);
	d = costs(5000);
	d.revision = 2;
	assert_int_equal(follow(&l, &d), 1);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.list[0].amount, 2962);
	assert_int_equal(l.list[1].amount, 2038);
	assert_string_equal(settlement_kind(&l.list[1]), "Adjustment");
	assert_true(uuid_equal(&l.list[1].adjusts, &l.list[0].id));
	d = costs(1000);
	d.revision = 3;
	d.hold = true;
	assert_int_equal(follow(&l, &d), 1);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.list[1].amount, -1962);
	assert_int_equal(l.list[1].status, SETTLEMENT_HELD);
	end(&l);
}

static void
adjustments_name_the_first_settlement(void **state)
{
	struct session_due d = costs(100);
	struct ledger l;
	int i;

	(void)state;
	start(&l);
	for (i = 0; i < 4; i++) {
		d.amount += 10;
		d.revision++;
		follow(&l, &d);
		l.list[l.n - 1].frozen = true;
	}
	assert_int_equal(l.n, 4);
	for (i = 1; i < 4; i++) {
		assert_int_equal(l.list[i].amount, 10);
		assert_true(uuid_equal(&l.list[i].adjusts, &l.list[0].id));
	}
	end(&l);
}

static void
a_lost_price_is_given_back(void **state)
{
	struct session_due d = costs(2962);
	struct ledger l;

	(void)state;
	start(&l);
	follow(&l, &d);
	l.list[0].frozen = true;
	d.priced = false;
	d.revision = 2;
	assert_int_equal(follow(&l, &d), 1);
	assert_int_equal(l.list[1].amount, -2962);
	assert_int_equal(l.list[1].status, SETTLEMENT_PENDING);
	d = costs(2962);
	d.revision = 3;
	assert_int_equal(follow(&l, &d), 1);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.list[1].amount, 0);
	end(&l);
}

static void
another_site_or_currency_is_settled_apart(void **state)
{
	struct session_due d = costs(2962);
	struct ledger l;

	(void)state;
	start(&l);
	follow(&l, &d);
	l.list[0].frozen = true;
	d.revision = 2;
	d.site = site_b;
	d.currency = "USD";
	d.amount = 4000;
	assert_int_equal(follow(&l, &d), 2);
	assert_int_equal(l.n, 3);
	assert_int_equal(sum(&l, &site_a, "EUR"), 0);
	assert_int_equal(sum(&l, &site_b, "USD"), 4000);
	l.list[1].frozen = l.list[2].frozen = true;
	d = costs(2962);
	d.revision = 3;
	assert_int_equal(follow(&l, &d), 2);
	assert_int_equal(sum(&l, &site_a, "EUR"), 2962);
	assert_int_equal(sum(&l, &site_b, "USD"), 0);
	end(&l);
}

static void
the_amounts_always_add_up_to_the_cost(void **state)
{
	static const struct { const char *currency; bool b; } accounts[] = {
		{ "EUR", false }, { "USD", false }, { "EUR", true }
	};
	struct session_due d;
	struct ledger l;
	unsigned seed, i, k;

	(void)state;
	for (seed = 0; seed < 300; seed++) {
		srand(seed);
		start(&l);
		for (i = 0; i < 12 && l.n + 3 < ROOM; i++) {
			k = seed % 3 == 0 ? (unsigned)rand() % 3 : 0;
			d = costs(rand() % 100000 - 20000);
			d.revision = (int32_t)i + 1;
			d.priced = rand() % 8 != 0;
			d.hold = rand() % 5 == 0;
			d.site = accounts[k].b ? site_b : site_a;
			d.currency = accounts[k].currency;
			follow(&l, &d);
			for (k = 0; k < 3; k++) {
				const struct uuid *site = accounts[k].b ?
				    &site_b : &site_a;
				bool due = d.priced &&
				    uuid_equal(site, &d.site) &&
				    strcmp(d.currency,
				    accounts[k].currency) == 0;

				assert_int_equal(sum(&l, site,
				    accounts[k].currency), due ? d.amount : 0);
			}
			assert_int_equal(follow(&l, &d), 0);
			for (k = 0; k < l.n; k++)
				if (l.list[k].status == SETTLEMENT_PENDING &&
				    rand() % 3 == 0)
					l.list[k].frozen = true;
		}
		end(&l);
	}
}

static void
the_fields_settlement_without_site_counts_as_the_sessions(void **state)
{
	struct session_due d = costs(3000);
	struct ledger l;

	(void)state;
	start(&l);
	l.n = 1;
	l.list[0] = (struct settlement){
		.id = { { 99 } }, .session = d.session, .charger = "CP",
		.ordinal = 1, .has_amount = true, .amount = 2962,
		.status = SETTLEMENT_CONFIRMED, .frozen = true,
	};
	assert_int_equal(follow(&l, &d), 1);
	assert_int_equal(l.list[1].amount, 38);
	end(&l);
}

static struct settlement
in_state(enum settlement_status status)
{
	struct settlement s = {
		.id = { { 1 } }, .session = { { 5 } }, .site = site_a,
		.ordinal = 1, .has_revision = true, .has_amount = true,
		.currency = "EUR", .status = status,
	};

	if (status >= SETTLEMENT_SUBMITTED) {
		s.frozen = true;
		s.network = "base";
		s.tx_hash = "0x1";
	}
	if (status == SETTLEMENT_FAILED)
		s.error = "out of gas";
	return s;
}

static struct settlement_step
to(enum settlement_status status)
{
	struct settlement_step p = { .to = status };

	if (status == SETTLEMENT_SUBMITTED) {
		p.network = "base";
		p.tx_hash = "0x1";
	}
	if (status == SETTLEMENT_FAILED)
		p.error = "out of gas";
	return p;
}

static void
only_the_listed_steps_are_taken(void **state)
{
	enum { M = SETTLEMENT_MOVED, S = SETTLEMENT_REPEATED,
	    R = SETTLEMENT_REFUSED };
	static const int want[5][5] = {
		/* to Held, Pending, Submitted, Confirmed, Failed */
		{ S, R, R, R, R },
		{ R, S, M, R, R },
		{ R, R, S, M, M },
		{ R, R, R, S, R },
		{ R, R, M, R, S },
	};
	int from, next;

	(void)state;
	for (from = 0; from < 5; from++)
		for (next = 0; next < 5; next++) {
			struct settlement s =
			    in_state((enum settlement_status)from);
			struct settlement_step p =
			    to((enum settlement_status)next);
			const char *why = NULL;
			int got = (int)settlement_move(&s, &p,
			    &why);

			if (got != want[from][next])
				fail_msg("%d to %d: %d", from, next, got);
			assert_int_equal(s.status, got == M ? next : from);
			assert_int_equal(why != NULL, got == R);
		}
}

static void
other_data_is_another_submission(void **state)
{
	struct settlement s = in_state(SETTLEMENT_SUBMITTED);
	struct settlement_step p = to(SETTLEMENT_SUBMITTED);
	const char *why;

	(void)state;
	p.tx_hash = "0x2";
	assert_int_equal(settlement_move(&s, &p, &why), SETTLEMENT_REFUSED);
	p = to(SETTLEMENT_SUBMITTED);
	p.network = "polygon";
	assert_int_equal(settlement_move(&s, &p, &why), SETTLEMENT_REFUSED);
	p = to(SETTLEMENT_SUBMITTED);
	p.external_ref = "r";
	assert_int_equal(settlement_move(&s, &p, &why), SETTLEMENT_REFUSED);
	p = to(SETTLEMENT_CONFIRMED);
	p.tx_hash = "0x2";
	assert_int_equal(settlement_move(&s, &p, &why), SETTLEMENT_REFUSED);
	assert_string_equal(s.tx_hash, "0x1");
	s = in_state(SETTLEMENT_FAILED);
	p = to(SETTLEMENT_FAILED);
	p.error = "other";
	assert_int_equal(settlement_move(&s, &p, &why), SETTLEMENT_REFUSED);
}

static void
a_failed_one_is_submitted_again_with_other_data(void **state)
{
	struct settlement s = in_state(SETTLEMENT_FAILED);
	struct settlement_step p = to(SETTLEMENT_SUBMITTED);
	const char *why;

	(void)state;
	p.tx_hash = "0x2";
	assert_int_equal(settlement_move(&s, &p, &why), SETTLEMENT_MOVED);
	assert_string_equal(s.tx_hash, "0x2");
	assert_null(s.error);
}

static void
while_its_session_is_finalizing_only_a_frozen_one_moves(void **state)
{
	const struct settlement_step p = to(SETTLEMENT_SUBMITTED);
	struct settlement s = in_state(SETTLEMENT_PENDING);
	const char *why;

	(void)state;
	s.finalizing = true;
	s.frozen = false;
	assert_int_equal(settlement_move(&s, &p, &why), SETTLEMENT_REFUSED);
	assert_string_equal(why, "its session is finalizing");
	s.frozen = true;
	assert_int_equal(settlement_move(&s, &p, &why), SETTLEMENT_MOVED);
}

static void
while_a_lease_lives_only_its_token_submits(void **state)
{
	struct settlement_step p = to(SETTLEMENT_SUBMITTED);
	struct settlement s = in_state(SETTLEMENT_PENDING);
	const char *why;

	(void)state;
	s.frozen = true;
	s.lease = (struct uuid){ { 3 } };
	s.lease_until = 100;
	s.read_at = 99;
	assert_int_equal(settlement_move(&s, &p, &why), SETTLEMENT_REFUSED);
	p.lease = (struct uuid){ { 4 } };
	assert_int_equal(settlement_move(&s, &p, &why), SETTLEMENT_REFUSED);
	s.read_at = 100;
	assert_int_equal(settlement_move(&s, &p, &why), SETTLEMENT_MOVED);
	assert_true(uuid_is_nil(&s.lease));
	s = in_state(SETTLEMENT_PENDING);
	s.lease = p.lease;
	s.lease_until = 100;
	assert_int_equal(settlement_move(&s, &p, &why), SETTLEMENT_MOVED);
}

static void
what_lacks_an_amount_is_not_submitted(void **state)
{
	struct settlement s = in_state(SETTLEMENT_PENDING);
	struct settlement_step p = to(SETTLEMENT_SUBMITTED);
	const char *why;

	(void)state;
	s.has_amount = false;
	assert_int_equal(settlement_move(&s, &p, &why), SETTLEMENT_REFUSED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_priced_session_has_one_pending_settlement),
		cmocka_unit_test(a_session_without_a_price_has_none),
		cmocka_unit_test(it_follows_until_it_is_frozen),
		cmocka_unit_test(without_its_price_it_is_held_at_nothing),
		cmocka_unit_test(
		    what_comes_after_it_is_frozen_is_an_adjustment),
		cmocka_unit_test(adjustments_name_the_first_settlement),
		cmocka_unit_test(a_lost_price_is_given_back),
		cmocka_unit_test(another_site_or_currency_is_settled_apart),
		cmocka_unit_test(the_amounts_always_add_up_to_the_cost),
		cmocka_unit_test(
		    the_fields_settlement_without_site_counts_as_the_sessions),
		cmocka_unit_test(only_the_listed_steps_are_taken),
		cmocka_unit_test(other_data_is_another_submission),
		cmocka_unit_test(
		    a_failed_one_is_submitted_again_with_other_data),
		cmocka_unit_test(
		    while_its_session_is_finalizing_only_a_frozen_one_moves),
		cmocka_unit_test(while_a_lease_lives_only_its_token_submits),
		cmocka_unit_test(what_lacks_an_amount_is_not_submitted),
	};

	return cmocka_run_group_tests_name("settlement", tests, NULL, NULL);
}
