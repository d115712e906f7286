#include "text.h"

#include <stdlib.h>
#include <errno.h>
#include <string.h>

/* Length of the well-formed sequence at s (RFC 3629), 0 = none. */
static size_t
utf8_length(const unsigned char *s, size_t n)
{
	size_t len, i;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	len = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (len > n)
		return 0;
	for (i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

bool
text_equal(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool
text_is_utf8(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t len;

	for (; n > 0; s += len, n -= len)
		if ((len = utf8_length(s, n)) == 0)
			return false;
	return true;
}

/* C0, DEL, or C1 (U+0080 to U+009F) at s, in well-formed UTF-8. */
static bool
is_control(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	return s[0] < 0x20 || s[0] == 0x7f || (s[0] == 0xc2 && s[1] < 0xa0);
}

bool
text_has_control(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_control(s + i))
			return true;
	return false;
}

bool
text_is_charger_id(const char *s, size_t n)
{
	if (n == 0 || n > 255 || !text_is_utf8(s, n))
		return false;
	if ((n == 1 && s[0] == '.') || (n == 2 && s[0] == '.' && s[1] == '.'))
		return false;
	return !text_has_control(s, n);
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

char *
text_percent_decode(struct arena *a, const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1), *p = out;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] != '%') {
			*p++ = s[i];
			continue;
		}
		if (n - i < 3 || hex(s[i + 1]) < 0 || hex(s[i + 2]) < 0)
			return NULL;
		*p = (char)(hex(s[i + 1]) << 4 | hex(s[i + 2]));
		if (*p++ == '\0')
			return NULL;
		i += 2;
	}
	*p = '\0';
	return out;
}

char *
text_percent_encode(struct arena *a, const char *s)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = arena_alloc(a, strlen(s) * 3 + 1), *p = out;

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c >= '0' && c <= '9') || strchr("-._~", c) != NULL) {
			*p++ = *s;
			continue;
		}
		*p++ = '%';
		*p++ = digits[c >> 4];
		*p++ = digits[c & 15];
	}
	*p = '\0';
	return out;
}

bool
text_int(const char *s, int64_t min, int64_t max, int64_t *out)
{
	const char *d = *s == '-' ? s + 1 : s;
	long long v;

	if (*d == '\0' || strspn(d, "0123456789") != strlen(d))
		return false;
	errno = 0;
	v = strtoll(s, NULL, 10);
	if (errno != 0 || v < min || v > max)
		return false;
	*out = v;
	return true;
}

bool
text_same_secret(const char *a, const char *b)
{
	size_t n = strlen(a), i;
	unsigned char d = 0;

	if (strlen(b) != n)
		return false;
	for (i = 0; i < n; i++)
		d |= (unsigned char)(a[i] ^ b[i]);
	return d == 0;
}
