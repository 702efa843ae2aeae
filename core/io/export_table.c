#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/export.h"

#define PAD_MAX 120u           /* a cell wider than this pushes its own line only, not the whole column */
#define TEXT_MAX (SIZE_MAX / 4)

/* What is reused from cell to cell. */
struct table_writer {
	const struct export *export;
	struct strbuf scratch, raw, cell, line;
	unsigned *widths;          /* by column; owned */
};

/* The text of a cell as it may be shown. Ages read as on the screen; times and all else as in the other formats. */
static void show_cell(struct table_writer *writer, uint32_t row, size_t column)
{
	const struct lens *lens = writer->export->lens;
	struct value value;
	strbuf_clear(&writer->raw);
	strbuf_clear(&writer->cell);
	value_get(lens, row, &writer->export->columns[column], &writer->scratch, &value);
	if (value.kind == VALUE_SPAN)
		value_show(lens, row, &value, &writer->raw);
	else
		value_export(lens, row, &value, &writer->raw);
	if (writer->raw.len)
		utf8_visible(&writer->cell, writer->raw.buf, writer->raw.len);
	else
		strbuf_adds(&writer->cell, writer->export->ascii ? "-" : "\xe2\x80\x93");
}

static void head_cell(struct table_writer *writer, size_t column)
{
	strbuf_clear(&writer->raw);
	strbuf_clear(&writer->cell);
	export_column_name(&writer->export->columns[column], &writer->raw);
	utf8_visible(&writer->cell, strbuf_text(&writer->raw), writer->raw.len);
}

static unsigned cell_width(const struct table_writer *writer)
{
	size_t width = utf8_columns(strbuf_text(&writer->cell), writer->cell.len);
	return width < PAD_MAX ? (unsigned)width : PAD_MAX;
}

static void measure(struct table_writer *writer)
{
	const struct export *export = writer->export;
	for (size_t column = 0; column < export->column_count; column++) {
		head_cell(writer, column);
		writer->widths[column] = cell_width(writer);
		for (uint32_t i = 0; i < export->row_count; i++) {
			show_cell(writer, export->rows[i], column);
			if (cell_width(writer) > writer->widths[column])
				writer->widths[column] = cell_width(writer);
		}
	}
}

/* Appends the cell, and blanks up to its column's width when others follow. */
static void add_cell(struct table_writer *writer, size_t column)
{
	if (column)
		strbuf_adds(&writer->line, "  ");
	strbuf_add(&writer->line, strbuf_text(&writer->cell), writer->cell.len);
	for (unsigned have = cell_width(writer); have < writer->widths[column]; have++)
		strbuf_addc(&writer->line, ' ');
}

/* Cuts the line to the width of the terminal; a ~ says that there was more. */
static size_t clipped(struct table_writer *writer)
{
	const char *text = strbuf_text(&writer->line);
	unsigned width = writer->export->width, used_columns = 0;
	size_t at = 0, fits = 0;
	while (width && at < writer->line.len) {
		int32_t cp = 0;
		size_t used = utf8_decode(text + at, writer->line.len - at, &cp);
		int wide = utf8_width(cp);
		if (used_columns + (unsigned)(wide > 0 ? wide : 0) > width)
			return fits;
		used_columns += (unsigned)(wide > 0 ? wide : 0);
		at += used;
		if (used_columns < width)
			fits = at;
	}
	return writer->line.len;
}

static int put_line(struct table_writer *writer, FILE *to)
{
	while (writer->line.len && writer->line.buf[writer->line.len - 1] == ' ')
		writer->line.len--;
	size_t fits = clipped(writer);
	if (fits < writer->line.len) {
		writer->line.len = fits;
		strbuf_addc(&writer->line, '~');
	}
	strbuf_addc(&writer->line, '\n');
	size_t written = fwrite(writer->line.buf, 1, writer->line.len, to);
	int failed = written == writer->line.len ? 0 : -1;
	strbuf_clear(&writer->line);
	return failed;
}

static int put_rows(struct table_writer *writer, FILE *to)
{
	const struct export *export = writer->export;
	for (size_t column = 0; column < export->column_count; column++) {
		head_cell(writer, column);
		add_cell(writer, column);
	}
	if (put_line(writer, to))
		return -1;
	for (uint32_t i = 0; i < export->row_count; i++) {
		for (size_t column = 0; column < export->column_count; column++) {
			show_cell(writer, export->rows[i], column);
			add_cell(writer, column);
		}
		if (put_line(writer, to))
			return -1;
	}
	return 0;
}

int export_table(const struct export *export, FILE *to)
{
	struct table_writer writer = { .export = export };
	strbuf_init(&writer.scratch, TEXT_MAX);
	strbuf_init(&writer.raw, TEXT_MAX);
	strbuf_init(&writer.cell, TEXT_MAX);
	strbuf_init(&writer.line, TEXT_MAX);
	writer.widths = xcalloc(export->column_count + 1, sizeof *writer.widths);
	measure(&writer);
	int failed = put_rows(&writer, to);
	free(writer.widths);
	strbuf_release(&writer.scratch);
	strbuf_release(&writer.raw);
	strbuf_release(&writer.cell);
	strbuf_release(&writer.line);
	return failed;
}
