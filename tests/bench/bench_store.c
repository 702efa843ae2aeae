/* bench_store.c - what keeping a run costs: saves generated rows with their bags and reads them back.
 *
 *     bench_store [rows] [bag bytes] [runs]        1,000,000 rows, 600 bytes, 1 run by default
 *
 * Prints one JSON object; times are seconds of CPU and of wall time, but for the start, which is in milliseconds. The file lies in
 * TMPDIR, or in /var/tmp, and is removed. With several runs the figures are those of the last one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/store.h"

#define NOW INT64_C(1795154400)   /* 2026-11-20T06:00:00Z */
#define SLICE 2000
#define FIRST_ROWS 200
#define ASKED 200                 /* hosts whose history is asked for */

/* Both clocks, in seconds. */
struct span {
	double cpu, wall;
};

static double seconds(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static struct span span_start(void)
{
	return (struct span){ seconds(CLOCK_PROCESS_CPUTIME_ID), seconds(CLOCK_MONOTONIC) };
}

static struct span span_end(struct span start)
{
	struct span now = span_start();
	return (struct span){ now.cpu - start.cpu, now.wall - start.wall };
}

static void check(int failed, const struct error *err)
{
	if (failed)
		die("bench_store: %s", err->text);
}

static unsigned pick(uint64_t *state, unsigned n)
{
	uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15);
	x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
	return (unsigned)((x ^ x >> 31) % n);
}

static void fill_row(struct table_row *row, char room[8][64], uint32_t host, uint64_t *state)
{
	static const char *const groups[] = { "Win-Servers-Prod", "win-servers-prod", "Prod-Build", "Win-Servers-Test", "DMZ" };
	static const char *const platforms[] = { "WindowsServer2016", "WindowsServer2019", "WindowsServer2022" };
	static const char *const modes[] = { "1", "1", "1", "4", "5", "2", "0" };
	uint64_t id = host + 1;

	table_row_init(row);
	snprintf(room[0], 64, "%08x%08x%08x%08x%08x", pick(&id, ~0u), pick(&id, ~0u), pick(&id, ~0u), pick(&id, ~0u), host);
	snprintf(room[1], 64, "fra-sqlprd-%06u.emea.corp.example.net", host);
	snprintf(room[2], 64, "%u.%u", 14393 + pick(state, 4), 1000 + pick(state, 3000));
	snprintf(room[3], 64, "1.1.%u.%u", 24050 + pick(state, 20), pick(state, 10));
	snprintf(room[4], 64, "4.18.%u.%u", 24050 + pick(state, 20), pick(state, 10));
	snprintf(room[5], 64, "1.417.%u.0", pick(state, 700));
	row->id = slice_of(room[0]);
	row->name = slice_of(room[1]);
	row->text[TEXT_GROUP] = slice_of(groups[pick(state, 5)]);
	row->text[TEXT_PLATFORM] = slice_of(platforms[pick(state, 3)]);
	row->text[TEXT_OS_VERSION] = slice_of(room[2]);
	row->text[TEXT_ONBOARDING] = slice_of("Onboarded");
	row->text[TEXT_HEALTH] = slice_of("Active");
	row->text[TEXT_ASSESSED_MODE] = row->text[TEXT_GATHERED_MODE] = slice_of(modes[pick(state, 7)]);
	row->text[TEXT_ENGINE] = slice_of(room[3]);
	row->text[TEXT_AV_PLATFORM] = slice_of(room[4]);
	row->text[TEXT_SIGNATURE] = slice_of(room[5]);
	for (int i = 0; i < TIME_COUNT; i++)
		row->time[i] = NOW - pick(state, 40 * 86400);
	row->report = pick(state, 1000000);
	row->verdict = (enum verdict)pick(state, VERDICT_COUNT);
	row->before = row->verdict;
	row->change = CHANGE_PERSISTING;
	row->flags = (uint16_t)pick(state, 128);
	row->applicable = TRI_TRUE;
	row->compliant = TRI_FALSE;
}

static void fill_run(struct run *run, uint32_t rows, size_t bag_bytes, uint64_t seed)
{
	char room[8][64], *bag = xcalloc(bag_bytes + 1, 1);
	struct table_row row;

	*run = (struct run){ .started = NOW, .source = xstrdup("generated"), .scope = xstrdup("all") };
	table_reserve(&run->rows, rows);
	for (uint32_t i = 0; i < rows; i++) {
		fill_row(&row, room, i, &seed);
		memset(bag, 'a' + (int)(i % 26), bag_bytes);
		row.bag = bag_bytes ? (struct slice){ bag, bag_bytes } : slice_of(NULL);
		table_add(&run->rows, &row);
	}
	free(bag);
}

static struct span save(struct store *store, struct run *run, const uint32_t *order, double *slowest)
{
	struct store_writer *writer = NULL;
	struct error err = { 0 };
	struct span start = span_start();
	int more = 1;

	*slowest = 0;
	check(store_writer_open(store, run, order, &writer, &err), &err);
	while (more > 0) {
		struct span step = span_start();
		more = store_writer_step(writer, SLICE, &err);
		step = span_end(step);
		if (step.wall > *slowest)
			*slowest = step.wall;
	}
	check(more, &err);
	store_writer_close(&writer);
	return span_end(start);
}

/* What the program does before the first frame. */
static struct span start_up(const char *path)
{
	struct span start = span_start();
	struct store *store = NULL;
	struct store_reader *reader = NULL;
	struct run run = { 0 };
	struct error err = { 0 };
	int64_t id = 0;

	check(store_open(&store, path, &err) || store_newest(store, NULL, false, 0, &id, &err) ||
	      store_run_head(store, id, &run, &err) || store_reader_open(store, id, &reader, &err) ||
	      store_reader_step(reader, &run.rows, FIRST_ROWS, &err) < 0, &err);
	struct span took = span_end(start);
	store_reader_close(&reader);
	run_release(&run);
	store_close(&store);
	return took;
}

/* By a connection of its own, as a program does that was just started. */
static struct span read_back(const char *path, int64_t id, uint32_t rows)
{
	struct span start = span_start();
	struct store *store = NULL;
	struct store_reader *reader = NULL;
	struct table table = { 0 };
	struct error err = { 0 };
	int more = 1;

	check(store_open(&store, path, &err) || store_reader_open(store, id, &reader, &err), &err);
	while (more > 0)
		more = store_reader_step(reader, &table, SLICE, &err);
	check(more, &err);
	struct span took = span_end(start);
	if (table.count != rows)
		die("bench_store: %u of %u rows came back", table.count, rows);
	store_reader_close(&reader);
	store_close(&store);
	table_release(&table);
	return took;
}

static struct span histories(struct store *store, const struct table *rows)
{
	struct span start = span_start();
	struct error err = { 0 };

	for (uint32_t i = 0; i < ASKED && i < rows->count; i++) {
		struct history_item *items = NULL;
		size_t count = 0;
		check(store_history(store, table_packed_id(rows, rows->count / ASKED * i), 100, &items, &count, &err), &err);
		if (!count)
			die("bench_store: a host has no history");
		free(items);
	}
	return span_end(start);
}

static void print_figures(const char *path, struct store *store, struct run *run, struct span saved, double slowest)
{
	struct span first = start_up(path), again = start_up(path);
	struct span read = read_back(path, run->id, run->rows.count), history = histories(store, &run->rows);
	struct stat st = { 0 };

	stat(path, &st);
	printf("{\"rows\": %u, \"save_cpu_s\": %.3f, \"save_wall_s\": %.3f, \"slowest_slice_ms\": %.1f, \"file_mb\": %.1f,\n"
	       " \"start_ms\": %.2f, \"start_again_ms\": %.2f, \"read_cpu_s\": %.3f, \"read_wall_s\": %.3f,"
	       " \"history_ms\": %.3f}\n", run->rows.count, saved.cpu, saved.wall, slowest * 1e3, (double)st.st_size / 1e6,
	       first.wall * 1e3, again.wall * 1e3, read.cpu, read.wall, history.wall * 1e3 / ASKED);
}

int main(int argc, char **argv)
{
	uint32_t rows = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000;
	size_t bag_bytes = argc > 2 ? strtoul(argv[2], NULL, 10) : 600;
	int runs = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 1;
	const char *folder = getenv("TMPDIR");
	char path[512], side[520];
	struct store *store = NULL;
	struct error err = { 0 };
	struct run run;
	struct span saved = { 0 };
	double slowest = 0;

	snprintf(path, sizeof path, "%s/rouse-bench-%ld.db", folder ? folder : "/var/tmp", (long)getpid());
	fill_run(&run, rows, bag_bytes, 7);
	uint32_t *order = xmalloc((rows + (size_t)1) * sizeof *order);
	for (uint32_t i = 0; i < rows; i++)
		order[i] = i;
	check(store_open(&store, path, &err), &err);
	for (int i = 0; i < runs; i++) {
		run.id = 0;
		saved = save(store, &run, order, &slowest);
	}
	print_figures(path, store, &run, saved, slowest);
	store_close(&store);
	unlink(path);
	snprintf(side, sizeof side, "%s-wal", path);
	unlink(side);
	snprintf(side, sizeof side, "%s-shm", path);
	unlink(side);
	free(order);
	run_release(&run);
	return 0;
}
