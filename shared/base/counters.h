/*
 * Counters that all processes of an endpoint share, in a file that they map.
 *
 * Counting is one relaxed atomic addition: no lock, no system call.  What was
 * counted outlives its process, however that ends.  A file of another layout
 * (metric_layout()) is replaced by a new one that begins at 0; processes that
 * still map the old one go on in it, unread.
 *
 * What a process says of itself (SOURCE_PROCESS) counts for as long as it
 * lives: it holds a lock on its place in the file, which the system takes
 * back.
 */
#ifndef CPMS_BASE_COUNTERS_H
#define CPMS_BASE_COUNTERS_H

#include "arena.h"
#include "metric.h"

/*
 * Once, before any thread: the file `name` of the directory.  False, with
 * errno: it can't be; counting goes on in the memory of this process.
 */
bool counters_open(const char *directory, const char *name);

void counter_add(enum metric, unsigned value, uint64_t n);
void histogram_add(enum metric, uint64_t);
void counter_set(enum metric, int64_t);	/* SOURCE_LATEST, SOURCE_PROCESS */

/* What one endpoint has counted. */
struct counted {
	char name[64];
	unsigned processes;		/* that live */
	const uint64_t *words[METRIC_COUNT];	/* metric_words() each */
	int64_t said[METRIC_COUNT];	/* their sum, of an age the earliest */
};

/* Those of all files of this layout in the directory, by name. */
struct counted *counters_read(struct arena *, const char *directory,
    size_t *n);

#endif
