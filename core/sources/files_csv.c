#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/model/bag.h"
#include "core/sources/files_inner.h"

/* ---- which sign stands between the fields ---- */

struct header_count {
	enum estate_table table;
	size_t known;
};

static int count_known(void *owner, const struct csv_record *record)
{
	struct header_count *count = owner;
	for (size_t i = 0; i < record->count; i++)
		count->known += files_column_known(count->table, record->fields[i]);
	return 1;
}

/* The sign that splits the header into the most known names: comma, semicolon (spreadsheets of many countries) or tab. */
static char find_delimiter(enum estate_table table, struct slice first)
{
	static const char signs[] = { ',', ';', '\t' };
	char best = ',';
	size_t most = 0;
	for (size_t i = 0; i < sizeof signs; i++) {
		struct header_count count = { table, 0 };
		uint64_t open_quote;
		struct csv_reader *reader = csv_reader_new(signs[i], count_known, &count);
		if (!csv_reader_feed(reader, first.text, first.len))
			csv_reader_end(reader, &open_quote);
		csv_reader_free(&reader);
		if (count.known > most) {
			most = count.known;
			best = signs[i];
		}
	}
	return best;
}

/* ---- records ---- */

static int read_header(struct files_source *source, const struct csv_record *record)
{
	const char *name = source->entry->name;
	struct files_columns *header = &source->columns;
	if (record->fault)
		return error_set(source->err, STATUS_DATA, "%s:%" PRIu64 ": the header cannot be read; export it again.", name,
		                 record->line);
	for (size_t i = 0; i < record->count; i++) {
		struct slice text = record->fields[i];
		if (files_columns_add(header, source->entry->table, text) == SIZE_MAX)
			return error_set(source->err, STATUS_DATA, "%s: the header has more than %d columns; export only those that count.",
			                 name, FILES_COLUMNS_MAX);
		struct slice added = slice_of(header->items[i].name);
		if (added.len && files_columns_find(header, added) != i)
			return error_set(source->err, STATUS_DATA, "%s: the column %s stands twice in the header; remove one.", name,
			                 files_shown(source, added));
	}
	if (files_columns_check(header, source->entry->table, name, source->err))
		return -1;
	source->has_header = true;
	source->wanted = xcalloc(header->count, sizeof *source->wanted);
	for (size_t i = 0; i < header->count; i++)
		source->wanted[i] = header->items[i].field != FIELD_IGNORED;
	csv_reader_want(source->csv, source->wanted, header->count);
	return 0;
}

static void put_closed(struct files_cells *cells, const struct files_column *column, struct slice text)
{
	if (files_nothing(text))
		return;
	bag_add(&cells->bag, text.text[0] == '{' || text.text[0] == '"' ? BAG_CLOSED : BAG_TEXT, column->key, text);
	files_keep_closed(cells, column, text);
}

static void put_record(struct files_source *source, const struct csv_record *record)
{
	struct files_cells *cells = &source->cells;
	for (size_t i = 0; i < record->count; i++) {
		const struct files_column *column = &source->columns.items[i];
		struct slice text = record->fields[i];
		if (column->field == FIELD_IGNORED || !text.len)
			continue;
		if (source->columns.ours)
			text = csv_unguard(text);
		if (column->field == FIELD_BAG) {
			bag_add(&cells->bag, BAG_TEXT, column->key, text);
			cells->gathered |= column->key.text != column->name;
		} else if (column->field == FIELD_CLOSED) {
			put_closed(cells, column, text);
		} else {
			cells->cell[column->field] = text;
		}
	}
}

/* A last line without an end may be whole; when it stops in the middle of a bag, of a Context or of a character (which was
 * replaced by U+FFFD), it is not. */
static bool ends_in_value(const struct files_source *source, const struct csv_record *record)
{
	if (!record->unended || !record->count || record->count > source->columns.count)
		return false;
	/* Only what holds JSON can be told to be cut by its brackets: a host may be named `{}5`. */
	enum field field = source->columns.items[record->count - 1].field;
	bool json = field == F_CONTEXT || field == F_BAG || field == FIELD_BAG || field == FIELD_CLOSED;
	struct slice last = record->fields[record->count - 1];
	if (!last.text || !last.len)
		return false;
	char first = last.text[0], end = last.text[last.len - 1];
	return (json && ((first == '{' && end != '}') || (first == '[' && end != ']'))) ||
	       (last.len >= 3 && !memcmp(last.text + last.len - 3, "\xef\xbf\xbd", 3));
}

static void bad_record(struct files_source *source, const struct csv_record *record)
{
	static const char *const faults[] = {
		[CSV_BIG_CELL] = "a cell is longer than 1 MiB", [CSV_BIG_RECORD] = "the row is longer than 16 MiB",
		[CSV_STRAY_QUOTE] = "there is text after a closing quote",
	};
	char lines[64] = "";

	if (record->last_line > record->line) {
		snprintf(lines, sizeof lines, " (lines %" PRIu64 " to %" PRIu64 ")", record->line, record->last_line);
		/* One stray quote can swallow any number of rows, so their share says nothing. */
		if (!source->swallowed)
			run_add_reason(source->base.run, REASON_UNREADABLE, "%s: lines %" PRIu64 " to %" PRIu64
			               " are no row; more than one row may stand in them.", source->entry->name, record->line,
			               record->last_line);
		source->swallowed = true;
	}
	if (record->fault)
		files_unreadable(source, record->line, "%s%s", faults[record->fault], lines);
	else if (record->count != source->columns.count)
		files_unreadable(source, record->line, "%zu field%s where the header has %zu%s", record->count,
		                 record->count == 1 ? "" : "s", source->columns.count, lines);
	else
		files_unreadable(source, record->line, "the file ends inside the row");
	if (record->unended)
		run_add_reason(source->base.run, REASON_CUT, "%s ends in the middle of line %" PRIu64 ".", source->entry->name,
		               record->line);
}

static int take_record(void *owner, const struct csv_record *record)
{
	struct files_source *source = owner;
	if (!source->has_header)
		return read_header(source, record);
	if (record->fault || record->count != source->columns.count || ends_in_value(source, record)) {
		bad_record(source, record);
		return 0;
	}
	files_cells_clear(&source->cells);
	put_record(source, record);
	if (record->unended)
		files_complain(source, record->last_line, "the last line has no line end; if the file was cut here, its last cell is not "
		               "whole");
	files_row(source, record->line);
	return 0;
}

int files_csv_begin(struct files_source *source, struct slice first)
{
	source->csv = csv_reader_new(find_delimiter(source->entry->table, first), take_record, source);
	return 0;
}

int files_csv_end(struct files_source *source, struct error *err)
{
	uint64_t open_quote;
	source->err = err;
	if (csv_reader_end(source->csv, &open_quote))
		return -1;
	if (open_quote)
		return error_set(err, STATUS_DATA, "%s:%" PRIu64 ": a quote opens here and is never closed: the file is cut; export it "
		                 "again.", source->entry->name, open_quote);
	if (!source->has_header)
		return error_set(err, STATUS_DATA, "%s: the file is empty; export it again.", source->entry->name);
	return 0;
}
