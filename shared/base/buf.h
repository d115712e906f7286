/*
 * Text that grows in an arena.  It ends with a NUL at every time, which its
 * length does not count.
 */
#ifndef CPMS_BASE_BUF_H
#define CPMS_BASE_BUF_H

#include <string.h>

#include "arena.h"
#include "types.h"

struct buf {
	struct arena *arena;
	char *text;
	size_t len, room;
};

void buf_init(struct buf *, struct arena *);

/* Room for n bytes and the NUL. */
char *buf_reserve(struct buf *, size_t n);

/* In place: an answer is made of thousands of short pieces. */
static inline void
buf_bytes(struct buf *b, const char *s, size_t n)
{
	char *p = n < b->room - b->len ? b->text + b->len :
	    buf_reserve(b, n);

	memcpy(p, s, n);
	p[n] = '\0';
	b->len += n;
}

static inline void
buf_text(struct buf *b, const char *s)
{
	buf_bytes(b, s, strlen(s));
}

void buf_int(struct buf *, int64_t);
void buf_printf(struct buf *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* UTF-8 as a JSON string, in the one form of RFC 8785. */
void buf_quote(struct buf *, const char *, size_t);

#endif
