/*
 * Lines to standard error, whole ones, as key=value words.
 * Never give it a secret, a key or an idTag.
 *
 * A line of log_line() is written at once, with all that stood before it.
 * Lines of log_later() may wait in memory for log_flush() or for a full
 * buffer: a busy process writes once for many.
 */
#ifndef CPMS_BASE_LOG_H
#define CPMS_BASE_LOG_H

enum log_level { LOG_INFO_LINE, LOG_WARNING_LINE, LOG_ERROR_LINE };

void log_name(const char *handler);	/* once, before any thread */
void log_line(enum log_level, const char *, ...)
    __attribute__((format(printf, 2, 3)));
void log_later(enum log_level, const char *, ...)
    __attribute__((format(printf, 2, 3)));
void log_flush(void);

#endif
