/* GET /metrics: what the endpoints counted, and gauges, for Prometheus. */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/time.h"
#include "base/version.h"
#include "serve/metrics.h"
#include "serve/serve.h"
#include "store/gauges.h"

/*
 * Gauges are kept for 5 s, and for so many times as reading them took: they
 * keep a connection busy for no more than a fiftieth of the time.
 */
#define KEPT_FOR	(5 * SECOND)
enum { KEPT_TIMES = 50, GAUGES_MAX = 128 };
/* A database that is away does not keep the counters from being seen. */
#define PATIENCE	(2 * SECOND)

struct kept {
	struct arena arena;
	struct measured list[GAUGES_MAX];
	size_t n;
	bool read;		/* the database answered */
	usec_t until;		/* steady */
};

static void *
metrics_init(const struct service *s)
{
	struct kept *k = calloc(1, sizeof(*k));

	(void)s;
	if (k != NULL)
		arena_init(&k->arena);
	return k;
}

static void
gauges_read(struct request *rq, struct kept *k)
{
	usec_t began = time_monotonic(), taken;
	struct measured *list;
	size_t i, n = 0;

	rq->cx.deadline = began + PATIENCE;
	k->read = store_gauges(&rq->cx, rq->set->offline_minutes, &list,
	    &n) == FAULT_NONE;
	arena_reset(&k->arena);
	k->n = !k->read ? 0 : n < GAUGES_MAX ? n : GAUGES_MAX;
	for (i = 0; i < k->n; i++) {
		k->list[i] = list[i];
		if (list[i].value != NULL)
			k->list[i].value = arena_strdup(&k->arena,
			    list[i].value);
	}
	taken = time_monotonic() - began;
	k->until = began + taken + (taken > KEPT_FOR / KEPT_TIMES ?
	    taken * KEPT_TIMES : KEPT_FOR);
}

/* False: nobody tells of backups. */
static bool
backup_age(const struct request *rq, int64_t *age)
{
	struct stat st;

	if (*rq->set->backup_stamp == '\0')
		return false;
	*age = METRIC_INFINITE;
	if (stat(rq->set->backup_stamp, &st) == 0)
		*age = rq->cx.now - ((int64_t)st.st_mtim.tv_sec * SECOND +
		    st.st_mtim.tv_nsec / 1000);
	if (*age < 0)
		*age = 0;
	return true;
}

static enum fault
metrics(struct request *rq)
{
	struct measured list[GAUGES_MAX + 3];
	struct kept *k = rq->state;
	size_t i, n = 0;
	int64_t age;
	struct buf b;

	if (time_monotonic() >= k->until)
		gauges_read(rq, k);
	list[n++] = (struct measured){ METRIC_BUILD, CPMS_VERSION, 1 };
	list[n++] = (struct measured){ METRIC_DATABASE_UP, NULL, k->read };
	if (backup_age(rq, &age))
		list[n++] = (struct measured){ METRIC_BACKUP_AGE, NULL, age };
	for (i = 0; i < k->n; i++)
		list[n++] = k->list[i];
	buf_init(&b, &rq->cx.arena);
	metrics_write(&b, list, n);
	return reply_text(rq, 200, b.text);
}

const struct route route = {
	.says = "What was counted and measured, for Prometheus.",
	.method = "GET", .path = "/metrics", .access = ACCESS_OPERATOR,
	.answers = (const struct answer[]){
		{ 200, .type = METRICS_TYPE },
		{ 0 }
	},
	.handler = metrics, .init = metrics_init,
	.retry = true,
};
