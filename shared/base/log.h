/*
 * Lines of JSON to standard error, whole ones.
 * Never give it a secret, a key or an idTag.
 *
 * A line from warning on is written at once, with all that stood before it.
 * Those of answered requests may wait in memory for log_flush() or for a full
 * buffer: a busy process writes once for many.
 */
#ifndef CPMS_BASE_LOG_H
#define CPMS_BASE_LOG_H

#include "types.h"

enum log_level { LOG_INFO_LINE, LOG_WARNING_LINE, LOG_ERROR_LINE };

/* Once, before any thread: whose lines they are. */
void log_name(const char *handler);
/* Lines below it are left out: info, warning or error; false: no such. */
bool log_level_set(const char *word);

void log_line(enum log_level, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* A request that was answered. */
struct log_request {
	enum log_level level;
	const char *id;
	int status;
	usec_t taken, database;		/* of which for the database */
	const char *charger;		/* NULL: not known, as the next two */
	const char *session;
	int32_t transaction;		/* 0: not known */
	const char *why;
};
void log_request(const struct log_request *);

void log_flush(void);

/*
 * Where standard error is a file it can be opened anew under the name that it
 * had, after somebody has given the file another.  log_file_name() once, at
 * start.  False: it is no file, or can't be opened; nothing is changed.
 */
void log_file_name(void);
bool log_file_reopen(void);
/* One that another process has opened; closes the descriptor. */
bool log_file_take(int fd);

#endif
