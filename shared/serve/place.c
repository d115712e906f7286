#include "place.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool
place_directory(char out[PLACE_MAX])
{
	struct sockaddr_un un = { 0 };
	socklen_t len = sizeof(un) - 1;
	const char *slash;

	if (getsockname(STDIN_FILENO, (struct sockaddr *)&un, &len) != 0 ||
	    un.sun_family != AF_UNIX || un.sun_path[0] == '\0')
		return false;
	slash = strrchr(un.sun_path, '/');
	snprintf(out, PLACE_MAX, "%.*s",
	    slash == NULL ? 0 : (int)(slash - un.sun_path + 1), un.sun_path);
	return true;
}
