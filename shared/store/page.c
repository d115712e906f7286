#include "page.h"

size_t
page_rows(const struct rows *r, int64_t limit, bool *more)
{
	size_t n = rows_count(r);

	*more = n > (size_t)limit;
	return *more ? (size_t)limit : n;
}
