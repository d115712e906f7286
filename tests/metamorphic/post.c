/*
 * post PORT POSTERS FIRST SEEDS RECORDING...
 *
 * Posts events of some chargers twice over to a CPMS at 127.0.0.1:PORT:
 * in order, of chargers named o-NAME; and for each seed shuffled, each event
 * one to three times, alone or in arrays, over several connections at once,
 * of chargers named s<seed>-NAME.  tests/metamorphic/run then compares what
 * came of them.
 *
 * MIDWAY in the environment is a command that runs between two halves of the
 * shuffled posts.
 *
 * A seed takes a few chargers of the recordings and makes up some more
 * (NAME is then <seed>.N): a plausible day, or a heap of events that is only
 * meant to collide.  Exits 0 when every post was answered 202.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	RECORDED = 4, MADE = 4,		/* chargers a seed */
	ARRAY = 12, MAX_POSTERS = 64, ANSWER = 16384
};

static void
die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("post: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}

static void *
must(void *p)
{
	if (p == NULL)
		die("out of memory");
	return p;
}

/* Text that grows. */
struct text {
	char *s;
	size_t n, room;
};

static void
add_bytes(struct text *t, const char *s, size_t n)
{
	if (t->n + n + 1 > t->room) {
		t->room = (t->n + n + 1) * 2;
		t->s = must(realloc(t->s, t->room));
	}
	memcpy(t->s + t->n, s, n);
	t->s[t->n += n] = '\0';
}

static void
add(struct text *t, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(buf))
		die("an event is too long");
	add_bytes(t, buf, (size_t)n);
}

/* splitmix64: the same on every machine. */
struct dice {
	uint64_t state;
};

static uint64_t
roll(struct dice *d)
{
	uint64_t z = d->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* 0 .. n - 1 */
static int
pick(struct dice *d, int n)
{
	return (int)(roll(d) % (uint64_t)n);
}

static bool
chance(struct dice *d, int percent)
{
	return pick(d, 100) < percent;
}

/* --- events */

/* An event's text before and behind the name of its charger. */
struct event {
	char *head, *tail;
};

struct charger {
	char *name;
	struct event *events;
	size_t n, room;
};

struct chargers {
	struct charger *list;
	size_t n, room;
};

static void
charger_add(struct charger *c, const char *head, size_t n, const char *tail)
{
	if (c->n == c->room) {
		c->room = c->room == 0 ? 64 : c->room * 2;
		c->events = must(realloc(c->events,
		    c->room * sizeof(*c->events)));
	}
	c->events[c->n++] = (struct event){
		must(strndup(head, n)), must(strdup(tail))
	};
}

static struct charger *
charger_named(struct chargers *all, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (strlen(all->list[i].name) == n &&
		    memcmp(all->list[i].name, name, n) == 0)
			return &all->list[i];
	if (all->n == all->room) {
		all->room = all->room == 0 ? 64 : all->room * 2;
		all->list = must(realloc(all->list,
		    all->room * sizeof(*all->list)));
	}
	all->list[all->n] = (struct charger){
		.name = must(strndup(name, n))
	};
	return &all->list[all->n++];
}

static void
recording_read(struct chargers *all, const char *path)
{
	static const char key[] = "\"chargePointId\"";
	FILE *f = fopen(path, "r");
	char *line = NULL, *name;
	size_t room = 0, n;

	if (f == NULL)
		die("%s: %s", path, strerror(errno));
	while (getline(&line, &room, f) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (*line == '\0')
			continue;
		if ((name = strstr(line, key)) == NULL)
			die("%s: no charger in %s", path, line);
		name += sizeof(key) - 1;
		name += strcspn(name, "\"") + 1;
		n = strcspn(name, "\"");
		charger_add(charger_named(all, name, n), line,
		    (size_t)(name - line), name + n);
	}
	free(line);
	fclose(f);
}

/* --- made up chargers */

struct maker {
	struct dice *d;
	struct charger *c;
};

static void
make(struct maker *m, const char *type, long ms, const char *fmt, ...)
{
	char at[32], members[2048];
	time_t sec;
	struct tm tm;
	struct text head = { 0 }, tail = { 0 };
	va_list ap;

	ms += 1000000;	/* some are before the first start */
	sec = 1780000000 + ms / 1000;
	gmtime_r(&sec, &tm);
	strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%S", &tm);
	va_start(ap, fmt);
	vsnprintf(members, sizeof(members), fmt, ap);
	va_end(ap);
	add(&head, "{\"type\":\"%s\",\"chargePointId\":\"", type);
	add(&tail, "\",\"ts\":\"%s.%03ldZ\"", at, ms % 1000);
	add_bytes(&tail, members, strlen(members));
	add(&tail, "}");
	charger_add(m->c, head.s, head.n, tail.s);
	free(head.s);
	free(tail.s);
}

static void
make_start(struct maker *m, long ms, int tx, int connector, long meter)
{
	char more[64] = "";

	if (meter > 0)
		snprintf(more, sizeof(more), ",\"meterStartWh\":%ld", meter);
	make(m, "TransactionStarted", ms,
	    ",\"connectorId\":%d,\"transactionId\":%d,\"idTag\":\"T%d\"%s",
	    connector, tx, pick(m->d, 3), more);
}

static void
make_end(struct maker *m, long ms, int tx, long stop)
{
	static const char *const reasons[] = {
		"", ",\"reason\":\"Local\"", ",\"reason\":\"Remote\""
	};
	char more[64] = "";

	if (stop > 0)
		snprintf(more, sizeof(more), ",\"meterStopWh\":%ld", stop);
	make(m, "TransactionEnded", ms, ",\"transactionId\":%d%s%s", tx, more,
	    reasons[pick(m->d, 3)]);
}

/* How a charger words its readings. */
enum style { PLAIN, KILO, PHASED, INTERVALS, CONTEXTS, MIXED, STYLES };

static void
make_sample(struct maker *m, long ms, int tx, enum style style, long wh)
{
	static const char *const contexts[] = {
		"Sample.Periodic", "Sample.Clock", "Transaction.Begin",
		"Transaction.End"
	};
	static const char interval[] =
	    "\"measurand\":\"Energy.Active.Import.Interval\",";
	struct dice *d = m->d;
	struct text s = { 0 };

	if (style == MIXED)
		style = (enum style)pick(d, MIXED);
	switch (style) {
	case KILO:
		add(&s, "{\"unit\":\"kWh\",\"value\":%ld.%03ld%s}", wh / 1000,
		    wh % 1000, chance(d, 30) ? "4999999999999999" : "");
		break;
	case PHASED:
		add(&s, "{\"value\":\"%ld\",\"phase\":\"L1\"},"
		    "{\"value\":\"%ld\",\"phase\":\"L2-N\"}", wh / 2, wh / 3);
		if (chance(d, 85))
			add(&s, ",{\"value\":\"%ld\",\"phase\":\"L3\"}",
			    wh - wh / 2 - wh / 3);
		break;
	case INTERVALS:
		add(&s, "{%s\"value\":\"%ld.5\"%s}", interval, wh % 400,
		    chance(d, 40) ? ",\"context\":\"Sample.Clock\"" : "");
		break;
	case CONTEXTS:
		add(&s, "{\"value\":\"%ld\",\"context\":\"%s\"}", wh,
		    contexts[pick(d, 4)]);
		break;
	default:
		add(&s, "{\"value\":\"%ld\",\"unit\":\"Wh\"},"
		    "{\"measurand\":\"Power.Active.Import\",\"value\":\"7\"}",
		    wh);
		break;
	}
	if (chance(d, 5))
		add(&s, ",{\"value\":\"n/a\"}");
	make(m, "MeterSample", ms, ",\"transactionId\":%d,\"samples\":[%s]",
	    tx, s.s);
	free(s.s);
}

struct session {
	long from, to;
	long first, last;	/* meter */
	int tx, connector;
};

static void
make_readings(struct maker *m, const struct session *s)
{
	struct dice *d = m->d;
	enum style style = (enum style)pick(d, STYLES);
	int n = pick(d, 8), i;
	long wh;

	for (i = 0; i < n; i++) {
		wh = s->first + (s->last - s->first) * (i + 1) / (n + 1);
		if (chance(d, 5))
			wh = pick(d, 2) ? 10 : wh * 1000;
		make_sample(m, s->from + (s->to - s->from) * i / n +
		    pick(d, 3000), s->tx, style, wh);
	}
	if (chance(d, 15))
		make_sample(m, s->to + pick(d, 120) * 1000L, s->tx, style,
		    s->last);
}

static void
make_session(struct maker *m, const struct session *s)
{
	struct dice *d = m->d;

	if (chance(d, 95))
		make_start(m, s->from, s->tx, s->connector,
		    chance(d, 75) ? s->first : 0);
	if (chance(d, 8))
		make_start(m, s->from, s->tx, s->connector,
		    chance(d, 50) ? s->first + 100 : 0);
	make_readings(m, s);
	if (chance(d, 75))
		make_end(m, s->to, s->tx, chance(d, 60) ? s->last : 0);
	if (chance(d, 10))
		make_end(m, s->to + (pick(d, 3) - 1) * 20000L, s->tx,
		    chance(d, 60) ? s->last + pick(d, 2) : 0);
	if (chance(d, 3))
		make_end(m, s->from - 400000L, s->tx, s->last);
}

/* One session after another on up to three connectors, ids used again. */
static void
make_day(struct maker *m)
{
	struct dice *d = m->d;
	int n = 2 + pick(d, 5), connectors = 1 + pick(d, 3), i, tx = 500;
	long at = 0, meter = pick(d, 4) * 50000L;
	struct session s;

	make(m, "ChargerBooted", 0, ",\"vendor\":\"V\",\"firmwareVersion\":"
	    "\"%d\"", pick(d, 9));
	for (i = 0; i < n; i++) {
		s.connector = 1 + pick(d, connectors);
		if (i == 0 || chance(d, 60))
			tx += 1 + pick(d, 50);
		s.tx = tx;
		s.from = at;
		s.to = at + (300 + pick(d, 3600)) * 1000L;
		s.first = meter;
		s.last = meter + pick(d, 20000);
		make_session(m, &s);
		make(m, "ConnectorStatusChanged", s.from + i, ",\"connectorId\""
		    ":%d,\"status\":\"S%d\"", s.connector, i);
		meter = chance(d, 5) ? 0 : s.last;
		at = chance(d, 20) ? s.from + pick(d, 90) * 1000L :
		    chance(d, 30) ? s.from + (s.to - s.from) / 2 :
		    s.to + pick(d, 400) * 1000L;
	}
	make_sample(m, at, 0, PLAIN, meter);
	make(m, "ChargerHeartbeat", at + 1, ",\"eventId\":%d", pick(d, 9));
}

/* Few ids, few moments, everything close together. */
static void
make_heap(struct maker *m)
{
	struct dice *d = m->d;
	int n = 4 + pick(d, 14), i;

	for (i = 0; i < n; i++) {
		long ms = pick(d, 16) * 15000L;
		int tx = 1 + pick(d, 2), kind = pick(d, 10);
		long meter = pick(d, 4) * 1000L;

		if (kind < 4)
			make_start(m, ms, tx, 1 + pick(d, 2), meter);
		else if (kind < 7)
			make_sample(m, ms, tx, chance(d, 80) ? PLAIN : MIXED,
			    1000 + pick(d, 6) * 300L);
		else
			make_end(m, ms, tx, meter);
	}
}

/* --- posts */

/* A body for one POST. */
struct post {
	char *body;
	size_t len;
};

/* Posts of one task go one after the other; tasks are done side by side. */
struct task {
	struct post *posts;
	size_t n;
};

struct queue {
	struct task *tasks;
	size_t n, room;
	size_t end;		/* of this run */
	atomic_size_t next;
	atomic_bool failed;
	int port;
};

static struct task *
task_add(struct queue *q, size_t room)
{
	if (q->n == q->room) {
		q->room = q->room == 0 ? 4096 : q->room * 2;
		q->tasks = must(realloc(q->tasks,
		    q->room * sizeof(*q->tasks)));
	}
	q->tasks[q->n].posts = must(calloc(room, sizeof(struct post)));
	q->tasks[q->n].n = 0;
	return &q->tasks[q->n++];
}

static void
event_text(struct text *t, const struct event *e, const char *prefix,
    const char *name)
{
	add_bytes(t, e->head, strlen(e->head));
	add(t, "%s%s", prefix, name);
	add_bytes(t, e->tail, strlen(e->tail));
}

static void
post_add(struct task *t, struct text *body)
{
	t->posts[t->n++] = (struct post){ body->s, body->n };
}

static void
queue_in_order(struct queue *q, const struct charger *c)
{
	struct task *t = task_add(q, c->n);
	size_t i;

	for (i = 0; i < c->n; i++) {
		struct text body = { 0 };

		event_text(&body, &c->events[i], "o-", c->name);
		post_add(t, &body);
	}
}

/* Where the object's members end: at the comma behind, or the last brace. */
static size_t
member_end(const char *s, size_t from)
{
	bool quoted = false;
	int depth = 0;

	for (;; from++) {
		if (quoted) {
			if (s[from] == '\\')
				from++;
			else if (s[from] == '"')
				quoted = false;
		} else if (s[from] == '"')
			quoted = true;
		else if (s[from] == '{' || s[from] == '[')
			depth++;
		else if ((s[from] == '}' || s[from] == ']') && depth-- == 0)
			return from;
		else if (s[from] == ',' && depth == 0)
			return from;
	}
}

/* The same event written otherwise: its members turned, blanks between. */
static void
reword(struct text *t, const char *s, struct dice *d)
{
	size_t start[64], end[64], n = 0, at = 1, i, k, turn;
	static const char *const blanks[] = { "", " ", "\n\t", "  " };

	while (n < 64) {
		start[n] = at;
		end[n] = at = member_end(s, at);
		n++;
		if (s[at++] == '}')
			break;
	}
	turn = (size_t)pick(d, (int)n);
	for (i = 0; i < n; i++) {
		k = (i + turn) % n;
		add(t, "%s%s", i == 0 ? "{" : ",", blanks[pick(d, 4)]);
		add_bytes(t, s + start[k], end[k] - start[k]);
	}
	add(t, "%s}", blanks[pick(d, 4)]);
}

/* All events of a seed, each as often as it is posted. */
struct heap {
	char **bodies;
	size_t n, room;
};

static void
heap_add(struct heap *h, char *body)
{
	if (h->n == h->room) {
		h->room = h->room == 0 ? 512 : h->room * 2;
		h->bodies = must(realloc(h->bodies,
		    h->room * sizeof(char *)));
	}
	h->bodies[h->n++] = body;
}

static void
heap_charger(struct heap *h, const struct charger *c, const char *prefix,
    struct dice *d)
{
	size_t i;
	int times;

	for (i = 0; i < c->n; i++)
		for (times = 1 + pick(d, 3); times > 0; times--) {
			struct text plain = { 0 }, other = { 0 };

			event_text(&plain, &c->events[i], prefix, c->name);
			if (chance(d, 50)) {
				heap_add(h, plain.s);
				continue;
			}
			reword(&other, plain.s, d);
			free(plain.s);
			heap_add(h, other.s);
		}
}

static void
queue_heap(struct queue *q, struct heap *h, struct dice *d)
{
	size_t i, k, n;
	char *swap;

	for (i = h->n; i > 1; i--) {
		k = (size_t)pick(d, (int)i);
		swap = h->bodies[i - 1];
		h->bodies[i - 1] = h->bodies[k];
		h->bodies[k] = swap;
	}
	for (i = 0; i < h->n; i += n) {
		struct text body = { 0 };

		n = chance(d, 85) ? 1 : 2 + (size_t)pick(d, ARRAY);
		if (n > h->n - i)
			n = h->n - i;
		for (k = 0; k < n; k++) {
			add(&body, "%s", n == 1 ? "" : k == 0 ? "[" : ",");
			add_bytes(&body, h->bodies[i + k],
			    strlen(h->bodies[i + k]));
			free(h->bodies[i + k]);
		}
		add(&body, "%s", n == 1 ? "" : "]");
		post_add(task_add(q, 1), &body);
	}
	free(h->bodies);
}

static void
queue_seed(struct queue *ordered, struct queue *shuffled,
    const struct chargers *recorded, int seed)
{
	struct dice d = { (uint64_t)seed };
	struct heap heap = { 0 };
	char prefix[32], name[32];
	int i;

	roll(&d);
	snprintf(prefix, sizeof(prefix), "s%d-", seed);
	for (i = 0; i < RECORDED && recorded->n > 0; i++) {
		/* one in each part of the list: none twice */
		size_t part = recorded->n / RECORDED;

		heap_charger(&heap, &recorded->list[(size_t)i * part +
		    (size_t)pick(&d, (int)part)], prefix, &d);
	}
	for (i = 0; i < MADE; i++) {
		struct charger c = { .name = name };
		struct maker m = { &d, &c };

		snprintf(name, sizeof(name), "%d.%d", seed, i);
		if (i == 0)
			make_day(&m);
		else
			make_heap(&m);
		queue_in_order(ordered, &c);
		heap_charger(&heap, &c, prefix, &d);
	}
	queue_heap(shuffled, &heap, &d);
}

/* --- HTTP */

static int
dial(int port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		die("connect: %s", strerror(errno));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static bool
write_all(int fd, const char *s, size_t n)
{
	ssize_t w;

	for (; n > 0; s += w, n -= (size_t)w)
		if ((w = send(fd, s, n, MSG_NOSIGNAL)) <= 0)
			return false;
	return true;
}

/* The status, or 0 when the connection broke; *closing: it won't be kept. */
static int
read_answer(int fd, char buf[ANSWER], bool *closing)
{
	size_t n = 0, want = 0;
	const char *body = NULL, *length;
	ssize_t r;

	while (body == NULL || n < want) {
		if ((r = read(fd, buf + n, ANSWER - 1 - n)) <= 0)
			return 0;
		buf[n += (size_t)r] = '\0';
		if (body != NULL || (body = strstr(buf, "\r\n\r\n")) == NULL)
			continue;
		body += 4;
		length = strcasestr(buf, "\r\ncontent-length:");
		want = (size_t)(body - buf) + (length == NULL ? 0 :
		    strtoul(length + 17, NULL, 10));
	}
	*closing = strcasestr(buf, "\r\nconnection: close") != NULL;
	return (int)strtol(buf + 9, NULL, 10);
}

static void
post(struct queue *q, int *fd, const struct post *p)
{
	char head[256], answer[ANSWER];
	bool closing = false;
	int n, status;

	if (*fd < 0)
		*fd = dial(q->port);
	n = snprintf(head, sizeof(head), "POST /v1/gateway/events HTTP/1.1\r\n"
	    "Host: localhost\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n", p->len);
	status = write_all(*fd, head, (size_t)n) &&
	    write_all(*fd, p->body, p->len) ?
	    read_answer(*fd, answer, &closing) : 0;
	if (status != 202) {
		fprintf(stderr, "post: %d for %.300s\n", status, p->body);
		atomic_store(&q->failed, true);
		closing = true;
	}
	if (closing) {
		close(*fd);
		*fd = -1;
	}
}

static void *
poster(void *arg)
{
	struct queue *q = arg;
	int fd = -1;
	size_t i, k;

	while ((i = atomic_fetch_add(&q->next, 1)) < q->end &&
	    !atomic_load(&q->failed))
		for (k = 0; k < q->tasks[i].n; k++)
			post(q, &fd, &q->tasks[i].posts[k]);
	if (fd >= 0)
		close(fd);
	return NULL;
}

/* Posts the tasks up to that one. */
static bool
run(struct queue *q, size_t end, int port, int posters)
{
	pthread_t threads[MAX_POSTERS];
	int i;

	atomic_store(&q->next, q->end);
	q->end = end;
	q->port = port;
	for (i = 0; i < posters; i++)
		if (pthread_create(&threads[i], NULL, poster, q) != 0)
			die("cannot start a thread");
	for (i = 0; i < posters; i++)
		pthread_join(threads[i], NULL);
	return !atomic_load(&q->failed);
}

static int
number(const char *s, int min, int max)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (*end != '\0' || n < min || n > max)
		die("%s is not a number from %d to %d", s, min, max);
	return (int)n;
}

int
main(int argc, char **argv)
{
	struct queue ordered = { 0 }, shuffled = { 0 };
	struct chargers recorded = { 0 };
	const char *midway = getenv("MIDWAY");
	int port, posters, first, seeds, i;

	if (argc < 6)
		die("usage: post PORT POSTERS FIRST SEEDS RECORDING...");
	port = number(argv[1], 1, 65535);
	posters = number(argv[2], 1, MAX_POSTERS);
	first = number(argv[3], 0, 1000000000);
	seeds = number(argv[4], 1, 1000000);
	for (i = 5; i < argc; i++)
		recording_read(&recorded, argv[i]);
	for (i = 0; i < (int)recorded.n; i++)
		queue_in_order(&ordered, &recorded.list[i]);
	for (i = 0; i < seeds; i++)
		queue_seed(&ordered, &shuffled, &recorded, first + i);
	if (!run(&ordered, ordered.n, port, posters) ||
	    !run(&shuffled, shuffled.n / 2, port, posters))
		return 1;
	if (midway != NULL && system(midway) != 0)
		die("%s: failed", midway);
	if (!run(&shuffled, shuffled.n, port, posters))
		return 1;
	printf("%zu posts of %d seeds\n", shuffled.n, seeds);
	return 0;
}
