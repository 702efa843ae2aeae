/* bench_view.c - what a keystroke costs on a large run: filters, sorts and group counts over rows made in memory.
 *
 *     bench_view [rows]        1,000,000 by default
 *
 * Prints one JSON object. Each figure is the median of 7, in milliseconds of CPU and of wall time; on a shared machine only the
 * CPU time says something. The rows are the same on each run and look like hosts: names of 35 bytes, repeated texts shared. */
#include "tests/bench/bench_rows.h"

#include "core/model/view.h"

#define ROUNDS 7

/* One figure: `prepare` is not timed, `work` is. */
struct bench {
	struct view *view;
	const char *text;      /* of the filter or the sort */
};

static void prepare_filter(const struct bench *bench)
{
	filter_parse(&bench->view->filter, "");
	view_rebuild(bench->view);
	filter_parse(&bench->view->filter, bench->text);
}

static void prepare_sort(const struct bench *bench)
{
	struct sort_key keys[SORT_KEYS_MAX];
	struct slice bad;

	filter_parse(&bench->view->filter, "");
	view_set_sort(bench->view, NULL, 0);
	view_rebuild(bench->view);
	view_set_sort(bench->view, keys, (size_t)sort_parse(bench->text, keys, &bad));
}

/* Grows a filter by one letter: only the rows of the shorter one are looked at. */
static void prepare_growth(const struct bench *bench)
{
	char shorter[64];

	snprintf(shorter, sizeof shorter, "%.*s", (int)strlen(bench->text) - 1, bench->text);
	filter_parse(&bench->view->filter, shorter);
	view_rebuild(bench->view);
	filter_parse(&bench->view->filter, bench->text);
}

static void work_rebuild(const struct bench *bench)
{
	view_rebuild(bench->view);
}

static void work_groups(const struct bench *bench)
{
	size_t count;

	free(view_groups(&bench->view->lens, &count));
}

static void measure(const char *name, const struct bench *bench, void (*prepare)(const struct bench *),
                    void (*work)(const struct bench *))
{
	double cpu[ROUNDS], wall[ROUNDS];

	for (size_t i = 0; i < ROUNDS; i++) {
		prepare(bench);
		cpu[i] = ms_of(CLOCK_PROCESS_CPUTIME_ID);
		wall[i] = ms_of(CLOCK_MONOTONIC);
		work(bench);
		cpu[i] = ms_of(CLOCK_PROCESS_CPUTIME_ID) - cpu[i];
		wall[i] = ms_of(CLOCK_MONOTONIC) - wall[i];
	}
	qsort(cpu, ROUNDS, sizeof *cpu, by_size);
	qsort(wall, ROUNDS, sizeof *wall, by_size);
	printf("  \"%s\": { \"cpu_ms\": %.1f, \"wall_ms\": %.1f, \"shown\": %u },\n", name, cpu[ROUNDS / 2], wall[ROUNDS / 2],
	       (unsigned)bench->view->count);
	fflush(stdout);
}

static void measure_all(struct view *view)
{
	static const struct { const char *name, *text; void (*prepare)(const struct bench *); } rows[] = {
		{ "filter_first_key", "s", prepare_filter },
		{ "filter_first_key_names", "host:e", prepare_filter },
		{ "filter_selective", "sqlprd", prepare_filter },
		{ "filter_two_words", "sql 2019", prepare_filter },
		{ "filter_grown", "sqlprd", prepare_growth },
		{ "filter_age", "sig>7", prepare_filter },
		{ "sort_signature_time", "AvSignatureUpdateTime", prepare_sort },
		{ "sort_name", "DeviceName", prepare_sort },
		{ "sort_group_name", "MachineGroup,DeviceName", prepare_sort },
		{ "sort_default", SORT_DEFAULT, prepare_sort },
		{ "sort_version", "AvSignatureVersion", prepare_sort },
		{ "sort_id", "DeviceId", prepare_sort },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bench bench = { view, rows[i].text };

		measure(rows[i].name, &bench, rows[i].prepare, work_rebuild);
	}
	measure("group_counts", &(struct bench){ view, "" }, prepare_filter, work_groups);
}

int main(int argc, char **argv)
{
	uint32_t count = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000;
	struct table table = { 0 };
	struct lens lens = { .table = &table, .now = NOW };
	struct view view = { 0 };
	struct slice bad;
	uint64_t state = 1;
	int columns_shown;

	for (uint32_t i = 0; i < count; i++)
		add_row(&table, i, &state);
	table_trim(&table);
	view_open(&view, &lens);
	columns_shown = column_list("DeviceName,MachineGroup,OSPlatform,Verdict,SignatureAge,SeenAge,Flags,AvMode", view.visible,
	                            COL_COUNT, &bad);
	view.visible_count = columns_shown > 0 ? (size_t)columns_shown : 0;
	printf("{\n  \"rows\": %u,\n", (unsigned)count);
	measure_all(&view);
	printf("  \"bytes_a_row\": %.1f\n}\n", (double)table_memory(&table, NULL) / count);
	view_release(&view);
	table_release(&table);
	return 0;
}
