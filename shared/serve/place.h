/* Where this process listens. */
#ifndef CPMS_SERVE_PLACE_H
#define CPMS_SERVE_PLACE_H

#include "base/types.h"

enum { PLACE_MAX = 128 };

/*
 * The directory of the socket on descriptor 0, with the slash behind it: the
 * other endpoints have theirs beside it.  False: it is none of a file system.
 */
bool place_directory(char out[PLACE_MAX]);

#endif
