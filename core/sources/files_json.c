#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/utf8.h"
#include "core/model/bag.h"
#include "core/sources/files_inner.h"

static int too_many(struct files_source *source, struct error *err)
{
	return error_set(err, STATUS_DATA, "%s: the rows have more than %d different columns; export only those that count.",
	                 source->entry->name, FILES_COLUMNS_MAX);
}

/* The list of columns of an answer. Each page of a file may have its own. */
static int take_columns(void *owner, const struct slice *names, size_t count, struct error *err)
{
	struct files_source *source = owner;
	struct files_columns *known = &source->columns;
	if (source->has_header)
		files_note_columns(source);
	files_columns_release(known);
	for (size_t i = 0; i < count; i++) {
		if (files_columns_add(known, source->entry->table, names[i]) == SIZE_MAX)
			return too_many(source, err);
		struct slice added = slice_of(known->items[i].name);
		if (added.len && files_columns_find(known, added) != i)
			return error_set(err, STATUS_DATA, "%s: the column %s stands twice in the schema; remove one.", source->entry->name,
			                 files_shown(source, added));
	}
	source->has_header = true;
	return files_columns_check(known, source->entry->table, source->entry->name, err);
}

/* The column of the i-th member. Rows have their members in the same order nearly always, so the last row's columns are tried first. */
static size_t column_of(struct files_source *source, size_t i, struct slice key)
{
	struct files_columns *known = &source->columns;
	if (i >= source->hints_cap) {
		size_t from = source->hints_cap;
		source->hints = grow(source->hints, &source->hints_cap, i + 1, sizeof *source->hints);
		for (; from < source->hints_cap; from++)
			source->hints[from] = SIZE_MAX;
	}
	size_t hint = source->hints[i];
	if (hint < known->count && known->items[hint].name_len == key.len &&
	    !memcmp(known->items[hint].name, key.text, key.len))
		return hint;
	size_t found = files_columns_find(known, key);
	if (found == SIZE_MAX)
		found = files_columns_add(known, source->entry->table, key);
	return source->hints[i] = found;
}

static void put_member(struct files_cells *cells, const struct files_column *column, const struct json_member *member)
{
	if (member->kind == JSON_NULL || column->field == FIELD_IGNORED)
		return;
	if (column->field < FIELD_COUNT) {
		if (member->text.len)
			cells->cell[column->field] = member->text;
		return;
	}
	struct json_member pair = { column->key, member->kind, member->text };
	bool closed = column->field == FIELD_CLOSED && member->text.len &&
		(member->text.text[0] == '{' || (member->kind == JSON_TEXT && member->text.text[0] == '"'));
	if (column->field == FIELD_CLOSED && files_nothing(member->text))
		return;
	if (closed)
		bag_add(&cells->bag, BAG_CLOSED, column->key, member->text);
	else
		json_bag_add(&cells->bag, &pair);
	cells->gathered |= column->key.text != column->name;
	if (column->field == FIELD_CLOSED)
		files_keep_closed(cells, column, member->text);
}

/* Whether a member says otherwise than an earlier one of the same column in this row: `AvMode` and `avmode`, say. None of them can be
 * believed then. Each column bears the number of the last row that had it, so that nothing has to be cleared between rows. */
static bool contradicts(struct files_source *source, const struct json_row *row, size_t column, size_t member)
{
	if (column >= source->stamps_cap) {
		size_t from = source->stamps_cap;
		source->stamps = grow(source->stamps, &source->stamps_cap, column + 1, sizeof *source->stamps);
		memset(source->stamps + from, 0, (source->stamps_cap - from) * sizeof *source->stamps);
	}
	uint64_t number = source->all_rows + 1;
	bool again = source->stamps[column].row == number;
	size_t before = source->stamps[column].member;
	source->stamps[column].row = number;
	source->stamps[column].member = member;
	return again && (row->members[before].kind != row->members[member].kind ||
	                 !slice_equal(row->members[before].text, row->members[member].text));
}

static int take_row(void *owner, const struct json_row *row, struct error *err)
{
	struct files_source *source = owner;
	if (row->fault) {
		files_unreadable(source, row->line, "%s", row->fault);
		if (row->unended)
			run_add_reason(source->base.run, REASON_CUT, "%s ends in the middle of line %llu.", source->entry->name,
			               (unsigned long long)row->line);
		return 0;
	}
	if (row->array && !source->has_header && json_reader_is_rows(source->json)) {
		files_unreadable(source, row->line, "an array stands where an object with the columns' names is expected");
		return 0;
	}
	if (row->array && !source->has_header)
		return error_set(err, STATUS_DATA, "%s:%llu: a row comes before the list of columns; export it again.",
		                 source->entry->name, (unsigned long long)row->line);
	if (row->array && row->count != source->columns.count) {
		files_unreadable(source, row->line, "%zu values where there are %zu columns", row->count, source->columns.count);
		return 0;
	}
	files_cells_clear(&source->cells);
	for (size_t i = 0; i < row->count; i++) {
		size_t column = row->array ? i : column_of(source, i, row->members[i].key);
		if (column == SIZE_MAX)
			return too_many(source, err);
		if (!row->array && contradicts(source, row, column, i)) {
			files_unreadable(source, row->line, "the key %s stands twice with different values",
			                 files_shown(source, row->members[i].key));
			return 0;
		}
		put_member(&source->cells, &source->columns.items[column], &row->members[i]);
	}
	files_row(source, row->line);
	return 0;
}

void files_json_begin(struct files_source *source)
{
	struct json_events events = { source, take_columns, take_row };
	source->json = json_reader_new(source->entry->name, &events);
}

/* What an answer says of itself when it is not the whole truth. */
static int check_answer(struct files_source *source, struct error *err)
{
	const char *name = source->entry->name, *said = json_reader_error(source->json);
	if (*said) {
		struct slice text = slice_of(said);
		if (!source->rows)
			return error_set(err, STATUS_DATA, "%s: the answer is an error, not data: %s.", name, files_shown(source, text));
		run_add_reason(source->base.run, REASON_PART, "%s is only a part of the answer: %s.", name,
		               files_shown(source, text));
	}
	if (json_reader_is_paged(source->json))
		run_add_reason(source->base.run, REASON_PART, "%s is one page of an answer: it names the address of the next.", name);
	return 0;
}

int files_json_end(struct files_source *source, struct error *err)
{
	if (json_reader_end(source->json, err))
		return -1;
	source->base.estate->input.replaced += json_reader_replaced(source->json);
	if (check_answer(source, err))
		return -1;
	/* Without a list of columns the rows themselves say which there are; none has one that is missing now. */
	if (source->rows && files_columns_check(&source->columns, source->entry->table, source->entry->name, err))
		return -1;
	return 0;
}
