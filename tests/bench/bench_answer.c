/* bench_answer.c - what an answer of a hunting API costs as it streams in: rows and CPU seconds, as JSON.
 *
 *     bench_answer answer FILE     a saved answer in pieces of 16 KiB, as the network brings them, into the estate
 *     bench_answer cjson FILE      a bare cJSON pass, row by row, nothing kept: the yardstick */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/sources/answer.h"

#define PIECE 16384

static double cpu_seconds(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static char *read_file(const char *path, size_t *n)
{
	FILE *file = fopen(path, "rb");
	char *bytes = NULL;
	size_t room = 0, got;

	*n = 0;
	do {
		room += (size_t)16 << 20;
		bytes = realloc(bytes, room + 1);
		got = file && bytes ? fread(bytes + *n, 1, room - *n, file) : 0;
		*n += got;
	} while (got && *n == room);
	if (!bytes || !*n) {
		perror(path);
		exit(1);
	}
	fclose(file);
	bytes[*n] = '\0';
	return bytes;
}

static uint64_t read_answer(const char *bytes, size_t n)
{
	struct estate estate;
	struct run run = { 0 };
	struct error err = { 0 };
	struct answer_totals totals = { 0 };
	struct answer *answer;
	int failed = 0;

	estate_init(&estate);
	answer = answer_new("servers", TABLE_FINDINGS, &estate, &run);
	for (size_t at = 0; at < n && !failed; at += PIECE)
		failed = answer_feed(answer, bytes + at, n - at < PIECE ? n - at : PIECE, &err);
	if (failed || answer_end(answer, &totals, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	answer_free(&answer);
	run_release(&run);
	estate_release(&estate);
	return totals.rows;
}

static uint64_t read_bare(const char *bytes, size_t n)
{
	const char *at = strstr(bytes, "\"results\":["), *limit = bytes + n;
	uint64_t rows = 0;

	for (at = at ? at + strlen("\"results\":[") : limit; at < limit && *at != ']'; at += at < limit && *at == ',') {
		const char *end = NULL;
		cJSON *row = cJSON_ParseWithLengthOpts(at, (size_t)(limit - at), &end, 0);

		if (!row)
			break;
		rows++;
		cJSON_Delete(row);
		at = end;
	}
	return rows;
}

int main(int argc, char **argv)
{
	struct rusage use;
	size_t n;
	uint64_t rows;
	bool ours = argc == 3 && strcmp(argv[1], "answer") == 0;

	if (argc != 3 || (!ours && strcmp(argv[1], "cjson") != 0)) {
		fprintf(stderr, "usage: bench_answer answer|cjson FILE\n");
		return 64;
	}
	char *bytes = read_file(argv[2], &n);
	double since = cpu_seconds();

	rows = ours ? read_answer(bytes, n) : read_bare(bytes, n);
	getrusage(RUSAGE_SELF, &use);
	printf("{\"read\":\"%s\",\"rows\":%" PRIu64 ",\"cpu\":%.3f,\"peak_mib\":%ld}\n", argv[1], rows, cpu_seconds() - since, use.ru_maxrss / 1024);
	free(bytes);
	return 0;
}
