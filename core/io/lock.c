#include "core/io/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/http_text.h"
#include "core/io/store.h"

#define NOTE_MAX 256          /* bytes of the file: `1234 2026-11-20T06:00:00Z the daily job` */
#define MEMORY_PATH ":memory:"

/* A lock that is held. The file stays when it is let go: one that is removed could be locked by two. */
struct lock {
	int fd;                    /* -1: of a store in memory, which nobody else can have */
};

/* Two names of one store have one lock. Appends. */
static void add_path(struct strbuf *out, const char *store_path, const char *name)
{
	char *real = realpath(store_path, NULL);

	strbuf_addf(out, "%s.%s.lock", real ? real : store_path, name);
	free(real);
}

static int open_file(const char *path, struct error *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0600);
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	if (fd >= 0) {
		close(fd);
		return error_set(err, STATUS_IO, "The lock %s is no file; remove it.", path);
	}
	if (errno == EACCES || errno == EPERM || errno == EROFS)
		return error_set(err, STATUS_NO_PERMISSION, "The lock %s cannot be made (%s); mend its rights or name another file with "
		                 "--store.", path, strerror(errno));
	return error_set(err, STATUS_IO, "The lock %s cannot be made: %s.", path, strerror(errno));
}

/* What the holder wrote; "" where there is nothing that can be believed. */
static void read_note(int fd, char *note)
{
	ssize_t n = pread(fd, note, NOTE_MAX - 1, 0);

	note[n > 0 ? n : 0] = '\0';
	note[strcspn(note, "\r\n")] = '\0';
}

/* Another process has it. One that has only just taken it may not have written yet: what a dead one left is not told. */
static int say_held(int fd, const char *path, struct error *err)
{
	char note[NOTE_MAX], since[NOTE_MAX], work[NOTE_MAX], *end;
	long long pid;
	size_t n;

	read_note(fd, note);
	pid = strtoll(note, &end, 10);
	if (end == note || *end != ' ' || pid <= 0 || pid > INT32_MAX || (kill((pid_t)pid, 0) && errno == ESRCH))
		return error_set(err, STATUS_TRY_LATER, "Another process is at work already (lock %s); wait until it has ended.", path);
	n = strcspn(++end, " ");
	http_keep_text(since, sizeof since, (struct slice){ end, n });
	http_keep_text(work, sizeof work, slice_of(end[n] ? end + n + 1 : ""));
	return error_set(err, STATUS_TRY_LATER, "Another process is at work already: %s%sprocess %lld, since %s (lock %s); wait until it has "
	                 "ended.", work, work[0] ? ", " : "", pid, since[0] ? since : "some time", path);
}

static int write_note(int fd, const char *what, const char *path, struct error *err)
{
	struct strbuf note = STRBUF_INIT(NOTE_MAX - 1);
	int64_t now = 0;
	int failed = clock_real(&now, err);

	strbuf_addf(&note, "%ld ", (long)getpid());
	time_format(&note, now);
	strbuf_addf(&note, " %.100s\n", what);
	if (!failed && (ftruncate(fd, 0) || pwrite(fd, strbuf_text(&note), note.len, 0) != (ssize_t)note.len))
		failed = error_set(err, STATUS_IO, "The lock %s cannot be written: %s.", path, strerror(errno));
	strbuf_release(&note);
	return failed;
}

int lock_take(struct lock **out, const char *store_path, const char *name, const char *what, struct error *err)
{
	struct strbuf path = STRBUF_INIT(PATH_MAX * 2);
	int fd = -1, failed = -1;

	if (!strcmp(store_path, MEMORY_PATH)) {
		failed = 0;
		goto out;
	}
	if (store_make_folders(store_path, err))
		goto out;
	add_path(&path, store_path, name);
	fd = open_file(strbuf_text(&path), err);
	if (fd < 0)
		goto out;
	/* Held by the open file, which children that are started do not get: it ends with the process. */
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		failed = write_note(fd, what, strbuf_text(&path), err);
	else if (errno == EWOULDBLOCK)
		failed = say_held(fd, strbuf_text(&path), err);
	else
		failed = error_set(err, STATUS_IO, "The lock %s cannot be taken: %s.", strbuf_text(&path), strerror(errno));
out:
	if (failed && fd >= 0)
		close(fd);
	if (!failed) {
		*out = xcalloc(1, sizeof **out);
		(*out)->fd = fd;
	}
	strbuf_release(&path);
	return failed;
}

void lock_release(struct lock **lock)
{
	if (!*lock)
		return;
	if ((*lock)->fd >= 0) {
		(void)!ftruncate((*lock)->fd, 0);
		close((*lock)->fd);
	}
	free(*lock);
	*lock = NULL;
}
