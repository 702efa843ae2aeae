/* export.h - rows of a view as CSV, JSON, JSON lines or a text table. Each value passes through one encoding function.
 *
 * export.c         the four formats row by row, CSV and JSON cells, files
 * export_table.c   the text table
 *
 * JSON is exact; CSV is formula-safe unless `exact`, and its lines end with LF; the text table shows control and bidi characters as
 * \x1b. A missing value is empty in CSV, null in JSON, a dash in the table. */
#ifndef ROUSE_EXPORT_H
#define ROUSE_EXPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/error.h"
#include "core/model/value.h"

enum export_format { EXPORT_TABLE, EXPORT_CSV, EXPORT_JSON, EXPORT_JSONL, EXPORT_FORMATS };
extern const char *const export_format_names[EXPORT_FORMATS];

/* What to write; all borrowed. */
struct export {
	enum export_format format;
	const struct lens *lens;
	const struct column_ref *columns;
	size_t column_count;
	const uint32_t *rows;
	uint32_t row_count;
	bool exact;           /* CSV: no guard against formulas */
	unsigned width;       /* table: columns of the terminal, 0: as wide as needed */
	bool ascii;           /* table: the reader's locale is not UTF-8: a missing value is - and not – */
};

/* Writes everything to an open stream. */
int export_stream(const struct export *export, FILE *to, struct error *err);
/* Writes to a new file (0600) beside `path` and renames it into place: a failure leaves no half file. STATUS_IO on error; an existing file is
 * replaced only with `replace`, else the error says that it exists. */
int export_file(const struct export *export, const char *path, bool replace, struct error *err);
/* The columns of an export that names none: every column, so that what reads the export sees the same keys each day. */
size_t export_standard_columns(struct column_ref *columns, size_t max);

/* The name of a column as it stands in a header: `AvMode`, `AdditionalFields.KEY`. */
void export_column_name(const struct column_ref *column, struct strbuf *out);
/* export_table.c: the whole table. Returns 0, or -1 when the stream failed. */
int export_table(const struct export *export, FILE *to);

#endif
