/*
 * POST /v1/gateway/chargers/{chargePointId}/auth
 *
 * Does a charger that presents this secret come in?  Every no is the same
 * 401 and takes one slow hash, whatever it is for.  So does the first yes;
 * later ones are remembered, but the charger's row is read each time, so
 * that a new secret or a deactivation counts at once.
 *
 * A secret that isn't remembered is a guess until it proves right: guesses
 * are counted, too many are 429, whoever they are for and right or wrong.
 * Few slow hashes run at a time, in a lane of their own, so that chargers
 * whose secret is remembered wait for none of it.
 */
#include "base/log.h"
#include "base/time.h"
#include "adapter/guess.h"
#include "adapter/hash.h"
#include "adapter/verified.h"
#include "serve/lane.h"
#include "serve/serve.h"
#include "store/charger.h"
#include "wire/charger.h"

enum { SLOW_HASHES = 2 };	/* at a time */

struct auth_state {
	struct verified *verified;
	struct guesses *guesses;
	struct lane *lane;
	char nobody[HASH_TEXT];		/* the hash of nobody's secret */
};

/* A charger that asks to come in. */
struct attempt {
	struct presented by;
	struct charger_secret stored;
	char address[GUESS_ADDRESS];
};

/* A charger that comes in is seen; where that can't be kept it comes in too. */
static enum fault
auth_answer(struct request *rq, const struct attempt *a, bool allowed)
{
	if (allowed && store_charger_seen(&rq->cx, rq->charger, &a->stored))
		log_line(LOG_WARNING_LINE, "lastSeenAt stays for now");
	db_release(&rq->cx);
	return reply_document(rq, allowed ? 200 : 401, &(struct allowed){
		allowed ? a->stored.ocpp_version : NULL, allowed
	});
}

/* Has the right secret in the old form: the new one takes its place. */
static void
secret_renew(struct request *rq, const struct attempt *a)
{
	struct auth_state *d = rq->state;
	char hash[HASH_TEXT];

	hash_secret(hash, a->by.secret);
	if (store_charger_rehash(&rq->cx, rq->charger, a->stored.hash,
	    hash) == FAULT_NONE)
		verified_add(d->verified, rq->charger, hash, a->by.secret);
	else
		log_line(LOG_WARNING_LINE, "an old hash stays for now");
}

static bool
secret_is_right(struct request *rq, const struct attempt *a)
{
	struct auth_state *d = rq->state;
	const struct charger_secret *s = &a->stored;
	bool slow = hash_is_slow(s->hash), right;

	if (s->active && *a->by.secret != '\0' &&
	    hash_verify_legacy(s->hash, a->by.secret)) {
		secret_renew(rq, a);
		return true;
	}
	right = hash_verify(slow ? s->hash : d->nobody, a->by.secret);
	if (!right || !slow || !s->active || *a->by.secret == '\0')
		return false;
	verified_add(d->verified, rq->charger, s->hash, a->by.secret);
	return true;
}

/* In the lane. */
static enum fault
secret_check(struct request *rq, void *work)
{
	const struct attempt *a = work;
	struct auth_state *d = rq->state;
	bool right = secret_is_right(rq, a);

	if (right)
		guesses_forgive(d->guesses, rq->charger, a->address);
	return auth_answer(rq, a, right);
}

static enum fault
auth_too_fast(struct request *rq, usec_t wait)
{
	rq->cx.retry_after = (int)((wait + SECOND - 1) / SECOND);
	return ctx_fail(&rq->cx, FAULT_TOO_FAST, "too many secrets were "
	    "tried on this charger or from its address");
}

static enum fault
charger_auth(struct request *rq)
{
	struct attempt *a = arena_calloc(&rq->cx.arena, sizeof(*a));
	struct auth_state *d = rq->state;
	enum fault f;
	usec_t wait;

	if ((f = request_read(rq, &a->by)) ||
	    (f = store_charger_secret(&rq->cx, rq->charger, &a->stored)))
		return f;
	if (a->stored.active && hash_is_slow(a->stored.hash) &&
	    verified_has(d->verified, rq->charger, a->stored.hash,
	    a->by.secret))
		return auth_answer(rq, a, true);
	db_release(&rq->cx);
	guess_address(a->address, a->by.remote == NULL ? "" : a->by.remote);
	wait = guesses_add(d->guesses, rq->charger, a->address,
	    time_monotonic());
	if (wait > 0)
		return auth_too_fast(rq, wait);
	return lane_enter(d->lane, rq, a);
}

static void *
auth_init(const struct service *sv)
{
	static struct auth_state d;

	(void)sv;
	hash_init();
	d.verified = verified_new();
	d.guesses = guesses_new();
	hash_secret(d.nobody, "");
	d.lane = lane_new(SLOW_HASHES, secret_check);
	return &d;
}

const struct route route = {
	.says = "Says whether a charger that presents a secret is let in.",
	.method = "POST", .path = "/v1/gateway/chargers/{chargePointId}/auth",
	.access = ACCESS_GATEWAY,
	.body = &presented_document,
	.answers = (const struct answer[]){
		{ 200, .document = &allowed_document, .says = "It is let in." },
		{ 401, .document = &allowed_document, .says = "It is not." },
		{ .fault = FAULT_TOO_FAST,
		    .says = "Too many secrets were tried." },
		{ 0 }
	},
	.handler = charger_auth, .init = auth_init,
	.threads = 8, .connections = 4,
	.retry = true,
	.nginx = { .closes = true },
};
