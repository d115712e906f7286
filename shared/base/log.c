#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "time.h"

static const char *name = "cpms";

void
log_name(const char *handler)
{
	name = handler;
}

void
log_line(enum log_level level, const char *fmt, ...)
{
	static const char *const words[] = { "info", "warning", "error" };
	char line[1024], now[TIME_TEXT];
	size_t n, room = sizeof(line) - 1;
	va_list ap;
	int k;

	k = snprintf(line, room, "%s %s handler=%s ",
	    time_text(now, time_now()), words[level], name);
	n = k < 0 ? 0 : (size_t)k;
	va_start(ap, fmt);
	k = vsnprintf(line + n, room - n, fmt, ap);
	va_end(ap);
	n += k < 0 ? 0 : (size_t)k;
	if (n >= room)
		n = room - 1;
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, n) < 0)
		return;
}
