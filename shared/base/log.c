#include "log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "time.h"

enum { LINE = 1024, ROOM = 8 * 1024 };

static const char *name = "cpms";

/* Lines that wait to be written. */
static char waiting[ROOM];
static size_t n_waiting;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void
log_name(const char *handler)
{
	name = handler;
}

static size_t
compose(char line[LINE], enum log_level level, const char *fmt, va_list ap)
{
	static const char *const words[] = { "info", "warning", "error" };
	size_t n, room = LINE - 1;
	char now[TIME_TEXT];
	int k;

	k = snprintf(line, room, "%s %s handler=%s ",
	    time_text(now, time_now()), words[level], name);
	n = k < 0 ? 0 : (size_t)k;
	k = vsnprintf(line + n, room - n, fmt, ap);
	n += k < 0 ? 0 : (size_t)k;
	if (n >= room)
		n = room - 1;
	line[n++] = '\n';
	return n;
}

/* Under the lock, so that lines keep their order. */
static void
write_waiting(void)
{
	size_t n = n_waiting;

	n_waiting = 0;
	if (n > 0 && write(STDERR_FILENO, waiting, n) < 0)
		return;
}

static void
add(const char *line, size_t n, int now)
{
	pthread_mutex_lock(&lock);
	if (n_waiting + n > ROOM)
		write_waiting();
	memcpy(waiting + n_waiting, line, n);
	n_waiting += n;
	if (now)
		write_waiting();
	pthread_mutex_unlock(&lock);
}

void
log_line(enum log_level level, const char *fmt, ...)
{
	char line[LINE];
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	n = compose(line, level, fmt, ap);
	va_end(ap);
	add(line, n, 1);
}

void
log_later(enum log_level level, const char *fmt, ...)
{
	char line[LINE];
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	n = compose(line, level, fmt, ap);
	va_end(ap);
	add(line, n, 0);
}

void
log_flush(void)
{
	add("", 0, 1);
}
