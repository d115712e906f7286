#include "page.h"

size_t
page_rows(const struct rows *r, int64_t limit, bool *more)
{
	size_t n = rows_count(r);

	*more = n > (size_t)limit;
	return *more ? (size_t)limit : n;
}

size_t
page_rows_that_fit(const struct rows *r, int64_t limit, bool *more)
{
	size_t i, n = page_rows(r, limit, more);
	int past = rows_column(r, "past");

	for (i = 0; i < n; i++)
		if (rows_bool(r, i, past)) {
			*more = true;
			return i;
		}
	return n;
}
