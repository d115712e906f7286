/* An operator's word that a session's number stands. */
#ifndef CPMS_STORE_SESSION_ACCEPT_H
#define CPMS_STORE_SESSION_ACCEPT_H

#include "core/session.h"
#include "adapter/db.h"

/*
 * Queues: the session needs no review any more, and a revision that repeats
 * the latest one says by whom and why.  Under the charger's lock.
 */
enum fault store_session_accept(struct ctx *, const struct session *,
    const char *by, const char *why);

#endif
