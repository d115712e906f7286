#include "large.h"

#include "base/log.h"
#include "base/time.h"

/*
 * ATTEMPTS: when its starts and ends change while it is decided.  RESTS: it is
 * left alone for so many times as long as it took, so that one into which
 * samples come all the time takes a fifth of a worker's time.
 */
enum { PATIENCE = 30, ATTEMPTS = 3, RESTS = 4 };

/* One attempt, with a memory of its own. */
struct attempt {
	struct ctx cx;
	const struct energy_policy *policy;
	struct large_session of;	/* as it stood when it was found */
	struct timeline timeline;
	struct session *session;	/* NULL: there is none any longer */
	struct decided decided;
	struct outcomes *outcomes;
	usec_t took;		/* to read and decide */
};

/* Marks the session of the timeline. */
static void
attempt_mark(struct attempt *t, const struct rows *sessions)
{
	struct transaction of = { t->of.charger, t->of.transaction };
	struct transaction_sessions *g;
	size_t i;

	sessions_open(&t->timeline, &t->cx, &of, 1, sessions);
	g = timeline_find(&t->timeline, of.charger, of.id);
	t->session = NULL;
	for (i = 0; i < g->n; i++)
		if (uuid_equal(&g->slots[i].session->id, &t->of.id)) {
			t->session = g->slots[i].session;
			g->slots[i].marked = true;
		}
}

static enum fault
attempt_find(struct attempt *t)
{
	struct transaction of = { t->of.charger, t->of.transaction };
	struct rows *found, *sessions;
	enum fault f;

	if ((f = store_large_find(&t->cx, &t->of, &found)) ||
	    (f = store_sessions_find(&t->cx, &of, 1, NULL, 0, &sessions)) ||
	    (f = db_sync(&t->cx)))
		return f;
	store_large_read(found, &t->of);
	attempt_mark(t, sessions);
	return FAULT_NONE;
}

/* The version first: what changes afterwards has another. */
static enum fault
attempt_decide(struct attempt *t)
{
	const struct evaluator v = { .cx = &t->cx, .policy = t->policy };
	usec_t began = time_monotonic();
	enum fault f;

	if ((f = attempt_find(t)) || t->session == NULL)
		return f;
	f = session_decide(&v, &t->timeline, &t->decided);
	t->took = time_monotonic() - began;
	return f;
}

static enum fault
attempt_settle(struct attempt *t, bool moved)
{
	usec_t rest = t->took * RESTS;

	if (t->session == NULL)
		return store_large_remove(&t->cx, &t->of);
	if (moved)
		return store_large_again(&t->cx, &t->of, rest);
	if (t->decided.readings.rows > t->policy->large_session)
		return store_large_decided(&t->cx, &t->of, rest);
	return store_large_remove(&t->cx, &t->of);
}

static enum fault
attempt_save(struct attempt *t)
{
	struct evaluator v = {
		.cx = &t->cx, .policy = t->policy,
		.outcomes = &t->outcomes, .decided = &t->decided,
	};
	const struct large_session *l = &t->of;
	int64_t version = l->version;	/* that was decided */
	bool moved;
	enum fault f;

	if ((f = db_queue(&t->cx, &db_begin, NULL, 0, NULL)) ||
	    (f = store_charger_lock(&t->cx, l->charger)) ||
	    (f = attempt_find(t)))
		return f;
	moved = l->version != version;
	if (t->session != NULL)
		t->session->finalizing = moved;
	v.anew = l->anew;
	v.by = l->by;
	v.why = l->why;
	if ((f = sessions_evaluate(&v, &t->timeline, l->cause)))
		return f;
	return attempt_settle(t, moved);
}

static enum fault
attempt_end(struct attempt *t, bool dry_run)
{
	enum fault f;

	if (!dry_run && (f = db_queue(&t->cx, &db_commit, NULL, 0, NULL)))
		return f;
	return db_sync(&t->cx);
}

/* *again: its starts or ends have changed meanwhile, and nothing was saved. */
static enum fault
attempt_run(struct attempt *t, bool dry_run, bool *again)
{
	enum fault f;

	if ((f = attempt_decide(t)) == FAULT_NONE &&
	    (f = attempt_save(t)) == FAULT_NONE) {
		*again = t->decided.outdated;
		if (!*again)
			f = attempt_end(t, dry_run);
	}
	if (f != FAULT_NONE || *again || dry_run)
		db_rollback(&t->cx);
	return f;
}

static void
attempt_tell(const struct attempt *t, outcome_told told, void *arg)
{
	const struct outcomes *o;
	size_t i;

	for (o = t->outcomes; o != NULL && told != NULL; o = o->next)
		for (i = 0; i < o->n; i++)
			told(arg, &o->list[i]);
}

enum fault
large_session_decide(struct ctx *cx, const struct energy_policy *policy,
    const struct large_session *l, bool dry_run, outcome_told told, void *arg)
{
	enum fault f = FAULT_NONE;
	bool again = true;
	int i;

	for (i = 0; i < ATTEMPTS && f == FAULT_NONE && again; i++) {
		struct attempt t = { .policy = policy, .of = *l };

		again = false;
		ctx_init(&t.cx);
		ctx_reset(&t.cx, time_now(), time_monotonic() +
		    PATIENCE * SECOND);
		t.cx.pool = cx->pool;
		t.cx.db = cx->db;
		if ((f = attempt_run(&t, dry_run, &again)) == FAULT_NONE &&
		    !again)
			attempt_tell(&t, told, arg);
		cx->db = t.cx.db;
		if (f != FAULT_NONE)
			cx->detail = arena_strdup(&cx->arena,
			    t.cx.detail == NULL ? "" : t.cx.detail);
		arena_free(&t.cx.arena);
	}
	return f;
}

static void
left_due(struct ctx *cx, const struct large_session *l)
{
	char id[UUID_TEXT];

	log_line(LOG_WARNING_LINE, "session %s stays due: %s",
	    uuid_text(id, &l->id), cx->detail == NULL ? "" : cx->detail);
	db_release(cx);
}

void
large_sessions_now(struct ctx *cx, const struct energy_policy *policy,
    const struct large_session *l)
{
	for (; l != NULL; l = l->next)
		if (large_session_decide(cx, policy, l, false, NULL, NULL))
			left_due(cx, l);
}

enum fault
large_session_next(struct ctx *cx, const struct energy_policy *policy,
    bool *any)
{
	struct large_session l;
	enum fault f;

	if ((f = store_large_take(cx, &l, any)) || !*any)
		return f;
	if ((f = large_session_decide(cx, policy, &l, false, NULL, NULL)))
		left_due(cx, &l);
	return f;
}
