#include "explain.h"

#include "base/text.h"
#include "wire/explanation.h"

/* A revision whose readings are looked up. */
struct shown {
	struct revision_record *revision;
	struct judgement judgement;
	size_t page;		/* that they are on */
};

struct lookup {
	struct shown *list;
	struct reading_page *pages;
	size_t n, n_pages;
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

/*
 * The page of a newer revision of the same time holds the readings of an older
 * one too, as long as all of its own are on it.
 */
static size_t
page_find(const struct lookup *l, const struct judgement *j)
{
	size_t i;

	for (i = 0; i < l->n_pages; i++) {
		const struct reading_page *p = &l->pages[i];

		if (p->limit <= READINGS_PAGE && p->span.lo == j->from &&
		    p->span.hi == j->to && p->last_id >= j->last_id)
			break;
	}
	return i;
}

static void
page_add(struct lookup *l, const struct session *s,
    const struct reading_place *after, const struct judgement *j)
{
	int64_t n = (int64_t)j->n;

	l->pages[l->n_pages++] = (struct reading_page){
		.span = {
			.of = { s->charger, s->transaction },
			.lo = j->from, .hi = j->to,
		},
		.after = after != NULL ? *after :
		    (struct reading_place){ INT64_MIN, INT64_MIN },
		.last_id = j->last_id,
		.limit = n <= READINGS_PAGE ? n : READINGS_PAGE + 1,
	};
}

static enum fault
lookup_add(struct ctx *cx, struct lookup *l, const struct session *s,
    const struct reading_place *after, struct revision_record *v)
{
	struct shown *x = &l->list[l->n++];
	enum fault f;

	x->revision = v;
	if ((f = wire_judgement_read(cx, v->judgement, &x->judgement,
	    &v->readings.sha256)))
		return f;
	v->readings.known = true;
	v->readings.n = (int64_t)x->judgement.n;
	v->readings.n_used = (int64_t)x->judgement.n_used;
	x->page = page_find(l, &x->judgement);
	if (x->page == l->n_pages)
		page_add(l, s, after, &x->judgement);
	return FAULT_NONE;
}

/* The judgement's own ones of a page. */
static struct reading_list
readings_of(struct ctx *cx, const struct judgement *j,
    const struct reading_list *page)
{
	struct reading_list own = {
		.list = arena_alloc(&cx->arena,
		    page->n * sizeof(*own.list) + 1),
		.items = arena_alloc(&cx->arena,
		    page->n * sizeof(*own.items) + 1),
	};
	size_t i;

	for (i = 0; i < page->n; i++) {
		if (page->list[i].id > j->last_id)
			continue;
		own.list[own.n] = page->list[i];
		own.items[own.n++] = page->items[i];
	}
	return own;
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

static enum fault
lookup_run(struct ctx *cx, const struct lookup *l, bool from_first)
{
	struct reading_list *pages, own;
	struct rows *r;
	enum fault f;
	size_t i;

	if (l->n == 0)
		return FAULT_NONE;
	if ((f = store_readings_page(cx, l->pages, l->n_pages, &r)) ||
	    (f = db_sync(cx)))
		return f;
	pages = arena_calloc(&cx->arena, l->n_pages * sizeof(*pages));
	store_readings_read(cx, r, pages, l->n_pages);
	for (i = 0; i < l->n; i++) {
		struct shown *x = &l->list[i];

		own = readings_of(cx, &x->judgement, &pages[x->page]);
		show_readings(cx, x->revision, &x->judgement, &own);
		if (from_first && x->judgement.n <= READINGS_PAGE)
			check_readings(cx, &x->revision->readings, &own);
	}
	return FAULT_NONE;
}

enum fault
revisions_explain(struct ctx *cx, const struct session *s,
    const struct reading_place *after, struct revision_record *v, size_t n)
{
	struct lookup l = {
		.list = arena_alloc(&cx->arena, n * sizeof(*l.list) + 1),
		.pages = arena_alloc(&cx->arena, n * sizeof(*l.pages) + 1),
	};
	enum fault f;
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].judgement == NULL)
			show_copies(&v[i], after);
		else if ((f = lookup_add(cx, &l, s, after, &v[i])))
			return f;
	return lookup_run(cx, &l, after == NULL);
}
