/* CSV of any bytes: the plain path says what libcsv says, pieces make no difference, and a cell comes back as it went out. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/io/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
	if (!truth)
		abort();
}

/* Everything a record says, as bytes. */
static int write_down(void *owner, const struct csv_record *record)
{
	struct strbuf *out = owner;
	strbuf_addf(out, "%llu-%llu %zu %d %d:", (unsigned long long)record->line, (unsigned long long)record->last_line,
	            record->count, (int)record->fault, (int)record->unended);
	for (size_t i = 0; i < record->count && !record->fault; i++) {
		strbuf_addf(out, "%zu ", record->fields[i].len);
		strbuf_add(out, record->fields[i].text, record->fields[i].len);
	}
	return 0;
}

static void read_all(const uint8_t *data, size_t size, size_t piece, int libcsv, char delimiter, struct strbuf *out)
{
	uint64_t open_quote;
	struct csv_reader *reader = csv_reader_new(delimiter, write_down, out);
	if (libcsv)
		csv_reader_all_by_libcsv(reader);
	for (size_t at = 0; at < size; at += piece)
		require(csv_reader_feed(reader, (const char *)data + at, piece < size - at ? piece : size - at) == 0);
	require(csv_reader_end(reader, &open_quote) == 0);
	strbuf_addf(out, "open %llu", (unsigned long long)open_quote);
	csv_reader_free(&reader);
}

static void same(const struct strbuf *a, const struct strbuf *b)
{
	require(a->len == b->len && !memcmp(strbuf_text(a), strbuf_text(b), a->len));
}

/* A cell on its way out and in again is the same cell. */
static void there_and_back(const uint8_t *data, size_t size)
{
	struct strbuf cell = STRBUF_INIT(SIZE_MAX / 4), got = STRBUF_INIT(SIZE_MAX / 4), wanted = STRBUF_INIT(SIZE_MAX / 4);
	csv_cell(&cell, (struct slice){ (const char *)data, size }, true);
	strbuf_adds(&cell, ",x\n");
	read_all((const uint8_t *)cell.buf, cell.len, cell.len, 0, ',', &got);
	strbuf_addf(&wanted, " 2 0 0:%zu ", size);
	strbuf_add(&wanted, (const char *)data, size);
	strbuf_adds(&wanted, "1 xopen 0");
	require(got.len >= wanted.len && !memcmp(got.buf + got.len - wanted.len, wanted.buf, wanted.len));
	strbuf_release(&cell);
	strbuf_release(&got);
	strbuf_release(&wanted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf whole = STRBUF_INIT(SIZE_MAX / 4), pieces = STRBUF_INIT(SIZE_MAX / 4), libcsv = STRBUF_INIT(SIZE_MAX / 4);
	char delimiter = size && data[0] == ';' ? ';' : ',';
	read_all(data, size, size + 1, 0, delimiter, &whole);
	read_all(data, size, size % 7 + 1, 0, delimiter, &pieces);
	read_all(data, size, size + 1, 1, delimiter, &libcsv);
	same(&whole, &pieces);
	same(&whole, &libcsv);
	there_and_back(data, size);
	strbuf_release(&whole);
	strbuf_release(&pieces);
	strbuf_release(&libcsv);
	return 0;
}
