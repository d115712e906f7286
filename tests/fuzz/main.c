/*
 * fuzz/NAME FOLDER
 *
 * Gives every file of the folder to the target, without a fuzzer, and says how
 * many there were.
 */
#include <dirent.h>
#include <string.h>

#include "fuzz.h"

static void
replay(const char *folder, const char *name)
{
	char path[4096];
	uint8_t *data = NULL;
	long size;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if ((f = fopen(path, "rb")) == NULL || fseek(f, 0, SEEK_END) != 0 ||
	    (size = ftell(f)) < 0 || fseek(f, 0, SEEK_SET) != 0 ||
	    (data = malloc((size_t)size + (size == 0))) == NULL ||
	    fread(data, 1, (size_t)size, f) != (size_t)size) {
		perror(path);
		exit(1);
	}
	fclose(f);
	fprintf(stderr, "%s\n", path);	/* the last one is what failed */
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
}

int
main(int argc, char **argv)
{
	const struct dirent *entry;
	int n = 0;
	DIR *dir;

	if (argc != 2 || (dir = opendir(argv[1])) == NULL) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.') {
			replay(argv[1], entry->d_name);
			n++;
		}
	closedir(dir);
	arena_free(&fuzz_context()->arena);
	printf("%d inputs\n", n);
	return n == 0;
}
