/* Small questions about text. */
#ifndef CPMS_BASE_TEXT_H
#define CPMS_BASE_TEXT_H

#include "arena.h"
#include "types.h"

/* Two NULLs are equal, NULL and a text are not. */
bool text_equal(const char *, const char *);

bool text_is_utf8(const char *, size_t);

/* C0, DEL, or C1 (U+0080 to U+009F), in well-formed UTF-8. */
bool text_has_control(const char *, size_t);

/*
 * A charge point id: 1 to 255 bytes of UTF-8 without control characters (C1
 * ones neither), and neither "." nor ".." (they vanish from a URL path).
 */
bool text_is_charger_id(const char *, size_t);

/* Percent-decoding (RFC 3986); NULL for a broken escape or a NUL. */
char *text_percent_decode(struct arena *, const char *, size_t);
char *text_percent_encode(struct arena *, const char *);

/* Whole decimal number, optional minus; false: not one or out of range. */
bool text_int(const char *, int64_t min, int64_t max, int64_t *);

/* Same length and bytes, in a time that tells only the length. */
bool text_same_secret(const char *, const char *);

#endif
