/* Named scalar types, so that quantities of different kinds don't mix. */
#ifndef CPMS_BASE_TYPES_H
#define CPMS_BASE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t usec_t;		/* microseconds since 1970-01-01 UTC */
typedef int64_t mwh_t;		/* thousandths of a watt-hour */

#define SECOND ((usec_t)1000000)

#define countof(a) (sizeof(a) / sizeof((a)[0]))

#endif
