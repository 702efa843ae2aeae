/* files.h - exported tables and saved API answers as a source.
 *
 * Each file may be CSV (RFC 4180; comma, semicolon or tab), a JSON array, JSON lines, or a saved answer of Graph, of the older API or
 * of Log Analytics, told apart by content. Several files of one table are read one after another.
 *
 * files.c           the source: which file is next, slices of work, complaints
 * files_open.c      opening, what is no text, bytes in pieces of valid UTF-8
 * files_columns.c   which header name means which field of which table
 * files_csv.c       records and JSON rows to cells by field; the end of a file
 * files_json.c
 * files_values.c    booleans, times, numbers, modes
 * files_rows.c      cells of the raw tables into the estate
 * files_finding.c   cells of joined findings into the estate
 * files_inner.h     what these share */
#ifndef ROUSE_FILES_H
#define ROUSE_FILES_H

#include "core/sources/source.h"

struct files_input {
	const char *const *paths[5];   /* by enum estate_table; borrowed until free; "-" is standard input */
	size_t count[5];
};

/* Looks at all files and their first bytes: a missing file (66), a directory or unreadable file (66, 77), an empty file, a
 * binary, a file without rows, a missing required column (65) fail here or in step(), with one sentence. Either TABLE_FINDINGS alone or
 * TABLE_INVENTORY with any of the others. A witness table that is not given adds REASON_TABLE to the run. */
int files_source_new(const struct files_input *input, struct estate *estate, struct run *run, struct source **source,
                     struct error *err);
/* Sentences of the first rows that could not be read, at most 20, and how many more there were: `hosts.csv:12: 9 fields where the
 * header has 14`. Borrowed until the source is freed. */
size_t files_source_complaints(const struct source *source, const char *const **sentences, uint64_t *more);

#endif
