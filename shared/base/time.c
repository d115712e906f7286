#include "time.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static usec_t
clock_usec(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (usec_t)ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

usec_t
time_now(void)
{
	return clock_usec(CLOCK_REALTIME);
}

usec_t
time_monotonic(void)
{
	return clock_usec(CLOCK_MONOTONIC);
}

/* Exactly n digits at *s, at most max. */
static bool
digits(const char **s, int n, int max, int *out)
{
	int v = 0;

	while (n-- > 0) {
		if (**s < '0' || **s > '9')
			return false;
		v = v * 10 + (*(*s)++ - '0');
	}
	*out = v;
	return v <= max;
}

static bool
expect(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static bool
fraction(const char **s, usec_t *out)
{
	usec_t unit = SECOND / 10;

	*out = 0;
	if (**s != '.' && **s != ',')
		return true;
	(*s)++;
	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; (*s)++, unit /= 10)
		*out += unit * (**s - '0');
	return true;
}

/* "", "Z", "+hh:mm", "+hhmm" or "+hh", in microseconds east of UTC. */
static bool
offset(const char **s, usec_t *out)
{
	int sign, h, m = 0;

	*out = 0;
	if (**s == '\0' || **s == ' ')
		return true;
	if (**s == 'Z' || **s == 'z') {
		(*s)++;
		return true;
	}
	if (**s != '+' && **s != '-')
		return false;
	sign = *(*s)++ == '-' ? -1 : 1;
	if (!digits(s, 2, 23, &h))
		return false;
	if (**s == ':')
		(*s)++;
	if (**s != '\0' && **s != ' ' && !digits(s, 2, 59, &m))
		return false;
	*out = sign * (usec_t)(h * 3600 + m * 60) * SECOND;
	return true;
}

static bool
date_ok(int y, int m, int d)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return y >= 1 && m >= 1 && m <= 12 && d >= 1 &&
	    d <= days[m - 1] + (leap && m == 2);
}

static bool
date(const char **s, struct tm *tm)
{
	int y, m, d;

	if (!digits(s, 4, 9999, &y) || !expect(s, '-') ||
	    !digits(s, 2, 12, &m) || !expect(s, '-') ||
	    !digits(s, 2, 31, &d) || !date_ok(y, m, d))
		return false;
	tm->tm_year = y - 1900;
	tm->tm_mon = m - 1;
	tm->tm_mday = d;
	return true;
}

/* ISO 8601's end of a day, 24:00, is the beginning of the next. */
static bool
time_of_day(const char **s, struct tm *tm, usec_t *frac)
{
	*frac = 0;
	if (!digits(s, 2, 24, &tm->tm_hour) || !expect(s, ':') ||
	    !digits(s, 2, 59, &tm->tm_min))
		return false;
	if (**s == ':') {
		(*s)++;
		if (!digits(s, 2, 60, &tm->tm_sec) || !fraction(s, frac))
			return false;
	}
	return tm->tm_hour < 24 ||
	    (tm->tm_min == 0 && tm->tm_sec == 0 && *frac == 0);
}

bool
time_parse(const char *s, usec_t *out)
{
	struct tm tm = { 0 };
	usec_t frac, off, t;

	while (*s == ' ')
		s++;
	if (!date(&s, &tm))
		return false;
	if (*s != 'T' && *s != 't' && *s != ' ')
		return false;
	s++;
	if (!time_of_day(&s, &tm, &frac) || !offset(&s, &off))
		return false;
	while (*s == ' ')
		s++;
	t = (usec_t)timegm(&tm) * SECOND + frac - off;
	if (*s != '\0' || t < TIME_MIN || t > TIME_MAX)
		return false;
	*out = t;
	return true;
}

/* The last n digits of v, which is not negative; behind them. */
static char *
put_digits(char *p, int v, int n)
{
	int i;

	for (i = n; i-- > 0; v /= 10)
		p[i] = (char)('0' + v % 10);
	return p + n;
}

/* A list of sessions holds hundreds of times: printf would cost most of it. */
char *
time_text(char buf[TIME_TEXT], usec_t t)
{
	usec_t frac = t % SECOND;
	time_t sec = (time_t)(t / SECOND);
	struct tm tm;
	char *p = buf;

	if (frac < 0) {
		frac += SECOND;
		sec--;
	}
	gmtime_r(&sec, &tm);
	p = put_digits(p, abs(tm.tm_year + 1900) % 10000, 4);
	*p++ = '-';
	p = put_digits(p, tm.tm_mon + 1, 2);
	*p++ = '-';
	p = put_digits(p, tm.tm_mday, 2);
	*p++ = 'T';
	p = put_digits(p, tm.tm_hour, 2);
	*p++ = ':';
	p = put_digits(p, tm.tm_min, 2);
	*p++ = ':';
	p = put_digits(p, tm.tm_sec, 2);
	if (frac != 0)
		*p++ = '.';
	if (frac % 1000 != 0)
		p = put_digits(p, (int)frac, 6);
	else if (frac != 0)
		p = put_digits(p, (int)(frac / 1000), 3);
	*p++ = 'Z';
	*p = '\0';
	return buf;
}
