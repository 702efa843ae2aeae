#include "core/sources/files.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/utf8.h"
#include "core/sources/files_inner.h"

#define SHOWN_MAX ((size_t)200)      /* bytes of foreign text in a sentence */
#define ROWS_LIMIT 100000u           /* rows at which Graph and the older API stop without a word; a table saved from them has as many */
#define NAME_MAX_BYTES ((size_t)64 << 10)

/* ---- counting ---- */

void files_used(struct files_source *source)
{
	struct estate *estate = source->base.estate;
	enum estate_table table = source->entry->table;
	estate->table[table].read++;
	estate->table[table].used++;
	estate->input.read++;
	estate->input.used++;
	source->rows++;
	source->rows_used++;
	source->all_rows++;
	if (source->cells.bag.overflow)
		files_misread(source, "AdditionalFields");
}

/* Keeps a sentence, or counts it when there are enough. */
static void keep_complaint(struct files_source *source, uint64_t line, const char *said)
{
	if (source->complaint_count == FILES_COMPLAINTS) {
		source->more_complaints++;
		return;
	}
	struct strbuf text = STRBUF_INIT(2 * NAME_MAX_BYTES);
	strbuf_addf(&text, "%s:%" PRIu64 ": %s", source->entry->name, line, said);
	source->complaints[source->complaint_count++] = xstrdup(strbuf_text(&text));
	strbuf_release(&text);
}

void files_complain(struct files_source *source, uint64_t line, const char *format, ...)
{
	struct strbuf said = STRBUF_INIT(NAME_MAX_BYTES);
	va_list args;
	va_start(args, format);
	strbuf_addfv(&said, format, args);
	va_end(args);
	keep_complaint(source, line, strbuf_text(&said));
	strbuf_release(&said);
}

void files_misread(struct files_source *source, const char *column)
{
	source->base.estate->input.cells++;
	files_complain(source, source->line, "the cell %s could not be understood", column);
}

void files_unreadable(struct files_source *source, uint64_t line, const char *format, ...)
{
	struct estate *estate = source->base.estate;
	enum estate_table table = source->entry->table;
	estate->table[table].read++;
	estate->table[table].unreadable++;
	estate->input.read++;
	estate->input.unreadable++;
	source->rows++;
	source->all_rows++;
	struct strbuf said = STRBUF_INIT(NAME_MAX_BYTES);
	va_list args;
	va_start(args, format);
	strbuf_addfv(&said, format, args);
	va_end(args);
	if (source->rows - source->rows_used == 1) {
		source->first_bad_line = line;
		strbuf_clear(&source->first_bad);
		strbuf_adds(&source->first_bad, strbuf_text(&said));
	}
	keep_complaint(source, line, strbuf_text(&said));
	strbuf_release(&said);
}

const char *files_shown(struct files_source *source, struct slice text)
{
	size_t n = text.len < SHOWN_MAX ? text.len : SHOWN_MAX;
	while (n && n < text.len && ((unsigned char)text.text[n] & 0xc0) == 0x80)
		n--;
	strbuf_clear(&source->text);
	utf8_visible(&source->text, text.text, n);
	if (n < text.len)
		strbuf_adds(&source->text, "...");
	return strbuf_text(&source->text);
}

void files_cells_clear(struct files_cells *cells)
{
	memset(cells->cell, 0, sizeof cells->cell);
	strbuf_clear(&cells->bag);
	cells->closed_count = 0;
	cells->gathered = false;
}

void files_keep_closed(struct files_cells *cells, const struct files_column *column, struct slice text)
{
	cells->gathered = true;
	/* A key that stands twice in a row of JSON, with one value. */
	for (size_t i = 0; i < cells->closed_count; i++)
		if (cells->closed[i].name.text == column->name)
			return;
	assert(cells->closed_count < FILES_CLOSED);
	cells->closed[cells->closed_count].name = slice_of(column->name);
	cells->closed[cells->closed_count++].text = text;
}

/* ---- one file ---- */

static void close_file(struct files_source *source)
{
	csv_reader_free(&source->csv);
	json_reader_free(&source->json);
	files_columns_release(&source->columns);
	source->done_bytes += source->bytes.total ? source->bytes.total : source->bytes.done;
	files_close(&source->bytes);
	free(source->wanted);
	free(source->hints);
	free(source->stamps);
	source->stamps = NULL;
	source->stamps_cap = 0;
	source->wanted = NULL;
	source->hints = NULL;
	source->hints_cap = 0;
	source->entry = NULL;
}

static int open_next(struct files_source *source, struct error *err)
{
	const struct files_entry *entry = &source->entries[source->next++];
	source->entry = entry;
	source->format = FORMAT_NONE;
	source->has_header = false;
	source->swallowed = false;
	source->rows = source->rows_used = 0;
	return files_open(&source->bytes, entry->path, entry->name, err);
}

/* The first sign that is no blank tells JSON from CSV: no header of a table begins with a bracket. */
static void begin_rows(struct files_source *source, struct slice first)
{
	size_t at = 0;
	while (at < first.len && memchr(" \t\r\n", first.text[at], 4))
		at++;
	bool json = at < first.len && (first.text[at] == '{' || first.text[at] == '[');
	source->format = json ? FORMAT_JSON : FORMAT_CSV;
	if (json)
		files_json_begin(source);
	else
		files_csv_begin(source, first);
}

/* One file without the column is enough: its hosts cannot be told to be in a group. */
void files_note_columns(struct files_source *source)
{
	if (source->entry->table != TABLE_FINDINGS)
		return;
	source->base.estate->has_platform_column &= files_columns_has(&source->columns, F_PLATFORM);
	source->base.estate->has_group_column &= files_columns_has(&source->columns, F_GROUP);
}

/* The end of a file: a table that says nothing must not look like a table without trouble. */
static int end_file(struct files_source *source, struct error *err)
{
	const char *name = source->entry->name;
	if (source->format == FORMAT_NONE)
		return error_set(err, STATUS_DATA, "%s: the file is empty; export it again.", name);
	if (source->format == FORMAT_CSV ? files_csv_end(source, err) : files_json_end(source, err))
		return -1;
	if (!source->rows)
		return error_set(err, STATUS_DATA, "%s: %s and no rows; that is not all clear: export it again.", name,
		                 source->format == FORMAT_CSV ? "a header" : source->has_header ? "a schema" : "JSON");
	if (!source->rows_used)
		return error_set(err, STATUS_DATA, "%s: none of its %" PRIu64 " rows can be read; line %" PRIu64 ": %s. Export it again.",
		                 name, source->rows, source->first_bad_line, strbuf_text(&source->first_bad));
	source->base.estate->input.replaced += source->bytes.replaced + source->object.replaced + source->inner.replaced;
	source->object.replaced = source->inner.replaced = 0;
	files_note_columns(source);
	if (source->rows == ROWS_LIMIT)
		run_add_reason(source->base.run, REASON_LIMIT, "%s has exactly %u rows, where the service stops.", name, ROWS_LIMIT);
	close_file(source);
	return 0;
}

/* Reads one piece of the open file. */
static int read_piece(struct files_source *source, struct error *err)
{
	struct slice piece;
	int more = files_next(&source->bytes, source->entry->name, &piece, err);
	if (more < 0)
		return -1;
	if (!more)
		return end_file(source, err);
	if (!piece.len)
		return 0;
	if (source->format == FORMAT_NONE)
		begin_rows(source, piece);
	source->err = err;
	return source->format == FORMAT_CSV ? csv_reader_feed(source->csv, piece.text, piece.len)
		: json_reader_feed(source->json, piece.text, piece.len, err);
}

/* ---- the source ---- */

static enum step files_step(struct source *base, int budget_ms, struct error *err)
{
	struct files_source *source = (struct files_source *)base;
	int64_t until = clock_ms() + budget_ms;
	do {
		if (!source->entry && source->next == source->entry_count)
			return STEP_DONE;
		if (source->entry ? read_piece(source, err) : open_next(source, err))
			return STEP_FAILED;
	} while (clock_ms() < until);
	return STEP_MORE;
}

static void files_progress(const struct source *base, struct progress *progress)
{
	const struct files_source *source = (const struct files_source *)base;
	const char *name = source->entry ? source->entry->name : "", *slash = strrchr(name, '/');
	size_t n = strlen(slash ? slash + 1 : name);
	*progress = (struct progress){ .rows = source->all_rows, .bytes = source->done_bytes, .bytes_total = source->all_bytes };
	if (source->entry)
		progress->bytes += source->bytes.done;
	if (progress->bytes > progress->bytes_total)   /* a pipe is among the files */
		progress->bytes_total = 0;
	if (n >= sizeof progress->what)
		n = sizeof progress->what - 1;
	memcpy(progress->what, slash ? slash + 1 : name, n);
	while (n && n == sizeof progress->what - 1 && ((unsigned char)progress->what[n - 1] & 0x80))
		progress->what[--n] = '\0';
}

void files_source_clear(struct files_source *source)
{
	close_file(source);
	for (size_t i = 0; i < source->complaint_count; i++)
		free(source->complaints[i]);
	json_object_release(&source->object);
	json_object_release(&source->inner);
	strbuf_release(&source->cells.bag);
	strbuf_release(&source->text);
	strbuf_release(&source->first_bad);
}

static void files_free(struct source *base)
{
	struct files_source *source = (struct files_source *)base;
	files_source_clear(source);
	for (size_t i = 0; i < source->entry_count; i++)
		free(source->entries[i].name);
	free(source->entries);
	free(source);
}

static const struct source_ops files_ops = { "files", files_step, files_progress, files_free, NULL };

static char *shown_name(const char *path)
{
	struct strbuf name = STRBUF_INIT(NAME_MAX_BYTES);
	if (!strcmp(path, "-"))
		strbuf_adds(&name, "standard input");
	else
		utf8_visible(&name, path, strlen(path));
	char *made = xstrdup(strbuf_text(&name));
	strbuf_release(&name);
	return made;
}

static int add_entries(struct files_source *source, const struct files_input *input, struct error *err)
{
	size_t total = 0;
	for (int table = 0; table < 5; table++)
		total += input->count[table];
	source->entries = xcalloc(total + 1, sizeof *source->entries);
	for (int table = 0; table < 5; table++) {
		for (size_t i = 0; i < input->count[table]; i++) {
			const char *path = input->paths[table][i];
			struct files_entry *entry = &source->entries[source->entry_count++];
			*entry = (struct files_entry){ (enum estate_table)table, path, shown_name(path) };
			if (files_probe(path, entry->name, &source->all_bytes, err))
				return -1;
		}
		source->base.estate->given[table] |= input->count[table] > 0;
	}
	return 0;
}

/* Either joined findings, or the inventory with witnesses. */
static int check_tables(const struct files_input *input, struct error *err)
{
	size_t raw = 0;
	for (int table = TABLE_INVENTORY; table <= TABLE_SOFTWARE; table++)
		raw += input->count[table];
	if (input->count[TABLE_FINDINGS] && raw)
		return error_set(err, STATUS_USAGE, "joined findings and raw tables cannot be read together; give one or the other.");
	if (!input->count[TABLE_FINDINGS] && !input->count[TABLE_INVENTORY])
		return error_set(err, STATUS_USAGE, "the DeviceInfo table is missing; give it, or joined findings.");
	return 0;
}

static void tell_missing_tables(const struct files_input *input, struct run *run)
{
	for (int table = TABLE_ASSESSMENT; table <= TABLE_GATHERING && !input->count[TABLE_FINDINGS]; table++)
		if (!input->count[table])
			run_add_reason(run, REASON_TABLE, "The table %s was not given.", estate_table_names[table]);
}

int files_source_new(const struct files_input *input, struct estate *estate, struct run *run, struct source **out,
                     struct error *err)
{
	struct files_source *source = xcalloc(1, sizeof *source);
	source->base = (struct source){ &files_ops, estate, run };
	source->bytes.fd = -1;
	strbuf_init(&source->cells.bag, FILES_BAG_MAX);
	strbuf_init(&source->text, NAME_MAX_BYTES);
	strbuf_init(&source->first_bad, NAME_MAX_BYTES);
	if (check_tables(input, err) || add_entries(source, input, err)) {
		files_free(&source->base);
		return -1;
	}
	tell_missing_tables(input, run);
	*out = &source->base;
	return 0;
}

size_t files_source_complaints(const struct source *base, const char *const **sentences, uint64_t *more)
{
	const struct files_source *source = (const struct files_source *)base;
	*sentences = (const char *const *)source->complaints;
	*more = source->more_complaints;
	return source->complaint_count;
}
