/* test_store_two.c - two processes on one store at once: the headless job saves runs, the console marks, notes and reads.
 *
 * Neither ever hears that the database is locked, and nobody sees a run that is not whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/store.h"

#define ROWS 400
#define SLICE 25           /* rows a transaction: sixteen and more to a run */
#define LASTS_MS 1500
#define ROUNDS_MIN 5

static char folder[] = "/tmp/rouse-two-XXXXXX";

static void store_file(char room[128], const char *end)
{
	snprintf(room, 128, "%s/rouse.db%s", folder, end);
}

static void remove_store(void)
{
	char path[128];
	static const char *const ends[] = { "", "-wal", "-shm" };
	for (size_t i = 0; i < 3; i++) {
		store_file(path, ends[i]);
		unlink(path);
	}
}

/* What a child says instead of a failed assertion; ends it. */
static void must(bool good, const char *what, const struct error *err)
{
	if (good)
		return;
	fprintf(stderr, "%s: %s\n", what, err->text);
	_exit(1);
}

static struct store *open_store(struct error *err)
{
	struct store *store = NULL;
	char path[128];
	store_file(path, "");
	must(store_open(&store, path, err) == 0, "open", err);
	return store;
}

static void fill(struct run *run)
{
	char name[32];
	struct table_row row;

	*run = (struct run){ .started = 1, .source = xstrdup("s"), .scope = xstrdup("s") };
	for (unsigned i = 0; i < ROWS; i++) {
		table_row_init(&row);
		snprintf(name, sizeof name, "host%u", i);
		row.id = row.name = row.text[TEXT_GROUP] = row.bag = slice_of(name);
		row.verdict = VERDICT_PASSIVE;
		table_add(&run->rows, &row);
	}
}

/* The headless job: one run after another, every third given up half-way. */
static void save_runs(void)
{
	struct error err = { 0 };
	struct store *store = open_store(&err);
	uint32_t order[ROWS];
	struct run run;
	int rounds = 0;

	fill(&run);
	for (uint32_t i = 0; i < ROWS; i++)
		order[i] = i;
	for (int64_t until = clock_ms() + LASTS_MS; clock_ms() < until || rounds < ROUNDS_MIN; rounds++) {
		struct store_writer *writer = NULL;
		int more = 1;
		run.id = 0;
		must(store_writer_open(store, &run, order, &writer, &err) == 0, "begin a save", &err);
		for (int step = 0; more > 0 && (rounds % 3 != 1 || step < 8); step++)
			must((more = store_writer_step(writer, SLICE, &err)) >= 0, "save", &err);
		store_writer_close(&writer);
	}
	run_release(&run);
	store_close(&store);
	_exit(0);
}

/* Reads the newest run in slices and writes a note between them, as the console does while it loads. */
static void read_newest(struct store *store, int64_t *newest, struct error *err)
{
	struct store_reader *reader = NULL;
	struct run run = { 0 };
	int more = 1;
	int64_t id = 0;

	must(store_newest(store, NULL, false, 0, &id, err) == 0, "newest", err);
	must(id >= *newest, "the newest run never goes back", err);
	*newest = id;
	if (!id)
		return;
	must(store_run_head(store, id, &run, err) == 0, "head", err);
	must(store_reader_open(store, id, &reader, err) == 0, "reader", err);
	while (more > 0) {
		must((more = store_reader_step(reader, &run.rows, 150, err)) >= 0, "read", err);
		must(store_note_save(store, slice_of("packed"), slice_of("text"), id, err) == 0, "note while reading", err);
	}
	must(run.rows.count == ROWS, "every row of the newest run", err);
	store_reader_close(&reader);
	run_release(&run);
}

static void use_console(int number)
{
	struct error err = { 0 };
	struct store *store = open_store(&err);
	struct marks marks = { 0 };
	char id[32];
	int64_t newest = 0;
	int rounds = 0;

	for (int64_t until = clock_ms() + LASTS_MS; clock_ms() < until || rounds < ROUNDS_MIN; rounds++) {
		snprintf(id, sizeof id, "%d-%d", number, rounds % 50);
		marks_set(&marks, slice_of(id), true);
		must(store_marks_save(store, &marks, &err) == 0, "marks", &err);
		must(store_state_set(store, "sort", id, &err) == 0, "state", &err);
		must(store_audit(store, rounds, "test", id, &err) == 0, "audit", &err);
		read_newest(store, &newest, &err);
	}
	must(newest > 0, "a run was seen", &err);
	marks_release(&marks);
	store_close(&store);
	_exit(0);
}

/* All children start at once: they also race for making the file and its schema. */
static void run_children(const int *kinds, size_t count)
{
	pid_t children[4];
	int gate[2], failed = 0;
	char byte;

	assert_int_equal(pipe(gate), 0);
	fflush(NULL);
	for (size_t i = 0; i < count; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			close(gate[1]);
			while (read(gate[0], &byte, 1) > 0)
				;
			if (kinds[i] == 0)
				save_runs();
			use_console(kinds[i]);
		}
	}
	close(gate[1]);
	close(gate[0]);
	for (size_t i = 0; i < count; i++) {
		int status = 1;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		failed += status != 0;
	}
	assert_int_equal(failed, 0);
}

static void test_job_and_console(void **state)
{
	(void)state;
	run_children((const int[]){ 0, 1 }, 2);
}

static void test_two_jobs_and_console(void **state)
{
	(void)state;
	run_children((const int[]){ 0, 0, 1 }, 3);
}

/* Only opening, many times over: the file is new each time. */
static void test_race_for_the_schema(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		pid_t children[3];
		remove_store();
		for (int c = 0; c < 3; c++) {
			children[c] = fork();
			if (children[c] == 0) {
				struct error err = { 0 };
				struct store *store = open_store(&err);
				must(store_state_set(store, "a", "b", &err) == 0, "state", &err);
				store_close(&store);
				_exit(0);
			}
		}
		for (int c = 0; c < 3; c++) {
			int status = 1;
			assert_int_equal(waitpid(children[c], &status, 0), children[c]);
			assert_int_equal(status, 0);
		}
	}
}

static int setup(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	remove_store();
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_job_and_console), cmocka_unit_test(test_two_jobs_and_console),
		cmocka_unit_test(test_race_for_the_schema),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
