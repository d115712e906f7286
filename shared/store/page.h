/*
 * A page of rows.  The statement asks for one row over the limit: whether it
 * came tells whether another page follows.
 */
#ifndef CPMS_STORE_PAGE_H
#define CPMS_STORE_PAGE_H

#include "adapter/db.h"

/* How many of the rows are the page's. */
size_t page_rows(const struct rows *, int64_t limit, bool *more);

/*
 * A page of large rows ends early: its statement marks with the column `past`
 * those that begin behind the first PAGE_BYTES, of which it gives one at
 * least when there is one.
 */
#define PAGE_BYTES "1048576"
size_t page_rows_that_fit(const struct rows *, int64_t limit, bool *more);

#endif
