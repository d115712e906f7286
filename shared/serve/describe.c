#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "route.h"

/* The row as it is printed; schemas are JSON text. */
struct described_param {
	const char *name, *says, *schema;
};

struct described_answer {
	int32_t status;
	const char *says, *problem, *title;
	int32_t retry_after;
	const char *type, *header, *schema;
};

struct described_nginx {
	int32_t body_bytes, read_timeout;
	bool unbuffered, second_try, kept, private_query, closes;
};

struct described {
	const char *name, *method, *path, *says, *access;
	int32_t processes;
	bool retry;
	struct described_nginx nginx;
	struct described_param params[MAX_PARAMS];
	const struct described_param *query;
	size_t n_query;
	bool body_required;
	const char *body;
	const struct described_answer *answers;
	size_t n_answers;
};

static const struct member param_members[] = {
	{ "name", MEMBER_STRING, AT(described_param, name) },
	{ "says", MEMBER_STRING, AT(described_param, says) },
	{ "schema", MEMBER_JSON, AT(described_param, schema) },
	{ 0 }
};
static const struct document param_document = {
	"Parameter", NULL, param_members, sizeof(struct described_param),
	false
};

static const struct member answer_members[] = {
	{ "status", MEMBER_INT, AT(described_answer, status) },
	{ "says", MEMBER_STRING, AT(described_answer, says) },
	{ "problem", MEMBER_STRING, AT(described_answer, problem) },
	{ "title", MEMBER_STRING, AT(described_answer, title) },
	{ "retryAfter", MEMBER_INT, AT(described_answer, retry_after) },
	{ "type", MEMBER_STRING, AT(described_answer, type) },
	{ "header", MEMBER_STRING, AT(described_answer, header) },
	{ "schema", MEMBER_JSON, AT(described_answer, schema) },
	{ 0 }
};
static const struct document answer_document = {
	"Answer", NULL, answer_members, sizeof(struct described_answer), false
};

static const struct member nginx_members[] = {
	{ "bodyBytes", MEMBER_INT, AT(described_nginx, body_bytes) },
	{ "readTimeoutSeconds", MEMBER_INT,
	    AT(described_nginx, read_timeout) },
	{ "unbuffered", MEMBER_BOOL, AT(described_nginx, unbuffered) },
	{ "privateQuery", MEMBER_BOOL,
	    AT(described_nginx, private_query) },
	{ "closes", MEMBER_BOOL, AT(described_nginx, closes) },
	{ "secondTry", MEMBER_BOOL, AT(described_nginx, second_try) },
	{ "kept", MEMBER_BOOL, AT(described_nginx, kept) },
	{ 0 }
};
static const struct document nginx_document = {
	"Nginx", NULL, nginx_members, sizeof(struct described_nginx), false
};

static const struct member described_members[] = {
	{ "name", MEMBER_STRING, AT(described, name) },
	{ "method", MEMBER_STRING, AT(described, method) },
	{ "path", MEMBER_STRING, AT(described, path) },
	{ "says", MEMBER_STRING, AT(described, says) },
	{ "access", MEMBER_STRING, AT(described, access) },
	{ "processes", MEMBER_INT, AT(described, processes) },
	{ "retry", MEMBER_BOOL, AT(described, retry) },
	{ "nginx", MEMBER_OBJECT, AT(described, nginx),
	    .document = &nginx_document },
	{ "query", MEMBER_LIST, AT(described, query),
	    COUNT(described, n_query), .document = &param_document },
	{ "body", MEMBER_JSON, AT(described, body) },
	{ "bodyRequired", MEMBER_BOOL, AT(described, body_required) },
	{ "answers", MEMBER_LIST, AT(described, answers),
	    COUNT(described, n_answers), .document = &answer_document },
	{ 0 }
};
static const struct document described_document = {
	"Endpoint", NULL, described_members, sizeof(struct described), false
};

static const char *
access_name(enum access a)
{
	switch (a) {
	case ACCESS_OPERATOR:
		return "operator";
	case ACCESS_GATEWAY:
		return "gateway";
	case ACCESS_OPEN:
		break;
	}
	return "open";
}

static const char *
word_schema(struct arena *a, const char *const *words)
{
	struct buf b;
	size_t i;

	buf_init(&b, a);
	buf_text(&b, "{\"type\":\"string\",\"enum\":[");
	for (i = 0; words[i] != NULL; i++) {
		if (i > 0)
			buf_text(&b, ",");
		buf_quote(&b, words[i], strlen(words[i]));
	}
	buf_text(&b, "]}");
	return b.text;
}

static const char *
param_schema(struct arena *a, const struct param *p)
{
	switch (p->kind) {
	case PARAM_BOOL:
		return "{\"type\":\"boolean\"}";
	case PARAM_LIMIT:
		return arena_printf(a, "{\"type\":\"integer\",\"minimum\":1,"
		    "\"maximum\":%d,\"default\":%d}", MAX_LIMIT,
		    DEFAULT_LIMIT);
	case PARAM_TIME:
		return "{\"type\":\"string\",\"format\":\"date-time\"}";
	case PARAM_CHARGER:
		return "{\"type\":\"string\",\"minLength\":1,"
		    "\"maxLength\":255}";
	case PARAM_UUID:
		return "{\"type\":\"string\",\"format\":\"uuid\"}";
	case PARAM_INT:
		return "{\"type\":\"integer\",\"minimum\":1,"
		    "\"maximum\":2147483647}";
	case PARAM_TEXT:
		return "{\"type\":\"string\",\"minLength\":1,"
		    "\"maxLength\":255}";
	case PARAM_WORD:
		return word_schema(a, p->words);
	case PARAM_CURSOR:
		break;
	}
	return "{\"type\":\"string\"}";
}

static const char *
param_says(const struct param *p)
{
	if (p->says != NULL)
		return p->says;
	if (p->kind == PARAM_LIMIT)
		return "How many at most.";
	return p->kind == PARAM_CURSOR ?
	    "Of the Link header of the page before." : NULL;
}

static void
describe_query(struct arena *a, const struct route *r, struct described *d)
{
	const struct param *p = r->query;

	d->query = d->params;
	for (; p != NULL && p->name != NULL; p++)
		d->params[d->n_query++] = (struct described_param){
			p->name, param_says(p), param_schema(a, p)
		};
}

static const char *
schema_of(struct arena *a, const struct document *doc, enum document_use use)
{
	struct buf b;

	if (doc == NULL)
		return NULL;
	buf_init(&b, a);
	document_schema(&b, doc, use);
	return b.text;
}

static const char *
body_schema(struct arena *a, const struct route *r)
{
	const char *one = schema_of(a, r->body, DOCUMENT_BODY);

	return r->body_list == 0 ? one : arena_printf(a, "{\"oneOf\":[%s,"
	    "{\"type\":\"array\",\"minItems\":1,\"maxItems\":%d,"
	    "\"items\":%s}]}", one, r->body_list, one);
}

/* What every call of its kind can come to. */
static size_t
common_answers(const struct route *r, struct answer *out)
{
	size_t n = 0;

	out[n++] = (struct answer){ .fault = FAULT_QUERY,
	    .says = "The query string is wrong." };
	out[n++] = (struct answer){ .fault = FAULT_DATABASE,
	    .says = "The database or the endpoint did not answer in time." };
	if (r->access != ACCESS_OPEN)
		out[n++] = (struct answer){ .fault = FAULT_UNAUTHORIZED,
		    .says = "The bearer key is missing or wrong." };
	if (strchr(r->path, '{') != NULL)
		out[n++] = (struct answer){ .fault = FAULT_NOT_FOUND,
		    .says = "There is no such resource." };
	if (r->body == NULL)
		return n;
	out[n++] = (struct answer){ .fault = FAULT_SYNTAX,
	    .says = "The body is not JSON." };
	out[n++] = (struct answer){ .fault = FAULT_TOO_LARGE,
	    .says = "The body is too large." };
	out[n++] = (struct answer){ .fault = FAULT_INVALID,
	    .says = "Members of the body are missing or wrong." };
	return n;
}

static struct described_answer
describe_problem(struct arena *a, const struct answer *from)
{
	const struct fault_row *row = fault_row(from->fault);

	return (struct described_answer){
		row->status, from->says, row->slug, row->title,
		row->retry_after, "application/problem+json", from->header,
		schema_of(a, &problem_document, DOCUMENT_ANSWER)
	};
}

static struct described_answer
describe_answer(struct arena *a, const struct answer *from)
{
	const struct document *doc = from->document;
	const char *schema = schema_of(a, doc, DOCUMENT_ANSWER);

	if (from->fault != FAULT_NONE)
		return describe_problem(a, from);
	return (struct described_answer){
		.status = from->status, .says = from->says,
		.type = from->type != NULL || doc == NULL ? from->type :
		    "application/json",
		.header = from->header,
		.schema = from->list ? arena_printf(a, "{\"type\":\"array\","
		    "\"items\":%s}", schema) : schema
	};
}

static void
describe_answers(struct arena *a, const struct route *r,
    struct described *d)
{
	struct answer common[8];
	size_t i, n_common = common_answers(r, common), n = 0;
	struct described_answer *list;

	while (!answer_is_end(&r->answers[n]))
		n++;
	list = arena_calloc(a, (n + n_common) * sizeof(*list));
	for (i = 0; i < n; i++)
		list[i] = describe_answer(a, &r->answers[i]);
	for (i = 0; i < n_common; i++)
		list[n + i] = describe_answer(a, &common[i]);
	d->answers = list;
	d->n_answers = n + n_common;
}

static struct described
describe_row(const struct route *r)
{
	return (struct described){
		.name = program_invocation_short_name,
		.method = r->method, .path = r->path, .says = r->says,
		.access = access_name(r->access),
		.processes = r->processes > 0 ? r->processes : 1,
		.retry = r->retry,
		.nginx = {
			.body_bytes = MAX_BODY,
			.read_timeout = r->nginx.read_timeout > 0 ?
			    r->nginx.read_timeout : 20,
			.unbuffered = r->nginx.unbuffered,
			.private_query = r->nginx.private_query,
			.closes = r->nginx.closes,
			.second_try = r->nginx.second_try,
			.kept = route_keeps(r),
		},
		.body_required = r->body != NULL && !r->body_optional,
	};
}

int
describe(const struct route *r)
{
	struct described d = describe_row(r);
	struct ctx cx;
	struct buf b;

	ctx_init(&cx);
	describe_query(&cx.arena, r, &d);
	d.body = body_schema(&cx.arena, r);
	describe_answers(&cx.arena, r, &d);
	buf_init(&b, &cx.arena);
	document_write(&cx, &b, &described_document, &d);
	return puts(b.text) < 0;
}
