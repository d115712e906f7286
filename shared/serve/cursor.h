/*
 * The place in a list behind a page's last row, by the keys of its order.
 * The route's row of the query parameter (of "cursor", where no name is given)
 * says which keys they are.
 */
#ifndef CPMS_SERVE_CURSOR_H
#define CPMS_SERVE_CURSOR_H

#include "serve.h"

struct cursor {
	bool given;		/* false: the first page is asked for */
	usec_t at;
	int64_t id;
	struct uuid uuid;
	const char *charger;
};

/* FAULT_QUERY: the cursor was not given out by this list. */
enum fault cursor_read(struct request *, struct cursor *);

/* The place as text, which cursor_read() takes. */
char *cursor_text(struct request *, const struct cursor *);

/* The answer's Link (rel="next") to the page behind this place. */
void cursor_next(struct request *, const struct cursor *);

/* The same for a parameter of another name. */
enum fault cursor_read_as(struct request *, const char *name,
    struct cursor *);
char *cursor_text_as(struct request *, const char *name,
    const struct cursor *);
void cursor_next_as(struct request *, const char *name,
    const struct cursor *);

#endif
