/*
 * A body that was refused and kept.
 */
#ifndef CPMS_CORE_QUARANTINE_H
#define CPMS_CORE_QUARANTINE_H

#include "base/arena.h"
#include "base/types.h"

struct quarantine_record {
	int64_t id;		/* rises, and counts all there ever were */
	usec_t received_at;
	const char *reason;
	int64_t size;
	const char *body;	/* quarantine_text() of its beginning */
	bool is_cut;		/* there is more of it */
};

/*
 * Any bytes as text that may be shown: U+FFFD stands for what is no UTF-8 and
 * for NUL, and *** for the value of what is called a secret, a password or an
 * authorization.
 */
char *quarantine_text(struct arena *, const char *, size_t);

#endif
