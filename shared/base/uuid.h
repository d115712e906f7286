/* UUIDs (RFC 9562).  New ones are version 7: they sort by time. */
#ifndef CPMS_BASE_UUID_H
#define CPMS_BASE_UUID_H

#include "types.h"

enum { UUID_TEXT = 37 };

struct uuid {
	unsigned char byte[16];
};

void uuid_new(struct uuid *);
char *uuid_text(char buf[UUID_TEXT], const struct uuid *);

/* The 36-character form, any case.  False: not one. */
bool uuid_parse(const char *, struct uuid *);
bool uuid_equal(const struct uuid *, const struct uuid *);
bool uuid_is_nil(const struct uuid *);

#endif
