/* The charger gateway's HTTP API. */
#ifndef CPMS_GATEWAY_GATEWAY_H
#define CPMS_GATEWAY_GATEWAY_H

#include "base/ctx.h"
#include "core/command.h"

struct gateway;		/* process lifetime, for all threads */

/* NULL: the URL is none; the log says so.  An empty key is not sent. */
struct gateway *gateway_new(const char *base_url, const char *key);

/*
 * Sends the command once, waits until the context's deadline, and settles it
 * (command_judge).  Hold no database connection meanwhile.
 */
void gateway_send(struct ctx *, struct gateway *, struct command *);

/* Settles it by what HTTP brought. */
struct http_answer;
void gateway_settle(struct ctx *, const struct http_answer *,
    struct command *);

/* Whether it can be connected to, until the context's deadline. */
bool gateway_reachable(struct ctx *, struct gateway *);

#endif
