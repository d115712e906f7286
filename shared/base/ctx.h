/*
 * The context of one piece of work (a request, or a batch of them): its
 * memory, its clock, its deadline, and the words for a fault.
 */
#ifndef CPMS_BASE_CTX_H
#define CPMS_BASE_CTX_H

#include "arena.h"
#include "fault.h"
#include "types.h"

struct db;
struct db_pool;

struct member_error {
	struct member_error *next;
	const char *pointer;	/* JSON pointer (RFC 6901) */
	const char *detail;
};

struct ctx {
	struct arena arena;
	usec_t now;		/* when it was received; does not move */
	usec_t deadline;	/* steady time: no neighbour is waited for
				   longer */
	int caller;		/* who waits for nothing but a read: a
				   connection to be watched; -1: none */
	const char *detail;	/* for the caller; NULL = none */
	int retry_after;	/* seconds; 0 = as is usual for the fault */
	struct member_error *errors, **errors_end;
	struct db_pool *pool;	/* process lifetime, borrowed */
	struct db *db;		/* held connection, or NULL */
	usec_t in_database;	/* waited for it; no reset sets it back */
};

void ctx_init(struct ctx *);
void ctx_reset(struct ctx *, usec_t now, usec_t deadline);

/* Sets the words and returns the fault. */
enum fault ctx_fail(struct ctx *, enum fault, const char *, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds a bad member; the pointer is copied. */
void ctx_bad(struct ctx *, const char *pointer, const char *detail);

/* FAULT_INVALID when a member was bad, else FAULT_NONE. */
enum fault ctx_invalid(struct ctx *);

#endif
