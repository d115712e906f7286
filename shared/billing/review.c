#include "review.h"

#include "adapter/db.h"
#include "large.h"
#include "price.h"
#include "store/session_review.h"

/* The session as it is while nobody else can change it. */
static enum fault
session_lock(struct ctx *cx, const struct uuid *id, struct session *s)
{
	enum fault f;

	if ((f = store_session_load(cx, id, s)) ||
	    (f = db_queue(cx, &db_begin, NULL, 0, NULL)) ||
	    (f = store_charger_lock(cx, s->charger)) ||
	    (f = db_sync(cx)))
		return f;
	return store_session_load(cx, id, s);
}

static enum fault
session_commit(struct ctx *cx)
{
	enum fault f;

	if ((f = db_queue(cx, &db_commit, NULL, 0, NULL)))
		return f;
	return db_sync(cx);
}

/* The session after a call that ended with this fault. */
static enum fault
session_after(struct ctx *cx, enum fault f, const struct uuid *id,
    struct session *s)
{
	if (f == FAULT_NONE)
		return store_session_load(cx, id, s);
	db_rollback(cx);
	return f;
}

/* A figure that is about to be replaced is nobody's word. */
static enum fault
session_decided(struct ctx *cx, const struct session *s)
{
	return s->finalizing ? ctx_fail(cx, FAULT_CONFLICT,
	    "the session is finalizing: its number comes soon") : FAULT_NONE;
}

static enum fault
accept_locked(struct ctx *cx, const struct uuid *id, const char *by,
    const char *why, struct session *s)
{
	struct price_work p;
	enum fault f;

	if ((f = session_lock(cx, id, s)))
		return f;
	if (s->end == END_NONE)
		return ctx_fail(cx, FAULT_CONFLICT, "the session is running");
	if ((f = session_decided(cx, s)))
		return f;
	if (!s->needs_review)
		return ctx_fail(cx, FAULT_CONFLICT,
		    "the session needs no review");
	if ((f = store_session_accept(cx, s, by, why)))
		return f;
	s->needs_review = false;
	if ((f = price_sessions(&p, cx, &s, 1)))
		return f;
	return session_commit(cx);
}

enum fault
review_accept(struct ctx *cx, const struct uuid *id, const char *by,
    const char *why, struct session *s)
{
	return session_after(cx, accept_locked(cx, id, by, why, s), id, s);
}

static enum fault
correctable(struct ctx *cx, const struct session *s)
{
	char text[UUID_TEXT];

	if (s->end == END_NONE)
		return ctx_fail(cx, FAULT_CONFLICT, "the session is running");
	if (uuid_is_nil(&s->duplicate_of))
		return session_decided(cx, s);
	return ctx_fail(cx, FAULT_CONFLICT, "the session is a duplicate of %s",
	    uuid_text(text, &s->duplicate_of));
}

/* *repeated: by its key it was made already. */
static enum fault
correction_check(struct ctx *cx, const struct session *s,
    const struct correction *c, bool *repeated)
{
	const struct correction *same;
	struct correction *list;
	enum fault f;
	size_t n;

	if ((f = store_correction_list(cx, s, &list, &n)))
		return f;
	same = correction_of_key(list, n, c->key);
	*repeated = same != NULL;
	if (same != NULL && !correction_equal(same, c))
		return ctx_fail(cx, FAULT_KEY_REUSED, "this session had "
		    "another correction with this idempotencyKey");
	return FAULT_NONE;
}

static enum fault
correct_locked(struct ctx *cx, const struct uuid *id,
    const struct correction *c, struct session *s, bool *repeated)
{
	struct price_work p;
	enum fault f;

	if ((f = session_lock(cx, id, s)) ||
	    (f = correction_check(cx, s, c, repeated)))
		return f;
	if (*repeated)
		return session_commit(cx);
	if ((f = correctable(cx, s)) ||
	    (f = store_session_correct(cx, s, c)))
		return f;
	s->has_energy = s->corrected = true;
	s->energy_wh = s->correction_wh = c->energy_wh;
	s->needs_review = false;
	if ((f = price_sessions(&p, cx, &s, 1)))
		return f;
	return session_commit(cx);
}

enum fault
review_correct(struct ctx *cx, const struct uuid *id,
    const struct correction *c, struct session *s, bool *repeated)
{
	return session_after(cx, correct_locked(cx, id, c, s, repeated), id,
	    s);
}

static enum fault
withdraw_locked(struct ctx *cx, const struct energy_policy *policy,
    const struct uuid *id, const struct correction *c, struct session *s,
    struct large_session **later)
{
	const struct evaluator v = {
		.cx = cx, .policy = policy, .anew = true,
		.by = c->by, .why = c->why, .later = later,
	};
	struct transaction of;
	struct rows *sessions;
	struct timeline t;
	enum fault f;

	if ((f = session_lock(cx, id, s)))
		return f;
	if (!s->corrected)
		return ctx_fail(cx, FAULT_NOT_FOUND,
		    "the session has no correction");
	if ((f = session_decided(cx, s)))
		return f;
	if (!s->has_transaction)
		return ctx_fail(cx, FAULT_CONFLICT, "the session has no "
		    "transactionId, so there is no other figure");
	of = (struct transaction){ s->charger, s->transaction };
	if ((f = store_correction_withdraw(cx, s, c)) ||
	    (f = store_sessions_find(cx, &of, 1, NULL, 0, &sessions)) ||
	    (f = db_sync(cx)))
		return f;
	sessions_open(&t, cx, &of, 1, sessions);
	timeline_mark(timeline_find(&t, of.charger, of.id), id);
	if ((f = sessions_evaluate(&v, &t, "Withdrawn")))
		return f;
	return session_commit(cx);
}

enum fault
review_withdraw(struct ctx *cx, const struct energy_policy *policy,
    const struct uuid *id, const struct correction *c, struct session *s)
{
	struct large_session *later = NULL;
	enum fault f;

	f = withdraw_locked(cx, policy, id, c, s, &later);
	if (f == FAULT_NONE)
		large_sessions_now(cx, policy, later);
	return session_after(cx, f, id, s);
}
