/*
 * Points in time: microseconds since 1970-01-01 UTC.
 *
 * The text form is RFC 3339, whose years are 0001 to 9999.
 */
#ifndef CPMS_BASE_TIME_H
#define CPMS_BASE_TIME_H

#include "types.h"

/* 0001-01-01T00:00:00Z and the last microsecond of 9999, in UTC. */
#define TIME_MIN	((usec_t)-62135596800 * SECOND)
#define TIME_MAX	((usec_t)253402300800 * SECOND - 1)

enum { TIME_TEXT = 32 };	/* room for a time's text and its NUL */

usec_t time_now(void);		/* wall clock */
usec_t time_monotonic(void);	/* never steps; for waiting */

/*
 * RFC 3339 as chargers write it: 'T', 't' or a blank between date and time,
 * seconds left out, 24:00:00, any fraction (cut to microseconds), any offset,
 * no zone = UTC.  False: unreadable, or outside TIME_MIN to TIME_MAX once the
 * offset is taken off; nothing written.
 */
bool time_parse(const char *text, usec_t *);

/* "2026-10-05T05:00:19Z", or with .mmm or .mmmmmm where they are not 0. */
char *time_text(char buf[TIME_TEXT], usec_t);

#endif
