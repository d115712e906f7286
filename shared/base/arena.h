/*
 * Memory that lives as long as one request.
 *
 * An allocation is never freed singly: arena_reset() takes all of them back,
 * after it has run the deferred calls, last one first.  Running out of memory
 * aborts the process.
 */
#ifndef CPMS_BASE_ARENA_H
#define CPMS_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;
struct arena_call;

struct arena {
	struct arena_block *blocks;	/* newest first */
	struct arena_call *calls;	/* deferred, newest first */
};

void arena_init(struct arena *);
void arena_reset(struct arena *);	/* keeps one block for the next use */
void arena_free(struct arena *);

void *arena_calloc(struct arena *, size_t);	/* zeroed, aligned for all */
void *arena_alloc(struct arena *, size_t);	/* the same, not zeroed */
char *arena_strdup(struct arena *, const char *);
char *arena_strndup(struct arena *, const char *, size_t);
char *arena_printf(struct arena *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *, const char *, va_list);

/* A foreign object joins the arena: call(object) at the next reset. */
void arena_defer(struct arena *, void (*call)(void *), void *object);

#endif
