#include "money.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 4, MAX_EXPONENT = 1000 };

/* Active codes; without XTS (for tests) and XXX (no currency). */
static const char codes[] =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB "
    "BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC "
    "CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS "
    "KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK "
    "MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB "
    "PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP "
    "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH "
    "UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB "
    "XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XUA YER ZAR ZMW ZWG";

bool
currency_known(const char *s)
{
	const char *p;

	if (strlen(s) != 3 || strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
		return false;
	p = strstr(codes, s);
	return p != NULL && (p - codes) % 4 == 0;
}

/*
 * A number as its significant digits and the power of ten of the last:
 * 12.50 is "125", -1.
 */
struct digits {
	char text[32];
	int n;
	int exponent;
	bool dropped;		/* more digits than an amount can have */
};

static void
digits_add(struct digits *d, char c)
{
	if (d->n == 0 && c == '0')
		return;
	if (d->n == (int)sizeof(d->text)) {
		d->dropped |= c != '0';
		d->exponent++;
		return;
	}
	d->text[d->n++] = c;
}

static const char *
digits_scan(const char *s, struct digits *d)
{
	const char *from = s;
	bool any = false;

	for (; *s >= '0' && *s <= '9'; s++, any = true)
		digits_add(d, *s);
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++, any = true) {
			digits_add(d, *s);
			d->exponent--;
		}
	return any ? s : from - 1;
}

static bool
digits_scale(const char *s, struct digits *d)
{
	bool minus = false;
	int n = 0;

	if (*s == '\0')
		return true;
	if (*s++ != 'e' && s[-1] != 'E')
		return false;
	if (*s == '+' || *s == '-')
		minus = *s++ == '-';
	if (*s == '\0')
		return false;
	for (; *s >= '0' && *s <= '9'; s++)
		if (n < MAX_EXPONENT)
			n = n * 10 + (*s - '0');
	d->exponent += minus ? -n : n;
	return *s == '\0';
}

static bool
in_ten_thousandths(struct digits *d, amount_t *out)
{
	int shift, i;
	amount_t v = 0;

	while (d->n > 0 && d->text[d->n - 1] == '0') {
		d->n--;
		d->exponent++;
	}
	shift = d->exponent + PLACES;
	if (d->n == 0 && !d->dropped) {
		*out = 0;
		return true;
	}
	if (d->dropped || shift < 0 || d->n + shift > 12)
		return false;
	for (i = 0; i < d->n + shift; i++)
		v = v * 10 + (i < d->n ? d->text[i] - '0' : 0);
	*out = v;
	return true;
}

bool
money_parse(const char *s, amount_t *out)
{
	struct digits d = { .n = 0 };
	bool minus = *s == '-';
	const char *end;
	amount_t v;

	if (*s == '-' || *s == '+')
		s++;
	end = digits_scan(s, &d);
	if (end < s || !digits_scale(end, &d) || !in_ten_thousandths(&d, &v))
		return false;
	*out = minus ? -v : v;
	return true;
}

char *
money_text(char buf[MONEY_TEXT], amount_t v)
{
	long long n = llabs(v);

	snprintf(buf, MONEY_TEXT, "%s%lld.%04lld", v < 0 ? "-" : "",
	    n / 10000, n % 10000);
	return buf;
}
