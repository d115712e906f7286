/*
 * The readings of revisions as they were judged when these were made.  What
 * came later is not among them, whatever it changed.
 */
#ifndef CPMS_BILLING_EXPLAIN_H
#define CPMS_BILLING_EXPLAIN_H

#include "store/session_query.h"

/*
 * Fills `used`, `left` and `readings` (but for `next`) of the session's
 * revisions with the page of readings behind a place; NULL: the first.
 * Copies of readings are there already (store_revisions_list).
 */
enum fault revisions_explain(struct ctx *, const struct session *,
    const struct reading_place *after, struct revision_record *, size_t n);

#endif
