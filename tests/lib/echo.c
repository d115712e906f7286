/*
 * echo NAME: an endpoint that answers with every parameter it got, as NAME.
 *
 * A body of "die" ends it without an answer; so does "die once", but only for
 * the first process that takes the file named in ECHO_ONCE away.  A body of
 * "status 404" and the like is answered with that status.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fcgiapp.h>

static void
answer(FCGX_Request *rq, const char *name)
{
	char body[4096];
	const char *once = getenv("ECHO_ONCE");
	size_t got = 0;
	char **param;
	int n;

	while ((n = FCGX_GetStr(body, (int)sizeof(body) - 1, rq->in)) > 0) {
		got += (size_t)n;
		body[n] = '\0';
		if (strcmp(body, "die") == 0)
			_exit(1);
		if (strcmp(body, "die once") == 0 && once &&
		    unlink(once) == 0)
			_exit(1);
		if (strncmp(body, "status ", 7) == 0)
			FCGX_FPrintF(rq->out, "Status: %s\r\n", body + 7);
	}
	FCGX_FPrintF(rq->out, "Content-Type: text/plain\r\n\r\n"
	    "NAME=%s\nBODY_BYTES=%d\n", name, (int)got);
	for (param = rq->envp; *param; param++)
		FCGX_FPrintF(rq->out, "%s\n", *param);
}

int
main(int argc, char **argv)
{
	FCGX_Request rq;
	const char *ready = getenv("CPMS_READY_FD");

	if (argc < 2 || FCGX_Init() || FCGX_InitRequest(&rq, 0, 0))
		return 2;
	if (ready && write(atoi(ready), "r", 1) == 1)
		close(atoi(ready));
	while (FCGX_Accept_r(&rq) >= 0) {
		answer(&rq, argv[1]);
		/* it has one thread, which a kept connection would hold */
		rq.keepConnection = 0;
		FCGX_Finish_r(&rq);
	}
	return 0;
}
