#include "finalize.h"

#include "base/time.h"
#include "store/upkeep.h"

enum { PATIENCE = 30 };

/* The charger's lock and all sessions of these transactions. */
static enum fault
locked_open(struct book *b, struct ctx *cx, const struct limits *limits,
    const struct transaction *of, size_t n)
{
	struct rows *r[DB_RESULTS];
	enum fault f;

	if ((f = db_queue(cx, &db_begin, NULL, 0)) ||
	    (f = store_charger_lock(cx, of[0].charger)) ||
	    (f = store_sessions_find(cx, of, n, NULL, 0)) ||
	    (f = db_sync(cx, r)))
		return f;
	book_open(b, cx, limits, of, n, r[2]);
	return FAULT_NONE;
}

static struct session *
book_session(struct book *b, const struct uuid *id)
{
	size_t i, k;

	for (i = 0; i < b->n; i++)
		for (k = 0; k < b->groups[i].n; k++)
			if (uuid_equal(&b->groups[i].entries[k].session->id,
			    id))
				return b->groups[i].entries[k].session;
	return NULL;
}

static enum fault
finalize_locked(struct ctx *cx, const struct limits *limits,
    const struct session *s, bool force)
{
	struct transaction of = { s->charger, s->transaction };
	struct session *now;
	struct book b;
	enum fault f;

	if ((f = locked_open(&b, cx, limits, &of, 1)))
		return f;
	if ((now = book_session(&b, &s->id)) == NULL)
		return ctx_fail(cx, FAULT_ABSENT, "no such session");
	b.price_only = !force;
	if (!now->finalized || !now->priced || force)
		book_mark(book_group(&b, of.charger, of.id), &s->id);
	if ((f = book_settle(&b, "Forced")))
		return f;
	if (now->end == END_NONE)
		return ctx_fail(cx, FAULT_CONFLICT, "the session is running");
	if ((f = db_queue(cx, &db_commit, NULL, 0)))
		return f;
	return db_sync(cx, NULL);
}

enum fault
finalize_session(struct ctx *cx, const struct limits *limits,
    const struct uuid *id, bool force, struct session *s)
{
	char text[UUID_TEXT];
	enum fault f;

	if ((f = store_session_load(cx, id, s)))
		return f;
	if (!uuid_is_nil(&s->duplicate_of))
		return ctx_fail(cx, FAULT_CONFLICT,
		    "the session is a duplicate of %s",
		    uuid_text(text, &s->duplicate_of));
	if (!s->has_transaction)
		return ctx_fail(cx, FAULT_CONFLICT,
		    "the session has no transactionId, so nothing is its");
	if ((f = finalize_locked(cx, limits, s, force))) {
		db_rollback(cx);
		return f;
	}
	return store_session_load(cx, id, s);
}

static enum fault
end_transaction(struct ctx *cx, bool dry_run)
{
	enum fault f;

	if (dry_run) {
		/* Everything is tried in the database before it is undone. */
		f = db_sync(cx, NULL);
		db_rollback(cx);
		return f;
	}
	if ((f = db_queue(cx, &db_commit, NULL, 0)))
		return f;
	return db_sync(cx, NULL);
}

static void
mark_stale(struct book *b)
{
	size_t i, k;

	for (i = 0; i < b->n; i++)
		for (k = 0; k < b->groups[i].n; k++)
			if (b->groups[i].entries[k].session->stale)
				b->groups[i].entries[k].marked = true;
}

static enum fault
close_stale_of(struct ctx *cx, const struct limits *limits,
    const char *charger, usec_t cutoff, bool dry_run,
    const struct report *report)
{
	struct transaction *of, *waiting;
	usec_t *since;
	size_t i, n, n_waiting;
	struct group *g;
	struct book b;
	struct rows *r;
	enum fault f;

	if ((f = db_queue(cx, &db_begin, NULL, 0)) ||
	    (f = store_charger_lock(cx, charger)) ||
	    (f = store_stale_take(cx, charger, cutoff, &of, &n, &waiting,
	    &since, &n_waiting)))
		return f;
	if (n + n_waiting == 0)
		return end_transaction(cx, dry_run);
	if (n > 0 && ((f = store_sessions_find(cx, of, n, NULL, 0)) ||
	    (f = db_sync(cx, &r))))
		return f;
	book_open(&b, cx, limits, n > 0 ? of : waiting,
	    n > 0 ? n : n_waiting, n > 0 ? r : NULL);
	b.report = report;
	mark_stale(&b);
	if ((f = book_settle(&b, "Stale")))
		return f;
	if (n > 0 && n_waiting > 0)
		book_open(&b, cx, limits, waiting, n_waiting, NULL);
	b.report = report;
	for (i = 0; i < n_waiting; i++)
		if ((g = book_group(&b, charger, waiting[i].id))->n == 0)
			book_startless(&b, g, since[i]);
	if (n_waiting > 0 && ((f = book_queue_starts(&b)) ||
	    (f = book_settle(&b, "Stale"))))
		return f;
	return end_transaction(cx, dry_run);
}

static void
next_work(struct ctx *cx)
{
	ctx_reset(cx, time_now(), time_steady() + PATIENCE * SECOND);
}

/*
 * One charger after the other; each starts from an empty arena, so the name
 * to go on from is kept by the caller's.
 */
enum fault
close_stale(struct ctx *cx, const struct limits *limits, usec_t cutoff,
    bool dry_run, const struct report *report)
{
	const char **chargers, *after = NULL;
	struct ctx list;
	enum fault f;
	size_t i, n;

	ctx_init(&list);
	list.pool = cx->pool;
	do {
		list.now = time_now();
		list.deadline = time_steady() + PATIENCE * SECOND;
		f = store_stale_chargers(&list, cutoff, after, &chargers, &n);
		db_release(&list);
		for (i = 0; f == FAULT_NONE && i < n; i++) {
			next_work(cx);
			f = close_stale_of(cx, limits, chargers[i], cutoff,
			    dry_run, report);
			if (f != FAULT_NONE)
				db_rollback(cx);
			db_release(cx);
			after = chargers[i];
		}
	} while (f == FAULT_NONE && n > 0);
	arena_free(&list.arena);
	return f;
}

static enum fault
refinalize_some(struct ctx *cx, const struct limits *limits,
    const struct transaction *of, size_t n, bool dry_run,
    const struct report *report)
{
	struct book b;
	enum fault f;
	size_t i, k;

	if ((f = locked_open(&b, cx, limits, of, n)))
		return f;
	b.report = report;
	for (i = 0; i < b.n; i++)
		for (k = 0; k < b.groups[i].n; k++)
			b.groups[i].entries[k].marked = true;
	if ((f = book_settle(&b, "Refinalized")))
		return f;
	return end_transaction(cx, dry_run);
}

static enum fault
refinalize_charger(struct ctx *cx, const struct limits *limits,
    const char *charger, bool dry_run, const struct report *report)
{
	struct transaction *of;
	int64_t after = 0;
	enum fault f;
	size_t n;

	for (;;) {
		next_work(cx);
		if ((f = store_transactions(cx, charger, after, &of, &n)) ||
		    n == 0)
			return f;
		after = of[n - 1].id;
		if ((f = refinalize_some(cx, limits, of, n, dry_run,
		    report))) {
			db_rollback(cx);
			return f;
		}
	}
}

enum fault
refinalize_all(struct ctx *cx, const struct limits *limits, bool dry_run,
    const struct report *report)
{
	const char **chargers, *after = NULL;
	struct ctx list;
	enum fault f;
	size_t i, n;

	ctx_init(&list);
	list.pool = cx->pool;
	do {
		list.now = time_now();
		list.deadline = time_steady() + PATIENCE * SECOND;
		f = store_session_chargers(&list, after, &chargers, &n);
		db_release(&list);
		for (i = 0; f == FAULT_NONE && i < n; i++) {
			f = refinalize_charger(cx, limits, chargers[i],
			    dry_run, report);
			db_release(cx);
			after = chargers[i];
		}
	} while (f == FAULT_NONE && n > 0);
	arena_free(&list.arena);
	return f;
}
