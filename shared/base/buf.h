/*
 * Text that grows in an arena.  It ends with a NUL at every time, which its
 * length does not count.
 */
#ifndef CPMS_BASE_BUF_H
#define CPMS_BASE_BUF_H

#include "arena.h"
#include "types.h"

struct buf {
	struct arena *arena;
	char *text;
	size_t len, room;
};

void buf_init(struct buf *, struct arena *);

void buf_bytes(struct buf *, const char *, size_t);
void buf_text(struct buf *, const char *);
void buf_int(struct buf *, int64_t);
void buf_printf(struct buf *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* UTF-8 as a JSON string, in the one form of RFC 8785. */
void buf_quote(struct buf *, const char *, size_t);

#endif
