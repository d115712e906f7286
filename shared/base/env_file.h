/*
 * Settings out of a file: a subset of systemd's EnvironmentFile=, so that both
 * read the same out of what is taken here.
 *
 *	# or ; begins a comment, at the beginning of a line only
 *	NAME=plain		no blank, quote or backslash in it
 *	NAME='as it is'		no quote in it
 *	NAME="with \" in it"	\" \\ \$ \` are the only escapes
 *
 * A name stands once.  A value ends with its line and holds no control
 * character.
 */
#ifndef CPMS_BASE_ENV_FILE_H
#define CPMS_BASE_ENV_FILE_H

#include "types.h"

/* Of a program that can't do with its settings: EX_CONFIG of sysexits.h. */
enum { EXIT_SETTINGS = 78 };

enum { ENV_FILE_WHY = 128 };

/*
 * The file's settings and, of UNDER, those that it does not name: one block
 * of memory for free().  NULL: why[] says which line is wrong and never a
 * value.
 */
char **env_file_load(const char *path, char *const *under,
    char why[ENV_FILE_WHY]);

#endif
