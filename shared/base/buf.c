#include "buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 512 };

void
buf_init(struct buf *b, struct arena *a)
{
	b->arena = a;
	b->room = FIRST_ROOM;
	b->text = arena_alloc(a, b->room);
	b->text[0] = '\0';
	b->len = 0;
}

char *
buf_reserve(struct buf *b, size_t n)
{
	char *old = b->text;

	if (n >= b->room - b->len) {
		while (n >= b->room - b->len)
			b->room *= 2;
		b->text = arena_alloc(b->arena, b->room);
		memcpy(b->text, old, b->len + 1);
	}
	return b->text + b->len;
}

void
buf_int(struct buf *b, int64_t v)
{
	char text[24], *p = text + sizeof(text);
	uint64_t n = v < 0 ? -(uint64_t)v : (uint64_t)v;

	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	if (v < 0)
		*--p = '-';
	buf_bytes(b, p, (size_t)(text + sizeof(text) - p));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(b->text + b->len, b->room - b->len, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	if ((size_t)n >= b->room - b->len) {
		b->text[b->len] = '\0';
		vsnprintf(buf_reserve(b, (size_t)n), (size_t)n + 1, fmt, again);
	}
	va_end(again);
	b->len += (size_t)n;
}

static void
escape(struct buf *b, unsigned char c)
{
	static const char letters[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
	const char *p = strchr(letters, c);

	if (p == NULL)
		buf_printf(b, "\\u%04x", c);
	else
		buf_bytes(b, (char[]){ '\\', names[p - letters] }, 2);
}

void
buf_quote(struct buf *b, const char *s, size_t n)
{
	const char *end = s + n;
	char *p = buf_reserve(b, n + 2);

	*p++ = '"';
	for (;;) {
		while (s < end && (unsigned char)*s >= 0x20 && *s != '"' &&
		    *s != '\\')
			*p++ = *s++;
		b->len = (size_t)(p - b->text);
		if (s == end)
			break;
		escape(b, (unsigned char)*s++);
		p = buf_reserve(b, (size_t)(end - s) + 1);
	}
	buf_bytes(b, "\"", 1);
}
