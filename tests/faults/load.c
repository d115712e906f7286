/*
 * load [-c CONNECTIONS] [-r PER_SECOND] [-s EVENTS] [-p SECONDS] [-t SECONDS]
 *	[-n NAME] PORT RECORD
 *
 * Posts events to 127.0.0.1:PORT as gateways do, each connection those of its
 * own few chargers, one after the other, and remembers what was answered.
 * Every event is different and carries its number as "seq".  RECORD gets one
 * line an event:
 *
 *	SEQ STATUS MICROSECONDS STARTED RETRY-AFTER
 *
 * STATUS 0: no answer within -p, 8 s, which is how long the gateway waits; 1:
 * the connection broke.  STARTED is in seconds from the beginning.  It ends
 * after -t, or on SIGTERM, when all that is under way is answered.  Like the
 * gateway it sends nothing twice.  Without -r it posts as fast as it is
 * answered.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	CONNECTIONS_MAX = 8192,
	CHARGERS = 4,		/* of each connection */
	SECOND_US = 1000000,
};

struct charger {
	int transaction;	/* 0: none yet */
	int step;		/* of session_events */
	long meter;
};

/* free, or an event is under way: what is left to send, then the answer */
struct connection {
	int fd;			/* -1: closed */
	bool busy;
	int64_t began, due;
	long seq;
	struct charger chargers[CHARGERS];
	int turn;
	char out[1024];
	size_t out_len, out_at;
	char in[4096];
	size_t in_len;
};

static struct connection connections[CONNECTIONS_MAX];
static struct pollfd fds[CONNECTIONS_MAX];
static const char *name = "load";
static int port, n_connections = 16, per_second, session_events = 24;
static int64_t start, end = INT64_MAX;
static int patience = 8;	/* seconds */
static volatile sig_atomic_t ending;
static long next_seq;
static FILE *record;

static int64_t
now_us(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * SECOND_US + ts.tv_nsec / 1000;
}

static void
timestamp(char out[40])
{
	int64_t us = now_us(CLOCK_REALTIME);
	time_t t = (time_t)(us / SECOND_US);
	struct tm tm;
	char text[24];

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out, 40, "%s.%06dZ", text, (int)(us % SECOND_US));
}

/* The members of this charger's next event that only its type has. */
static const char *
next_event(struct charger *c, char more[300])
{
	int step = c->step;

	more[0] = '\0';
	c->step = (c->step + 1) % session_events;
	if (step == 0) {
		c->transaction++;
		snprintf(more, 300, "\"connectorId\":1,\"transactionId\":%d,"
		    "\"idTag\":\"TAG\",\"meterStartWh\":%ld", c->transaction,
		    c->meter);
		return "TransactionStarted";
	}
	if (c->transaction == 0)
		return "ChargerHeartbeat";
	if (step == session_events - 1) {
		snprintf(more, 300, "\"transactionId\":%d,\"meterStopWh\":%ld,"
		    "\"reason\":\"Local\"", c->transaction, c->meter);
		return "TransactionEnded";
	}
	if (step % 5 == 3)
		return "ChargerHeartbeat";
	if (step % 12 == 1) {
		snprintf(more, 300, "\"connectorId\":1,\"status\":\"%s\","
		    "\"errorCode\":\"NoError\"", step % 24 == 1 ? "Charging" :
		    "SuspendedEV");
		return "ConnectorStatusChanged";
	}
	c->meter += 7;
	snprintf(more, 300, "\"transactionId\":%d,\"samples\":[{\"measurand\":"
	    "\"Energy.Active.Import.Register\",\"unit\":\"Wh\",\"value\":"
	    "\"%ld\"}]", c->transaction, c->meter);
	return "MeterSample";
}

static void
compose(struct connection *c)
{
	int number = (int)(c - connections), k = c->turn;
	char more[300], at[40], body[700];
	const char *type = next_event(&c->chargers[k], more);
	int n;

	c->turn = (k + 1) % CHARGERS;
	c->seq = next_seq++;
	timestamp(at);
	n = snprintf(body, sizeof(body), "{\"type\":\"%s\",\"chargePointId\":"
	    "\"%s-%d-%d\",\"ts\":\"%s\",\"seq\":\"%s-%ld\"%s%s}", type, name,
	    number, k, at, name, c->seq, more[0] ? "," : "", more);
	c->out_len = (size_t)snprintf(c->out, sizeof(c->out),
	    "POST /v1/gateway/events HTTP/1.1\r\nHost: cpms\r\n"
	    "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
	    n, body);
}

static void
hang_up(struct connection *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

static bool
connect_to_port(struct connection *c)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	return c->fd >= 0 && (connect(c->fd, (struct sockaddr *)&to,
	    sizeof(to)) == 0 || errno == EINPROGRESS);
}

static void
finish(struct connection *c, int status, const char *retry_after)
{
	int64_t now = now_us(CLOCK_MONOTONIC);

	fprintf(record, "%s-%ld %d %lld %.3f %.*s\n", name, c->seq, status,
	    (long long)(now - c->began),
	    (double)(c->began - start) / SECOND_US,
	    retry_after ? (int)strcspn(retry_after, "\r\n") : 1,
	    retry_after ? retry_after : "-");
	c->busy = false;
	if (status < 200)
		hang_up(c);
}

static void
send_more(struct connection *c)
{
	while (c->out_at < c->out_len) {
		ssize_t n = send(c->fd, c->out + c->out_at,
		    c->out_len - c->out_at, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		c->out_at += (size_t)n;
	}
}

static void
begin(struct connection *c, int64_t now)
{
	c->began = now;
	c->busy = true;
	c->out_at = c->in_len = 0;
	compose(c);
	if (c->fd < 0 && !connect_to_port(c))
		finish(c, 1, NULL);
	else
		send_more(c);
}

static const char *
field(const char *head, const char *wanted)
{
	const char *line = strstr(head, "\r\n");

	while (line != NULL && line[2] != '\r') {
		size_t n = strlen(wanted);

		line += 2;
		if (strncasecmp(line, wanted, n) == 0 && line[n] == ':') {
			line += n + 1;
			return line + strspn(line, " ");
		}
		line = strstr(line, "\r\n");
	}
	return NULL;
}

static void
take_answer(struct connection *c)
{
	const char *head_end, *length, *last;
	size_t size;

	c->in[c->in_len] = '\0';
	if ((head_end = strstr(c->in, "\r\n\r\n")) == NULL)
		return;
	length = field(c->in, "Content-Length");
	size = (size_t)(head_end + 4 - c->in) +
	    (length ? strtoul(length, NULL, 10) : 0);
	if (c->in_len < size)
		return;
	last = field(c->in, "Connection");
	finish(c, atoi(c->in + strlen("HTTP/1.1 ")),
	    field(c->in, "Retry-After"));
	if (last != NULL && strncasecmp(last, "close", 5) == 0)
		hang_up(c);
}

static void
receive(struct connection *c)
{
	ssize_t n = recv(c->fd, c->in + c->in_len,
	    sizeof(c->in) - 1 - c->in_len, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (!c->busy) {
		hang_up(c);
	} else if (n <= 0) {
		finish(c, 1, NULL);
	} else {
		c->in_len += (size_t)n;
		take_answer(c);
	}
}

/* A connection that is due posts; one that waits too long gives up. */
static bool
tick(struct connection *c, int64_t now)
{
	if (c->busy && now - c->began > patience * SECOND_US)
		finish(c, 0, NULL);
	if (!c->busy && now < end && now >= c->due) {
		if (per_second > 0) {
			c->due += (int64_t)SECOND_US * n_connections /
			    per_second;
			if (c->due < now - SECOND_US)
				c->due = now;
		}
		begin(c, now);
	}
	return c->busy;
}

static void
run(void)
{
	bool any = true;
	int i;

	while (any) {
		int64_t now = now_us(CLOCK_MONOTONIC);

		if (ending)
			end = now;
		any = now < end;
		for (i = 0; i < n_connections; i++) {
			struct connection *c = &connections[i];

			any |= tick(c, now);
			fds[i].fd = c->fd;
			fds[i].events = c->busy && c->out_at < c->out_len ?
			    POLLIN | POLLOUT : POLLIN;
			fds[i].revents = 0;
		}
		if (poll(fds, (nfds_t)n_connections, 1) <= 0)
			continue;
		for (i = 0; i < n_connections; i++) {
			if (fds[i].revents & POLLOUT)
				send_more(&connections[i]);
			if (fds[i].revents & (POLLIN | POLLHUP | POLLERR))
				receive(&connections[i]);
		}
	}
}

static void
end_load(int signal_number)
{
	(void)signal_number;
	ending = 1;
}

static void
usage(void)
{
	fputs("usage: load [-c CONNECTIONS] [-r PER_SECOND] [-s EVENTS] "
	    "[-p SECONDS] [-t SECONDS] [-n NAME] PORT RECORD\n", stderr);
	exit(2);
}

int
main(int argc, char **argv)
{
	struct rlimit files = { 16384, 16384 };
	int c, i, seconds = 0;

	while ((c = getopt(argc, argv, "c:r:s:p:t:n:")) != -1) {
		switch (c) {
		case 'c': n_connections = atoi(optarg); break;
		case 'r': per_second = atoi(optarg); break;
		case 's': session_events = atoi(optarg); break;
		case 'p': patience = atoi(optarg); break;
		case 't': seconds = atoi(optarg); break;
		case 'n': name = optarg; break;
		default: usage();
		}
	}
	if (optind + 2 != argc || n_connections < 1 ||
	    n_connections > CONNECTIONS_MAX || session_events < 3)
		usage();
	port = atoi(argv[optind]);
	if ((record = fopen(argv[optind + 1], "a")) == NULL) {
		perror(argv[optind + 1]);
		return 1;
	}
	setvbuf(record, NULL, _IOLBF, BUFSIZ);	/* it is read meanwhile */
	signal(SIGTERM, end_load);
	setrlimit(RLIMIT_NOFILE, &files);
	start = now_us(CLOCK_MONOTONIC);
	if (seconds > 0)
		end = start + (int64_t)seconds * SECOND_US;
	for (i = 0; i < n_connections; i++) {
		connections[i].fd = -1;
		for (c = 0; c < CHARGERS; c++)
			connections[i].chargers[c].step =
			    (i * CHARGERS + c) % session_events;
		connections[i].due = per_second == 0 ? 0 : start +
		    (int64_t)i * SECOND_US / per_second;
	}
	run();
	return fclose(record) != 0;
}
