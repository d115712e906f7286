/* Members of a posted object, checked; what is wrong is noted with its name. */
#ifndef CPMS_WIRE_FIELD_H
#define CPMS_WIRE_FIELD_H

#include "adapter/json.h"

enum field_need { FIELD_OPTIONAL, FIELD_REQUIRED };

/* NULL: absent (null counts as that), or wrong.  At most `max` characters. */

/* Not empty. */
const char *field_text(struct ctx *, const struct json *, const char *key,
    enum field_need, size_t max);

/* Not blank, no control characters. */
const char *field_words(struct ctx *, const struct json *, const char *key,
    enum field_need, size_t max);

/* Printable ASCII without blanks. */
const char *field_token(struct ctx *, const struct json *, const char *key,
    enum field_need, size_t max);

/* False: absent or wrong; *out as it was. */
bool field_uuid(struct ctx *, const struct json *, const char *key,
    enum field_need, struct uuid *out);
bool field_int(struct ctx *, const struct json *, const char *key,
    int64_t min, int64_t max, int64_t *out);
bool field_bool(struct ctx *, const struct json *, const char *key,
    bool *out);

#endif
