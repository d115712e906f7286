/* JSON of sites, and of the calls that set a site's or a charger's own. */
#ifndef CPMS_WIRE_SITE_H
#define CPMS_WIRE_SITE_H

#include "core/charger.h"
#include "core/site.h"
#include "adapter/json.h"

struct json *wire_site(struct ctx *, const struct site *);
struct json *wire_sites(struct ctx *, const struct site *, size_t n);

/* FAULT_INVALID names each member that is missing or wrong. */
enum fault wire_site_read(struct ctx *, const struct json *, struct site *);
enum fault wire_wallet_read(struct ctx *, const struct json *,
    const char **wallet);
/* nil: taken from its site. */
enum fault wire_charger_site_read(struct ctx *, const struct json *,
    struct uuid *site);

/* *active is where s->active points to when it is given. */
enum fault wire_charger_seed_read(struct ctx *, const struct json *,
    struct charger_seed *s, const char **secret, bool *active);

#endif
