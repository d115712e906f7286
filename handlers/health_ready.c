/*
 * GET /readyz: everything that a request may need is there.
 *
 * One look is everybody's for a second, so that probes put no load on the
 * system.  This process has one thread, which alone reads and writes the look.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/inventory.h"
#include "base/time.h"
#include "base/version.h"
#include "gateway/gateway.h"
#include "serve/probe.h"
#include "serve/serve.h"
#include "store/schema.h"
#include "wire/health.h"

static const usec_t database_patience = 2 * SECOND,
    endpoint_patience = 2 * SECOND, gateway_patience = SECOND;

struct look {
	struct gateway *gateway;	/* NULL: its URL is none */
	size_t n_endpoints, n_migrations;
	usec_t until;			/* it is fresh */
	bool gateway_reachable;
	struct missing *missing;
	size_t n_missing;
	char words[256];
};

static void
miss(struct look *k, const char *name, const char *detail)
{
	k->missing[k->n_missing++] = (struct missing){ name, detail };
}

static void
look_at_database(struct look *k, struct ctx *cx)
{
	const char *first;
	size_t lacks;
	enum fault f;

	cx->deadline = time_monotonic() + database_patience;
	f = schema_lacks(cx, inventory_migrations, k->n_migrations, &lacks,
	    &first);
	if (f == FAULT_BUG)
		miss(k, "schema", "the database refuses to tell: "
		    "run cpms migrate");
	else if (f != FAULT_NONE)
		miss(k, "database", "it does not answer");
	else if (lacks == k->n_migrations)
		miss(k, "schema", "the database holds none of ours: "
		    "run cpms migrate");
	else if (lacks > 0) {
		snprintf(k->words, sizeof(k->words), "the database lacks %s"
		    "%s: run cpms migrate", first,
		    lacks > 1 ? " and what follows" : "");
		miss(k, "schema", k->words);
	}
}

static void
look_at_endpoints(struct look *k, struct ctx *cx)
{
	enum probe_end *ends = arena_calloc(&cx->arena,
	    k->n_endpoints * sizeof(*ends));
	size_t i;

	probe_endpoints(inventory_endpoints, k->n_endpoints,
	    time_monotonic() + endpoint_patience, ends);
	for (i = 0; i < k->n_endpoints; i++) {
		const char *name = inventory_endpoints[i];

		/* it can't answer before it has answered this */
		if (strcmp(name, program_invocation_short_name) == 0)
			continue;
		if (ends[i] == PROBE_ABSENT)
			miss(k, name, "nobody listens on its socket");
		else if (ends[i] == PROBE_SILENT)
			miss(k, name, "it does not answer on its socket");
	}
}

static void
look(struct look *k, struct ctx *cx)
{
	usec_t deadline = cx->deadline;

	k->n_missing = 0;
	look_at_database(k, cx);
	look_at_endpoints(k, cx);
	cx->deadline = time_monotonic() + gateway_patience;
	k->gateway_reachable = k->gateway != NULL &&
	    gateway_reachable(cx, k->gateway);
	cx->deadline = deadline;
	k->until = time_monotonic() + SECOND;
}

static enum fault
not_ready(struct request *rq, const struct look *k)
{
	char *names = arena_printf(&rq->cx.arena, "%s", k->missing[0].name);
	size_t i;

	for (i = 1; i < k->n_missing; i++)
		names = arena_printf(&rq->cx.arena, "%s, %s", names,
		    k->missing[i].name);
	rq->problem.missing = k->missing;
	rq->problem.n_missing = k->n_missing;
	return ctx_fail(&rq->cx, FAULT_BUSY, "not ready: %s", names);
}

static enum fault
health_ready(struct request *rq)
{
	struct look *k = rq->state;

	if (time_monotonic() >= k->until)
		look(k, &rq->cx);
	if (k->n_missing > 0)
		return not_ready(rq, k);
	return reply_document(rq, 200, &(struct readiness){
		"ready", CPMS_VERSION,
		inventory_migrations[k->n_migrations - 1], k->n_endpoints,
		k->gateway_reachable
	});
}

static size_t
count(const char *const *list)
{
	size_t n = 0;

	while (list[n] != NULL)
		n++;
	return n;
}

static void *
health_ready_init(const struct service *sv)
{
	static struct look k;

	k.gateway = gateway_new(sv->set.gateway_base_url,
	    sv->set.gateway_api_key);
	k.n_endpoints = count(inventory_endpoints);
	k.n_migrations = count(inventory_migrations);
	k.missing = calloc(k.n_endpoints + 1, sizeof(*k.missing));
	if (k.missing == NULL)
		abort();
	return &k;
}

const struct route route = {
	.says = "Says whether database, schema and all endpoints are there.",
	.method = "GET", .path = "/readyz", .access = ACCESS_OPEN,
	.answers = (const struct answer[]){
		{ 200, .document = &readiness_document },
		{ .fault = FAULT_BUSY,
		    .says = "Something is missing: all of it is named." },
		{ 0 }
	},
	.handler = health_ready, .init = health_ready_init,
	.retry = true,
};
