/* csv.h - reading and writing CSV. The only user of libcsv for reading.
 *
 * csv.c         the reader: records out of bytes as they arrive
 * csv_line.c    plain lines, cut without libcsv: nine tenths of the time
 * csv_write.c   one cell on its way out
 *
 * libcsv says what a record is; the reader adds what libcsv leaves open: exact line numbers, bounds, blanks of unquoted fields kept,
 * and no record that swallows the next one unseen: text after a closing quote ends the record at the line's end. */
#ifndef ROUSE_CSV_H
#define ROUSE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"

struct strbuf;

#define CSV_CELL_MAX ((size_t)1 << 20)       /* bytes of a cell; Kusto's own limit of a string */
#define CSV_RECORD_MAX ((size_t)16 << 20)    /* bytes of a record's kept cells */

/* Why a record cannot be used. */
enum csv_fault { CSV_FINE, CSV_BIG_CELL, CSV_BIG_RECORD, CSV_STRAY_QUOTE };

/* One record. All borrowed for the call. Only the fields up to `field_max` of the reader are kept; `count` counts all. A field without a
 * byte has a text and length 0. */
struct csv_record {
	const struct slice *fields;
	size_t count;
	uint64_t line, last_line;   /* where it begins and ends, from 1 */
	enum csv_fault fault;
	bool unended;               /* the last record of the file, and no line end follows it */
};

struct csv_reader;

/* `record` gets each record in order; a return other than 0 ends the reading. */
struct csv_reader *csv_reader_new(char delimiter, int (*record)(void *owner, const struct csv_record *record), void *owner);
/* Fields whose content nobody wants are not copied: `wanted[i]` false gives field i without text. Borrowed; NULL wants all of the
 * first `count`. */
void csv_reader_want(struct csv_reader *reader, const bool *wanted, size_t count);
/* Gives also plain lines to libcsv (csv_line.h): slower, for tests that compare. */
void csv_reader_all_by_libcsv(struct csv_reader *reader);
/* Reads bytes as they arrive, in pieces of any size. Returns what `record` returned, or 0. */
int csv_reader_feed(struct csv_reader *reader, const char *bytes, size_t n);
/* The file is at its end: gives out a last record without line end. *open_quote is the line where a quote opened that nothing closes
 * (then no record is given out), or 0. Returns what `record` returned. */
int csv_reader_end(struct csv_reader *reader, uint64_t *open_quote);
void csv_reader_free(struct csv_reader **reader);

/* Appends a cell, quoted where RFC 4180 asks for it. Unless `exact`, a text that a spreadsheet would take for a formula (it begins with
 * = + - @, a tab, CR or LF, or their full-width twins) gets a leading ' first. So does a text that begins with ' before such a sign:
 * csv_unguard() then gives back every text as it was. */
void csv_cell(struct strbuf *out, struct slice text, bool exact);
/* The text without the ' that csv_cell() put before it. */
struct slice csv_unguard(struct slice text);

#endif
