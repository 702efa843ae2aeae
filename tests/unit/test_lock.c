/* test_lock.c - one at a time over processes: who has it is told, and a process that ends in any way lets it go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/io/lock.h"

/* A folder of its own for each test. */
struct place {
	char folder[64], store[96], lock[128];
	struct error err;
};

static int place_open(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	if (!place)
		return -1;
	snprintf(place->folder, sizeof place->folder, "/tmp/rouse-lock-XXXXXX");
	if (!mkdtemp(place->folder))
		return -1;
	snprintf(place->store, sizeof place->store, "%s/rouse.db", place->folder);
	snprintf(place->lock, sizeof place->lock, "%s.run.lock", place->store);
	*state = place;
	return 0;
}

static int place_close(void **state)
{
	struct place *place = *state;
	static const char *const names[] = { "rouse.db", "rouse.db.run.lock", "rouse.db.send.lock", "link.db", "link.db.run.lock", "other" };
	char path[200];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", place->folder, names[i]);
		unlink(path);
		rmdir(path);
	}
	rmdir(place->folder);
	free(place);
	return 0;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in: %s", part, text);
}

/* Takes it and says whether that worked. */
static bool take(struct place *place, struct lock **lock, const char *name)
{
	*lock = NULL;
	return lock_take(lock, place->store, name, "the daily job", &place->err) == 0;
}

static void once(void **state)
{
	struct place *place = *state;
	struct lock *lock, *other, *second;
	char part[64];
	struct stat st;

	assert_true(take(place, &lock, "run"));
	assert_int_equal(stat(place->lock, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_false(take(place, &second, "run"));
	assert_null(second);
	assert_int_equal(place->err.status, STATUS_TRY_LATER);
	snprintf(part, sizeof part, "at work already: the daily job, process %ld, since 20", (long)getpid());
	has(place->err.text, part);
	has(place->err.text, "Z (lock ");
	has(place->err.text, "; wait until it has ended.");
	assert_true(take(place, &other, "send"));   /* another work */
	lock_release(&other);
	lock_release(&lock);
	assert_null(lock);
	lock_release(&lock);
	assert_true(take(place, &lock, "run"));
	lock_release(&lock);
}

/* A child takes it, says so, and waits to be killed; returns its id. */
static pid_t hold(struct place *place, int how)
{
	int ends[2];
	char word = 0;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct lock *lock;

		if (!take(place, &lock, "run") || write(ends[1], "x", 1) != 1)
			_exit(1);
		/* What it starts does not keep the lock alive. */
		if (how == 1 && fork() == 0) {
			fcntl(ends[1], F_SETFD, FD_CLOEXEC);
			execl("/bin/sh", "sh", "-c", "exec sleep 3", (char *)NULL);
			_exit(127);
		}
		close(ends[1]);
		pause();
		_exit(0);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &word, 1), 1);
	assert_int_equal(read(ends[0], &word, 1), 0);   /* its end: what was started has become another program */
	close(ends[0]);
	return child;
}

static void killed(void **state)
{
	struct place *place = *state;

	for (int how = 0; how < 2; how++) {
		pid_t child = hold(place, how);
		struct lock *lock;
		char part[64];
		int status = 0;

		assert_false(take(place, &lock, "run"));
		snprintf(part, sizeof part, "process %ld, since", (long)child);
		has(place->err.text, part);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(take(place, &lock, "run"));
		lock_release(&lock);
	}
}

/* What a dead process left in the file, or somebody else wrote there, is not told for the holder's word. */
static void false_notes(void **state)
{
	static const char *const notes[] = { "", "hello\n", "2147483000 2020-01-01T00:00:00Z a ghost\n", "-1 x y\n", "0 x y", "99999999999999999999 x\n" };
	struct place *place = *state;
	struct lock *lock, *second;

	assert_true(take(place, &lock, "run"));
	for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
		FILE *file = fopen(place->lock, "w");

		assert_non_null(file);
		fputs(notes[i], file);
		fclose(file);
		assert_false(take(place, &second, "run"));
		has(place->err.text, "Another process is at work already (lock ");
	}
	lock_release(&lock);
}

static void foreign_note(void **state)
{
	struct place *place = *state;
	struct lock *lock, *second;
	FILE *file;

	assert_true(take(place, &lock, "run"));
	file = fopen(place->lock, "w");
	assert_non_null(file);
	fprintf(file, "%ld \x1b[31mtime evil\x1b[0m work\n", (long)getpid());
	fclose(file);
	assert_false(take(place, &second, "run"));
	assert_null(strchr(place->err.text, '\x1b'));
	file = fopen(place->lock, "w");
	assert_non_null(file);
	fprintf(file, "%ld \n", (long)getpid());
	fclose(file);
	assert_false(take(place, &second, "run"));
	has(place->err.text, "since some time (lock ");
	lock_release(&lock);
}

/* Two names of one store are one store. */
static void links(void **state)
{
	struct place *place = *state;
	struct lock *lock, *second = NULL;
	char path[128];
	FILE *file = fopen(place->store, "w");

	assert_non_null(file);
	fclose(file);
	snprintf(path, sizeof path, "%s/link.db", place->folder);
	assert_int_equal(symlink(place->store, path), 0);
	assert_true(take(place, &lock, "run"));
	assert_int_equal(lock_take(&second, path, "run", "it", &place->err), -1);
	assert_int_equal(place->err.status, STATUS_TRY_LATER);
	lock_release(&lock);
}

static void refused(void **state)
{
	struct place *place = *state;
	struct lock *lock = NULL;
	char other[96];

	/* A link where the lock should be leads to a file of somebody. */
	snprintf(other, sizeof other, "%s/other", place->folder);
	assert_int_equal(symlink(other, place->lock), 0);
	assert_false(take(place, &lock, "run"));
	assert_int_equal(access(other, F_OK), -1);
	unlink(place->lock);
	assert_int_equal(mkdir(place->lock, 0700), 0);
	assert_false(take(place, &lock, "run"));
	has(place->err.text, place->lock);
	rmdir(place->lock);
	assert_int_equal(lock_take(&lock, "/dev/null/at/all/rouse.db", "run", "it", &place->err), -1);
	assert_int_equal(place->err.status, STATUS_IO);
	if (geteuid() != 0) {
		chmod(place->folder, 0500);
		assert_false(take(place, &lock, "run"));
		assert_int_equal(place->err.status, STATUS_NO_PERMISSION);
		chmod(place->folder, 0700);
	}
	assert_int_equal(lock_take(&lock, ":memory:", "run", "it", &place->err), 0);
	lock_release(&lock);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_open, place_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(once), TEST(killed), TEST(false_notes), TEST(foreign_note), TEST(links), TEST(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
