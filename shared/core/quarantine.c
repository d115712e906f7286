#include "quarantine.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/text.h"

/* The length of the character at the beginning, or 0. */
static size_t
character(const char *s, size_t n)
{
	size_t len;

	for (len = 1; len <= 4 && len <= n; len++)
		if (text_is_utf8(s, len))
			return *s == '\0' ? 0 : len;
	return 0;
}

static size_t
secret_word(const char *s, size_t n)
{
	static const char *const words[] = {
		"secret", "password", "authorization"
	};
	size_t i, len;

	for (i = 0; i < countof(words); i++) {
		len = strlen(words[i]);
		if (n >= len && strncasecmp(s, words[i], len) == 0)
			return len;
	}
	return 0;
}

/* Over at most `max` of the set. */
static size_t
skip(const char *s, size_t n, size_t at, const char *set, size_t max)
{
	for (; max > 0 && at < n && s[at] != '\0'; max--, at++)
		if (strchr(set, s[at]) == NULL)
			break;
	return at;
}

/* Up to the quote that ends a string, or to the end of any other word. */
static size_t
value_end(const char *s, size_t n, size_t at, bool quoted)
{
	for (; at < n; at++) {
		if (quoted && s[at] == '\\')
			at++;
		else if (s[at] == '"' || (!quoted && s[at] != '\0' &&
		    strchr(",}&\r\n", s[at]) != NULL))
			break;
	}
	return at < n ? at : n;
}

/*
 * Behind the word: the rest of the name, a : or =, the value, of which it
 * tells the beginning and the end.
 */
static bool
secret_value(const char *s, size_t n, size_t at, size_t *from, size_t *to)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	bool quoted;

	at = skip(s, n, at, letters, 32);
	at = skip(s, n, at, "\" \t\r\n", n);
	if (at == n || (s[at] != ':' && s[at] != '='))
		return false;
	at = skip(s, n, at + 1, " \t\r\n", n);
	quoted = at < n && s[at] == '"';
	*from = at + quoted;
	*to = value_end(s, n, *from, quoted);
	return true;
}

static void
mask(struct buf *b, const char *s, size_t n)
{
	size_t i = 0, len, from, to;

	while (i < n)
		if ((len = secret_word(s + i, n - i)) > 0 &&
		    secret_value(s, n, i + len, &from, &to)) {
			buf_bytes(b, s + i, from - i);
			buf_text(b, "***");
			i = to;
		} else
			buf_bytes(b, s + i++, 1);
}

char *
quarantine_text(struct arena *a, const char *s, size_t n)
{
	struct buf masked, b;
	size_t i, len;

	buf_init(&masked, a);
	mask(&masked, s, n);
	buf_init(&b, a);
	for (i = 0; i < masked.len; i += len > 0 ? len : 1) {
		len = character(masked.text + i, masked.len - i);
		if (len > 0)
			buf_bytes(&b, masked.text + i, len);
		else
			buf_text(&b, "\xef\xbf\xbd");
	}
	return b.text;
}
