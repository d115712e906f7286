/*
 * Cancels what a connection of PostgreSQL is doing, from a thread of its own:
 * libpq's PQcancel() waits for a server that may not answer, and the caller
 * has given up already.
 */
#ifndef CPMS_ADAPTER_CANCEL_H
#define CPMS_ADAPTER_CANCEL_H

struct pg_conn;

/*
 * Soon, or never: with too many to cancel the server's statement timeout is
 * left to end it.  The connection may be closed right after the call.
 */
void cancel_statement(struct pg_conn *);

#endif
