#include "http.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

struct http {
	CURL *curl;
	size_t len;
	char body[HTTP_MAX_ANSWER + 1];
};

void
http_init(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		abort();
}

struct http *
http_new(void)
{
	struct http *h = malloc(sizeof(*h));

	if (h == NULL || (h->curl = curl_easy_init()) == NULL)
		abort();
	return h;
}

bool
http_url_ok(const char *url)
{
	CURLU *u = curl_url();
	char *scheme = NULL;
	bool ok;

	if (u == NULL)
		abort();
	ok = curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
	curl_free(scheme);
	curl_url_cleanup(u);
	return ok;
}

/* Fewer bytes taken than given ends the transfer. */
static size_t
take(char *data, size_t one, size_t n, void *arg)
{
	struct http *h = arg;

	(void)one;
	if (n > HTTP_MAX_ANSWER - h->len)
		return 0;
	memcpy(h->body + h->len, data, n);
	h->len += n;
	return n;
}

static struct curl_slist *
head(struct ctx *cx, const char *bearer)
{
	static const char *const lines[] = {
		"Content-Type: application/json", "Accept: application/json",
		"Expect:", "User-Agent: cpms"
	};
	struct curl_slist *l = NULL;
	size_t i;

	for (i = 0; i < countof(lines); i++)
		l = curl_slist_append(l, lines[i]);
	if (*bearer != '\0')
		l = curl_slist_append(l, arena_printf(&cx->arena,
		    "Authorization: Bearer %s", bearer));
	if (l == NULL)
		abort();
	return l;
}

static void
set_up(struct http *h, const char *url, const struct ctx *cx)
{
	usec_t left = cx->deadline - time_monotonic();
	CURL *c = h->curl;

	curl_easy_reset(c);
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS,
	    left > 1000 ? (long)(left / 1000) : 1L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L);
}

static void
set_body(struct http *h, const char *json)
{
	CURL *c = h->curl;

	curl_easy_setopt(c, CURLOPT_POST, 1L);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, json);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)strlen(json));
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, h);
}

static enum http_end
end_of(struct http *h, CURLcode code)
{
	long sent = 0;

	curl_easy_getinfo(h->curl, CURLINFO_REQUEST_SIZE, &sent);
	switch (code) {
	case CURLE_OK:
		return HTTP_ANSWERED;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
		return sent == 0 ? HTTP_NOT_CONNECTED : HTTP_BROKEN;
	case CURLE_OPERATION_TIMEDOUT:
		return HTTP_TIMED_OUT;
	default:
		return HTTP_BROKEN;
	}
}

void
http_post(struct ctx *cx, struct http *h, const char *url,
    const char *bearer, const char *json, struct http_answer *out)
{
	struct curl_slist *lines = head(cx, bearer);
	long status = 0;

	memset(out, 0, sizeof(*out));
	h->len = 0;
	set_up(h, url, cx);
	set_body(h, json);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, lines);
	out->end = end_of(h, curl_easy_perform(h->curl));
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_reset(h->curl);	/* forgets what it borrowed */
	curl_slist_free_all(lines);
	out->body = arena_strndup(&cx->arena, h->body, h->len);
	out->len = h->len;
	if (out->end == HTTP_ANSWERED)
		out->status = (int)status;
}

bool
http_connects(struct ctx *cx, struct http *h, const char *url)
{
	bool ok;

	set_up(h, url, cx);
	curl_easy_setopt(h->curl, CURLOPT_CONNECT_ONLY, 1L);
	ok = curl_easy_perform(h->curl) == CURLE_OK;
	curl_easy_cleanup(h->curl);	/* with its connection */
	if ((h->curl = curl_easy_init()) == NULL)
		abort();
	return ok;
}
