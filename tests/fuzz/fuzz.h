/*
 * A fuzz target: any bytes go into a parser.  Beside what the sanitizers see,
 * it holds the parser to what its header promises.
 */
#ifndef CPMS_TESTS_FUZZ_H
#define CPMS_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ctx.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* 2026-03-01T10:00:00Z */
#define FUZZ_NOW (1772359200 * SECOND)

/* Says what does not hold, and where, and aborts. */
#define MUST(what) do { \
	if (!(what)) { \
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what); \
		abort(); \
	} \
} while (0)

/*
 * The same context for every input.  Its memory is given back, so that what is
 * read behind its end is seen.
 */
static inline struct ctx *
fuzz_context(void)
{
	static struct ctx cx;

	if (cx.errors_end == NULL)
		ctx_init(&cx);
	arena_free(&cx.arena);
	arena_init(&cx.arena);
	ctx_reset(&cx, FUZZ_NOW, 0);
	return &cx;
}

/* Takes the text up to the next line's end, as a string; *n: what is left. */
static inline char *
fuzz_line(struct ctx *cx, const uint8_t **data, size_t *n)
{
	const char *text = (const char *)*data;
	size_t len = 0;

	while (len < *n && text[len] != '\n')
		len++;
	*data += len + (len < *n);
	*n -= len + (len < *n);
	return arena_strndup(&cx->arena, text, len);
}

#endif
