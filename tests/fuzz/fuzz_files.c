/* A file of any bytes as any table: never a crash, every row counted once, and a refusal is a whole sentence with its status. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/utf8.h"
#include "core/sources/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
	if (!truth)
		abort();
}

static void check(const struct estate *estate, const struct run *run, enum step step, const struct error *err)
{
	require(estate->input.read == estate->input.used + estate->input.unreadable);
	for (int i = 0; i < 5; i++)
		require(estate->table[i].read == estate->table[i].used + estate->table[i].unreadable);
	require((step == STEP_FAILED) == (err->text[0] != '\0'));
	require(step != STEP_FAILED || (err->status >= STATUS_DATA && utf8_valid(err->text, strlen(err->text))));
	require(step != STEP_DONE || estate->input.used > 0);
	for (size_t i = 0; i < run->reason_count; i++)
		require(utf8_valid(run->reasons[i].sentence, strlen(run->reasons[i].sentence)));
}

/* Reads the bytes as findings, or as any of the raw tables: the source takes an inventory with them, which here is the same file. */
static void read_as(enum estate_table table, const char *path)
{
	struct estate estate;
	struct run run = {0};
	struct source *source = NULL;
	struct error err = {0};
	struct files_input input = {0};
	enum step step = STEP_FAILED;
	input.paths[table] = &path;
	input.count[table] = 1;
	if (table != TABLE_FINDINGS) {
		input.paths[TABLE_INVENTORY] = &path;
		input.count[TABLE_INVENTORY] = 1;
	}
	estate_init(&estate);
	if (!files_source_new(&input, &estate, &run, &source, &err))
		do
			step = source->ops->step(source, 1, &err);
		while (step == STEP_MORE);
	check(&estate, &run, step, &err);
	if (source)
		source->ops->free(source);
	estate_release(&estate);
	run_release(&run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	FILE *file = tmpfile();
	if (!file)
		return 0;
	if (size)
		require(fwrite(data, 1, size, file) == size);
	fflush(file);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(file));
	for (int table = 0; table < 5; table++)
		read_as((enum estate_table)table, path);
	fclose(file);
	return 0;
}
