#include "version.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool
version_asked(int argc, char **argv)
{
	if (argc != 2 || strcmp(argv[1], "--version") != 0)
		return false;
	printf("%s (CPMS Core) %s\n", program_invocation_short_name,
	    CPMS_VERSION);
	return true;
}
