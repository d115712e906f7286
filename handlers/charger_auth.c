/*
 * POST /v1/gateway/chargers/{chargePointId}/auth
 *
 * Does a charger that presents this secret come in?  Every no is the same
 * 401 and takes one slow hash, whatever it is for.  So does the first yes;
 * later ones are remembered, but the charger's row is read each time, so
 * that a new secret or a deactivation counts at once.
 */
#include "base/log.h"
#include "adapter/hash.h"
#include "adapter/verified.h"
#include "serve/serve.h"
#include "store/charger.h"
#include "wire/charger.h"

struct auth_state {
	struct verified *verified;
	char nobody[HASH_TEXT];		/* the hash of nobody's secret */
};

static void *
auth_init(const struct service *sv)
{
	static struct auth_state d;

	(void)sv;
	hash_init();
	d.verified = verified_new();
	hash_secret(d.nobody, "");
	return &d;
}

/* Has the right secret in the old form: the new one takes its place. */
static void
renew(struct request *rq, const struct charger_secret *s, const char *secret)
{
	struct auth_state *d = rq->state;
	char hash[HASH_TEXT];

	hash_secret(hash, secret);
	if (store_charger_rehash(&rq->cx, rq->charger, s->hash, hash) ==
	    FAULT_NONE)
		verified_add(d->verified, rq->charger, hash, secret);
	else
		log_line(LOG_WARNING_LINE, "an old hash stays for now");
}

static bool
may_enter(struct request *rq, const struct charger_secret *s,
    const char *secret)
{
	struct auth_state *d = rq->state;
	bool slow = hash_is_slow(s->hash), right;

	if (s->active && slow &&
	    verified_has(d->verified, rq->charger, s->hash, secret))
		return true;
	if (s->active && *secret != '\0' &&
	    hash_verify_legacy(s->hash, secret)) {
		renew(rq, s, secret);
		return true;
	}
	right = hash_verify(slow ? s->hash : d->nobody, secret);
	if (!right || !slow || !s->active || *secret == '\0')
		return false;
	verified_add(d->verified, rq->charger, s->hash, secret);
	return true;
}

static enum fault
charger_auth(struct request *rq)
{
	const struct json *root;
	struct charger_secret s;
	const char *secret;
	struct json *j;
	enum fault f;

	if ((f = request_json(rq, &root)) ||
	    (f = wire_secret_read(&rq->cx, root, &secret)) ||
	    (f = store_charger_secret(&rq->cx, rq->charger, &s)))
		return f;
	db_release(&rq->cx);
	if (!may_enter(rq, &s, secret))
		return reply_text(rq, 401, "{\"allowed\":false}");
	j = json_object(&rq->cx);
	json_add_bool(&rq->cx, j, "allowed", true);
	json_add_text(&rq->cx, j, "ocppVersion", s.ocpp_version);
	return reply(rq, 200, j);
}

const struct route route = {
	.method = "POST", .path = "/v1/gateway/chargers/{chargePointId}/auth",
	.access = ACCESS_GATEWAY, .handler = charger_auth, .init = auth_init,
	.threads = 8, .connections = 4,
	.retry = true,
};
