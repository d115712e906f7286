/*
 * Commands to a charger, sent through the gateway: their states, and the
 * state that an answer of the gateway makes.
 *
 *	Queued -> Sent -> Acked | Failed | Unknown
 *
 * Failed promises that the charger did not get the command; whoever trusts a
 * wrong Failed starts a car twice.  So only four things are Failed, and what
 * is not known is Unknown.  A command is sent at most once, ever.
 */
#ifndef CPMS_CORE_COMMAND_H
#define CPMS_CORE_COMMAND_H

#include "base/uuid.h"

enum command_status {
	COMMAND_QUEUED,
	COMMAND_SENT,		/* the gateway is about to be asked, or was */
	COMMAND_ACKED,		/* the charger answered, whatever it said */
	COMMAND_FAILED,		/* it surely did not reach the charger */
	COMMAND_UNKNOWN
};

/* How long the gateway has for its answer. */
#define COMMAND_PATIENCE (15 * SECOND)

struct command {
	struct uuid id;
	const char *charger, *type, *key;
	const char *payload;	/* JSON text */
	enum command_status status;
	const char *response;	/* the gateway's body, NULL: none */
	const char *error;	/* in our words, NULL: none */
	int answer;		/* HTTP status that callers get; 0: none yet */
	bool acked;		/* a CommandAck came that is surely its own */
	bool has_deadline;
	usec_t deadline;	/* of the gateway's answer */
	usec_t created_at, updated_at;
	usec_t read_at;		/* the database's clock when it was read */
};

/* The second in the order of the enum.  Each ends with a NULL. */
extern const char *const command_type_names[];
extern const char *const command_status_names[];

const char *command_status_name(enum command_status);

/* Acked, Failed or Unknown. */
bool command_settled(const struct command *);

/*
 * A command that is still Queued or Sent when its time is up reads as
 * Unknown: the process that had it in hand has died.  With its CommandAck it
 * reads as Acked.
 */
void command_expire(struct command *, usec_t now);

/* How asking the gateway ended. */
enum gateway_end {
	GATEWAY_ANSWERED,
	GATEWAY_NOT_CONNECTED,	/* no connection, so nothing was sent */
	GATEWAY_SLOW,		/* no answer in time */
	GATEWAY_BROKEN		/* the connection broke, or no HTTP */
};

struct gateway_answer {
	enum gateway_end end;
	int status;		/* GATEWAY_ANSWERED only */
	const char *text;	/* UTF-8; NULL: none */
	bool is_json;
};

/*
 * Sets status, response, error and answer.  An Unknown with its CommandAck
 * becomes Acked where it is stored: that may have come meanwhile.
 */
void command_judge(struct command *, const struct gateway_answer *);

#endif
