/* test_store_file.c - the file of the store: how it is made, and what is refused with which sentence and status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/io/store_inner.h"

#define NOBODY 65534

static char *new_folder(void **state)
{
	char *folder = xstrdup("/tmp/rouse-file-XXXXXX");
	assert_non_null(mkdtemp(folder));
	*state = folder;
	return folder;
}

static int setup(void **state)
{
	return new_folder(state) ? 0 : -1;
}

static int teardown(void **state)
{
	char command[128];
	pid_t child = fork();
	snprintf(command, sizeof command, "chmod -R u+rwx %s; rm -rf %s", (char *)*state, (char *)*state);
	if (child == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	waitpid(child, NULL, 0);
	free(*state);
	return 0;
}

static const char *path_in(void **state, const char *name, char room[512])
{
	snprintf(room, 512, "%s/%s", (const char *)*state, name);
	return room;
}

static void write_file(const char *path, const char *bytes, size_t n)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	fclose(file);
}

static unsigned mode_of(const char *path)
{
	struct stat st;
	if (stat(path, &st))
		fail_msg("%s is not there", path);
	return st.st_mode & 0777;
}

/* Opening fails with this status and a sentence that holds the words. */
static void assert_refused(const char *path, enum status status, const char *words)
{
	struct store *store = NULL;
	struct error err = { 0 };

	assert_int_equal(store_open(&store, path, &err), -1);
	assert_null(store);
	if (err.status != status || !strstr(err.text, words) || err.text[strlen(err.text) - 1] != '.')
		fail_msg("%d: %s", (int)err.status, err.text);
}

/* -- making -- */

static void test_modes(void **state)
{
	char path[512], side[540], name[64];
	struct store *store = NULL;
	struct error err = { 0 };
	const mode_t masks[] = { 0, 022, 0777 };

	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
		snprintf(name, sizeof name, "state%zu/rouse/rouse.db", i);
		path_in(state, name, path);
		mode_t before = umask(masks[i]);
		int failed = store_open(&store, path, &err);
		umask(before);
		if (failed)
			fail_msg("%s", err.text);
		assert_int_equal(store_state_set(store, "a", "b", &err), 0);
		assert_int_equal(mode_of(path), 0600);
		snprintf(side, sizeof side, "%s-wal", path);
		assert_int_equal(mode_of(side), 0600);
		snprintf(side, sizeof side, "%s-shm", path);
		assert_int_equal(mode_of(side), 0600);
		store_close(&store);
		*strrchr(path, '/') = '\0';
		assert_int_equal(mode_of(path), 0700);
		*strrchr(path, '/') = '\0';
		assert_int_equal(mode_of(path), 0700);
	}
}

static void test_existing_creates_nothing(void **state)
{
	char path[512], deep[512];
	struct store *store = NULL;
	struct error err = { 0 };

	path_in(state, "a/b/rouse.db", deep);
	path_in(state, "a", path);
	assert_int_equal(store_open_existing(&store, deep, &err), 0);
	assert_null(store);
	assert_int_equal(access(path, F_OK), -1);
	/* An empty file is no store yet, and stays empty. */
	write_file(path, "", 0);
	assert_int_equal(store_open_existing(&store, path, &err), 0);
	assert_null(store);
	assert_int_equal(store_open_existing(&store, deep, &err), 0);   /* a file where a folder should be */
	assert_null(store);
	assert_int_equal(store_open(&store, path, &err), 0);
	store_close(&store);
	assert_int_equal(store_open_existing(&store, path, &err), 0);
	assert_non_null(store);
	store_close(&store);
	store_close(&store);
}

static void test_memory_and_relative_paths(void **state)
{
	struct store *store = NULL;
	struct error err = { 0 };
	char before[1024];

	assert_non_null(getcwd(before, sizeof before));
	assert_int_equal(chdir(*state), 0);
	assert_int_equal(store_open(&store, ":memory:", &err), 0);
	assert_int_equal(store_state_set(store, "a", "b", &err), 0);
	store_close(&store);
	assert_int_equal(access(":memory:", F_OK), -1);
	/* Not a URI: a file of that name, made with our rights. */
	assert_int_equal(store_open(&store, "file:x?mode=memory", &err), 0);
	store_close(&store);
	assert_int_equal(mode_of("file:x?mode=memory"), 0600);
	assert_int_equal(chdir(before), 0);
	assert_refused("", STATUS_CONFIG, "no path");
}

/* -- refusing -- */

static void test_other_files_are_refused(void **state)
{
	char path[512], bytes[5000];
	struct stat st;

	memset(bytes, 'x', sizeof bytes);
	write_file(path_in(state, "text", path), bytes, sizeof bytes);
	assert_refused(path, STATUS_IO, "another kind of file");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, sizeof bytes);
	write_file(path_in(state, "short", path), "x", 1);
	assert_refused(path, STATUS_IO, "another kind of file");
	assert_refused(*state, STATUS_IO, "is a folder");
	assert_refused(path_in(state, "text/rouse.db", path), STATUS_IO, "cannot be made");
}

/* A store in which one statement was run. */
static void store_with(const char *path, const char *sql)
{
	struct store *store = NULL;
	struct error err = { 0 };

	assert_int_equal(store_open(&store, path, &err), 0);
	if (store_exec(store, sql, &err))
		fail_msg("%s", err.text);
	store_close(&store);
}

static void test_other_databases_are_refused(void **state)
{
	char path[512];
	struct store *store = NULL;
	struct error err = { 0 };

	store_with(path_in(state, "newer", path), "pragma user_version = 99");
	assert_refused(path, STATUS_CONFIG, "newer rouse (schema 99, this one knows 3)");
	assert_int_equal(store_open_existing(&store, path, &err), -1);
	assert_null(store);
	store_with(path_in(state, "other", path), "pragma application_id = 7");
	assert_refused(path, STATUS_CONFIG, "another program");
	store_with(path_in(state, "plain", path), "pragma application_id = 0; pragma user_version = 0");
	assert_refused(path, STATUS_CONFIG, "another program");
}

/* Half of the pages of a used store are overwritten: a sentence, never a crash or a wrong answer. */
static void test_damage_is_told(void **state)
{
	char path[512], bytes[4096];
	struct store *store = NULL;
	struct error err = { 0 };
	bool found = false;

	store_with(path_in(state, "damaged", path), "insert into audit(time, action, detail) with recursive n(i) as (select 1 union all"
	           " select i + 1 from n where i < 2000) select i, 'a', zeroblob(100) from n");
	memset(bytes, 0x5a, sizeof bytes);
	FILE *file = fopen(path, "r+");
	for (long page = 1; page < 40; page++) {
		assert_int_equal(fseek(file, page * 4096, SEEK_SET), 0);
		assert_int_equal(fwrite(bytes, 1, sizeof bytes, file), sizeof bytes);
	}
	fclose(file);
	if (!store_open(&store, path, &err))
		assert_int_equal(store_state_get(store, "sort", NULL, &found, &err), -1);
	assert_int_equal(err.status, STATUS_IO);
	assert_non_null(strstr(err.text, "is damaged"));
	store_close(&store);
}

static void test_full_disk(void **state)
{
	char path[512], *text = xcalloc(1, 200001);
	struct store *store = NULL;
	struct error err = { 0 };

	memset(text, 'x', 200000);
	assert_int_equal(store_open(&store, path_in(state, "full", path), &err), 0);
	assert_int_equal(store_exec(store, "pragma max_page_count = 40", &err), 0);
	assert_int_equal(store_state_set(store, "a", text, &err), -1);
	assert_int_equal(err.status, STATUS_IO);
	assert_non_null(strstr(err.text, "disk is full"));
	/* It goes on when there is room again. */
	assert_int_equal(store_state_set(store, "a", "b", &err), 0);
	store_close(&store);
	free(text);
}

/* Runs as somebody without rights: root may write everywhere. */
static int as_nobody(const char *path, bool existing)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		struct store *store = NULL;
		struct error err = { 0 };
		if (geteuid() == 0 && (setgid(NOBODY) || setuid(NOBODY)))
			_exit(99);
		int failed = existing ? store_open_existing(&store, path, &err) : store_open(&store, path, &err);
		bool sentence = !failed || (strstr(err.text, path) && strstr(err.text, "--store"));
		_exit(!sentence ? 98 : failed ? (int)err.status : store ? 0 : 97);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_rights(void **state)
{
	char path[512], deep[512];

	store_with(path_in(state, "mine", path), "pragma optimize");
	assert_int_equal(chmod(*state, 0755), 0);
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(as_nobody(path, false), STATUS_NO_PERMISSION);
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(as_nobody(path, false), STATUS_NO_PERMISSION);
	assert_int_equal(as_nobody(path, true), STATUS_NO_PERMISSION);
	assert_int_equal(chmod(*state, 0555), 0);
	assert_int_equal(as_nobody(path_in(state, "new.db", deep), false), STATUS_NO_PERMISSION);
	assert_int_equal(as_nobody(path_in(state, "new/new.db", deep), false), STATUS_NO_PERMISSION);
	assert_int_equal(as_nobody(deep, true), 97);   /* not there: no store and no error */
	assert_int_equal(chmod(*state, 0700), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_modes), TEST(test_existing_creates_nothing), TEST(test_memory_and_relative_paths),
		TEST(test_other_files_are_refused), TEST(test_other_databases_are_refused), TEST(test_damage_is_told),
		TEST(test_full_disk), TEST(test_rights),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
