#include "arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Exact: each allocation has a block that ends with it, for sanitizers to see
 * what is read behind it.
 */
#ifdef ARENA_EXACT
enum { BLOCK_SIZE = 0, BLOCK_MAX = 0, ROUND_TO = 1 };
#else
enum { BLOCK_SIZE = 16 * 1024, BLOCK_MAX = 1024 * 1024, ROUND_TO = 16 };
#endif
enum { ALIGNMENT = 16 };

struct arena_block {
	struct arena_block *older;
	size_t size, used;
	_Alignas(ALIGNMENT) char data[];
};

struct arena_call {
	struct arena_call *older;
	void (*call)(void *);
	void *object;
};

static struct arena_block *
block_new(size_t size, struct arena_block *older)
{
	struct arena_block *b = malloc(sizeof(*b) + size);

	if (b == NULL)
		abort();
	b->older = older;
	b->size = size;
	b->used = 0;
	return b;
}

void
arena_init(struct arena *a)
{
	a->blocks = NULL;
	a->calls = NULL;
}

static void
run_calls(struct arena *a)
{
	while (a->calls != NULL) {
		struct arena_call *c = a->calls;

		a->calls = c->older;
		c->call(c->object);
	}
}

void
arena_reset(struct arena *a)
{
	struct arena_block *b;

	run_calls(a);
	while ((b = a->blocks) != NULL &&
	    (b->older != NULL || b->size > BLOCK_SIZE)) {
		a->blocks = b->older;
		free(b);
	}
	if (b != NULL)
		b->used = 0;
}

void
arena_free(struct arena *a)
{
	struct arena_block *b;

	run_calls(a);
	while ((b = a->blocks) != NULL) {
		a->blocks = b->older;
		free(b);
	}
}

void *
arena_alloc(struct arena *a, size_t n)
{
	struct arena_block *b = a->blocks;
	void *p;

	if (n > SIZE_MAX / 4)
		abort();
	n = (n + ROUND_TO - 1) & ~(size_t)(ROUND_TO - 1);
	if (ROUND_TO == 1 || b == NULL || b->size - b->used < n) {
		size_t size = b == NULL ? BLOCK_SIZE : b->size * 2;

		if (size > BLOCK_MAX)
			size = BLOCK_MAX;
		b = a->blocks = block_new(n > size ? n : size, b);
	}
	p = b->data + b->used;
	b->used += n;
	return p;
}

void *
arena_calloc(struct arena *a, size_t n)
{
	return memset(arena_alloc(a, n), 0, n);
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

/* Mostly it fits where it would go: then it is printed only once. */
char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	struct arena_block *b = a->blocks;
	size_t room = b == NULL ? 0 : b->size - b->used;
	va_list again;
	char *p = b == NULL ? NULL : b->data + b->used;
	int n;

	va_copy(again, ap);
	n = vsnprintf(p, room, fmt, again);
	va_end(again);
	if (n < 0)
		abort();
	if ((size_t)n < room)
		return arena_alloc(a, (size_t)n + 1);
	p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	return p;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

void
arena_defer(struct arena *a, void (*call)(void *), void *object)
{
	struct arena_call *c = arena_alloc(a, sizeof(*c));

	c->older = a->calls;
	c->call = call;
	c->object = object;
	a->calls = c;
}
