#include "guess.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "thread.h"

/* Room for 65536 counts in all: 1.5 MB, touched as it fills. */
enum { SETS = 16384, WAYS = 4 };

const struct guess_limit guess_per_charger = { 10, 6 * SECOND };
const struct guess_limit guess_per_address = { 120, SECOND / 2 };

struct count {
	struct hash_digest of;
	usec_t gone;
};

struct guesses {
	struct hash_key key;
	struct lock lock;
	struct count sets[SETS][WAYS];
};

/* A set of counters and its limit. */
struct kind {
	const char *name;
	const struct guess_limit *limit;
};
static const struct kind by_charger = { "charger", &guess_per_charger };
static const struct kind by_address = { "address", &guess_per_address };

usec_t
guess_count(const struct guess_limit *l, usec_t count, usec_t now)
{
	return (count > now ? count : now) + l->each;
}

usec_t
guess_wait(const struct guess_limit *l, usec_t count, usec_t now)
{
	usec_t over = guess_count(l, count, now) - now - l->at_once * l->each;

	return over > 0 ? over : 0;
}

static size_t
host_length(const char *remote)
{
	const char *first = strchr(remote, ':'), *last = strrchr(remote, ':');

	if (*remote == '[')
		return strcspn(remote, "]");
	return first != NULL && first == last ? (size_t)(first - remote) :
	    strlen(remote);
}

void
guess_address(char out[GUESS_ADDRESS], const char *remote)
{
	static const unsigned char v4[12] = { [10] = 0xff, [11] = 0xff };
	unsigned char ip[16];
	char host[GUESS_ADDRESS];

	snprintf(host, sizeof(host), "%.*s", (int)host_length(remote), remote);
	memmove(host, host + (*host == '['), strlen(host + (*host == '[')) + 1);
	if (inet_pton(AF_INET6, host, ip) != 1) {
		memcpy(out, host, sizeof(host));
		return;
	}
	if (memcmp(ip, v4, sizeof(v4)) == 0) {
		inet_ntop(AF_INET, ip + sizeof(v4), out, GUESS_ADDRESS);
		return;
	}
	memset(ip + 8, 0, 8);
	inet_ntop(AF_INET6, ip, out, GUESS_ADDRESS);
}

struct guesses *
guesses_new(void)
{
	struct guesses *g = calloc(1, sizeof(*g));

	if (g == NULL)
		abort();
	hash_key_new(&g->key);
	lock_init(&g->lock);
	return g;
}

static struct count *
set_of(struct guesses *g, const struct kind *k, const char *what,
    struct hash_digest *d)
{
	const char *const texts[] = { k->name, what };
	uint16_t n;

	hash_texts(d, &g->key, texts, countof(texts));
	memcpy(&n, d->byte, sizeof(n));
	return g->sets[n % SETS];
}

/* Its count, or of those in its place the lowest: nobody's, or another's. */
static struct count *
find(struct guesses *g, const struct kind *k, const char *what,
    struct hash_digest *d)
{
	struct count *set = set_of(g, k, what, d), *low = set;
	int i;

	for (i = 0; i < WAYS; i++) {
		if (memcmp(&set[i].of, d, sizeof(*d)) == 0)
			return &set[i];
		if (set[i].gone < low->gone)
			low = &set[i];
	}
	return low;
}

static usec_t
wait_of(struct guesses *g, const struct kind *k, const char *what, usec_t now)
{
	struct hash_digest d;
	const struct count *c = find(g, k, what, &d);

	if (*what == '\0' || memcmp(&c->of, &d, sizeof(d)) != 0)
		return 0;
	return guess_wait(k->limit, c->gone, now);
}

static void
count_one(struct guesses *g, const struct kind *k, const char *what,
    usec_t now)
{
	struct hash_digest d;
	struct count *c = find(g, k, what, &d);

	if (*what == '\0')
		return;
	if (memcmp(&c->of, &d, sizeof(d)) != 0)
		*c = (struct count){ d, 0 };
	c->gone = guess_count(k->limit, c->gone, now);
}

/* One that had to make room has nothing to give back. */
static void
uncount_one(struct guesses *g, const struct kind *k, const char *what)
{
	struct hash_digest d;
	struct count *c = find(g, k, what, &d);

	if (*what != '\0' && memcmp(&c->of, &d, sizeof(d)) == 0)
		c->gone -= k->limit->each;
}

usec_t
guesses_add(struct guesses *g, const char *charger, const char *address,
    usec_t now)
{
	usec_t wait, other;

	lock_acquire(&g->lock);
	wait = wait_of(g, &by_charger, charger, now);
	other = wait_of(g, &by_address, address, now);
	if (wait < other)
		wait = other;
	if (wait == 0) {
		count_one(g, &by_charger, charger, now);
		count_one(g, &by_address, address, now);
	}
	lock_release(&g->lock);
	return wait;
}

void
guesses_forgive(struct guesses *g, const char *charger, const char *address)
{
	lock_acquire(&g->lock);
	uncount_one(g, &by_charger, charger);
	uncount_one(g, &by_address, address);
	lock_release(&g->lock);
}
