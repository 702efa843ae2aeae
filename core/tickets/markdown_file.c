/* markdown_file.c - the folder of records: numbers, whole writes, one writer at a time. See markdown_inner.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/utf8.h"
#include "core/tickets/markdown_inner.h"

#define PATH_BYTES 4096
#define LOCK_TRIES 300
#define LOCK_PAUSE_NS 10000000
#define NUMBER_MAX 999999999ul   /* NAME_MAX_DIGITS of them */
#define NUMBER_TRIES 1000   /* others that take a number at the same moment, on file systems without locks */

static int fail(struct error *err, const char *doing, const char *folder, const char *name)
{
	int code = errno;
	struct strbuf path = STRBUF_INIT(PATH_BYTES);

	utf8_visible(&path, folder, strlen(folder));
	if (*name)
		strbuf_addf(&path, "/%s", name);
	error_set(err, code == EACCES || code == EPERM || code == EROFS ? STATUS_NO_PERMISSION : STATUS_IO,
	          "%s: %s failed: %s; see the folder's owner, mode and free space.", strbuf_text(&path), doing, strerror(code));
	strbuf_release(&path);
	return -1;
}

static int folder_open(const char *folder, struct error *err)
{
	int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return at < 0 ? fail(err, "opening the folder of tickets", folder, "") : at;
}

/* -- reading -- */

static int read_all(int fd, size_t max, struct strbuf *text)
{
	char block[16384];

	while (text->len < max) {
		size_t want = max - text->len < sizeof block ? max - text->len : sizeof block;
		ssize_t got = read(fd, block, want);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -1 : 0;
		strbuf_add(text, block, (size_t)got);
	}
	return 0;
}

int file_read(const char *folder, const char *name, size_t max, struct strbuf *text, struct error *err)
{
	int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd, failed;

	if (at < 0)
		return errno == ENOENT ? 1 : fail(err, "opening the folder of tickets", folder, "");
	/* Not blocking: a pipe of that name would hang the program. */
	fd = openat(at, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		failed = errno == ENOENT ? 1 : fail(err, "reading", folder, name);
	} else {
		failed = read_all(fd, max, text) ? fail(err, "reading", folder, name) : 0;
		close(fd);
	}
	close(at);
	return failed;
}

unsigned long record_number(const char *file_name)
{
	size_t digits;

	if (strncmp(file_name, "ROUSE-", 6))
		return 0;
	digits = strspn(file_name + 6, "0123456789");
	if (digits < 4 || digits > NAME_MAX_DIGITS || strcmp(file_name + 6 + digits, ".md"))
		return 0;
	return strtoul(file_name + 6, NULL, 10);
}

static int by_number(const void *a, const void *b)
{
	unsigned long x = record_number(*(char *const *)a), y = record_number(*(char *const *)b);

	return x < y ? -1 : x > y;
}

int folder_list(const char *folder, char ***out, size_t *count, struct error *err)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char **names = NULL;
	size_t cap = 0, n = 0;

	*out = NULL;
	*count = 0;
	if (!dir)
		return errno == ENOENT ? 0 : fail(err, "opening the folder of tickets", folder, "");
	while (errno = 0, entry = readdir(dir))
		if (record_number(entry->d_name)) {
			names = grow(names, &cap, n + 1, sizeof *names);
			names[n++] = xstrdup(entry->d_name);
		}
	int failed = errno ? fail(err, "reading the folder of tickets", folder, "") : 0;

	closedir(dir);
	if (failed) {
		folder_list_free(names, n);
		return -1;
	}
	if (n)
		qsort(names, n, sizeof *names, by_number);
	*out = names;
	*count = n;
	return 0;
}

void folder_list_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

/* -- the folder -- */

int folder_make(const char *folder, struct error *err)
{
	char *path = xstrdup(folder);
	int failed = 0;

	for (char *at = path; !failed && *at; at++)
		if (*at == '/' && at > path) {
			*at = '\0';
			failed = mkdir(path, 0700) && errno != EEXIST;
			*at = '/';
		}
	failed = failed || (mkdir(path, 0700) && errno != EEXIST);
	free(path);
	return failed ? fail(err, "making the folder of tickets", folder, "") : 0;
}

int folder_lock(const char *folder, struct error *err)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	const struct timespec pause = { 0, LOCK_PAUSE_NS };
	int at = folder_open(folder, err), lock;

	if (at < 0)
		return -1;
	lock = openat(at, FOLDER_LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	close(at);
	if (lock < 0)
		return fail(err, "locking the folder of tickets", folder, FOLDER_LOCK);
	for (int i = 0; fcntl(lock, F_SETLK, &whole) && i < LOCK_TRIES; i++) {
		/* A file system without locks: numbers are still taken one by one, and a write that somebody else was before is seen. */
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return lock;
		if (i + 1 == LOCK_TRIES) {
			close(lock);
			return error_set(err, STATUS_TRY_LATER,
			                 "Another process has been writing to the folder of tickets for seconds; send again.");
		}
		nanosleep(&pause, NULL);
	}
	return lock;
}

void folder_unlock(int lock)
{
	if (lock >= 0)
		close(lock);
}

/* -- writing -- */

static int write_all(int fd, struct slice text)
{
	for (size_t at = 0; at < text.len; ) {
		ssize_t put = write(fd, text.text + at, text.len - at);

		if (put < 0 && errno != EINTR)
			return -1;
		at += put > 0 ? (size_t)put : 0;
	}
	return fsync(fd);
}

/* A whole file under a name that nobody looks at. */
static int write_aside(int at, const char *aside, struct slice text, mode_t mode)
{
	int fd, failed, code;

	unlinkat(at, aside, 0);
	fd = openat(at, aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	failed = (mode && fchmod(fd, mode)) || write_all(fd, text);
	code = errno;
	close(fd);
	if (failed)
		unlinkat(at, aside, 0);
	errno = code;
	return failed ? -1 : 0;
}

int file_write(const char *folder, const char *name, struct slice text, struct error *err)
{
	int at = folder_open(folder, err), failed;
	struct stat was;
	char aside[64];

	if (at < 0)
		return -1;
	snprintf(aside, sizeof aside, ".rouse-%ld.tmp", (long)getpid());
	mode_t mode = fstatat(at, name, &was, 0) ? 0 : was.st_mode & 0777;

	failed = write_aside(at, aside, text, mode) || renameat(at, aside, at, name) ? -1 : 0;
	if (failed) {
		fail(err, "writing", folder, name);
		unlinkat(at, aside, 0);
	} else if (fsync(at)) {
		fail(err, "writing to the disk", folder, name);
		failed = 1;
	}
	close(at);
	return failed;
}

/* link() takes a name only when it is free, so that a number is never given twice and no half file is ever seen. */
static int take_name(int at, const char *aside, const char *name)
{
	struct stat was;

	if (!linkat(at, aside, at, name, 0)) {
		unlinkat(at, aside, 0);
		return 0;
	}
	/* File systems that know no links (FAT, some shares); the folder is locked. */
	if ((errno == EPERM || errno == ENOTSUP || errno == ENOSYS) && fstatat(at, name, &was, 0))
		return renameat(at, aside, at, name);
	return -1;
}

int file_create(const struct markdown *markdown, void (*make)(const struct markdown *, const char *name, struct strbuf *text),
                char name[32], struct error *err)
{
	struct strbuf text = STRBUF_INIT(PAGE_MAX);
	char **names = NULL, aside[64];
	size_t count = 0;
	int at = -1, failed = folder_list(markdown->folder, &names, &count, err);

	if (failed || (at = folder_open(markdown->folder, err)) < 0)
		goto out;
	unsigned long number = count ? record_number(names[count - 1]) : 0;

	/* A name with more digits would not be taken for a record's by the next look, which would make another one. */
	failed = -1;
	if (number >= NUMBER_MAX) {
		error_set(err, STATUS_IO, "%s/%s has the last number there is; move it away.", markdown->folder, names[count - 1]);
		goto out;
	}

	snprintf(aside, sizeof aside, ".rouse-%ld.tmp", (long)getpid());
	for (int i = 0; failed && i < NUMBER_TRIES; i++) {
		snprintf(name, 32, "ROUSE-%04lu.md", ++number);
		strbuf_clear(&text);
		make(markdown, name, &text);
		failed = write_aside(at, aside, (struct slice){ strbuf_text(&text), text.len }, 0) || take_name(at, aside, name) ? -1 : 0;
		if (failed && errno != EEXIST)
			break;
	}
	if (failed) {
		fail(err, "writing", markdown->folder, name);
		unlinkat(at, aside, 0);
	} else if (fsync(at)) {
		fail(err, "writing to the disk", markdown->folder, name);
		failed = 1;
	}
out:
	if (at >= 0)
		close(at);
	folder_list_free(names, count);
	strbuf_release(&text);
	return at < 0 ? -1 : failed;
}
