/* export.c - the raw tables as the portal exports them: RFC 4180, a header line, rows of all devices. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/tenant/estate.h"

#define PIECE (1 << 18)

static void add_field(struct text *out, const char *bytes, size_t n)
{
	if (!memchr(bytes, '"', n) && !memchr(bytes, ',', n) && !memchr(bytes, '\n', n) && !memchr(bytes, '\r', n)) {
		text_add(out, bytes, n);
		return;
	}
	text_addc(out, '"');
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '"')
			text_addc(out, '"');
		text_addc(out, bytes[i]);
	}
	text_addc(out, '"');
}

static void add_cell(struct text *out, const struct options *options, enum cell_type type, const struct cell *cell)
{
	static const char *const words[][2] = { { "false", "true" }, { "0", "1" }, { "False", "True" } };

	if (cell->null)
		return;
	switch (type) {
	case TYPE_TIME:
		text_time(out, cell->number, (unsigned)options->time_digits);
		break;
	case TYPE_LONG:
		text_number(out, cell->number);
		break;
	case TYPE_BOOL:
		text_adds(out, words[options->bools][cell->number != 0]);
		break;
	case TYPE_STRING:
	case TYPE_REAL:
	case TYPE_DYNAMIC:
		add_field(out, cell->text, cell->len);
		break;
	}
}

static void add_header(struct text *out, const struct column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		text_adds(out, i ? "," : "");
		text_adds(out, columns[i].name);
	}
	text_adds(out, "\r\n");
}

static bool write_piece(FILE *file, struct text *out)
{
	bool good = fwrite(text_string(out), 1, out->len, file) == out->len;

	text_clear(out);
	return good;
}

static bool export_table(const struct estate *estate, const struct options *options, enum table_id table, FILE *file)
{
	size_t count;
	const struct column *columns = table_columns(table, &count);
	struct text out = { 0 }, scratch = { 0 };
	struct cell cells[CELLS_MAX];
	struct host host;
	bool good = true;

	add_header(&out, columns, count);
	for (uint64_t i = 0; good && i < estate->count; i++) {
		if (!estate_host(estate, i, &host))
			continue;
		for (size_t row = 0; table_row(&host, table, row, cells, &scratch); row++) {
			for (size_t k = 0; k < count; k++) {
				if (k)
					text_addc(&out, ',');
				add_cell(&out, options, columns[k].type, &cells[k]);
			}
			text_add(&out, "\r\n", 2);
		}
		if (out.len > PIECE)
			good = write_piece(file, &out);
	}
	good = good && write_piece(file, &out);
	text_release(&out);
	text_release(&scratch);
	return good;
}

bool export_tables(const struct estate *estate, const struct options *options, const char *folder)
{
	struct text path = { 0 };
	bool good = true;

	if (mkdir(folder, 0777) && errno != EEXIST) {
		fprintf(stderr, "rouse-tenant: %s: %s\n", folder, strerror(errno));
		return false;
	}
	for (enum table_id table = 0; good && table < TABLE_COUNT; table++) {
		FILE *file;

		text_clear(&path);
		text_addf(&path, "%s/%s.csv", folder, table_names[table]);
		file = fopen(text_string(&path), "w");
		good = file && export_table(estate, options, table, file);
		if (file && fclose(file))
			good = false;
		if (!good)
			fprintf(stderr, "rouse-tenant: %s: %s\n", text_string(&path), strerror(errno));
	}
	text_release(&path);
	return good;
}
