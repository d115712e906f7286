#include "env_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS	" \t"
#define LETTERS	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
#define DIGITS	"0123456789"

enum { SIZE_MAX_READ = 64 * 1024 };

/* What was read so far: the variables, and the text that they lie in. */
struct reading {
	char **vars;
	size_t n;
	char *text;
};

/* The file as a string; NULL: why. */
static char *
file_text(const char *path, const char **why)
{
	char *text = calloc(1, SIZE_MAX_READ + 2);
	FILE *f = fopen(path, "re");
	size_t n = 0;

	*why = NULL;
	if (text == NULL || f == NULL)
		*why = strerror(errno);
	if (*why == NULL) {
		n = fread(text, 1, SIZE_MAX_READ + 1, f);
		if (ferror(f))
			*why = strerror(errno);
		else if (n > SIZE_MAX_READ)
			*why = "it is over 64 kB";
		else if (strlen(text) != n)
			*why = "it holds a NUL byte";
	}
	if (f != NULL)
		fclose(f);
	if (*why != NULL) {
		free(text);
		text = NULL;
	}
	return text;
}

static size_t
vars_count(char *const *vars)
{
	size_t n = 0;

	while (vars[n] != NULL)
		n++;
	return n;
}

/* Room for as many variables as there are lines, and those below. */
static bool
reading_new(struct reading *r, const char *text, char *const *under)
{
	size_t room = vars_count(under) + 2;
	const char *s;

	for (s = text; (s = strchr(s, '\n')) != NULL; s++)
		room++;
	r->n = 0;
	r->vars = malloc(room * sizeof(*r->vars) + strlen(text) + 1);
	if (r->vars == NULL)
		return false;
	r->text = (char *)(r->vars + room);
	strcpy(r->text, text);
	return true;
}

/* Is the variable NAME=... among the first n? */
static bool
is_set(char *const *vars, size_t n, const char *var)
{
	size_t len = strcspn(var, "=") + 1;

	while (n > 0)
		if (strncmp(vars[--n], var, len) == 0)
			return true;
	return false;
}

/* Takes the escapes and the closing quote out; NULL: it is fine. */
static const char *
unquote(char *out, const char *s, char quote)
{
	for (; *s != quote; s++) {
		if (*s == '\\' && quote == '"' &&
		    (*++s == '\0' || strchr("\"\\$`", *s) == NULL))
			return "only \\\" \\\\ \\$ \\` may stand in it";
		if (*s == '\0')
			return "its quote is not closed";
		*out++ = *s;
	}
	*out = '\0';
	return s[1] == '\0' ? NULL : "it goes on behind its quote";
}

static bool
has_control(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return true;
	return false;
}

/* Makes the variable of the line, in place; NULL: it is one. */
static const char *
line_read(char *line)
{
	size_t name = strspn(line, LETTERS DIGITS), n = strlen(line);
	char *value = line + name + 1;

	if (name == 0 || strspn(line, DIGITS) > 0 || line[name] != '=')
		return "it is not NAME=VALUE";
	while (n > 0 && strchr(BLANKS, line[n - 1]) != NULL)
		line[--n] = '\0';
	if (has_control(value))
		return "a control character is in it";
	if (*value == '"' || *value == '\'')
		return unquote(value, value + 1, *value);
	if (value[strcspn(value, BLANKS "\"'\\")] != '\0')
		return "a value with blanks, quotes or \\ needs quotes";
	return NULL;
}

/* NULL: every line is right; else why the line of that number is not. */
static const char *
lines_read(struct reading *r, int *number)
{
	char *line, *rest = r->text;
	const char *wrong;

	for (*number = 1; (line = strsep(&rest, "\n")) != NULL; ++*number) {
		line += strspn(line, BLANKS);
		if (*line == '\0' || *line == '#' || *line == ';')
			continue;
		wrong = line_read(line);
		if (wrong == NULL && is_set(r->vars, r->n, line))
			wrong = "its name has a line already";
		if (wrong != NULL)
			return wrong;
		r->vars[r->n++] = line;
	}
	return NULL;
}

char **
env_file_load(const char *path, char *const *under, char why[ENV_FILE_WHY])
{
	struct reading r = { NULL, 0, NULL };
	const char *wrong;
	char *text = file_text(path, &wrong);
	size_t own;
	int line;

	if (text == NULL || !reading_new(&r, text, under)) {
		snprintf(why, ENV_FILE_WHY, "%s",
		    wrong != NULL ? wrong : strerror(ENOMEM));
		free(text);
		return NULL;
	}
	free(text);
	wrong = lines_read(&r, &line);
	if (wrong != NULL) {
		snprintf(why, ENV_FILE_WHY, "line %d: %s", line, wrong);
		free(r.vars);
		return NULL;
	}
	for (own = r.n; *under != NULL; under++)
		if (!is_set(r.vars, own, *under))
			r.vars[r.n++] = *under;
	r.vars[r.n] = NULL;
	return r.vars;
}
