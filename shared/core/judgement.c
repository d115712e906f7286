#include "judgement.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

struct place {
	usec_t ts;
	int64_t id;
	size_t index;
};

static int
place_order(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->ts != b->ts)
		return a->ts < b->ts ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

size_t *
judgement_order(struct arena *a, const struct judged *j)
{
	struct place *places = arena_alloc(a, j->n * sizeof(*places) + 1);
	size_t *order = arena_alloc(a, j->n * sizeof(*order) + 1);
	bool sorted = true;
	size_t i;

	for (i = 0; i < j->n; i++) {
		places[i] = (struct place){
			j->readings[i].ts, j->readings[i].id, i
		};
		sorted = sorted && (i == 0 ||
		    place_order(&places[i - 1], &places[i]) < 0);
	}
	if (!sorted)
		qsort(places, j->n, sizeof(*places), place_order);
	for (i = 0; i < j->n; i++)
		order[i] = places[i].index;
	return order;
}

static bool
series_fits(const struct series *s, const struct reading *r, int16_t item)
{
	return s->any || (s->item == item &&
	    text_equal(s->measurand, reading_kind_name(r->kind)) &&
	    text_equal(s->unit, r->unit) &&
	    text_equal(s->context, r->context) &&
	    text_equal(s->phase, r->phase) &&
	    text_equal(s->location, r->location) &&
	    text_equal(s->format, r->format));
}

static bool
is_ordinary(const char *word)
{
	return word == NULL ||
	    strnlen(word, SERIES_WORD_MAX + 1) <= SERIES_WORD_MAX;
}

static struct series
series_of(const struct reading *r, int16_t item, bool any)
{
	if (any || !is_ordinary(r->unit) || !is_ordinary(r->context) ||
	    !is_ordinary(r->phase) || !is_ordinary(r->location) ||
	    !is_ordinary(r->format))
		return (struct series){ .any = true };
	return (struct series){
		.item = item, .measurand = reading_kind_name(r->kind),
		.unit = r->unit, .context = r->context, .phase = r->phase,
		.location = r->location, .format = r->format,
	};
}

/* A judgement while it is made: the series of no words comes last. */
struct making {
	struct arena *arena;
	struct judgement *out;
	struct series rest;
	size_t found;		/* the series that the last reading was of */
};

/* Series mostly take turns: the next one is tried first. */
static struct series *
series_find(struct making *m, const struct reading *r, int16_t item)
{
	struct judgement *j = m->out;
	struct series new;
	size_t i, at;

	for (i = 1; i <= j->n_series; i++) {
		at = (m->found + i) % j->n_series;
		if (series_fits(&j->series[at], r, item)) {
			m->found = at;
			return &j->series[at];
		}
	}
	new = series_of(r, item, j->n_series == SERIES_MAX);
	if (new.any) {
		m->rest.any = true;
		return &m->rest;
	}
	m->found = j->n_series;
	j->series[j->n_series] = new;
	return &j->series[j->n_series++];
}

static int64_t
word_find(struct judgement *j, const char *word)
{
	size_t i;

	for (i = 0; i < j->n_words; i++)
		if (text_equal(j->words[i], word))
			return (int64_t)i;
	j->words[j->n_words] = word;
	return (int64_t)j->n_words++;
}

static void
series_add(struct arena *a, struct series *s, struct verdict_change change)
{
	struct verdict_change *old = s->changes;

	if (s->n > 0 && old[s->n - 1].verdict == change.verdict)
		return;
	if (s->n == s->room) {
		s->room = s->room == 0 ? 4 : s->room * 2;
		s->changes = arena_alloc(a, s->room * sizeof(*old));
		if (s->n > 0)
			memcpy(s->changes, old, s->n * sizeof(*old));
	}
	s->changes[s->n++] = change;
}

void
judgement_make(struct arena *a, const struct judged *of, const size_t *order,
    struct judgement *out)
{
	struct making m = { .arena = a, .out = out };
	const struct reading *r;
	enum verdict verdict;
	size_t i;

	*out = (struct judgement){ .from = of->from, .to = of->to };
	out->words = arena_calloc(a, VERDICTS * sizeof(const char *));
	out->n_words = 1;
	out->series = arena_calloc(a,
	    (SERIES_MAX + 1) * sizeof(*out->series));
	for (i = 0; i < of->n; i++) {
		r = &of->readings[order[i]];
		verdict = of->verdicts[order[i]];
		series_add(a, series_find(&m, r, of->items[order[i]]),
		    (struct verdict_change){ r->ts, r->id,
		    verdict == VERDICT_USED ? 0 :
		    word_find(out, verdict_words(verdict)) });
		out->n_used += verdict == VERDICT_USED;
		if (i == 0 || r->id > out->last_id)
			out->last_id = r->id;
	}
	out->n = of->n;
	if (m.rest.any)
		out->series[out->n_series++] = m.rest;
}

static bool
is_before(const struct verdict_change *c, const struct reading *r)
{
	return c->ts < r->ts || (c->ts == r->ts && c->id <= r->id);
}

const char *
judgement_why(const struct judgement *j, const struct reading *r, int16_t item)
{
	const struct series *s = j->series;
	size_t i, low, high, middle;

	for (i = 0; i < j->n_series && !series_fits(s, r, item); i++)
		s++;
	if (i == j->n_series)
		return "not among the readings that were judged";
	for (low = 1, high = s->n; low < high;) {
		middle = low + (high - low) / 2;
		if (is_before(&s->changes[middle], r))
			low = middle + 1;
		else
			high = middle;
	}
	return j->words[s->changes[low - 1].verdict];
}

char *
series_text(struct arena *a, const struct series *s)
{
	usec_t ts = 0;
	int64_t id = 0;
	struct buf b;
	size_t i;

	buf_init(&b, a);
	for (i = 0; i < s->n; i++) {
		if (i > 0) {
			buf_text(&b, " ");
			buf_int(&b, s->changes[i].ts - ts);
			buf_text(&b, ",");
			buf_int(&b, s->changes[i].id - id);
			buf_text(&b, ",");
			ts = s->changes[i].ts;
			id = s->changes[i].id;
		}
		buf_int(&b, s->changes[i].verdict);
	}
	return b.text;
}

/* A number and the byte behind it, which *s passes; ' ': or the end. */
static bool
number_take(const char **s, char behind, int64_t *v)
{
	size_t n = strcspn(*s, ", ");
	char digits[24];

	if (n >= sizeof(digits))
		return false;
	memcpy(digits, *s, n);
	digits[n] = '\0';
	*s += n;
	if (**s == behind)
		return *++*s != '\0' &&
		    text_int(digits, INT64_MIN, INT64_MAX, v);
	return behind == ' ' && **s == '\0' &&
	    text_int(digits, INT64_MIN, INT64_MAX, v);
}

bool
series_parse(struct arena *a, const char *text, size_t n_words,
    struct series *s)
{
	struct verdict_change c = { 0 };
	int64_t ts, id;

	s->changes = NULL;
	s->n = s->room = 0;
	do {
		if (s->n > 0 && (!number_take(&text, ',', &ts) ||
		    !number_take(&text, ',', &id) ||
		    __builtin_add_overflow(c.ts, ts, &c.ts) ||
		    __builtin_add_overflow(c.id, id, &c.id)))
			return false;
		if (!number_take(&text, ' ', &c.verdict) || c.verdict < 0 ||
		    (uint64_t)c.verdict >= n_words)
			return false;
		series_add(a, s, c);
	} while (*text != '\0');
	return true;
}

static void
text_add(struct buf *b, const char *text)
{
	if (text == NULL) {
		buf_bytes(b, "-", 1);
		return;
	}
	buf_int(b, (int64_t)strlen(text));
	buf_bytes(b, ":", 1);
	buf_text(b, text);
}

static void
number_add(struct buf *b, int64_t v)
{
	uint64_t n = v < 0 ? -(uint64_t)v : (uint64_t)v;
	int64_t digits = v < 0;

	do
		digits++;
	while ((n /= 10) > 0);
	buf_int(b, digits);
	buf_bytes(b, ":", 1);
	buf_int(b, v);
}

void
judgement_reading_text(struct buf *b, const struct reading *r, int16_t item)
{
	number_add(b, r->id);
	if (r->event_id == 0)
		text_add(b, NULL);
	else
		number_add(b, r->event_id);
	number_add(b, item);
	number_add(b, r->ts);
	text_add(b, reading_kind_letters[r->kind]);
	text_add(b, r->value);
	text_add(b, r->unit);
	text_add(b, r->context);
	text_add(b, r->phase);
	text_add(b, r->location);
	text_add(b, r->format);
	if (r->usable)
		number_add(b, r->mwh);
	else
		text_add(b, NULL);
}
