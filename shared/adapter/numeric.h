/*
 * PostgreSQL's numeric as it travels in binary: digits of base 10000.
 *
 * An int64_t holds the number times a power of ten: 1500 of 3 places is 1.5.
 * Places are 3 or 4.  Pure: nothing here touches the database.
 */
#ifndef CPMS_ADAPTER_NUMERIC_H
#define CPMS_ADAPTER_NUMERIC_H

#include <stddef.h>
#include <stdint.h>

enum { NUMERIC_SIZE = 24 };	/* holds every encoded int64_t */

/* Out of range reads as this or its negative; NaN reads as this. */
#define NUMERIC_LIMIT ((int64_t)9000000000000000000)

/* Returns the length.  Without trailing zeros, as trim_scale() would. */
size_t numeric_encode(unsigned char buf[NUMERIC_SIZE], int64_t, int places);

/* Rounds once, half away from zero.  Aborts when it is no numeric. */
int64_t numeric_decode(const void *, size_t len, int places);

#endif
