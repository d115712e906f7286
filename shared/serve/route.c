#include "route.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"

/* A row that is not whole. */
static _Noreturn void
refuse(const struct route *r, const char *why)
{
	log_line(LOG_ERROR_LINE, "%s %s: %s", r->method, r->path, why);
	abort();
}

bool
answer_is_end(const struct answer *a)
{
	return a->status == 0 && a->fault == FAULT_NONE;
}

static void
documents_check(const struct route *r)
{
	const struct answer *a;

	if (r->says == NULL || r->answers == NULL)
		refuse(r, "its row lacks .says or .answers");
	if (r->body != NULL)
		document_check(r->body, DOCUMENT_BODY);
	for (a = r->answers; !answer_is_end(a); a++) {
		if (a->status != 0 && a->fault != FAULT_NONE)
			refuse(r, "an answer has a .status and a .fault");
		if (a->document != NULL)
			document_check(a->document, DOCUMENT_ANSWER);
	}
}

void
route_check(const struct route *r)
{
	const struct param *p;
	int n = 0;

	for (p = r->query; p != NULL && p->name != NULL; p++, n++)
		if (p->kind == PARAM_WORD && p->words == NULL)
			refuse(r, "a query parameter lacks its .words");
	if (n > MAX_PARAMS)
		refuse(r, "it has more than MAX_PARAMS query parameters");
	if (r->threads > MAX_THREADS)
		refuse(r, "it has more than MAX_THREADS threads");
	documents_check(r);
}

bool
route_keeps(const struct route *r)
{
	return strcmp(r->method, "GET") == 0 || r->nginx.second_try;
}

static enum fault
not_found(struct request *rq)
{
	return ctx_fail(&rq->cx, FAULT_NOT_FOUND, "no such resource");
}

static enum fault
match_id(struct request *rq, const char *name, const char *s, size_t n)
{
	char *id = text_percent_decode(&rq->cx.arena, s, n);

	if (id == NULL)
		return not_found(rq);
	if (strncmp(name, "{chargePointId}", 15) != 0)
		return uuid_parse(id, &rq->uuid) ? FAULT_NONE : not_found(rq);
	if (!text_is_charger_id(id, strlen(id)))
		return not_found(rq);
	rq->charger = id;
	return FAULT_NONE;
}

static enum fault
match_path(struct request *rq, const char *uri, size_t len)
{
	const char *path = rq->route->path, *id = strchr(path, '{');
	size_t before, behind;

	if (id == NULL)
		return strlen(path) == len && memcmp(path, uri, len) == 0 ?
		    FAULT_NONE : not_found(rq);
	before = (size_t)(id - path);
	behind = strlen(strchr(id, '}') + 1);
	if (len <= before + behind || memcmp(path, uri, before) != 0 ||
	    memcmp(path + strlen(path) - behind, uri + len - behind,
	    behind) != 0)
		return not_found(rq);
	return match_id(rq, id, uri + before, len - before - behind);
}

static bool
is_word(const char *const *words, const char *s)
{
	while (*words != NULL && strcmp(*words, s) != 0)
		words++;
	return *words != NULL;
}

static bool
is_bool(const char *s, int64_t *out)
{
	*out = strcmp(s, "true") == 0 || strcmp(s, "1") == 0;
	return *out || strcmp(s, "false") == 0 || strcmp(s, "0") == 0;
}

static const char *
words_wrong(struct arena *a, const char *const *words)
{
	struct buf b;

	buf_init(&b, a);
	buf_text(&b, "must be one of ");
	buf_text(&b, *words);
	while (*++words != NULL)
		buf_printf(&b, ", %s", *words);
	return b.text;
}

static bool
is_text(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= 255 && !text_has_control(s, n);
}

static const char *
read_param(struct arena *a, const struct param *p, struct param_value *v)
{
	switch (p->kind) {
	case PARAM_BOOL:
		return is_bool(v->text, &v->number) ? NULL :
		    "must be true or false";
	case PARAM_LIMIT:
		return text_int(v->text, 1, MAX_LIMIT, &v->number) ? NULL :
		    "must be a whole number from 1 to 200";
	case PARAM_TIME:
		return time_parse(v->text, &v->time) ? NULL :
		    "must be an RFC 3339 time";
	case PARAM_CHARGER:
		return text_is_charger_id(v->text, strlen(v->text)) ? NULL :
		    "must be a charge point id";
	case PARAM_UUID:
		return uuid_parse(v->text, &v->uuid) ? NULL :
		    "must be a UUID";
	case PARAM_INT:
		return text_int(v->text, 1, INT32_MAX, &v->number) ? NULL :
		    "must be a whole number from 1 to 2147483647";
	case PARAM_TEXT:
		return is_text(v->text) ? NULL : "must be 1 to 255 bytes "
		    "without control characters";
	case PARAM_WORD:
		return is_word(p->words, v->text) ? NULL :
		    words_wrong(a, p->words);
	case PARAM_CURSOR:
		return NULL;
	}
	return "is unknown";
}

static enum fault
match_param(struct request *rq, const char *key, const char *text)
{
	const struct param *p = rq->route->query;
	struct param_value *v = rq->params;
	const char *why;

	for (; p != NULL && p->name != NULL; p++, v++) {
		if (strcmp(p->name, key) != 0)
			continue;
		if (v->given)
			return ctx_fail(&rq->cx, FAULT_QUERY,
			    "query parameter %s is given twice", key);
		v->given = true;
		v->text = text;
		why = read_param(&rq->cx.arena, p, v);
		return why == NULL ? FAULT_NONE : ctx_fail(&rq->cx,
		    FAULT_QUERY, "query parameter %s %s", key, why);
	}
	return ctx_fail(&rq->cx, FAULT_QUERY, "unknown query parameter %s",
	    text_percent_encode(&rq->cx.arena, key));
}

static char *
decode(struct request *rq, const char *s, size_t n)
{
	char *text = arena_strndup(&rq->cx.arena, s, n), *p;

	for (p = text; *p != '\0'; p++)
		if (*p == '+')
			*p = ' ';
	text = text_percent_decode(&rq->cx.arena, text, n);
	return text != NULL && text_is_utf8(text, strlen(text)) ? text : NULL;
}

static enum fault
match_query(struct request *rq, const char *q)
{
	char *key, *text;
	enum fault f;

	while (*q != '\0' && *q != '#') {
		size_t n = strcspn(q, "&#"), k = strcspn(q, "=&#");

		if (n > 0) {
			key = decode(rq, q, k);
			text = decode(rq, q + (k < n ? k + 1 : k),
			    k < n ? n - k - 1 : 0);
			if (key == NULL || text == NULL)
				return ctx_fail(&rq->cx, FAULT_QUERY,
				    "broken escape in the query string");
			if ((f = match_param(rq, key, text)))
				return f;
		}
		q += n;
		if (*q == '&')
			q++;
	}
	return FAULT_NONE;
}

static enum fault
check_key(struct request *rq, const char *authorization)
{
	const char *key = rq->route->access == ACCESS_OPEN ? "" :
	    rq->route->access == ACCESS_GATEWAY ? rq->set->gateway_api_key :
	    rq->set->operator_key;

	if (*key == '\0')
		return FAULT_NONE;
	if (authorization != NULL &&
	    strncasecmp(authorization, "Bearer ", 7) == 0 &&
	    text_same_secret(key, authorization + 7))
		return FAULT_NONE;
	return ctx_fail(&rq->cx, FAULT_UNAUTHORIZED,
	    "missing or wrong bearer key");
}

enum fault
route_match(struct request *rq, const char *method, const char *uri,
    const char *authorization)
{
	const char *q = strpbrk(uri, "?#");
	size_t len = q == NULL ? strlen(uri) : (size_t)(q - uri);
	enum fault f;

	if ((f = check_key(rq, authorization)))
		return f;
	if ((f = match_path(rq, uri, len)))
		return f;
	if (strcmp(method, rq->route->method) != 0 &&
	    !(strcmp(method, "HEAD") == 0 &&
	    strcmp(rq->route->method, "GET") == 0))
		return ctx_fail(&rq->cx, FAULT_METHOD, "only %s here",
		    rq->route->method);
	return q == NULL || *q == '#' ? FAULT_NONE : match_query(rq, q + 1);
}

const struct param_value *
param(const struct request *rq, const char *name)
{
	const struct param *p = rq->route->query;
	int i;

	for (i = 0; p != NULL && p[i].name != NULL; i++)
		if (strcmp(p[i].name, name) == 0)
			return &rq->params[i];
	refuse(rq->route, name);
}

int64_t
param_limit(const struct request *rq)
{
	const struct param_value *v = param(rq, "limit");

	return v->given ? v->number : DEFAULT_LIMIT;
}
