/* What systemd is told of a service's life, as sd_notify(3) does. */
#ifndef CPMS_BASE_NOTIFY_H
#define CPMS_BASE_NOTIFY_H

#include "types.h"

/*
 * A socket to who listens at $NOTIFY_SOCKET, or -1 when nobody does.  Takes
 * the variable out of the environment: nobody below is listened to.
 */
int notify_open(void);

/* Lines such as READY=1.  Nothing is done for -1. */
void notify(int fd, const char *, ...) __attribute__((format(printf, 2, 3)));

/* The ms after which WATCHDOG=1 is due each time, or 0: it isn't wanted. */
int notify_watchdog_ms(void);

#endif
