#include <string.h>

#include "base/version.h"
#include "route.h"

extern const struct route route;	/* the handler's */

int
main(int argc, char **argv)
{
	if (version_asked(argc, argv))
		return 0;
	route_check(&route);
	if (argc == 2 && strcmp(argv[1], "--describe") == 0)
		return describe(&route);
	if (argc == 2 && strcmp(argv[1], "--check") == 0)
		return serve_check();
	return serve(&route);
}
