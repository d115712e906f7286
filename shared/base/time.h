/*
 * Points in time: microseconds since 1970-01-01 UTC.
 *
 * The text form is RFC 3339.  Years 0001 to 9999.
 */
#ifndef CPMS_BASE_TIME_H
#define CPMS_BASE_TIME_H

#include "types.h"

enum { TIME_TEXT = 32 };	/* room for a time's text and its NUL */

usec_t time_now(void);		/* wall clock */
usec_t time_monotonic(void);	/* never steps; for waiting */

/*
 * RFC 3339 as chargers write it: 'T', 't' or a blank between date and time,
 * any fraction (cut to microseconds), any offset, no zone = UTC.
 * False: unreadable, nothing written.
 */
bool time_parse(const char *text, usec_t *);

/* "2026-10-05T05:00:19Z", or with .mmm or .mmmmmm where they are not 0. */
char *time_text(char buf[TIME_TEXT], usec_t);

#endif
