/*
 * Deferred requests that are worked off in batches, each batch in one
 * transaction of the database.
 *
 * A committer takes all that queued while its last batch was under way.  No
 * timer: an idle process commits at once, a busy one batches by itself.  The
 * first committer takes whatever there is; the others help only while there
 * is more than a batch holds, as two that share what comes would each commit
 * half.  One more thread answers.
 *
 * What fails because the database is away waits for it until its deadline.
 * When a batch is refused each item is tried alone, so that only the guilty
 * one is refused.
 *
 * What would hold up others goes to a batch of its own: nothing but the
 * database is common to two of them, and the room of one is bounded.
 */
#ifndef CPMS_SERVE_BATCH_H
#define CPMS_SERVE_BATCH_H

#include "serve.h"

/* Of the request's arena; zero but for what the handler sets. */
struct batch_item {
	struct batch_item *next;
	struct request *rq;
	size_t size;
	usec_t since;		/* the batch's */
	enum fault fault;	/* refused, by the handler or by the commit */
	const char *detail;	/* of the fault */
	void *work;		/* the handler's */
};

struct batch_work {
	int committers;
	int max_items;
	size_t max_size;	/* or the size of one item alone */
	size_t room;		/* for the size of all that are not answered
				   yet, or of one alone; 0: no bound */
	bool quiet;		/* its queue is not that of the metrics */
	/*
	 * All items of the list, and their sizes in all.  FAULT_DATABASE,
	 * FAULT_BUSY: nobody knows, and giving them again must be harmless.
	 * Any other: nothing was done, and an item is at fault.  Or nothing of
	 * an item is done and its fault is set.
	 */
	enum fault (*commit)(struct ctx *, void *state, struct batch_item *,
	    size_t size);
	/* After the commit, once for each item that is refused. */
	void (*refused)(struct ctx *, const struct batch_item *);
};

struct batch;

/* Without a pool it starts no threads: see below. */
struct batch *batch_new(const struct batch_work *, void *state,
    struct db_pool *);
/*
 * The item is the batch's from here on: the handler returns what this does.
 * FAULT_TOO_FAST: there was no room, and the item is the handler's.
 */
enum fault batch_put(struct batch *, struct batch_item *);

/*
 * What the threads do, one step without waiting.  False: the committer had
 * nothing to do.
 */
bool batch_commit(struct batch *, int committer);
void batch_answer(struct batch *);

#endif
