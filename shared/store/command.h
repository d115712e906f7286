/* SQL of the commands table. */
#ifndef CPMS_STORE_COMMAND_H
#define CPMS_STORE_COMMAND_H

#include "core/command.h"
#include "adapter/db.h"

/* What a caller asks for. */
struct command_order {
	const char *charger, *type, *key;
	const char *payload;	/* JSON text */
};

/*
 * Stores the order as Queued under this id, unless the charger has a command
 * with that key; reads what is stored then.  The order is its own when the
 * ids are equal.  *same: type and payload are the order's.  FAULT_NOT_FOUND: no
 * such charger.  May be repeated.
 */
enum fault store_command_open(struct ctx *, const struct command_order *,
    const struct uuid *id, struct command *, bool *same);

/*
 * Queued -> Sent, committed, with the gateway's deadline.  A command that
 * came too late for that stays as it is.  May be repeated by whoever owns
 * the command; reads it again.
 */
enum fault store_command_send(struct ctx *, struct command *);

/* Sent -> what the command says; reads it again.  May be repeated. */
enum fault store_command_settle(struct ctx *, struct command *);

/* NULL, false: of all. */
struct command_filter {
	const char *charger;
	const char *status;	/* as command_expire() leaves it */
	bool stuck;		/* only what it would turn into Unknown */
	bool has_last;		/* of the page before: its last row */
	usec_t last_at;
	struct uuid last_id;
	int64_t limit;
};
/* By createdAt, then id, newest first.  The caller lets them expire. */
enum fault store_command_list(struct ctx *, const struct command_filter *,
    struct command **, size_t *n, bool *more);

/* FAULT_NOT_FOUND: no such command. */
enum fault store_command_load(struct ctx *, const struct uuid *id,
    struct command *);

#endif
