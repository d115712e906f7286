/*
 * Preloaded into a process: appends a line to the file that HASHES names for
 * each slow hash that is compared, with what the hash is made of.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
crypto_pwhash_str_verify(const char *stored, const char *secret,
    unsigned long long n)
{
	int (*real)(const char *, const char *, unsigned long long);
	const char *salt = strrchr(stored, '$');
	FILE *f = fopen(getenv("HASHES"), "a");

	while (salt > stored && *--salt != '$')
		;
	fprintf(f, "%.*s\n", (int)(salt - stored), stored);
	fclose(f);
	*(void **)&real = dlsym(RTLD_NEXT, "crypto_pwhash_str_verify");
	return real(stored, secret, n);
}
