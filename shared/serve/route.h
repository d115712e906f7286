/* Is this request for this route, and may it be made? */
#ifndef CPMS_SERVE_ROUTE_H
#define CPMS_SERVE_ROUTE_H

#include "serve.h"

enum { MAX_THREADS = 64 };

/*
 * Aborts when the row has more than the tables of this room hold, when it does
 * not say what the call is for and answers, or a row of its documents does not
 * fit.
 */
void route_check(const struct route *);

/*
 * Fills charger, uuid and params.  404 for another path or a malformed id,
 * 405, 401, 400 for the query string.  The URI is the raw one: what nginx
 * decoded only chose the process.
 */
enum fault route_match(struct request *, const char *method, const char *uri,
    const char *authorization);

/* Is it the { 0 } behind the last answer of a row? */
bool answer_is_end(const struct answer *);

/*
 * Are its connections kept?  Only where nginx may ask again when one turns out
 * to be closed: a GET, and what has a second try.
 */
bool route_keeps(const struct route *);

#endif
