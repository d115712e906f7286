#include "base/counters.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/event.h"

static char dir[] = "/tmp/cpms-counters.XXXXXX";
static struct arena arena;

/* A process of the endpoint; it waits, and is killed, unless `work` ends it. */
static pid_t
process_start(const char *name, void (*work)(void))
{
	int ends[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		if (!counters_open(dir, name))
			_exit(9);
		work();
		if (write(ends[1], "", 1) != 1)
			_exit(9);
		pause();
		_exit(0);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	return pid;
}

static void
process_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static const struct counted *
of(const char *name)
{
	struct counted *list;
	size_t i, n;

	list = counters_read(&arena, dir, &n);
	for (i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	return NULL;
}

static void
count_many(void)
{
	int i;

	for (i = 0; i < 100000; i++)
		counter_add(METRIC_REQUESTS, metric_status(200), 1);
}

static void
what_killed_processes_counted_is_there(void **state)
{
	pid_t one, two;

	(void)state;
	one = process_start("many", count_many);
	two = process_start("many", count_many);
	process_kill(one);
	process_kill(two);
	process_kill(process_start("many", count_many));
	assert_int_equal(of("many")->words[METRIC_REQUESTS][0], 300000);
	assert_int_equal(of("many")->processes, 0);
}

static void
say_three(void)
{
	counter_set(METRIC_QUEUE, 3);
	counter_set(METRIC_QUEUE_AGE, 500);
}

static void
say_four(void)
{
	counter_set(METRIC_QUEUE, 4);
	counter_set(METRIC_QUEUE_AGE, 400);
}

static void
nothing(void)
{
}

static void
what_a_process_says_of_itself_ends_with_it(void **state)
{
	pid_t one, two, idle;

	(void)state;
	idle = process_start("say", nothing);
	one = process_start("say", say_three);
	two = process_start("say", say_four);
	assert_int_equal(of("say")->processes, 3);
	assert_int_equal(of("say")->said[METRIC_QUEUE], 7);
	assert_int_equal(of("say")->said[METRIC_QUEUE_AGE], 400);
	process_kill(two);
	assert_int_equal(of("say")->processes, 2);
	assert_int_equal(of("say")->said[METRIC_QUEUE], 3);
	assert_int_equal(of("say")->said[METRIC_QUEUE_AGE], 500);
	process_kill(one);
	process_kill(idle);
	/* its place is taken by one that has said nothing yet */
	idle = process_start("say", nothing);
	assert_int_equal(of("say")->said[METRIC_QUEUE], 0);
	process_kill(idle);
}

static void
fill_histograms(void)
{
	histogram_add(METRIC_BATCH, 0);
	histogram_add(METRIC_BATCH, 1);
	histogram_add(METRIC_BATCH, 2);
	histogram_add(METRIC_BATCH, 3);
	histogram_add(METRIC_BATCH, 4);
	histogram_add(METRIC_BATCH, 1024);
	histogram_add(METRIC_BATCH, 1025);
	histogram_add(METRIC_DURATION, 256);
	histogram_add(METRIC_DURATION, 257);
	histogram_add(METRIC_DURATION, (uint64_t)1 << 40);
}

static void
a_bucket_takes_what_is_no_more_than_its_end(void **state)
{
	const uint64_t *batch, *duration;

	(void)state;
	process_kill(process_start("h", fill_histograms));
	batch = of("h")->words[METRIC_BATCH];
	assert_int_equal(batch[0], 2);
	assert_int_equal(batch[1], 1);
	assert_int_equal(batch[2], 2);
	assert_int_equal(batch[10], 1);
	assert_int_equal(batch[11], 1);
	assert_int_equal(batch[12], 0 + 1 + 2 + 3 + 4 + 1024 + 1025);
	duration = of("h")->words[METRIC_DURATION];
	assert_int_equal(duration[0], 1);
	assert_int_equal(duration[1], 1);
	assert_int_equal(duration[17], 1);
}

static void
write_over(const char *name, off_t at, const char *bytes, size_t n)
{
	char path[100];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT, 0640);
	assert_int_equal(pwrite(fd, bytes, n, at), n);
	close(fd);
}

static void
a_file_of_another_layout_is_replaced(void **state)
{
	pid_t old;

	(void)state;
	old = process_start("layout", count_many);
	write_over("layout", 0, "another", 8);
	assert_null(of("layout"));
	process_kill(process_start("layout", nothing));
	assert_int_equal(of("layout")->words[METRIC_REQUESTS][0], 0);
	process_kill(old);
	write_over("short", 0, "x", 1);
	assert_null(of("short"));
	process_kill(process_start("short", count_many));
	assert_int_equal(of("short")->words[METRIC_REQUESTS][0], 100000);
}

static void
without_a_file_it_counts_for_itself(void **state)
{
	(void)state;
	assert_false(counters_open("/nonexistent", "x"));
	assert_false(counters_open(dir, "a name that is longer than the room "
	    "that there is for the name of an endpoint"));
	counter_add(METRIC_REQUESTS, metric_status(504), 1);
}

static void
each_status_has_its_place(void **state)
{
	const char *const *v = metric_rows[METRIC_REQUESTS].values;

	(void)state;
	assert_string_equal(v[metric_status(200)], "200");
	assert_string_equal(v[metric_status(409)], "409");
	assert_string_equal(v[metric_status(504)], "504");
	assert_string_equal(v[metric_status(418)], "other");
}

static void
the_types_of_events_are_all_there(void **state)
{
	const char *const *v = metric_rows[METRIC_EVENTS].values;
	int t;

	(void)state;
	for (t = EVENT_BOOTED; t <= EVENT_ACK; t++)
		assert_int_equal(event_type(v[t]), t);
	assert_null(v[EVENT_ACK + 1]);
}

static int
group_start(void **state)
{
	(void)state;
	arena_init(&arena);
	return mkdtemp(dir) == NULL;
}

static int
group_end(void **state)
{
	struct dirent *e;
	DIR *d = opendir(dir);

	(void)state;
	while ((e = readdir(d)) != NULL)
		unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	arena_free(&arena);
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_killed_processes_counted_is_there),
		cmocka_unit_test(what_a_process_says_of_itself_ends_with_it),
		cmocka_unit_test(a_bucket_takes_what_is_no_more_than_its_end),
		cmocka_unit_test(a_file_of_another_layout_is_replaced),
		cmocka_unit_test(without_a_file_it_counts_for_itself),
		cmocka_unit_test(each_status_has_its_place),
		cmocka_unit_test(the_types_of_events_are_all_there),
	};

	return cmocka_run_group_tests(tests, group_start, group_end);
}
