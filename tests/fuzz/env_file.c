/* A file of settings. */
#include "base/env_file.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static char under[] = "UNDER=1", *vars[] = { under, NULL };
	char path[64], why[ENV_FILE_WHY] = "";
	char **got, **p;
	int fd = memfd_create("env", MFD_CLOEXEC);

	MUST(fd >= 0 && write(fd, data, n) == (ssize_t)n);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	got = env_file_load(path, vars, why);
	close(fd);
	MUST((got == NULL) == (*why != '\0'));
	for (p = got; p != NULL && *p != NULL; p++) {
		const char *value = strchr(*p, '=');

		MUST(value != NULL && value > *p);
		for (; *value != '\0'; value++)
			MUST((unsigned char)*value >= ' ' && *value != 0x7f);
	}
	free(got);
	return 0;
}
