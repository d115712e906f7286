/*
 * How the readings of a decision were judged, in a form that doesn't grow with
 * readings that are like their neighbours.
 *
 * Readings are taken by ts, then id.  Those of equal words at one place of
 * their events are a series, and a series holds its first verdict and the
 * readings from which on it is another one.  So the verdict on any reading is
 * found without those before it.  A reading that comes later has a higher id
 * than `last_id`, for ids are given out under the lock of the charger: it is
 * none of these, and moves nothing.
 */
#ifndef CPMS_CORE_JUDGEMENT_H
#define CPMS_CORE_JUDGEMENT_H

#include "energy.h"

struct buf;

/*
 * The readings that don't fit into so many series, or whose words are longer
 * than any that OCPP knows, are one more together.
 */
enum { SERIES_MAX = 64, SERIES_WORD_MAX = 48 };

struct verdict_change {
	usec_t ts;		/* from this reading on; */
	int64_t id;		/* the first change: from the beginning */
	int64_t verdict;	/* which of the judgement's words */
};

struct series {
	bool any;		/* of no words of its own: the last series */
	int16_t item;		/* its place in the events */
	const char *measurand;
	const char *unit, *context, *phase, *location, *format;	/* or NULL */
	struct verdict_change *changes;
	size_t n, room;
};

struct judgement {
	usec_t from, to;	/* of the transaction's readings in
				   from <= ts < to, whose id is */
	int64_t last_id;	/* at most this */
	size_t n, n_used;
	const char **words;	/* why a reading was left out; the first,
				   NULL: it was used */
	size_t n_words;
	struct series *series;
	size_t n_series;
};

/* Readings as they were judged; `items` are places in their events. */
struct judged {
	const struct reading *readings;
	const int16_t *items;
	const enum verdict *verdicts;
	size_t n;
	usec_t from, to;
};

/* The readings' numbers, by ts, then id. */
size_t *judgement_order(struct arena *, const struct judged *);

/* Of a judgement's memory the arena's is all. */
void judgement_make(struct arena *, const struct judged *,
    const size_t *order, struct judgement *);

/*
 * Why a reading of the judgement was left out; NULL: it was used.  A reading
 * that was altered since may be told that it is none of them.
 */
const char *judgement_why(const struct judgement *, const struct reading *,
    int16_t item);

/*
 * A series' changes as text: the first verdict, then for each change a blank
 * and "ts,id,verdict", where ts (in microseconds) and id are counted from the
 * change before, those of the first from 0.  False: it is no such text, or
 * has a verdict from n_words on.
 */
char *series_text(struct arena *, const struct series *);
bool series_parse(struct arena *, const char *, size_t n_words,
    struct series *);

/*
 * Appends what a reading said and where, in the form that a digest is made of:
 * id, eventId (0: null), item, ts in microseconds, letter of its kind, value,
 * unit, context, phase, location, format, thousandths of a Wh; each as its
 * length in bytes, a colon and its text, or "-" where there is none.
 */
void judgement_reading_text(struct buf *, const struct reading *,
    int16_t item);

#endif
