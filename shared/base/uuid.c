#include "uuid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "time.h"

void
uuid_new(struct uuid *u)
{
	uint64_t ms = (uint64_t)time_now() / 1000;
	int i;

	if (getrandom(u->byte, sizeof(u->byte), 0) != sizeof(u->byte))
		abort();
	for (i = 5; i >= 0; i--, ms >>= 8)
		u->byte[i] = (unsigned char)(ms & 0xff);
	u->byte[6] = (unsigned char)(0x70 | (u->byte[6] & 0x0f));
	u->byte[8] = (unsigned char)(0x80 | (u->byte[8] & 0x3f));
}

char *
uuid_text(char buf[UUID_TEXT], const struct uuid *u)
{
	static const char hex[] = "0123456789abcdef";
	char *p = buf;
	int i;

	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = hex[u->byte[i] >> 4];
		*p++ = hex[u->byte[i] & 15];
	}
	*p = '\0';
	return buf;
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
uuid_parse(const char *s, struct uuid *out)
{
	struct uuid u;
	int i, hi, lo;

	if (strlen(s) != UUID_TEXT - 1)
		return false;
	for (i = 0; i < 16; i++, s += 2) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			if (*s++ != '-')
				return false;
		hi = nibble(s[0]);
		lo = nibble(s[1]);
		if (hi < 0 || lo < 0)
			return false;
		u.byte[i] = (unsigned char)(hi << 4 | lo);
	}
	*out = u;
	return true;
}

bool
uuid_equal(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

bool
uuid_is_nil(const struct uuid *u)
{
	static const struct uuid nil;

	return uuid_equal(u, &nil);
}
