/* bench_read.c - what reading a file costs: rows and CPU seconds, as JSON.
 *
 *     bench_read csv FILE      a findings CSV through the files source into the estate
 *     bench_read json FILE     the same for a saved answer
 *     bench_read libcsv FILE   a bare libcsv pass with empty callbacks: the yardstick of `csv` */
#include <csv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/sources/files.h"

static double cpu_seconds(void)
{
	struct rusage use;
	getrusage(RUSAGE_SELF, &use);
	return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static int report(const char *what, uint64_t rows, double since)
{
	struct rusage use;
	getrusage(RUSAGE_SELF, &use);
	printf("{\"read\":\"%s\",\"rows\":%" PRIu64 ",\"cpu\":%.3f,\"peak_mib\":%ld}\n", what, rows, cpu_seconds() - since,
	       use.ru_maxrss / 1024);
	return 0;
}

static int read_estate(const char *what, const char *path)
{
	struct estate estate;
	struct run run = {0};
	struct source *source = NULL;
	struct error err = {0};
	struct files_input input = { .paths = { [TABLE_FINDINGS] = &path }, .count = { [TABLE_FINDINGS] = 1 } };
	double since = cpu_seconds();
	enum step step = STEP_FAILED;
	estate_init(&estate);
	if (!files_source_new(&input, &estate, &run, &source, &err))
		do
			step = source->ops->step(source, 8, &err);
		while (step == STEP_MORE);
	int result = step == STEP_DONE ? report(what, estate.input.read, since) : 1;
	if (result)
		fprintf(stderr, "%s\n", err.text);
	if (source)
		source->ops->free(source);
	run_release(&run);
	estate_release(&estate);
	return result;
}

static void count_row(int end, void *data)
{
	uint64_t *rows = data;
	(void)end;
	++*rows;
}

static void ignore_field(void *bytes, size_t n, void *data)
{
	(void)bytes;
	(void)n;
	(void)data;
}

static int read_bare(const char *path)
{
	static char buf[1 << 20];
	struct csv_parser parser;
	uint64_t rows = 0;
	size_t n;
	FILE *file = fopen(path, "rb");
	if (!file || csv_init(&parser, 0)) {
		perror(path);
		return 1;
	}
	double since = cpu_seconds();
	setvbuf(file, NULL, _IONBF, 0);
	while ((n = fread(buf, 1, sizeof buf, file)))
		csv_parse(&parser, buf, n, ignore_field, count_row, &rows);
	csv_fini(&parser, ignore_field, count_row, &rows);
	csv_free(&parser);
	fclose(file);
	return report("libcsv", rows, since);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "libcsv"))
		return read_bare(argv[2]);
	if (argc == 3 && (!strcmp(argv[1], "csv") || !strcmp(argv[1], "json")))
		return read_estate(argv[1], argv[2]);
	fprintf(stderr, "usage: bench_read csv|json|libcsv FILE\n");
	return 64;
}
