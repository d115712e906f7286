/*
 * One line to standard error, in one write, as key=value words.
 * Never give it a secret, a key or an idTag.
 */
#ifndef CPMS_BASE_LOG_H
#define CPMS_BASE_LOG_H

enum log_level { LOG_INFO_LINE, LOG_WARNING_LINE, LOG_ERROR_LINE };

void log_name(const char *handler);	/* once, before any thread */
void log_line(enum log_level, const char *, ...)
    __attribute__((format(printf, 2, 3)));

#endif
