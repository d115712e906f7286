/*
 * Some transactions with all their sessions, and which of these have to be
 * decided again when a start, an end or a sample comes.  Pure: sessions in,
 * sessions with marks out; ids and times come from the caller.
 *
 * Attribution is never stored.  A sample or an end belongs to the session
 * that the starts known now give it to, so nothing has to be moved when a
 * start comes late.
 *
 * Sessions are borrowed and changed; new ones live in the arena.
 */
#ifndef CPMS_CORE_TIMELINE_H
#define CPMS_CORE_TIMELINE_H

#include "attribution.h"
#include "session.h"

struct arena;

struct slot {
	struct session *session;
	bool marked;		/* to be decided */
	bool added;		/* not in the database yet */
	bool changed;		/* a start changed it */
};

/* One transaction of one charger. */
struct transaction_sessions {
	struct transaction of;
	struct slot *slots;	/* by startedAt, connector */
	struct start *starts;	/* parallel to slots */
	size_t n, room;
	bool was_known;		/* had a session when it was opened */
	bool touched;		/* asked for by name */
};

struct timeline {
	struct arena *arena;
	struct transaction_sessions *transactions;	/* by charger,
	    then id */
	size_t n;
};

/*
 * The given transactions (repeats allowed) and those of the sessions, with
 * the sessions in their places.
 */
void timeline_open(struct timeline *, struct arena *,
    const struct transaction *, size_t n, struct session *, size_t n_sessions);

/* NULL: not one of the timeline. */
struct transaction_sessions *timeline_find(const struct timeline *,
    const char *charger, int32_t id);

/*
 * A reported start.  It is a repetition of a known one, it takes a startless
 * session over, which keeps its id, or it is a new session with the id given
 * here.  Marks the sessions that it changes.
 */
void timeline_start(struct timeline *, struct transaction_sessions *,
    const struct session *);

/*
 * A startless session, of a pending transaction that waited too long for its
 * start.  It starts then unless a reading or an end
 * tells better.  Marked.
 */
void timeline_startless(struct timeline *, struct transaction_sessions *,
    const struct uuid *id, usec_t at, usec_t now);

/*
 * Marks the session that an end, or a sample, of this time is of.  A sample
 * marks none that runs: it waits for the end.
 */
void timeline_mark_end(struct transaction_sessions *, usec_t at);
void timeline_mark_sample(struct transaction_sessions *, usec_t at);
/* Marks one session, and those that can't be told from it. */
void timeline_mark(struct transaction_sessions *, const struct uuid *session);

size_t timeline_marked(const struct timeline *);

/* The facts that decide a session beside its start. */
struct evidence {
	const struct end *ends;		/* of its transaction, any order */
	size_t n_ends;
	bool has_next_start;		/* a later one on its connector */
	usec_t next_start;
	struct uuid next_session;
	int64_t max_power_kw;		/* of its charger; 0: none */
	const struct reading *readings;	/* those of its range */
	size_t n_readings;
	bool so_far;			/* as if it ran, whatever ends it */
};

/*
 * The facts of one session, for energy_decide(), and how it ended.  The two
 * differ for an ambiguous session that nothing but the next start or silence
 * ends: no reading is its, so the decision takes its start for the end.
 */
struct session_end timeline_facts(const struct transaction_sessions *,
    size_t at, const struct evidence *, struct session_facts *);

#endif
