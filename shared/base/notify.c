#include "notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "text.h"

int
notify_open(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = path == NULL ? 0 : strlen(path);
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	int fd = -1;

	if (n > 1 && n < sizeof(to.sun_path) && strchr("/@", *path) != NULL) {
		memcpy(to.sun_path, path, n);
		if (*path == '@')
			to.sun_path[0] = '\0';	/* no file's name */
		fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	}
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, len) != 0) {
		close(fd);
		fd = -1;
	}
	unsetenv("NOTIFY_SOCKET");
	return fd;
}

void
notify(int fd, const char *format, ...)
{
	char text[256];
	va_list ap;
	int n;

	if (fd < 0)
		return;
	va_start(ap, format);
	n = vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (n > 0 && n < (int)sizeof(text))
		send(fd, text, (size_t)n, MSG_NOSIGNAL);
}

int
notify_watchdog_ms(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	int64_t n = 0, whose = getpid();

	if (usec == NULL || !text_int(usec, 1, INT64_MAX, &n) ||
	    (pid != NULL && !text_int(pid, 1, INT64_MAX, &whose)) ||
	    whose != getpid())
		n = 0;
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	n = n / 2000;	/* half of it, in ms */
	return n > 60000 ? 60000 : (int)n;
}
