#include "correction.h"

#include <string.h>

#include "base/text.h"

const struct correction *
correction_of_key(const struct correction *c, size_t n, const char *key)
{
	for (; n > 0; n--, c++)
		if (strcmp(c->key, key) == 0)
			return c;
	return NULL;
}

bool
correction_equal(const struct correction *a, const struct correction *b)
{
	return a->has_energy == b->has_energy &&
	    (!a->has_energy || a->energy_wh == b->energy_wh) &&
	    text_equal(a->by, b->by) && text_equal(a->why, b->why);
}
