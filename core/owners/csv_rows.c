/* csv_rows.c - rows of a CSV of owners: those that can mean an asked host become records, the others are counted. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/csv.h"
#include "core/owners/csv_inner.h"

#define KEY_MAX 8192                 /* bytes of a record's key */
#define REPLACED "\xEF\xBF\xBD"      /* what stands for bytes that are not UTF-8 */

struct slice csv_key(struct slice text, struct strbuf *scratch)
{
	strbuf_clear(scratch);
	owner_key(text, scratch);
	return (struct slice){ strbuf_text(scratch), scratch->len };
}

/* A text of the file as valid UTF-8; owned. */
static char *take_text(struct csv_owners *csv, struct slice cell)
{
	struct strbuf text = STRBUF_INIT(CSV_CELL_MAX * 4);
	char *taken;

	if (utf8_repair(&text, cell.text, cell.len) > 0)
		csv->repaired++;
	taken = xstrdup(strbuf_text(&text));   /* up to a NUL, as every way out */
	strbuf_release(&text);
	return taken;
}

static bool is_asked(const struct csv_owners *csv, const char *name, struct strbuf *scratch)
{
	struct slice label = owner_label(csv_key(slice_of(name), scratch));

	return label.len > 0 && map_get(&csv->labels, label.text, label.len) != MAP_NONE;
}

static void note_checked(struct csv_owners *csv, const struct owner_record *record, struct strbuf *scratch)
{
	struct slice key = csv_key(slice_of(*record->fqdn ? record->fqdn : record->name), scratch);
	bool added;

	map_put(&csv->names, key.text, key.len, &added);
	if (!added && csv->twice++ == 0)
		csv->first_twice = xstrdup(record->name);
	key = csv_key(slice_of(record->team), scratch);
	if (key.len > 0)
		map_put(&csv->teams, key.text, key.len, NULL);
	else
		csv->teamless++;
}

static const char *file_name(const struct csv_owners *csv)
{
	const char *slash = strrchr(csv->path, '/');

	return slash ? slash + 1 : csv->path;
}

static void take_row(struct csv_owners *csv, const struct csv_record *row)
{
	const struct csv_columns *columns = &csv->columns;
	struct strbuf scratch = STRBUF_INIT(CSV_CELL_MAX * 4), key = STRBUF_INIT(KEY_MAX);
	struct owner_record record = {
		.name = take_text(csv, csv_columns_cell(columns, row, ROLE_HOST)),
		.fqdn = take_text(csv, csv_columns_cell(columns, row, ROLE_FQDN)),
		.team = take_text(csv, csv_columns_cell(columns, row, ROLE_TEAM)),
		.team_id = take_text(csv, csv_columns_cell(columns, row, ROLE_TEAM_ID)),
		.contact = take_text(csv, csv_columns_cell(columns, row, ROLE_CONTACT)),
		.field = columns->name[ROLE_TEAM],
		.retired = csv_is_retired(columns, csv_columns_cell(columns, row, ROLE_RETIRED)),
	};

	csv->doubtful = csv->doubtful || strstr(record.name, REPLACED) || strstr(record.fqdn, REPLACED);
	strbuf_addf(&key, "%s:%" PRIu64, file_name(csv), row->line);
	record.key = key.buf;
	csv->rows++;
	if (!*record.name && !*record.fqdn) {
		if (csv->nameless++ == 0)
			csv->first_nameless = row->line;
	} else if (csv->checking) {
		note_checked(csv, &record, &scratch);
	} else if (is_asked(csv, record.name, &scratch) || is_asked(csv, record.fqdn, &scratch)) {
		owner_records_add(&csv->asking->records, &record);
	}
	free(record.name);
	free(record.fqdn);
	free(record.team);
	free(record.team_id);
	free(record.contact);
	strbuf_release(&scratch);
	strbuf_release(&key);
}

static int take_header(struct csv_owners *csv, const struct csv_record *header)
{
	csv->has_header = true;
	if (header->fault)
		return error_set(csv->err, STATUS_DATA, "%s:%" PRIu64 ": the header cannot be read; export the file again.",
			csv->path, header->line);
	csv_columns_read(&csv->columns, header);
	if (csv->columns.at[ROLE_HOST] == SIZE_MAX && csv->columns.at[ROLE_FQDN] == SIZE_MAX)
		return error_set(csv->err, STATUS_DATA, "%s:%" PRIu64 ": no column names the host; call one of them host, name, "
			"hostname or DeviceName.",
		                 csv->path, header->line);
	if (csv->columns.at[ROLE_TEAM] == SIZE_MAX)
		return error_set(csv->err, STATUS_DATA, "%s:%" PRIu64 ": no column names the team; call one of them owner, team, "
			"owner_team, group or "
		                 "support_group.", csv->path, header->line);
	return 0;
}

/* A line with nothing in it, or with empty cells alone, is no row. */
static bool is_empty(const struct csv_record *record)
{
	for (size_t i = 0; i < record->count; i++)
		if (record->fields[i].len > 0)
			return false;
	return !record->fault;
}

/* `srv-1`, a NUL and more: the host before it is not the one that was meant. */
static bool has_nul(const struct csv_columns *columns, const struct csv_record *row)
{
	static const enum csv_role roles[] = { ROLE_HOST, ROLE_FQDN, ROLE_TEAM };

	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
		struct slice cell = csv_columns_cell(columns, row, roles[i]);

		if (cell.len && memchr(cell.text, '\0', cell.len))
			return true;
	}
	return false;
}

int csv_take_record(void *owner, const struct csv_record *record)
{
	struct csv_owners *csv = owner;

	if (is_empty(record))
		return 0;
	if (!csv->has_header)
		return take_header(csv, record);
	if (!csv_columns_fit(&csv->columns, record) || has_nul(&csv->columns, record)) {
		if (csv->unreadable++ == 0)
			csv->first_unreadable = record->line;
		return 0;
	}
	take_row(csv, record);
	return 0;
}
