/* Members that are null when there is no value. */
#ifndef CPMS_WIRE_MEMBER_H
#define CPMS_WIRE_MEMBER_H

#include "adapter/json.h"

void member_int(struct ctx *, struct json *, const char *key, bool has,
    int64_t);
void member_time(struct ctx *, struct json *, const char *key, bool has,
    usec_t);
/* In Wh. */
void member_mwh(struct ctx *, struct json *, const char *key, bool has,
    mwh_t);

#endif
