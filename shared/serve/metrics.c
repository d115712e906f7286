#include "metrics.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/counters.h"
#include "base/log.h"
#include "base/time.h"
#include "place.h"

static char directory[PLACE_MAX + sizeof("counters")];

void
metrics_open(const char *name)
{
	if (!place_directory(directory)) {
		log_line(LOG_INFO_LINE, "the socket has no name: what is "
		    "counted ends with this process");
		return;
	}
	strcat(directory, "counters");
	mkdir(directory, 0750);
	if (counters_open(directory, name))
		counter_add(METRIC_STARTS, 0, 1);
	else
		log_line(LOG_WARNING_LINE, "%s: %s: what is counted ends with "
		    "this process", directory, strerror(errno));
}

static void
write_number(struct buf *b, bool is_time, int64_t n)
{
	if (n == METRIC_INFINITE)
		buf_text(b, "+Inf");
	else if (is_time)
		buf_printf(b, "%lld.%06lld", (long long)(n / SECOND),
		    (long long)(n % SECOND));
	else
		buf_int(b, n);
}

/* With the comma or the brace before it; NULL: there is none. */
static void
write_label(struct buf *b, char *before, const char *name, const char *value)
{
	if (value == NULL)
		return;
	buf_printf(b, "%c%s=\"", *before, name);
	for (; *value != '\0'; value++)
		if (*value == '\n')
			buf_text(b, "\\n");
		else
			buf_printf(b, "%s%c", *value == '"' || *value == '\\' ?
			    "\\" : "", *value);
	buf_text(b, "\"");
	*before = ',';
}

static void
write_sample(struct buf *b, const struct metric_row *m, const char *handler,
    const char *value, int64_t n)
{
	char before = '{';

	buf_text(b, m->name);
	write_label(b, &before, "handler", handler);
	write_label(b, &before, m->label, value);
	buf_text(b, before == '{' ? " " : "} ");
	write_number(b, m->is_time, n);
	buf_text(b, "\n");
}

static void
write_histogram(struct buf *b, const struct metric_row *m,
    const char *handler, const uint64_t *words)
{
	uint64_t n = 0;
	unsigned i;
	char before;

	for (i = 0; i <= m->buckets; i++) {
		n += words[i];
		before = '{';
		buf_printf(b, "%s_bucket", m->name);
		write_label(b, &before, "handler", handler);
		buf_printf(b, "%cle=\"", before);
		write_number(b, m->is_time, i == m->buckets ?
		    METRIC_INFINITE : (int64_t)1 << (m->first + i));
		buf_printf(b, "\"} %llu\n", (unsigned long long)n);
	}
	buf_printf(b, handler == NULL ? "%s_sum " :
	    "%s_sum{handler=\"%s\"} ", m->name, handler);
	write_number(b, m->is_time, (int64_t)words[m->buckets + 1]);
	buf_printf(b, handler == NULL ? "\n%s_count " :
	    "\n%s_count{handler=\"%s\"} ", m->name, handler);
	buf_printf(b, "%llu\n", (unsigned long long)n);
}

static void
write_counted(struct buf *b, const struct metric_row *m, const char *handler,
    const uint64_t *words)
{
	unsigned i;

	if (m->type == METRIC_HISTOGRAM)
		write_histogram(b, m, handler, words);
	else if (m->values == NULL)
		write_sample(b, m, handler, NULL, (int64_t)words[0]);
	else
		for (i = 0; m->values[i] != NULL; i++)
			write_sample(b, m, handler, m->values[i],
			    (int64_t)words[i]);
}

static void
write_sum(struct buf *b, enum metric m, const struct counted *c, size_t n)
{
	const struct metric_row *row = &metric_rows[m];
	unsigned k, n_words = metric_words(row);
	uint64_t *sum = arena_calloc(b->arena, n_words * sizeof(*sum));
	size_t i;

	for (i = 0; i < n; i++)
		for (k = 0; k < n_words; k++)
			sum[k] += c[i].words[m][k];
	write_counted(b, row, NULL, sum);
}

static void
write_latest(struct buf *b, enum metric m, const struct counted *c, size_t n)
{
	int64_t now = time_now(), latest = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if ((int64_t)c[i].words[m][0] > latest)
			latest = (int64_t)c[i].words[m][0];
	if (latest != 0)
		write_sample(b, &metric_rows[m], NULL, NULL,
		    now > latest ? now - latest : 0);
}

static void
write_said(struct buf *b, enum metric m, const struct counted *c, size_t n)
{
	const struct metric_row *row = &metric_rows[m];
	int64_t v, now = time_monotonic(), all = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		v = c[i].said[m];
		if (row->is_time && v != 0)
			v = now > v ? now - v : 0;
		if (!row->is_time)
			all += v;
		else if (v > all)
			all = v;
	}
	write_sample(b, row, NULL, NULL, all);
}

static void
write_metric(struct buf *b, enum metric m, const struct counted *c, size_t n)
{
	const struct metric_row *row = &metric_rows[m];
	size_t i;

	switch (row->source) {
	case SOURCE_ENDPOINT:
		for (i = 0; i < n; i++)
			write_counted(b, row, c[i].name, c[i].words[m]);
		break;
	case SOURCE_SUM:
		write_sum(b, m, c, n);
		break;
	case SOURCE_LATEST:
		write_latest(b, m, c, n);
		break;
	case SOURCE_ALIVE:
		for (i = 0; i < n; i++)
			write_sample(b, row, c[i].name, NULL,
			    c[i].processes);
		break;
	case SOURCE_PROCESS:
		write_said(b, m, c, n);
		break;
	case SOURCE_MEASURED:
		break;
	}
}

void
metrics_write(struct buf *b, const struct measured *list, size_t n)
{
	const struct metric_row *row;
	struct counted *c;
	size_t i, n_counted;
	enum metric m;

	c = counters_read(b->arena, directory, &n_counted);
	for (m = 0; m < METRIC_COUNT; m++) {
		row = &metric_rows[m];
		buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", row->name,
		    row->help, row->name,
		    row->type == METRIC_COUNTER ? "counter" :
		    row->type == METRIC_GAUGE ? "gauge" : "histogram");
		write_metric(b, m, c, n_counted);
		for (i = 0; i < n; i++)
			if (list[i].metric == m)
				write_sample(b, row, NULL, list[i].value,
				    list[i].n);
	}
}
