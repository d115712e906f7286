#include "numeric.h"

#include <stdbool.h>
#include <stdlib.h>

/* A digit is four places; 9e15 has four of them before the point. */
enum { BASE = 10000, HEAD = 8, MOST_WHOLE = 4 };

/* Signs.  Infinities are these two with 0x1000 and 0x3000 added. */
enum {
	POSITIVE = 0x0000, NEGATIVE = 0x4000, SPECIAL = 0xC000,
	MINUS_INFINITY = 0xF000
};

static int64_t
power_of(int places)
{
	return places == 3 ? 1000 : BASE;
}

static void
put16(unsigned char *p, unsigned v)
{
	p[0] = (unsigned char)(v >> 8);
	p[1] = (unsigned char)v;
}

static unsigned
get16(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* How many places a fraction of four has without its trailing zeros. */
static unsigned
places_of(unsigned fraction)
{
	unsigned n = 4;

	if (fraction == 0)
		return 0;
	for (; fraction % 10 == 0; fraction /= 10)
		n--;
	return n;
}

size_t
numeric_encode(unsigned char buf[NUMERIC_SIZE], int64_t v, int places)
{
	uint64_t power = (uint64_t)power_of(places);
	uint64_t size = v < 0 ? -(uint64_t)v : (uint64_t)v;
	uint64_t whole = size / power;
	unsigned digit[8], fraction = (unsigned)(size % power *
	    (BASE / power));
	int n = 0, first = 0, i;

	/* from the last: the fraction, then the whole number's */
	digit[n++] = fraction;
	for (; whole > 0; whole /= BASE)
		digit[n++] = (unsigned)(whole % BASE);
	while (first < n && digit[first] == 0)
		first++;
	put16(buf, (unsigned)(n - first));
	put16(buf + 2, first == n ? 0 : (unsigned)(n - 2));
	put16(buf + 4, v < 0 ? NEGATIVE : POSITIVE);
	put16(buf + 6, places_of(fraction));
	for (i = n; i > first; i--)
		put16(buf + HEAD + 2 * (size_t)(n - i), digit[i - 1]);
	return HEAD + 2 * (size_t)(n - first);
}

/* The digit of BASE to this power, 0 where none is written. */
static int64_t
digit_of(const unsigned char *p, int n, int weight, int power)
{
	int i = weight - power;

	return i < 0 || i >= n ? 0 : get16(p + HEAD + 2 * (size_t)i);
}

int64_t
numeric_decode(const void *data, size_t len, int places)
{
	const unsigned char *p = data;
	int64_t v = 0, rest, power = power_of(places), unit = BASE / power;
	int n, weight, i;
	bool minus;

	if (len < HEAD || len != HEAD + 2 * (size_t)get16(p))
		abort();
	n = (int)get16(p);
	weight = (int16_t)get16(p + 2);
	if ((get16(p + 4) & SPECIAL) == SPECIAL)
		return get16(p + 4) == MINUS_INFINITY ? -NUMERIC_LIMIT :
		    NUMERIC_LIMIT;
	minus = get16(p + 4) == NEGATIVE;
	if (n > 0 && weight >= MOST_WHOLE)
		return minus ? -NUMERIC_LIMIT : NUMERIC_LIMIT;
	for (i = MOST_WHOLE - 1; i >= 0; i--)
		v = v * BASE + digit_of(p, n, weight, i);
	if (v >= NUMERIC_LIMIT / power)
		return minus ? -NUMERIC_LIMIT : NUMERIC_LIMIT;
	rest = digit_of(p, n, weight, -1);
	v = v * power + rest / unit;
	/* What is left of that digit, else the next one, rounds. */
	if (unit > 1 ? rest % unit * 2 >= unit :
	    digit_of(p, n, weight, -2) * 2 >= BASE)
		v++;
	return minus ? -v : v;
}
