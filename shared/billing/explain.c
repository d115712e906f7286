#include "explain.h"

#include "base/text.h"
#include "wire/explanation.h"

/* The revisions whose readings are looked up, and where these are. */
struct lookup {
	struct revision_record **revisions;
	struct judgement *judgements;
	struct reading_page *pages;
	struct reading_list *lists;
	size_t n;
};

static void
show_copies(struct revision_record *v, const struct reading_place *after)
{
	int64_t last = (after == NULL ? 0 : after->id) + READINGS_PAGE;

	v->readings = (struct revision_readings){
		.known = v->used != NULL,
		.n = v->n_copied, .n_used = v->n_copied_used,
		.more = last < v->n_copied, .last = { 0, last },
	};
}

static enum fault
lookup_add(struct ctx *cx, struct lookup *l, const struct session *s,
    const struct reading_place *after, struct revision_record *v)
{
	struct judgement *j = &l->judgements[l->n];
	int64_t n;
	enum fault f;

	if ((f = wire_judgement_read(cx, v->judgement, j,
	    &v->readings.sha256)))
		return f;
	n = (int64_t)j->n;
	v->readings.known = true;
	v->readings.n = n;
	v->readings.n_used = (int64_t)j->n_used;
	l->pages[l->n] = (struct reading_page){
		.span = { { s->charger, s->transaction }, j->from, j->to },
		.after = after != NULL ? *after :
		    (struct reading_place){ INT64_MIN, INT64_MIN },
		.last_id = j->last_id,
		.limit = n <= READINGS_PAGE ? n : READINGS_PAGE + 1,
	};
	l->revisions[l->n++] = v;
	return FAULT_NONE;
}

static const char *
list_text(struct ctx *cx, const struct explained *list, size_t n)
{
	struct buf b;

	buf_init(&b, &cx->arena);
	document_write_list(cx, &b, &explained_document, list, n);
	return b.text;
}

/* Readings that fit on one page are held against their digest. */
static void
check_readings(struct ctx *cx, struct revision_readings *v,
    const struct reading_list *of)
{
	char hex[HASH_SHA256_TEXT];

	v->checked = true;
	wire_readings_sha256(cx, of->list, of->items, of->n, hex);
	v->unchanged = text_equal(hex, v->sha256);
}

static void
show_readings(struct ctx *cx, struct revision_record *v,
    const struct judgement *j, const struct reading_list *of)
{
	size_t i, n_used = 0, n_left = 0;
	size_t n = of->n < READINGS_PAGE ? of->n : READINGS_PAGE;
	struct explained *used, *left, e;

	used = arena_alloc(&cx->arena, n * sizeof(*used) + 1);
	left = arena_alloc(&cx->arena, n * sizeof(*left) + 1);
	for (i = 0; i < n; i++) {
		e = (struct explained){ of->list[i], of->items[i],
		    judgement_why(j, &of->list[i], of->items[i]) };
		if (e.why == NULL)
			used[n_used++] = e;
		else
			left[n_left++] = e;
	}
	v->used = list_text(cx, used, n_used);
	v->left = list_text(cx, left, n_left);
	v->readings.more = of->n > n;
	if (n > 0)
		v->readings.last = (struct reading_place){
			of->list[n - 1].ts, of->list[n - 1].id
		};
}

enum fault
revisions_explain(struct ctx *cx, const struct session *s,
    const struct reading_place *after, struct revision_record *v, size_t n)
{
	struct arena *a = &cx->arena;
	struct lookup l = {
		.revisions = arena_alloc(a, n * sizeof(void *) + 1),
		.judgements = arena_alloc(a, n * sizeof(*l.judgements) + 1),
		.pages = arena_alloc(a, n * sizeof(*l.pages) + 1),
		.lists = arena_calloc(a, n * sizeof(*l.lists) + 1),
	};
	struct rows *r;
	enum fault f;
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].judgement == NULL)
			show_copies(&v[i], after);
		else if ((f = lookup_add(cx, &l, s, after, &v[i])))
			return f;
	if (l.n == 0)
		return FAULT_NONE;
	if ((f = store_readings_page(cx, l.pages, l.n, &r)) ||
	    (f = db_sync(cx)))
		return f;
	store_readings_read(cx, r, l.lists, l.n);
	for (i = 0; i < l.n; i++) {
		show_readings(cx, l.revisions[i], &l.judgements[i],
		    &l.lists[i]);
		if (after == NULL && l.judgements[i].n <= READINGS_PAGE)
			check_readings(cx, &l.revisions[i]->readings,
			    &l.lists[i]);
	}
	return FAULT_NONE;
}
