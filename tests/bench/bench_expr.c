/* bench_expr.c - what an expression costs on a large run, and what the case guard adds.
 *
 *     bench_expr [rows [EXPRESSION]]      1,000,000 by default
 *
 * Prints one JSON object. Each figure is the median of 7, in milliseconds of CPU and of wall time. `hidden` is what the guard finds. */
#include "tests/bench/bench_rows.h"

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/model/expr.h"

#define ROUNDS 7

/* One expression over all rows; the figures of each round. */
struct bench {
	struct lens lens;
	const struct expr *expr;
	uint8_t *keep;
	uint32_t kept, hidden;
	double cpu[ROUNDS], wall[ROUNDS], guard[ROUNDS];
};

static void run_round(struct bench *bench, size_t round)
{
	uint32_t count = bench->lens.table->count;
	struct expr_guard guard;
	double cpu, wall;

	memset(bench->keep, 1, count);
	cpu = ms_of(CLOCK_PROCESS_CPUTIME_ID);
	wall = ms_of(CLOCK_MONOTONIC);
	expr_rows(bench->expr, &bench->lens, 0, count, bench->keep);
	bench->cpu[round] = ms_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	bench->wall[round] = ms_of(CLOCK_MONOTONIC) - wall;
	cpu = ms_of(CLOCK_PROCESS_CPUTIME_ID);
	expr_guard(bench->expr, &bench->lens, NULL, &guard);
	bench->guard[round] = ms_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	bench->hidden = guard.hidden;
	expr_guard_release(&guard);
}

static void measure(const char *name, const char *text, const struct table *table)
{
	struct bench bench = { .lens = { .table = table, .now = NOW } };
	struct expr *expr = NULL;
	struct error err = { 0 };

	if (expr_parse(text, strlen(text), &expr, NULL, &err) != 0) {
		fprintf(stderr, "%s: %s\n", text, err.text);
		exit(1);
	}
	bench.expr = expr;
	bench.keep = xmalloc(table->count);
	for (size_t i = 0; i < ROUNDS; i++)
		run_round(&bench, i);
	for (uint32_t row = 0; row < table->count; row++)
		bench.kept += bench.keep[row];
	qsort(bench.cpu, ROUNDS, sizeof *bench.cpu, by_size);
	qsort(bench.wall, ROUNDS, sizeof *bench.wall, by_size);
	qsort(bench.guard, ROUNDS, sizeof *bench.guard, by_size);
	printf(",\n  \"%s\": { \"cpu_ms\": %.1f, \"wall_ms\": %.1f, \"guard_ms\": %.1f, \"kept\": %u, \"hidden\": %u }", name,
	       bench.cpu[ROUNDS / 2], bench.wall[ROUNDS / 2], bench.guard[ROUNDS / 2], (unsigned)bench.kept, (unsigned)bench.hidden);
	fflush(stdout);
	free(bench.keep);
	expr_free(&expr);
}

int main(int argc, char **argv)
{
	static const struct { const char *name, *text; } rows[] = {
		{ "group_age", "MachineGroup in~ (\"win-servers-prod\") and SignatureAge > 7d" },
		{ "name_age", "DeviceName contains \"sql\" and SignatureAge > 7d" },
		{ "name_verdict", "DeviceName has \"sql\" and Verdict == \"passive\"" },
		{ "group_exact", "MachineGroup in (\"win-servers-prod\") and SignatureAge > 7d" },
		{ "group_lower", "tolower(MachineGroup) in (\"win-servers-prod\") and SignatureAge > 7d" },
		{ "name_common", "DeviceName contains \"e\" and SignatureAge > 7d" },
		{ "name_has_common", "DeviceName has \"emea\" and SignatureAge > 7d" },
		{ "name_starts", "DeviceName startswith \"fra-\" and not(AvMode == \"1\")" },
		{ "name_lower", "tolower(DeviceName) contains \"sql\" and SignatureAge > 7d" },
		{ "name_regex", "DeviceName matches regex \"^fra-sql\" and SignatureAge > 7d" },
		{ "name_list", "DeviceName in~ (\"a\", \"b\", \"c\", \"d\", \"e\") or SignatureAge < 1d" },
		{ "id_list", "DeviceId in (\"a\", \"b\", \"c\", \"d\") or SignatureAge < 1d" },
		{ "version", "parse_version(AvSignatureVersion) < parse_version(\"1.410\") and LastSeen > ago(3d)" },
		{ "flags", "Flags has \"stale\" and SeenAge between (1d .. 7d)" },
		{ "time_bare", "SignatureAge > 7d" },
	};
	uint32_t count = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000;
	struct table table = { 0 };
	uint64_t state = 1;

	for (uint32_t i = 0; i < count; i++)
		add_row(&table, i, &state);
	table_trim(&table);
	printf("{\n  \"rows\": %u", (unsigned)count);
	if (argc > 2)
		measure("given", argv[2], &table);
	for (size_t i = 0; argc <= 2 && i < sizeof rows / sizeof *rows; i++)
		measure(rows[i].name, rows[i].text, &table);
	printf("\n}\n");
	table_release(&table);
	return 0;
}
