#include "log.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "time.h"

enum { LINE = 4096, ROOM = 16 * 1024, MESSAGE = 1024 };

static const char *const levels[] = { "info", "warning", "error" };

static const char *name = "cpms";
static enum log_level least;
static char file_name[PATH_MAX];

/* Lines that wait to be written. */
static char waiting[ROOM];
static size_t n_waiting;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* A line in the making; what has no room is left out, and it stays JSON. */
struct line {
	char text[LINE];
	size_t n;
};

void
log_name(const char *handler)
{
	name = handler;
}

bool
log_level_set(const char *word)
{
	size_t i;

	for (i = 0; i < countof(levels); i++)
		if (strcmp(levels[i], word) == 0) {
			least = (enum log_level)i;
			return true;
		}
	return false;
}

static void
put(struct line *l, const char *s, size_t n)
{
	if (l->n + n > sizeof(l->text) - 3)	/* "}\n behind it */
		return;
	memcpy(l->text + l->n, s, n);
	l->n += n;
}

/* The inside of a JSON string, cut between two characters. */
static void
put_escaped(struct line *l, const char *s)
{
	static const char hex[] = "0123456789abcdef";
	size_t room = sizeof(l->text) - 16;

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (l->n > room && (c & 0xc0) != 0x80)
			return;
		if (c < 0x20) {
			put(l, "\\u00", 4);
			put(l, &hex[c >> 4], 1);
			put(l, &hex[c & 15], 1);
			continue;
		}
		if (c == '"' || c == '\\')
			put(l, "\\", 1);
		put(l, s, 1);
	}
}

/* For the key and the least of a value. */
static bool
has_room(const struct line *l, const char *key)
{
	return l->n + strlen(key) + 32 <= sizeof(l->text);
}

static void
put_text(struct line *l, const char *key, const char *value)
{
	if (value == NULL || !has_room(l, key))
		return;
	put(l, key, strlen(key));
	put(l, "\"", 1);
	put_escaped(l, value);
	put(l, "\"", 1);
}

static void
put_number(struct line *l, const char *key, int64_t value)
{
	char digits[24], *d = digits + sizeof(digits);
	uint64_t v = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	if (!has_room(l, key))
		return;
	do
		*--d = (char)('0' + v % 10);
	while ((v /= 10) > 0);
	if (value < 0)
		*--d = '-';
	put(l, key, strlen(key));
	put(l, d, (size_t)(digits + sizeof(digits) - d));
}

static void
line_begin(struct line *l, enum log_level level)
{
	char now[TIME_TEXT];

	l->n = 0;
	put_text(l, "{\"time\":", time_text(now, time_now()));
	put_text(l, ",\"level\":", levels[level]);
	put_text(l, ",\"handler\":", name);
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
add(const char *line, size_t n, bool now)
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

static void
line_end(struct line *l, bool now)
{
	memcpy(l->text + l->n, "}\n", 2);
	add(l->text, l->n + 2, now);
}

void
log_line(enum log_level level, const char *fmt, ...)
{
	char message[MESSAGE];
	struct line l;
	va_list ap;

	if (level < least)
		return;
	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	line_begin(&l, level);
	put_text(&l, ",\"message\":", message);
	line_end(&l, true);
}

void
log_request(const struct log_request *r)
{
	struct line l;

	if (r->level < least)
		return;
	line_begin(&l, r->level);
	put_text(&l, ",\"request\":", r->id);
	put_number(&l, ",\"status\":", r->status);
	put_number(&l, ",\"us\":", r->taken);
	put_number(&l, ",\"databaseUs\":", r->database);
	put_text(&l, ",\"chargePointId\":", r->charger);
	put_text(&l, ",\"sessionId\":", r->session);
	if (r->transaction != 0)
		put_number(&l, ",\"transactionId\":", r->transaction);
	put_text(&l, ",\"why\":", r->why);
	line_end(&l, r->level > LOG_INFO_LINE);
}

void
log_flush(void)
{
	add("", 0, true);
}

void
log_file_name(void)
{
	struct stat st;
	ssize_t n;

	if (fstat(STDERR_FILENO, &st) != 0 || !S_ISREG(st.st_mode))
		return;
	n = readlink("/proc/self/fd/2", file_name, sizeof(file_name) - 1);
	file_name[n < 0 ? 0 : n] = '\0';
}

/* Standard output goes along where it is the same file. */
bool
log_file_take(int fd)
{
	struct stat out, err;
	bool both = fstat(STDOUT_FILENO, &out) == 0 &&
	    fstat(STDERR_FILENO, &err) == 0 && out.st_ino == err.st_ino &&
	    out.st_dev == err.st_dev;
	bool done = dup2(fd, STDERR_FILENO) == STDERR_FILENO &&
	    (!both || dup2(fd, STDOUT_FILENO) == STDOUT_FILENO);

	close(fd);
	return done;
}

bool
log_file_reopen(void)
{
	int fd;

	if (*file_name == '\0')
		return false;
	fd = open(file_name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	return fd >= 0 && log_file_take(fd);
}
