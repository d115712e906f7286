/*
 * A page of rows.  The statement asks for one row over the limit: whether it
 * came tells whether another page follows.
 */
#ifndef CPMS_STORE_PAGE_H
#define CPMS_STORE_PAGE_H

#include "adapter/db.h"

/* How many of the rows are the page's. */
size_t page_rows(const struct rows *, int64_t limit, bool *more);

#endif
