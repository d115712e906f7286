/*
 * Why a session's energy is what it is: the JSON kept with each revision.
 *
 * It holds the reasons and, as member "judgement", how the readings were
 * judged.  Explanations of earlier editions hold copies of the readings in its
 * place, as "readingsUsed" and "readingsLeftOut".
 */
#ifndef CPMS_WIRE_EXPLANATION_H
#define CPMS_WIRE_EXPLANATION_H

#include "adapter/hash.h"
#include "core/judgement.h"
#include "document.h"

/*
 * The members of an explanation that a revision shows as they were stored.
 * They are null in a revision that was made without any.
 */
extern const struct document reasons_document;

/* A reading and what became of it: struct explained. */
extern const struct document explained_document;
struct explained {
	struct reading reading;
	int16_t item;		/* its place in the event */
	const char *why;	/* it was left out; NULL: it was used */
};

/* Energy is in Wh. */
char *wire_explanation(struct ctx *, const struct session_facts *,
    const struct decision *, const struct judged *);

/* What a judgement holds of the n readings given in their order. */
void wire_readings_sha256(struct ctx *, const struct reading *,
    const int16_t *items, size_t n, char hex[HASH_SHA256_TEXT]);

/* An explanation's member "judgement".  FAULT_BUG: it can't be read. */
enum fault wire_judgement_read(struct ctx *, const char *json,
    struct judgement *, const char **sha256);

#endif
