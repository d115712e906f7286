#include "counters.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORDS = 128, PLACES = 64, SAID = 4, FILES = 256 };

struct file {
	uint64_t layout, size;
	_Atomic uint64_t words[WORDS];
	_Atomic int64_t said[PLACES][SAID];
};

/* In the memory of this process until it has a file. */
static struct file own;
static struct file *file = &own;
static unsigned place;
static unsigned at[METRIC_COUNT];	/* of words, or of said */

static void
lay_out(void)
{
	unsigned i, words = 0, said = 0;

	for (i = 0; i < METRIC_COUNT; i++)
		if (metric_rows[i].source == SOURCE_PROCESS)
			at[i] = said++;
		else {
			at[i] = words;
			words += metric_words(&metric_rows[i]);
		}
	if (words > WORDS || said > SAID)
		abort();
}

static struct flock
lock_of(unsigned first, unsigned n)
{
	return (struct flock){
		.l_type = F_WRLCK, .l_whence = SEEK_SET,
		.l_start = first, .l_len = n
	};
}

static bool
has_layout(int fd)
{
	struct file head;
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size == sizeof(struct file) &&
	    pread(fd, &head, offsetof(struct file, words), 0) ==
	    offsetof(struct file, words) &&
	    head.layout == metric_layout() && head.size == sizeof(head);
}

/* Its blocks are reserved: a full disk is met here and not when counting. */
static int
file_make(int dir, const char *name)
{
	struct file head = {
		.layout = metric_layout(), .size = sizeof(head)
	};
	char fresh[80];
	int fd;

	snprintf(fresh, sizeof(fresh), ".%s.new", name);
	unlinkat(dir, fresh, 0);
	fd = openat(dir, fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0)
		return -1;
	if ((errno = posix_fallocate(fd, 0, sizeof(head))) == 0 &&
	    pwrite(fd, &head, offsetof(struct file, words), 0) > 0 &&
	    renameat(dir, fresh, dir, name) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Under a lock of the directory: two that start together share one file. */
static int
file_open(const char *directory, const char *name)
{
	int dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd;

	if (dir < 0)
		return -1;
	if (flock(dir, LOCK_EX) != 0)
		fd = -1;
	else if ((fd = openat(dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW)) < 0
	    || !has_layout(fd)) {
		if (fd >= 0)
			close(fd);
		fd = file_make(dir, name);
	}
	close(dir);
	return fd;
}

/* The descriptor stays open: with it the lock would go. */
static void
place_take(int fd)
{
	unsigned i;

	for (place = 0; place < PLACES - 1; place++) {
		struct flock l = lock_of(place, 1);

		if (fcntl(fd, F_OFD_SETLK, &l) == 0)
			break;
	}
	for (i = 0; i < SAID; i++)
		atomic_store(&file->said[place][i], 0);
}

bool
counters_open(const char *directory, const char *name)
{
	void *map;
	int fd;

	lay_out();
	if (strlen(name) >= sizeof(((struct counted *)0)->name)) {
		errno = ENAMETOOLONG;
		return false;
	}
	if ((fd = file_open(directory, name)) < 0)
		return false;
	map = mmap(NULL, sizeof(*file), PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	if (map == MAP_FAILED) {
		close(fd);
		return false;
	}
	file = map;
	place_take(fd);
	return true;
}

void
counter_add(enum metric m, unsigned value, uint64_t n)
{
	atomic_fetch_add_explicit(&file->words[at[m] + value], n,
	    memory_order_relaxed);
}

void
histogram_add(enum metric m, uint64_t value)
{
	const struct metric_row *row = &metric_rows[m];
	unsigned power = value < 2 ? 0 :
	    64 - (unsigned)__builtin_clzll(value - 1);
	unsigned bucket = power <= row->first ? 0 : power - row->first;

	counter_add(m, bucket < row->buckets ? bucket : row->buckets, 1);
	counter_add(m, row->buckets + 1, value);
}

void
counter_set(enum metric m, int64_t value)
{
	if (metric_rows[m].source == SOURCE_PROCESS)
		atomic_store_explicit(&file->said[place][at[m]], value,
		    memory_order_relaxed);
	else
		atomic_store_explicit(&file->words[at[m]], (uint64_t)value,
		    memory_order_relaxed);
}

/* What those say whose lock is there. */
static void
said_read(int fd, const struct file *f, struct counted *c)
{
	struct flock l;
	unsigned i, m;
	int64_t v;

	for (i = 0; i < PLACES; i++) {
		l = lock_of(i, PLACES - i);
		if (fcntl(fd, F_OFD_GETLK, &l) != 0 || l.l_type == F_UNLCK)
			return;
		i = (unsigned)l.l_start;
		c->processes++;
		for (m = 0; m < METRIC_COUNT; m++) {
			if (metric_rows[m].source != SOURCE_PROCESS)
				continue;
			v = f->said[i][at[m]];
			if (!metric_rows[m].is_time)
				c->said[m] += v;
			else if (v != 0 && (c->said[m] == 0 ||
			    v < c->said[m]))
				c->said[m] = v;
		}
	}
}

static bool
counted_read(struct arena *a, int fd, struct counted *c)
{
	struct file *f = arena_alloc(a, sizeof(*f));
	uint64_t *words;
	unsigned m, i, n;

	if (!has_layout(fd) || pread(fd, f, sizeof(*f), 0) != sizeof(*f))
		return false;
	words = arena_alloc(a, sizeof(f->words));
	for (m = 0; m < METRIC_COUNT; m++) {
		n = metric_words(&metric_rows[m]);
		c->words[m] = n > 0 ? words + at[m] : NULL;
		for (i = 0; i < n; i++)
			words[at[m] + i] = f->words[at[m] + i];
	}
	said_read(fd, f, c);
	return true;
}

static int
name_order(const void *a, const void *b)
{
	const struct counted *x = a, *y = b;

	return strcmp(x->name, y->name);
}

struct counted *
counters_read(struct arena *a, const char *directory, size_t *n)
{
	struct counted *list = arena_calloc(a, FILES * sizeof(*list));
	DIR *dir = opendir(directory);
	struct dirent *e;
	int fd;

	*n = 0;
	lay_out();
	while (dir != NULL && *n < FILES && (e = readdir(dir)) != NULL) {
		struct counted *c = &list[*n];

		if (e->d_name[0] == '.' ||
		    strlen(e->d_name) >= sizeof(c->name))
			continue;
		fd = openat(dirfd(dir), e->d_name,
		    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd < 0)
			continue;
		if (counted_read(a, fd, c)) {
			strcpy(c->name, e->d_name);
			++*n;
		}
		close(fd);
	}
	if (dir != NULL)
		closedir(dir);
	qsort(list, *n, sizeof(*list), name_order);
	return list;
}
