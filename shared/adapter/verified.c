#include "verified.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "thread.h"

/* Room for 65536 in all: 1 MB, touched as it fills. */
enum { SETS = 16384, WAYS = 4 };

/*
 * A digest lies anywhere in the set that its first bytes name, the newest
 * first.  A place that was never used is all zeros, which no digest is.
 */
struct verified {
	struct hash_key key;
	struct lock lock;
	struct hash_digest sets[SETS][WAYS];
};

struct verified *
verified_new(void)
{
	struct verified *v = calloc(1, sizeof(*v));

	if (v == NULL)
		abort();
	hash_key_new(&v->key);
	lock_init(&v->lock);
	return v;
}

static struct hash_digest *
place(struct verified *v, struct hash_digest *d, const char *charger,
    const char *stored, const char *secret)
{
	const char *const texts[] = { charger, stored, secret };
	uint16_t n;

	hash_texts(d, &v->key, texts, countof(texts));
	memcpy(&n, d->byte, sizeof(n));
	return v->sets[n % SETS];
}

bool
verified_has(struct verified *v, const char *charger, const char *stored,
    const char *secret)
{
	struct hash_digest d, *set = place(v, &d, charger, stored, secret);
	bool found = false;
	int i;

	lock_acquire(&v->lock);
	for (i = 0; i < WAYS; i++)
		found |= memcmp(&set[i], &d, sizeof(d)) == 0;
	lock_release(&v->lock);
	return found;
}

void
verified_add(struct verified *v, const char *charger, const char *stored,
    const char *secret)
{
	struct hash_digest d, *set = place(v, &d, charger, stored, secret);
	int i;

	lock_acquire(&v->lock);
	for (i = 0; i < WAYS - 1; i++)
		if (memcmp(&set[i], &d, sizeof(d)) == 0)
			break;
	memmove(&set[1], &set[0], (size_t)i * sizeof(set[0]));
	set[0] = d;
	lock_release(&v->lock);
}
