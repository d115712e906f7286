#include "decimal.h"

#include <string.h>
#include <strings.h>

/* More digits than MWH_MAX has are out of range whatever they are. */
enum { MAX_DIGITS = 16 };

/* Beyond the length of any text: no mantissa can make up for it. */
#define MAX_EXPONENT ((int64_t)1000000000000000)

struct numeral {
	bool negative;
	const char *digits;	/* the first that is not 0; NULL: all are */
	const char *end;	/* of the digits; a point may be among them */
	int64_t whole;		/* digits before the point, counted from there;
				   below 0: zeros after the point */
};

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *
skip_blanks(const char *p)
{
	while (is_blank(*p))
		p++;
	return p;
}

static const char *
scan_sign(const char *p, bool *negative)
{
	*negative = *p == '-';
	return *p == '-' || *p == '+' ? p + 1 : p;
}

/* Returns where it ended, NULL if there was no digit. */
static const char *
scan_mantissa(const char *p, struct numeral *n)
{
	bool any = false, point = false;

	for (; is_digit(*p) || (*p == '.' && !point); p++) {
		if (*p == '.') {
			point = true;
			continue;
		}
		any = true;
		if (!n->digits && *p != '0')
			n->digits = p;
		if (n->digits && !point)
			n->whole++;
		else if (!n->digits && point)
			n->whole--;
	}
	n->end = p;
	return any ? p : NULL;
}

/* Returns where it ended, NULL for an "e" without digits. */
static const char *
scan_exponent(const char *p, struct numeral *n)
{
	int64_t exponent = 0;
	bool negative;

	if (*p != 'e' && *p != 'E')
		return p;
	p = scan_sign(p + 1, &negative);
	if (!is_digit(*p))
		return NULL;
	for (; is_digit(*p); p++)
		if (exponent < MAX_EXPONENT)
			exponent = exponent * 10 + (*p - '0');
	n->whole += negative ? -exponent : exponent;
	return p;
}

static bool
scan_numeral(const char *text, struct numeral *n)
{
	const char *p;

	*n = (struct numeral){ 0 };
	p = scan_mantissa(scan_sign(skip_blanks(text), &n->negative), n);
	if (p)
		p = scan_exponent(p, n);
	return p && *skip_blanks(p) == '\0';
}

/* Zero once the digits have run out. */
static int
next_digit(const char **p, const char *end)
{
	if (*p < end && **p == '.')
		(*p)++;
	return *p < end ? *(*p)++ - '0' : 0;
}

/* The numeral times ten to the power of places, rounded. */
static bool
numeral_scale(const struct numeral *n, int places, mwh_t *out)
{
	const char *p = n->digits;
	int64_t digits = n->whole + places;
	mwh_t value = 0;

	if (!p || digits < 0) {
		*out = 0;
		return true;
	}
	if (digits > MAX_DIGITS)
		return false;
	for (; digits > 0; digits--)
		value = value * 10 + next_digit(&p, n->end);
	if (next_digit(&p, n->end) >= 5)
		value++;
	if (value > MWH_MAX)
		return false;
	*out = n->negative ? -value : value;
	return true;
}

/* The power of ten that makes the unit a thousandth of a Wh; 0: none. */
static int
unit_places(const char *unit)
{
	if (word_is(unit, "Wh") || word_is(unit, ""))
		return 3;
	return word_is(unit, "kWh") ? 6 : 0;
}

bool
decimal_unit_known(const char *unit)
{
	return unit_places(unit) != 0;
}

bool
decimal_mwh(const char *text, const char *unit, mwh_t *out)
{
	struct numeral n;
	int places = unit_places(unit);

	if (!text || !places || !scan_numeral(text, &n))
		return false;
	return numeral_scale(&n, places, out);
}

int64_t
mwh_to_wh(mwh_t mwh)
{
	int64_t wh = mwh / MWH_PER_WH, rest = mwh % MWH_PER_WH;

	if (rest >= MWH_PER_WH / 2)
		return wh + 1;
	return rest <= -MWH_PER_WH / 2 ? wh - 1 : wh;
}

bool
word_is(const char *text, const char *word)
{
	size_t n = strlen(word);

	text = skip_blanks(text ? text : "");
	return strncasecmp(text, word, n) == 0 &&
	    *skip_blanks(text + n) == '\0';
}
